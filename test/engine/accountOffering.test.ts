import type { IDataObject, INodeParameters } from 'n8n-workflow';
import {
	ACCOUNTS,
	OFFERINGS,
	updateOfferings,
	world,
	containing,
	matching,
	someWords,
} from './world';

const here = world();

const FREE = { name: 'demo.ei.free.v1', type: 'package', quantity: 1 };
const ESSENTIALS = { name: 'demo.ei.essentials-50k.v1', type: 'package', quantity: 1 };
const PRO_100 = { name: 'demo.ei.pro-100k.v1', type: 'package', quantity: 1 };
const PRO_300 = { name: 'demo.ei.pro-300k.v1', type: 'package', quantity: 1 };
const MARKETING = { name: 'demo.x.marketing-campaigns.v1', type: 'addon', quantity: 1 };
const TEAMMATES = { name: 'demo.x.teammates-5.v1', type: 'addon', quantity: 1 };
const ips = (quantity: number) => ({ name: 'demo.x.ip.v1', type: 'addon', quantity });
const subusers = (quantity: number) => ({ name: 'demo.x.subusers-10.v1', type: 'addon', quantity });

const { birchwood, saltmarsh, tidewater, lowmoor } = ACCOUNTS;

const get = (account: string) => `GET /v3/partners/accounts/${account}/offerings`;
const put = (account: string) => `PUT /v3/partners/accounts/${account}/offerings`;

/** What the account has by now. */
function offeringsOf(account: string): unknown {
	return here.emulator.state.accounts.get(account)?.offerings;
}

/** The rows of the add-on field. */
function rows(...addon: Array<{ name: unknown; quantity?: unknown }>): INodeParameters {
	return { addon } as unknown as INodeParameters;
}

function byJson(change: string, offerings: unknown): INodeParameters {
	const offeringsJson = typeof offerings === 'string' ? offerings : JSON.stringify(offerings);
	return { change, specifyOfferings: 'json', offeringsJson };
}

describe('add or update', () => {
	it('adds an add-on to an account and leaves all else', async () => {
		const { items, error } = await here.run(
			updateOfferings(birchwood, { addons: rows({ name: 'demo.x.ip.v1', quantity: 2 }) }),
		);
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				account_id: birchwood,
				summary: 'added demo.x.ip.v1 (2)',
				dry_run: false,
				changed: true,
				before: [ESSENTIALS],
				offerings: [ESSENTIALS, ips(2)],
				added: ['demo.x.ip.v1'],
				removed: [],
				updated: [],
			},
		]);
		expect(here.sent()).toEqual([get(birchwood), put(birchwood)]);
		expect(here.bodies('PUT')).toEqual([{ offerings: [ESSENTIALS, ips(2)] }]);
		expect(offeringsOf(birchwood)).toEqual([ESSENTIALS, ips(2)]);
	});

	it('puts a package in the place of the present one, and the add-ons stay', async () => {
		const { items } = await here.run(
			updateOfferings(saltmarsh, { change: 'merge', package: PRO_300.name }),
		);
		expect(items[0]).toMatchObject({
			changed: true,
			before: [PRO_100, ips(1), MARKETING],
			added: [PRO_300.name],
			removed: [PRO_100.name],
			updated: [],
		});
		expect(new Set(offeringsOf(saltmarsh) as unknown[])).toEqual(
			new Set([PRO_300, ips(1), MARKETING]),
		);
	});

	it.each([
		['raises', 5],
		['lowers', 1],
	])('%s the quantity of an add-on to the one given', async (_name, quantity) => {
		const { items } = await here.run(
			updateOfferings(lowmoor, { addons: rows({ name: 'demo.x.ip.v1', quantity }) }),
		);
		expect(items[0]).toMatchObject({
			changed: true,
			before: [PRO_300, ips(3), subusers(2)],
			offerings: [PRO_300, ips(quantity), subusers(2)],
			added: [],
			removed: [],
			updated: [{ name: 'demo.x.ip.v1', from: 3, to: quantity }],
		});
		expect(offeringsOf(lowmoor)).toEqual([PRO_300, ips(quantity), subusers(2)]);
	});

	it('takes package and add-ons at once', async () => {
		const { items } = await here.run(
			updateOfferings(saltmarsh, {
				package: PRO_300.name,
				addons: rows({ name: 'demo.x.ip.v1', quantity: '4' }, { name: TEAMMATES.name }),
			}),
		);
		expect(items[0]).toMatchObject({
			added: [PRO_300.name, TEAMMATES.name],
			removed: [PRO_100.name],
			updated: [{ name: 'demo.x.ip.v1', from: 1, to: 4 }],
		});
		expect(here.sent()).toEqual([get(saltmarsh), put(saltmarsh)]);
		expect(offeringsOf(saltmarsh)).toEqual(
			expect.arrayContaining([PRO_300, ips(4), MARKETING, TEAMMATES]),
		);
		expect(offeringsOf(saltmarsh)).toHaveLength(4);
	});

	it('sends one PUT where the same change comes twice', async () => {
		const parameters = updateOfferings(birchwood, { package: PRO_100.name });
		const first = await here.run(parameters);
		const second = await here.run(parameters);
		expect(first.items[0]?.['changed']).toBe(true);
		expect(second.items).toEqual([
			{
				account_id: birchwood,
				summary: 'unchanged',
				dry_run: false,
				changed: false,
				before: [PRO_100],
				offerings: [PRO_100],
				added: [],
				removed: [],
				updated: [],
			},
		]);
		expect(here.sent()).toEqual([get(birchwood), put(birchwood), get(birchwood)]);
	});

	it('sends nothing where the account has all that already', async () => {
		const { items } = await here.run(
			updateOfferings(lowmoor, {
				package: PRO_300.name,
				addons: rows(
					{ name: 'demo.x.subusers-10.v1', quantity: 2 },
					{ name: 'demo.x.ip.v1', quantity: 3 },
				),
			}),
		);
		expect(items[0]).toMatchObject({ changed: false, before: offeringsOf(lowmoor) });
		expect(here.sent()).toEqual([get(lowmoor)]);
	});
});

describe('replace all', () => {
	it('gives the account exactly these, and says what went', async () => {
		const { items } = await here.run(
			updateOfferings(lowmoor, {
				change: 'replace',
				package: PRO_100.name,
				addons: rows({ name: 'demo.x.ip.v1', quantity: 1 }),
			}),
		);
		expect(items).toEqual([
			{
				account_id: lowmoor,
				summary:
					'demo.ei.pro-300k.v1 → demo.ei.pro-100k.v1; demo.x.ip.v1 3 → 1; removed demo.x.subusers-10.v1 (2)',
				dry_run: false,
				changed: true,
				before: [PRO_300, ips(3), subusers(2)],
				offerings: [PRO_100, ips(1)],
				added: [PRO_100.name],
				removed: [PRO_300.name, 'demo.x.subusers-10.v1'],
				updated: [{ name: 'demo.x.ip.v1', from: 3, to: 1 }],
			},
		]);
		expect(here.bodies('PUT')).toEqual([{ offerings: [PRO_100, ips(1)] }]);
		expect(offeringsOf(lowmoor)).toEqual([PRO_100, ips(1)]);
	});

	it('sends nothing where the account has exactly these, in whatever order', async () => {
		const { items } = await here.run(
			updateOfferings(lowmoor, byJson('replace', [subusers(2), PRO_300, ips(3)])),
		);
		expect(items[0]).toMatchObject({ changed: false, added: [], removed: [], updated: [] });
		expect(here.sent()).toEqual([get(lowmoor)]);
	});
});

describe('remove', () => {
	it('takes add-ons away and leaves all else', async () => {
		const { items } = await here.run(
			updateOfferings(saltmarsh, { change: 'remove', offeringNames: [MARKETING.name] }),
		);
		expect(items).toEqual([
			{
				account_id: saltmarsh,
				summary: 'removed demo.x.marketing-campaigns.v1',
				dry_run: false,
				changed: true,
				before: [PRO_100, ips(1), MARKETING],
				offerings: [PRO_100, ips(1)],
				added: [],
				removed: [MARKETING.name],
				updated: [],
			},
		]);
		expect(here.bodies('PUT')).toEqual([{ offerings: [PRO_100, ips(1)] }]);
	});

	it('of something that is not there changes nothing', async () => {
		const { items } = await here.run(
			updateOfferings(saltmarsh, { change: 'remove', offeringNames: [TEAMMATES.name] }),
		);
		expect(items[0]).toMatchObject({
			changed: false,
			removed: [],
			offerings: [PRO_100, ips(1), MARKETING],
		});
		expect(here.sent()).toEqual([get(saltmarsh)]);
	});

	it('of something that is there and something that is not says what went', async () => {
		const { items } = await here.run(
			updateOfferings(saltmarsh, {
				change: 'remove',
				offeringNames: [TEAMMATES.name, 'demo.x.ip.v1'],
			}),
		);
		expect(items[0]).toMatchObject({ changed: true, removed: ['demo.x.ip.v1'] });
		expect(offeringsOf(saltmarsh)).toEqual([PRO_100, MARKETING]);
	});

	it.each([
		['a list', '={{ ["demo.x.ip.v1", "demo.x.marketing-campaigns.v1"] }}', [PRO_100]],
		['one name', '={{ "demo.x.ip.v1" }}', [PRO_100, MARKETING]],
	])('takes names from an expression that gives %s', async (_name, offeringNames, left) => {
		const { error } = await here.run(
			updateOfferings(saltmarsh, { change: 'remove', offeringNames }),
		);
		expect(error).toBeUndefined();
		expect(offeringsOf(saltmarsh)).toEqual(left);
	});

	it('refuses to take the package, after the look and without a PUT', async () => {
		const { error } = await here.run(
			updateOfferings(saltmarsh, { change: 'remove', offeringNames: [PRO_100.name] }),
		);
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('without a package');
		expect(error?.message).toContain(saltmarsh);
		expect(here.sent()).toEqual([get(saltmarsh)]);
	});
});

describe('match another account', () => {
	const match = (value: string): INodeParameters => ({
		change: 'match',
		matchAccount: { __rl: true, mode: 'id', value },
	});

	it('gives the account exactly what the other one has, which stays as it is', async () => {
		const { items } = await here.run(updateOfferings(saltmarsh, match(lowmoor)));
		expect(items[0]).toMatchObject({
			account_id: saltmarsh,
			changed: true,
			before: [PRO_100, ips(1), MARKETING],
			offerings: [PRO_300, ips(3), subusers(2)],
			removed: [PRO_100.name, MARKETING.name],
		});
		expect(here.sent()).toEqual([get(lowmoor), get(saltmarsh), put(saltmarsh)]);
		expect(offeringsOf(lowmoor)).toEqual(offeringsOf(saltmarsh));
	});

	it('names the other account where that one is unknown, and sends no PUT', async () => {
		const { error } = await here.run(updateOfferings(saltmarsh, match('sg0000')));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('sg0000');
		expect(here.bodies('PUT')).toEqual([]);
	});

	it('refuses an empty account to match before anything is sent', async () => {
		const { error } = await here.run(updateOfferings(saltmarsh, match('={{ $json.missing }}')));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('Account to Match is empty');
		expect(here.sent()).toEqual([]);
	});
});

describe('offerings as JSON', () => {
	const wanted = [
		PRO_100,
		{ name: 'demo.x.ip.v1', type: 'addon', quantity: '2' },
		{ name: MARKETING.name, type: 'addon' },
	];
	const full = [PRO_100, ips(2), MARKETING];

	it.each([
		['text with a list', JSON.stringify(wanted)],
		['text with an object', JSON.stringify({ offerings: wanted })],
		['a list from an expression', '={{ $json.list }}'],
		['an object from an expression', '={{ { offerings: $json.list } }}'],
		['text from an expression', '={{ JSON.stringify($json.list) }}'],
	])('may be %s', async (_name, offeringsJson) => {
		const { error } = await here.run(updateOfferings(tidewater, byJson('replace', offeringsJson)), {
			items: [{ list: wanted }],
		});
		expect(error).toBeUndefined();
		expect(here.bodies('PUT')).toEqual([{ offerings: full }]);
		expect(offeringsOf(tidewater)).toEqual(full);
	});

	it('are merged like those from fields', async () => {
		await here.run(updateOfferings(saltmarsh, byJson('merge', [PRO_300, ips(2)])));
		expect(offeringsOf(saltmarsh)).toEqual(expect.arrayContaining([PRO_300, ips(2), MARKETING]));
		expect(offeringsOf(saltmarsh)).toHaveLength(3);
	});

	it.each([
		['a list of names', ['demo.x.ip.v1']],
		['a list of offerings', [ips(1)]],
		['an object with names', { offerings: ['demo.x.ip.v1'] }],
	])('to remove may be %s', async (_name, value) => {
		const { items } = await here.run(updateOfferings(saltmarsh, byJson('remove', value)));
		expect(items[0]?.['removed']).toEqual(['demo.x.ip.v1']);
		expect(offeringsOf(saltmarsh)).toEqual([PRO_100, MARKETING]);
	});

	it('hide the fields, whatever was left in them', async () => {
		await here.run(
			updateOfferings(tidewater, {
				...byJson('merge', [PRO_100]),
				package: PRO_300.name,
				addons: rows({ name: '', quantity: -1 }),
			}),
		);
		expect(offeringsOf(tidewater)).toEqual([PRO_100]);
	});

	const addon = (more: object) => [{ name: 'demo.x.ip.v1', type: 'addon', ...more }];
	it.each<[string, string, unknown, string]>([
		['two packages to merge', 'merge', [PRO_100, PRO_300], '2 packages'],
		['two packages to replace', 'replace', [PRO_100, PRO_300, ips(1)], '2 packages'],
		['no package to replace', 'replace', [ips(1)], 'without a package'],
		['a package of quantity 2', 'merge', [{ ...PRO_100, quantity: 2 }], 'package has quantity 1'],
		[
			'a package of quantity "2"',
			'merge',
			[{ ...PRO_100, quantity: '2' }],
			'package has quantity 1',
		],
		['a package of quantity 0', 'merge', [{ ...PRO_100, quantity: 0 }], 'quantity'],
		['a package of quantity null', 'merge', [{ ...PRO_100, quantity: null }], 'quantity'],
		['an add-on of quantity 0', 'merge', addon({ quantity: 0 }), 'quantity'],
		['an add-on of quantity -1', 'merge', addon({ quantity: -1 }), 'quantity'],
		['an add-on of quantity 1.5', 'merge', addon({ quantity: 1.5 }), 'quantity'],
		['an add-on of quantity ""', 'merge', addon({ quantity: '' }), 'quantity'],
		['an add-on of quantity " 2"', 'merge', addon({ quantity: ' 2' }), 'quantity'],
		['an add-on of quantity "02"', 'merge', addon({ quantity: '02' }), 'quantity'],
		['an add-on of quantity "1e1"', 'merge', addon({ quantity: '1e1' }), 'quantity'],
		['an add-on of quantity "two"', 'merge', addon({ quantity: 'two' }), 'quantity'],
		['an add-on of quantity null', 'merge', addon({ quantity: null }), 'quantity'],
		['an add-on of quantity true', 'merge', addon({ quantity: true }), 'quantity'],
		['an add-on of quantity [2]', 'merge', addon({ quantity: [2] }), 'quantity'],
		['an add-on named twice', 'merge', [ips(1), ips(2)], 'named twice'],
		[
			'a name as package and add-on',
			'replace',
			[PRO_100, { ...PRO_100, type: 'addon' }],
			'named twice',
		],
		['a name to remove twice', 'remove', ['demo.x.ip.v1', 'demo.x.ip.v1'], 'named twice'],
		['a type that there is not', 'merge', [{ ...ips(1), type: 'plugin' }], 'type'],
		['a type in other letters', 'merge', [{ ...ips(1), type: 'Addon' }], 'type'],
		['no type', 'merge', [{ name: 'demo.x.ip.v1' }], 'type'],
		['an unknown key', 'merge', addon({ qty: 2 }), '“qty”'],
		[
			'an unknown key beside the list',
			'merge',
			{ offerings: [ips(1)], change: 'replace' },
			'“change”',
		],
		['an unknown key to remove', 'remove', addon({ qty: 2 }), '“qty”'],
		['no name', 'merge', [{ type: 'addon', quantity: 1 }], 'name'],
		['an empty name', 'merge', [{ ...ips(1), name: ' ' }], 'name'],
		['a name that is null', 'merge', [{ ...ips(1), name: null }], 'name'],
		['a name that is a list', 'merge', [{ ...ips(1), name: ['demo.x.ip.v1'] }], 'name'],
		['a list in the list', 'merge', [[ips(1)]], 'must be an object'],
		['names to merge', 'merge', ['demo.x.ip.v1'], 'must be an object'],
		['an empty list', 'replace', [], 'names no offering'],
		['an empty list to remove', 'remove', [], 'names no offering'],
		['an object with an empty list', 'merge', { offerings: [] }, 'names no offering'],
		['the word null', 'replace', 'null', 'names no offering'],
		['an object without a list', 'merge', {}, 'list'],
		['a number', 'merge', '5', 'list'],
		['text that is no JSON', 'merge', '[{ name: demo.x.ip.v1 }]', 'not valid JSON'],
		['JSON that was cut off', 'merge', '[{"name": "demo', 'not valid JSON'],
		['nothing from an expression', 'replace', '={{ $json.missing }}', 'names no offering'],
		['null from an expression', 'remove', '={{ null }}', 'names no offering'],
		['empty text from an expression', 'merge', '={{ "" }}', 'names no offering'],
	])('are refused before anything is sent: %s', async (_name, change, value, words) => {
		const { error } = await here.run(updateOfferings(saltmarsh, byJson(change, value)));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain(words);
		expect(error?.message).toContain(saltmarsh);
		expect(error?.description).toBeTruthy();
		expect(here.sent()).toEqual([]);
	});

	it('are refused without a PUT where the account has the name with another type', async () => {
		const asPackage = [{ name: 'demo.x.ip.v1', type: 'package' }];
		const { error } = await here.run(updateOfferings(saltmarsh, byJson('merge', asPackage)));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('demo.x.ip.v1');
		expect(here.sent()).toEqual([get(saltmarsh)]);
	});
});

describe('fields', () => {
	it.each<[string, INodeParameters, string]>([
		['neither package nor add-on', {}, 'names no offering'],
		[
			'no package to replace',
			{ change: 'replace', addons: rows({ name: 'demo.x.ip.v1' }) },
			'without a package',
		],
		[
			'an add-on twice',
			{ addons: rows({ name: 'demo.x.ip.v1' }, { name: 'demo.x.ip.v1', quantity: 2 }) },
			'named twice',
		],
		[
			'the package as add-on too',
			{ package: PRO_100.name, addons: rows({ name: PRO_100.name }) },
			'named twice',
		],
		['a quantity of 0', { addons: rows({ name: 'demo.x.ip.v1', quantity: 0 }) }, 'quantity'],
		['a quantity of 1.5', { addons: rows({ name: 'demo.x.ip.v1', quantity: 1.5 }) }, 'quantity'],
		['no name in a row', { addons: rows({ name: '', quantity: 1 }) }, 'name'],
		['nothing to remove', { change: 'remove', offeringNames: [] }, 'names no offering'],
		['an empty name to remove', { change: 'remove', offeringNames: [''] }, 'name'],
		[
			'a name to remove twice',
			{ change: 'remove', offeringNames: ['demo.x.ip.v1', 'demo.x.ip.v1'] },
			'named twice',
		],
		['a change that there is not', { change: '={{ "add" }}', package: PRO_100.name }, 'Change'],
		[
			'a way to specify that there is not',
			{ specifyOfferings: '={{ "text" }}', package: PRO_100.name },
			'Specify Offerings',
		],
		['a switch that is a word', { package: PRO_100.name, dryRun: '={{ "yes" }}' }, 'Dry Run'],
	])('are refused before anything is sent: %s', async (_name, more, words) => {
		const { error } = await here.run(updateOfferings(saltmarsh, more));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain(words);
		expect(error?.message).toContain(saltmarsh);
		expect(error?.description).toBeTruthy();
		expect(here.sent()).toEqual([]);
	});

	it('left over from another change are not sent', async () => {
		await here.run(
			updateOfferings(saltmarsh, {
				change: '={{ "remove" }}',
				offeringNames: ['demo.x.ip.v1'],
				package: FREE.name,
				addons: rows({ name: TEAMMATES.name, quantity: 3 }),
			}),
		);
		expect(offeringsOf(saltmarsh)).toEqual([PRO_100, MARKETING]);
	});

	it('refuse add-ons alone for an account that has no package', async () => {
		const account = here.emulator.state.accounts.get(tidewater);
		if (account !== undefined) account.offerings = [];
		const { error } = await here.run(
			updateOfferings(tidewater, { addons: rows({ name: 'demo.x.ip.v1' }) }),
		);
		expect(error?.message).toContain('without a package');
		expect(here.sent()).toEqual([get(tidewater)]);
	});
});

describe('an empty field of the CRM', () => {
	const empty: Array<[string, IDataObject]> = [
		['empty text', { crm: '' }],
		['nothing', {}],
		['null', { crm: null }],
	];

	it.each(empty)('as package alone names nothing and is refused: %s', async (_name, item) => {
		for (const change of ['merge', 'replace']) {
			const { error } = await here.run(
				updateOfferings(saltmarsh, { change, package: '={{ $json.crm }}' }),
				{ items: [item] },
			);
			expect(error?.message).toContain('names no offering');
		}
		expect(here.sent()).toEqual([]);
	});

	it.each(empty)('as package beside an add-on leaves the package: %s', async (_name, item) => {
		const { error } = await here.run(
			updateOfferings(birchwood, {
				package: '={{ $json.crm }}',
				addons: rows({ name: 'demo.x.ip.v1', quantity: 1 }),
			}),
			{ items: [item] },
		);
		expect(error).toBeUndefined();
		expect(offeringsOf(birchwood)).toEqual([ESSENTIALS, ips(1)]);
	});

	it.each(empty)('as package to replace with is refused: %s', async (_name, item) => {
		const { error } = await here.run(
			updateOfferings(saltmarsh, {
				change: 'replace',
				package: '={{ $json.crm }}',
				addons: rows({ name: 'demo.x.ip.v1', quantity: 1 }),
			}),
			{ items: [item] },
		);
		expect(error?.message).toContain('without a package');
		expect(here.sent()).toEqual([]);
	});

	it.each(empty)('as name of an add-on is refused: %s', async (_name, item) => {
		const addons = rows({ name: '={{ $json.crm }}', quantity: 1 });
		const { error } = await here.run(
			updateOfferings(saltmarsh, { package: PRO_300.name, addons }),
			{
				items: [item],
			},
		);
		expect(error?.message).toContain('name');
		expect(error?.name).toBe('NodeOperationError');
		expect(here.sent()).toEqual([]);
	});

	it.each(empty)('as quantity of an add-on is refused: %s', async (_name, item) => {
		const addons = rows({ name: 'demo.x.ip.v1', quantity: '={{ $json.crm }}' });
		const { error } = await here.run(updateOfferings(lowmoor, { addons }), { items: [item] });
		expect(error?.message).toContain('quantity of demo.x.ip.v1');
		expect(here.sent()).toEqual([]);
	});

	it.each(empty)('as names to remove is refused: %s', async (_name, item) => {
		const { error } = await here.run(
			updateOfferings(lowmoor, { change: 'remove', offeringNames: '={{ $json.crm }}' }),
			{ items: [item] },
		);
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('names no offering');
		expect(here.sent()).toEqual([]);
	});

	it.each(empty)('as account is refused: %s', async (_name, item) => {
		const { error } = await here.run(
			updateOfferings('={{ $json.crm }}', { package: PRO_300.name }),
			{ items: [item] },
		);
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('Account is empty');
		expect(here.sent()).toEqual([]);
	});
});

describe('refuse removals', () => {
	it.each<[string, INodeParameters, string]>([
		[
			'an add-on that would go',
			{ change: 'remove', offeringNames: ['demo.x.ip.v1'] },
			'demo.x.ip.v1 would go',
		],
		[
			'a quantity that would be lowered',
			{ addons: rows({ name: 'demo.x.ip.v1', quantity: 2 }) },
			'demo.x.ip.v1 would be lowered from 3 to 2',
		],
		['a package that would be swapped', { package: PRO_100.name }, `${PRO_300.name} would go`],
		[
			'a list that leaves something out',
			byJson('replace', [PRO_300, ips(3)]),
			'demo.x.subusers-10.v1 would go',
		],
	])('stops the item at %s', async (_name, more, words) => {
		for (const dryRun of [false, true]) {
			const options = { refuseRemovals: true };
			const { error } = await here.run(updateOfferings(lowmoor, { ...more, options, dryRun }));
			expect(error?.name).toBe('NodeOperationError');
			expect(error?.message).toContain(words);
			expect(error?.message).toContain(lowmoor);
		}
		expect(here.sent()).toEqual([get(lowmoor), get(lowmoor)]);
		expect(offeringsOf(lowmoor)).toEqual([PRO_300, ips(3), subusers(2)]);
	});

	it('lets through what only adds', async () => {
		const { items } = await here.run(
			updateOfferings(lowmoor, {
				addons: rows({ name: 'demo.x.ip.v1', quantity: 4 }, { name: MARKETING.name }),
				options: { refuseRemovals: true },
			}),
		);
		expect(items[0]).toMatchObject({ changed: true, added: [MARKETING.name], removed: [] });
		expect(offeringsOf(lowmoor)).toEqual([PRO_300, ips(4), subusers(2), MARKETING]);
	});

	it('lets through a removal of something that is not there', async () => {
		const { items } = await here.run(
			updateOfferings(lowmoor, {
				change: 'remove',
				offeringNames: [MARKETING.name],
				options: { refuseRemovals: true },
			}),
		);
		expect(items[0]).toMatchObject({ changed: false });
	});
});

describe('a dry run', () => {
	const changes: Array<[string, INodeParameters]> = [
		['merge', { package: PRO_100.name, addons: rows({ name: 'demo.x.ip.v1', quantity: 1 }) }],
		['replace', { ...byJson('replace', [PRO_100, MARKETING]) }],
		['remove', { change: 'remove', offeringNames: ['demo.x.ip.v1'] }],
	];

	it('looks and tells, and sends nothing that changes anything', async () => {
		const { items } = await here.run(
			updateOfferings(lowmoor, { ...changes[0]?.[1], dryRun: true }),
		);
		expect(items).toEqual([
			{
				account_id: lowmoor,
				summary: 'demo.ei.pro-300k.v1 → demo.ei.pro-100k.v1; demo.x.ip.v1 3 → 1',
				dry_run: true,
				changed: true,
				before: [PRO_300, ips(3), subusers(2)],
				offerings: expect.arrayContaining([PRO_100, ips(1), subusers(2)]) as unknown,
				added: [PRO_100.name],
				removed: [PRO_300.name],
				updated: [{ name: 'demo.x.ip.v1', from: 3, to: 1 }],
			},
		]);
		expect(items[0]?.['offerings']).toHaveLength(3);
		expect(here.sent()).toEqual([get(lowmoor)]);
		expect(offeringsOf(lowmoor)).toEqual([PRO_300, ips(3), subusers(2)]);
	});

	it.each(changes)('of %s shows the very list that is sent afterwards', async (_name, more) => {
		const dry = await here.run(updateOfferings(lowmoor, { ...more, dryRun: true }));
		const wet = await here.run(updateOfferings(lowmoor, more));
		expect(here.bodies('PUT')).toEqual([{ offerings: dry.items[0]?.['offerings'] }]);
		expect(wet.items).toEqual([{ ...dry.items[0], dry_run: false }]);
	});

	it('without a change says so and gives what is there', async () => {
		const { items } = await here.run(
			updateOfferings(lowmoor, { package: PRO_300.name, dryRun: true }),
		);
		expect(items).toEqual([
			{
				account_id: lowmoor,
				summary: 'unchanged',
				dry_run: true,
				changed: false,
				before: [PRO_300, ips(3), subusers(2)],
				offerings: [PRO_300, ips(3), subusers(2)],
				added: [],
				removed: [],
				updated: [],
			},
		]);
	});

	it('refuses what could not be sent', async () => {
		const { error } = await here.run(
			updateOfferings(lowmoor, {
				change: 'remove',
				offeringNames: [PRO_300.name],
				dryRun: true,
			}),
		);
		expect(error?.message).toContain('without a package');
	});
});

describe('an answer that is not what was sent', () => {
	const change = { addons: rows({ name: 'demo.x.ip.v1', quantity: 2 }, { name: MARKETING.name }) };

	it('fails the item where SendGrid dropped an offering, with both lists', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'dropOffering', name: 'demo.x.ip.v1' });
		const { error } = await here.run(updateOfferings(birchwood, change));
		expect(error?.name).toBe('NodeApiError');
		const [sent = '', answered = ''] = error?.message.split('Received:') ?? [];
		expect(sent).toContain('demo.x.ip.v1 × 2');
		expect(sent).toContain(MARKETING.name);
		expect(answered).toContain(MARKETING.name);
		expect(answered).not.toContain('demo.x.ip.v1');
		expect(error?.message).toContain(birchwood);
		expect(error?.description).toBeTruthy();
	});

	it('fails the item where SendGrid altered a quantity, with both lists', async () => {
		here.fail({
			match: `PUT ${OFFERINGS}`,
			kind: 'alterOffering',
			name: 'demo.x.ip.v1',
			quantity: 1,
		});
		const { error } = await here.run(updateOfferings(birchwood, change));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('demo.x.ip.v1 × 2');
		expect(error?.message).toContain('demo.x.ip.v1 × 1');
	});

	it.each([
		['put one in', [ESSENTIALS, ips(2), MARKETING, TEAMMATES]],
		['gave the type of another', [ESSENTIALS, ips(2), { ...MARKETING, type: 'package' }]],
		['doubled one', [ESSENTIALS, ips(2), MARKETING, MARKETING]],
		['answered with none', []],
	])('fails the item where SendGrid %s', async (_name, offerings) => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'status', status: 200, body: { offerings } });
		const { error } = await here.run(updateOfferings(birchwood, change));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('demo.x.ip.v1 × 2');
	});

	it('becomes an output item where the node goes on', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'dropOffering', name: 'demo.x.ip.v1' });
		const { items } = await here.run(updateOfferings(birchwood, change), {
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual([
			{
				error: containing('demo.x.ip.v1 × 2'),
				description: someWords,
				account_id: birchwood,
			},
		]);
	});

	it('in another order is as good', async () => {
		const offerings = [MARKETING, ips(2), ESSENTIALS];
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'status', status: 200, body: { offerings } });
		const { items } = await here.run(updateOfferings(birchwood, change));
		expect(items[0]?.['offerings']).toEqual(offerings);
	});

	it('with quantities left out counts them as 1', async () => {
		const offerings = [{ name: PRO_100.name, type: 'package' }];
		for (const method of ['GET', 'PUT']) {
			here.fail({
				match: `${method} ${OFFERINGS}`,
				kind: 'status',
				status: 200,
				body: { offerings },
			});
		}
		const { items } = await here.run(updateOfferings(tidewater, { package: PRO_100.name }));
		expect(items[0]).toMatchObject({ changed: false, before: [PRO_100] });
	});

	it('with keys that nobody knows is taken, and those keys are not sent back', async () => {
		const offerings = [{ ...ESSENTIALS, price: 5 }];
		here.fail({
			match: `GET ${OFFERINGS}`,
			kind: 'status',
			status: 200,
			body: { offerings, page: 1 },
		});
		const { error } = await here.run(updateOfferings(birchwood, change));
		expect(error).toBeUndefined();
		expect(here.bodies('PUT')).toEqual([{ offerings: [ESSENTIALS, ips(2), MARKETING] }]);
	});

	it.each([
		['no list', {}],
		['a list at the top', [ESSENTIALS]],
		['an offering without a type', { offerings: [{ name: ESSENTIALS.name, quantity: 1 }] }],
		['an offering without a name', { offerings: [{ type: 'package', quantity: 1 }] }],
		['a quantity that is text', { offerings: [{ ...ESSENTIALS, quantity: '1' }] }],
		['null', { offerings: null }],
	])('stops before anything is changed where the look brings %s', async (_name, body) => {
		here.fail({ match: `GET ${OFFERINGS}`, kind: 'status', status: 200, body });
		const { error } = await here.run(updateOfferings(birchwood, change));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain(birchwood);
		expect(here.sent()).toEqual([get(birchwood)]);
	});
});

describe('what SendGrid refuses', () => {
	it('names the field and the error ID: an offering that the catalog has not', async () => {
		const { items } = await here.run(updateOfferings(birchwood, { package: 'demo.ei.gone.v1' }), {
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual([
			{
				error: containing('demo.ei.gone.v1'),
				description: containing('“name”'),
				http_code: 400,
				error_id: matching(/^10-400/),
				field: 'name',
				account_id: birchwood,
			},
		]);
		expect(offeringsOf(birchwood)).toEqual([ESSENTIALS]);
	});

	it('an unknown account is called so', async () => {
		const { error } = await here.run(updateOfferings('sg0000', { package: PRO_100.name }));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('can’t find this account');
		expect(error?.message).toContain('sg0000');
		expect(error?.httpCode).toBe('404');
		expect(here.sent()).toEqual([get('sg0000')]);
	});

	it('an account that went between look and change is called unknown, too', async () => {
		const body = { errors: [{ message: 'Account not found', field: '', error_id: '10-40400' }] };
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'status', status: 404, body });
		const { error } = await here.run(updateOfferings(birchwood, { package: PRO_100.name }));
		expect(error?.message).toContain('can’t find this account');
	});
});

describe('get many account offerings', () => {
	const getMany = (account: string, more: INodeParameters = {}): INodeParameters => ({
		...updateOfferings(account, more),
		operation: 'getAll',
	});

	it('gives one item for each offering', async () => {
		const { items, pairs } = await here.run(getMany(lowmoor));
		expect(items).toEqual(
			[PRO_300, ips(3), subusers(2)].map((offering) => ({ account_id: lowmoor, ...offering })),
		);
		expect(pairs).toEqual([0, 0, 0]);
		expect(here.sent()).toEqual([get(lowmoor)]);
	});

	it.each([
		[{ limit: 1 }, 1],
		[{ limit: '2' }, 2],
		[{ limit: 50 }, 3],
		[{ returnAll: true }, 3],
		[{ returnAll: true, limit: 1 }, 3],
	])('gives no more than it is asked for: %j', async (more, count) => {
		const { items } = await here.run(getMany(lowmoor, more));
		expect(items).toHaveLength(count);
	});

	it.each([0, -1, 1.5, '={{ "all" }}'])('refuses a limit of %s', async (limit) => {
		const { error } = await here.run(getMany(lowmoor, { limit }));
		expect(error?.message).toContain('Limit');
		expect(here.sent()).toEqual([]);
	});

	it('gives nothing for an account that has nothing', async () => {
		const account = here.emulator.state.accounts.get(tidewater);
		if (account !== undefined) account.offerings = [];
		const { items, error } = await here.run(getMany(tidewater));
		expect(error).toBeUndefined();
		expect(items).toEqual([]);
	});
});

describe('get offering catalog', () => {
	const catalog: INodeParameters = { resource: 'accountOffering', operation: 'getCatalog' };

	it('gives one item for each entry, with what it entitles to', async () => {
		const { items } = await here.run(catalog);
		expect(items).toEqual(
			here.emulator.state.catalog.map(({ offering, entitlements }) => ({
				...offering,
				entitlements,
			})),
		);
		expect(items[0]).toMatchObject({
			name: FREE.name,
			entitlements: { email_sends_max_monthly: 3000 },
		});
		expect(here.sent()).toEqual(['GET /v3/partners/offerings']);
	});

	it('is read once for all items, and each item gets it', async () => {
		const { items, pairs } = await here.run(catalog, { items: [{}, {}] });
		const { length } = here.emulator.state.catalog;
		expect(items).toHaveLength(2 * length);
		expect(pairs).toEqual([...Array<number>(length).fill(0), ...Array<number>(length).fill(1)]);
		expect(here.sent()).toEqual(['GET /v3/partners/offerings']);
	});

	it('takes entries without entitlements', async () => {
		const body = { catalog: [{ offering: { name: 'demo.x.new.v1', type: 'addon' } }] };
		here.fail({ match: 'GET /v3/partners/offerings', kind: 'status', status: 200, body });
		const { items } = await here.run(catalog);
		expect(items).toEqual([
			{ name: 'demo.x.new.v1', type: 'addon', quantity: 1, entitlements: {} },
		]);
	});

	it('that is not one stops the node', async () => {
		here.fail({ match: 'GET /v3/partners/offerings', kind: 'status', status: 200, body: [] });
		const { error } = await here.run(catalog);
		expect(error?.name).toBe('NodeApiError');
	});
});
