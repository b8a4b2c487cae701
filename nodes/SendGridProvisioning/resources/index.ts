import { accountOffering } from './accountOffering';
import type { Resource } from './resource';
import { subuserCredit } from './subuserCredit';

/** All that the node can do, in menu order. */
export const resources: Resource[] = [accountOffering, subuserCredit];
