import type { INodeProperties } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { oneOf, textOrNone } from '../domain/values';
import { optionsFrom } from './options';

const LABEL = 'Run Once per Key';

/** On every operation that may run at most once for a key. */
export const onceKeyField: INodeProperties = {
	displayName: LABEL,
	name: 'onceKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.invoice_id }}',
	hint: 'If the same key comes again for the same customer, nothing is changed',
	description:
		'Expression with the ID of the payment, invoice, or event; for a monthly reset, the month. If the key ran for this customer before, nothing is changed, even with other values. With a fixed text, each customer is changed only once. If empty, every item runs.',
};

/** A notice that a second run of the same event does more than the first one. */
export function repeatNotice(name: string, eachRun: string): INodeProperties {
	return {
		displayName: `${eachRun} If the same event can arrive twice, fill in ${LABEL}, so that it counts once.`,
		name,
		type: 'notice',
		default: '',
	};
}

export const KEY_IN_DOUBT = 'Key in Doubt';
const DECISIONS = ['fail', 'assumeDone', 'sendAgain'] as const;

/** What to do about a key that an earlier item began and didn't finish. */
export type KeyInDoubt = (typeof DECISIONS)[number];

/** In the options of the same operations. */
export const keyInDoubtOption: INodeProperties = {
	displayName: KEY_IN_DOUBT,
	name: 'onceKeyInDoubt',
	type: 'options',
	options: [
		{
			name: 'Assume Done',
			value: 'assumeDone',
			description: 'Send nothing, and treat the key as done from now on',
		},
		{
			name: 'Fail',
			value: 'fail',
			description: 'Send nothing, so that you can check in SendGrid',
		},
		{
			name: 'Send Again',
			value: 'sendAgain',
			description: 'Apply the change, a second time if the earlier run has applied it',
		},
	],
	default: 'fail',
	description:
		'What to do if an earlier run began with this key and may have applied the change, because its response was lost or n8n stopped',
};

/**
 * The item's key; undefined where the field is empty.
 * @throws Refusal where it's an expression that returns nothing: that must not switch the protection off
 */
export function onceKeyFrom(value: unknown, isExpression: boolean): string | undefined {
	const isDecimal = typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value);
	const key = textOrNone(isDecimal ? String(value) : value, LABEL);
	if (key !== undefined || !isExpression) return key;
	throw new Refusal(
		`${LABEL} is an expression that returns nothing for this item`,
		`Make sure that every item has a key. To run items without one, use another node whose ${LABEL} is empty.`,
	);
}

/** @throws Refusal */
export function keyInDoubtFrom(param: (name: string) => unknown): KeyInDoubt {
	return oneOf(optionsFrom(param)['onceKeyInDoubt'] ?? 'fail', DECISIONS, KEY_IN_DOUBT);
}

/** Whether the field is filled in as it's saved in the workflow, be it with an expression. */
export function hasOnceKey(written: unknown): boolean {
	const isBlank = typeof written === 'string' && written.trim() === '';
	return written !== undefined && written !== null && !isBlank;
}
