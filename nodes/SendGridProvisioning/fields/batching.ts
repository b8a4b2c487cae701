import type { INodeProperties } from 'n8n-workflow';
import { collection, wholeNumber } from '../domain/values';
import type { Patience } from '../transport/api';

const DEFAULTS = { maxWaitSeconds: 300, timeoutSeconds: 30 };

/** How a node treats SendGrid's limits; on every operation. */
export const batchingField: INodeProperties = {
	displayName: 'Batching',
	name: 'batching',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Max Wait (Seconds)',
			name: 'maxWaitSeconds',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 300,
			description:
				'How long an item may wait for SendGrid’s rate limit. If SendGrid asks for more, the item fails and says so.',
		},
		{
			displayName: 'Timeout (Seconds)',
			name: 'timeoutSeconds',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 30,
			description: 'How long one request may take to be answered',
		},
	],
};

/** Reads the collection; what is not set has its default. @throws Refusal */
export function patienceFrom(value: unknown): Patience {
	const batching = { ...DEFAULTS, ...collection(value, 'Batching') };
	return {
		maxWaitMs: wholeNumber(batching.maxWaitSeconds, 'Max Wait', 0) * 1000,
		timeoutMs: wholeNumber(batching.timeoutSeconds, 'Timeout', 1) * 1000,
	};
}
