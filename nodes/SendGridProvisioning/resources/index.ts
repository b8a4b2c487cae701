import { account } from './account';
import { accountIp } from './accountIp';
import { accountOffering } from './accountOffering';
import { apiKeyFor } from './apiKey';
import type { Resource } from '../runner/operation';
import { subuser } from './subuser';
import { subuserApiKey } from './subuserApiKey';
import { subuserCredit } from './subuserCredit';
import { subuserDomain } from './subuserDomain';
import { subuserLink } from './subuserLink';

const customers = [
	account,
	accountIp,
	accountOffering,
	subuser,
	subuserApiKey,
	subuserCredit,
	subuserDomain,
	subuserLink,
];

/** All that the node can do, in menu order. */
export const resources: Resource[] = [...customers, apiKeyFor(customers)].sort((one, other) =>
	one.option.name.localeCompare(other.option.name),
);
