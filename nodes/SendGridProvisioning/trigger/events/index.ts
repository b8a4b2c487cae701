import { accountCreated } from './accountCreated';
import { accountStateChanged } from './accountStateChanged';
import { creditsLow } from './creditsLow';
import type { TriggerEvent } from '../event';
import { subuserCreated } from './subuserCreated';

/** All that the trigger can watch, in menu order. */
export const events: TriggerEvent[] = [
	accountCreated,
	accountStateChanged,
	creditsLow,
	subuserCreated,
];
