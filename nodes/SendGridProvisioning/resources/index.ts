import { account } from './account';
import { accountOffering } from './accountOffering';
import { apiKeyFor } from './apiKey';
import type { Resource } from '../runner/operation';
import { subuser } from './subuser';
import { subuserApiKey } from './subuserApiKey';
import { subuserCredit } from './subuserCredit';

const customers = [account, accountOffering, subuser, subuserApiKey, subuserCredit];

/** All that the node can do, in menu order. */
export const resources: Resource[] = [
	account,
	accountOffering,
	apiKeyFor(customers),
	subuser,
	subuserApiKey,
	subuserCredit,
];
