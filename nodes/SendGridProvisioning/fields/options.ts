import type { INodeProperties } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { collection, wholeNumber } from '../domain/values';
import type { Patience } from '../transport/client';

/** Node fires a timer of more than 24 days immediately, and no request needs an hour. */
const LONGEST_TIMEOUT_S = 3600;
const DEFAULTS = { concurrency: 0, maxWaitSeconds: 300, timeoutSeconds: 30 };

/** The options of every operation. */
const sharedOptions: INodeProperties[] = [
	{
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description:
			'Number of items to process at the same time. 0 lets the node choose. Changes to the same customer are always made in input order.',
	},
	{
		displayName: 'Max Wait (Seconds)',
		name: 'maxWaitSeconds',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 300,
		description:
			'Longest time that a request waits for SendGrid’s rate limit. If SendGrid asks for more, the item fails.',
	},
	{
		displayName: 'Timeout (Seconds)',
		name: 'timeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: LONGEST_TIMEOUT_S },
		default: 30,
		description: 'Longest time to wait for the response to one request',
	},
];

/** The Options field of an operation: what all operations have, and what this one adds, from A to Z. */
export function optionsField(added: INodeProperties[] = []): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [...sharedOptions, ...added].sort((one, other) =>
			one.displayName.localeCompare(other.displayName),
		),
	};
}

/** The settings in Options that the runner reads for every operation. */
export interface RunOptions {
	/** Number of items that may run at the same time; Infinity where the node chooses. */
	concurrency: number;
	patience: Patience;
}

/** Reads them; a setting that isn't added has its default. @throws Refusal */
export function runOptionsFrom(param: (name: string) => unknown): RunOptions {
	const options = { ...DEFAULTS, ...optionsFrom(param) };
	const concurrency = wholeNumber(options.concurrency, 'Concurrency', 0);
	const maxWait = wholeNumber(options.maxWaitSeconds, 'Max Wait', 0);
	const timeout = wholeNumber(options.timeoutSeconds, 'Timeout', 1);
	if (timeout > LONGEST_TIMEOUT_S) {
		throw new Refusal(
			`Timeout must be at most ${LONGEST_TIMEOUT_S} seconds, but is ${timeout}`,
			'Enter the seconds to wait for the response to one request. To wait longer for SendGrid’s rate limit, raise Max Wait.',
		);
	}
	return {
		concurrency: concurrency === 0 ? Infinity : concurrency,
		patience: { maxWaitMs: maxWait * 1000, timeoutMs: timeout * 1000 },
	};
}

/** What is set in Options, for the readers of an operation's own options. @throws Refusal */
export function optionsFrom(param: (name: string) => unknown): Record<string, unknown> {
	return collection(param('options'), 'Options');
}
