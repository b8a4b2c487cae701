import type { INodeProperties } from 'n8n-workflow';
import { flag, wholeNumber } from '../domain/values';

/** How many results a "get many" operation gives. */
export const limitFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

/** The most results that are wanted; Infinity for all. @throws Refusal */
export function limitFrom(param: (name: string) => unknown): number {
	return flag(param('returnAll'), 'Return All')
		? Infinity
		: wholeNumber(param('limit'), 'Limit', 1);
}
