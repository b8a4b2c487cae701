import type { INodeProperties } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { collection, wholeNumber } from '../domain/values';
import type { TimeLimits } from '../transport/client';

/** A timer of Node's that is set to more than 24 days ends at once; no request needs an hour. */
const LONGEST_TIMEOUT_S = 3600;
const DEFAULTS = { concurrency: 0, maxWaitSeconds: 300, timeoutSeconds: 30 };

/** How a node treats SendGrid's limits; on every operation. */
export const batchingField: INodeProperties = {
	displayName: 'Batching',
	name: 'batching',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Concurrency',
			name: 'concurrency',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				'How many items are worked on at once. 0 lets the node choose; items of one customer always run one after the other.',
		},
		{
			displayName: 'Max Wait (Seconds)',
			name: 'maxWaitSeconds',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 300,
			description:
				'How long a request may wait at a time for SendGrid’s rate limit. If SendGrid asks for more, the item fails and says so.',
		},
		{
			displayName: 'Timeout (Seconds)',
			name: 'timeoutSeconds',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: LONGEST_TIMEOUT_S },
			default: 30,
			description: 'How long one request may take to be answered',
		},
	],
};

/** What somebody has set under Batching. */
export interface Batching {
	/** How many items may be worked on at once; Infinity where the node chooses. */
	concurrency: number;
	timeLimits: TimeLimits;
}

/** Reads the collection; what is not set has its default. @throws Refusal */
export function batchingFrom(value: unknown): Batching {
	const batching = { ...DEFAULTS, ...collection(value, 'Batching') };
	const concurrency = wholeNumber(batching.concurrency, 'Concurrency', 0);
	const maxWait = wholeNumber(batching.maxWaitSeconds, 'Max Wait', 0);
	const timeout = wholeNumber(batching.timeoutSeconds, 'Timeout', 1);
	if (timeout > LONGEST_TIMEOUT_S) {
		throw new Refusal(
			`Timeout must be at most ${LONGEST_TIMEOUT_S} seconds, but is ${timeout}`,
			'Enter how many seconds one request may take. For how long to wait for SendGrid’s rate limit, there is Max Wait.',
		);
	}
	return {
		concurrency: concurrency === 0 ? Infinity : concurrency,
		timeLimits: { maxWaitMs: maxWait * 1000, timeoutMs: timeout * 1000 },
	};
}
