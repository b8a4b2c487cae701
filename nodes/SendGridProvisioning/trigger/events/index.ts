import { accountCreated } from './accountCreated';
import { accountStateChanged } from './accountStateChanged';
import { creditsLow } from './creditsLow';
import type { TriggerEvent } from '../event';
import { subuserCreated } from './subuserCreated';

/** All events, in menu order. */
export const events: TriggerEvent[] = [
	accountCreated,
	accountStateChanged,
	creditsLow,
	subuserCreated,
];
