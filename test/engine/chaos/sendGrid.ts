import { world } from '../world';

/** The SendGrid of the chaos test, and n8n's engine around the node. */
export const here = world({ accounts: 0, subusers: 0 });
