import type { INodeProperties } from 'n8n-workflow';
import { REGIONS } from '../domain/regions';
import type { Region } from '../domain/regions';
import { assertAddable } from '../domain/accountIps';
import { oneOf, wholeNumber } from '../domain/values';

/** How many IPs to add, and where. */
export const newIpFields: INodeProperties[] = [
	{
		displayName: 'Count',
		name: 'count',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 10 },
		default: 1,
		description:
			'Number of dedicated IPs to add, from 1 to 10. SendGrid doesn’t document how this affects the quantity of the IP add-on, or the bill.',
	},
	{
		displayName: 'Region',
		name: 'region',
		type: 'options',
		options: [
			{ name: 'EU', value: 'eu' },
			{ name: 'Global', value: 'global' },
		],
		default: 'global',
		description: 'Region of the new IPs',
	},
];

/** Reads them. @throws Refusal */
export function newIpsFrom(param: (name: string) => unknown): { count: number; region: Region } {
	const count = wholeNumber(param('count'), 'Count', 1);
	assertAddable(count);
	return { count, region: oneOf(param('region'), REGIONS, 'Region') };
}
