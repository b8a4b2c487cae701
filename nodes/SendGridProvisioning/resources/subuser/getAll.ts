import type { IDataObject } from 'n8n-workflow';
import { collection, oneOf, textOrNone } from '../../domain/values';
import { limitFields, limitFrom } from '../../fields/limit';
import { REGIONS } from '../../domain/regions';
import { allSubusers } from '../../sendgrid/subuserPages';
import type { Operation, OperationContext, OperationResult } from '../../runner/operation';

export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many subusers',
		description: 'Get your subusers, each with its region',
	},
	needs: [{ scope: 'subusers.read' }],
	description: [
		...limitFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Region',
					name: 'region',
					type: 'options',
					options: [
						{ name: 'All', value: 'all' },
						{ name: 'EU', value: 'eu' },
						{ name: 'Global', value: 'global' },
					],
					default: 'all',
					description: 'Where the subusers’ email is handled',
				},
				{
					displayName: 'Username Starts With',
					name: 'username',
					type: 'string',
					default: '',
					placeholder: 'e.g. birch',
					description: 'In upper or lower case',
				},
			],
		},
	],
	readOnly: true,
	execute,
};

async function execute({ api, param, cached }: OperationContext): Promise<OperationResult> {
	const limit = limitFrom(param);
	const filters = collection(param('filters'), 'Filters');
	const region = oneOf(filters['region'] ?? 'all', ['all', ...REGIONS], 'Region');
	const username = textOrNone(filters['username'], 'Username Starts With');
	const wanted = {
		...(username === undefined ? {} : { username }),
		...(region === 'all' ? {} : { region }),
		limit,
	};
	const key = `subusers ${region} ${limit} ${username ?? ''}`;
	const found = await cached(key, async () => await allSubusers(api, wanted));
	return { output: found.map((row) => ({ ...row }) as IDataObject), effect: 'read' };
}
