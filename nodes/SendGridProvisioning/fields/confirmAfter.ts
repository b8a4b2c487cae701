import type { INodeProperties } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { wholeNumber } from '../domain/values';
import { optionsFrom } from './options';

const LABEL = 'Confirm After';

/** For changes of lists that SendGrid only replaces whole. */
export const confirmAfterOption: INodeProperties = {
	displayName: `${LABEL} (Seconds)`,
	name: 'confirmAfterSeconds',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description:
		'How long after a change to check that no other process has overwritten it. If one has, the item fails. In queue mode, 5 is a good value. 0 turns the check off.',
};

/** In milliseconds; 0 if it's off. @throws Refusal */
export function confirmAfterFrom(param: (name: string) => unknown): number {
	return wholeNumber(optionsFrom(param)['confirmAfterSeconds'] ?? 0, LABEL, 0) * 1000;
}

/** For an increase: it can't be told apart from another process's. @throws Refusal */
export function assertNoConfirm(confirmAfterMs: number): void {
	if (confirmAfterMs === 0) return;
	throw new Refusal(
		`Increase Quantities can’t be combined with ${LABEL}`,
		`Set ${LABEL} to 0 in the options, or use Add or Update with the total. Two increases by two processes look like one, so the check couldn’t tell whether one of them is missing.`,
	);
}
