import { account } from './account';
import { accountOffering } from './accountOffering';
import type { Resource } from './resource';
import { subuser } from './subuser';
import { subuserCredit } from './subuserCredit';

/** All that the node can do, in menu order. */
export const resources: Resource[] = [account, accountOffering, subuser, subuserCredit];
