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

/** What the account has now. */
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

describe('Add or Update', () => {
	it('adds an add-on and changes nothing else', async () => {
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

	it('replaces the package and keeps the add-ons', async () => {
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
	])('%s an add-on’s quantity to the given one', async (_name, quantity) => {
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

	it('changes the package and add-ons in one PUT', async () => {
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

	it('sends one PUT if the same change comes twice', async () => {
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

	it('sends no PUT if the account already has all of it', async () => {
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

describe('Replace All', () => {
	it('leaves the account with exactly these, and reports what was removed', async () => {
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

	it('sends no PUT if the account has exactly these, in any order', async () => {
		const { items } = await here.run(
			updateOfferings(lowmoor, byJson('replace', [subusers(2), PRO_300, ips(3)])),
		);
		expect(items[0]).toMatchObject({ changed: false, added: [], removed: [], updated: [] });
		expect(here.sent()).toEqual([get(lowmoor)]);
	});
});

describe('Remove', () => {
	it('removes add-ons and changes nothing else', async () => {
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

	it('sends no PUT if the account doesn’t have the add-on', async () => {
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

	it('reports only the add-ons that the account had', async () => {
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
	])('accepts an expression that returns %s', async (_name, offeringNames, left) => {
		const { error } = await here.run(
			updateOfferings(saltmarsh, { change: 'remove', offeringNames }),
		);
		expect(error).toBeUndefined();
		expect(offeringsOf(saltmarsh)).toEqual(left);
	});

	it('refuses to remove the package, and sends no PUT', async () => {
		const { error } = await here.run(
			updateOfferings(saltmarsh, { change: 'remove', offeringNames: [PRO_100.name] }),
		);
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('without a package');
		expect(error?.message).toContain(saltmarsh);
		expect(here.sent()).toEqual([get(saltmarsh)]);
	});
});

describe('Offerings (JSON)', () => {
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
	])('can be %s', async (_name, offeringsJson) => {
		const { error } = await here.run(updateOfferings(tidewater, byJson('replace', offeringsJson)), {
			items: [{ list: wanted }],
		});
		expect(error).toBeUndefined();
		expect(here.bodies('PUT')).toEqual([{ offerings: full }]);
		expect(offeringsOf(tidewater)).toEqual(full);
	});

	it('can be merged', async () => {
		await here.run(updateOfferings(saltmarsh, byJson('merge', [PRO_300, ips(2)])));
		expect(offeringsOf(saltmarsh)).toEqual(expect.arrayContaining([PRO_300, ips(2), MARKETING]));
		expect(offeringsOf(saltmarsh)).toHaveLength(3);
	});

	it('can be names to remove', async () => {
		const { items } = await here.run(
			updateOfferings(saltmarsh, byJson('remove', ['demo.x.ip.v1'])),
		);
		expect(items[0]?.['removed']).toEqual(['demo.x.ip.v1']);
		expect(offeringsOf(saltmarsh)).toEqual([PRO_100, MARKETING]);
	});

	it.each<[string, string, unknown, string]>([
		['two packages', 'merge', [PRO_100, PRO_300], '2 packages'],
		['text that isn’t JSON', 'merge', '[{ name: demo.x.ip.v1 }]', 'not valid JSON'],
		[
			'an expression without a value',
			'replace',
			'={{ $json.missing }}',
			'No offerings are specified',
		],
		['an expression that returns null', 'remove', '={{ null }}', 'No offerings are specified'],
		['an expression that returns empty text', 'merge', '={{ "" }}', 'No offerings are specified'],
	])('are refused before anything is sent: %s', async (_name, change, value, words) => {
		const { error } = await here.run(updateOfferings(saltmarsh, byJson(change, value)));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain(words);
		expect(error?.message).toContain(saltmarsh);
		expect(error?.description).toBeTruthy();
		expect(here.sent()).toEqual([]);
	});
});

describe('the fields', () => {
	it.each<[string, INodeParameters, string]>([
		['neither package nor add-on', {}, 'No offerings are specified'],
		['an unknown change', { change: '={{ "add" }}', package: PRO_100.name }, 'Change'],
		[
			'an unknown way to specify',
			{ specifyOfferings: '={{ "text" }}', package: PRO_100.name },
			'Specify Offerings',
		],
		[
			'a switch that is neither on nor off',
			{ package: PRO_100.name, dryRun: '={{ "yes" }}' },
			'Dry Run',
		],
	])('are refused before anything is sent: %s', async (_name, more, words) => {
		const { error } = await here.run(updateOfferings(saltmarsh, more));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain(words);
		expect(error?.message).toContain(saltmarsh);
		expect(error?.description).toBeTruthy();
		expect(here.sent()).toEqual([]);
	});

	it('of another change aren’t sent, whatever was left in them', async () => {
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
});

describe('an empty CRM field', () => {
	const empty: Array<[string, IDataObject]> = [
		['empty text', { crm: '' }],
		['a missing field', {}],
		['null', { crm: null }],
	];

	it.each(empty)('as the only package is refused: %s', async (_name, item) => {
		for (const change of ['merge', 'replace']) {
			const { error } = await here.run(
				updateOfferings(saltmarsh, { change, package: '={{ $json.crm }}' }),
				{ items: [item] },
			);
			expect(error?.message).toContain('No offerings are specified');
		}
		expect(here.sent()).toEqual([]);
	});

	it.each(empty)('as the package next to an add-on keeps the package: %s', async (_name, item) => {
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

	it.each(empty)('as the package in Replace All is refused: %s', async (_name, item) => {
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

	it.each(empty)('as an add-on’s name is refused: %s', async (_name, item) => {
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

	it.each(empty)('as an add-on’s quantity is refused: %s', async (_name, item) => {
		const addons = rows({ name: 'demo.x.ip.v1', quantity: '={{ $json.crm }}' });
		const { error } = await here.run(updateOfferings(lowmoor, { addons }), { items: [item] });
		expect(error?.message).toContain('quantity of demo.x.ip.v1');
		expect(here.sent()).toEqual([]);
	});

	it.each(empty)('as the names to remove is refused: %s', async (_name, item) => {
		const { error } = await here.run(
			updateOfferings(lowmoor, { change: 'remove', offeringNames: '={{ $json.crm }}' }),
			{ items: [item] },
		);
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('No offerings are specified');
		expect(here.sent()).toEqual([]);
	});

	it.each(empty)('as the account is refused: %s', async (_name, item) => {
		const { error } = await here.run(
			updateOfferings('={{ $json.crm }}', { package: PRO_300.name }),
			{ items: [item] },
		);
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('Account is empty');
		expect(here.sent()).toEqual([]);
	});
});

describe('Fail on Removal', () => {
	it.each<[string, INodeParameters, string]>([
		[
			'the removal of an add-on',
			{ change: 'remove', offeringNames: ['demo.x.ip.v1'] },
			'demo.x.ip.v1 would be removed',
		],
		[
			'a lower quantity',
			{ addons: rows({ name: 'demo.x.ip.v1', quantity: 2 }) },
			'demo.x.ip.v1 would be lowered from 3 to 2',
		],
		['another package', { package: PRO_100.name }, `${PRO_300.name} would be removed`],
		[
			'a list that lacks an add-on',
			byJson('replace', [PRO_300, ips(3)]),
			'demo.x.subusers-10.v1 would be removed',
		],
	])('refuses %s, in a dry run too', async (_name, more, words) => {
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

	it('allows a change that only adds', async () => {
		const { items } = await here.run(
			updateOfferings(lowmoor, {
				addons: rows({ name: 'demo.x.ip.v1', quantity: 4 }, { name: MARKETING.name }),
				options: { refuseRemovals: true },
			}),
		);
		expect(items[0]).toMatchObject({ changed: true, added: [MARKETING.name], removed: [] });
		expect(offeringsOf(lowmoor)).toEqual([PRO_300, ips(4), subusers(2), MARKETING]);
	});

	it('allows the removal of an add-on that the account doesn’t have', async () => {
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

	it('reports the change and sends no PUT', async () => {
		const { items } = await here.run(
			updateOfferings(lowmoor, { ...changes[0]?.[1], dryRun: true }),
		);
		expect(items).toEqual([
			{
				account_id: lowmoor,
				summary: 'would be: demo.ei.pro-300k.v1 → demo.ei.pro-100k.v1; demo.x.ip.v1 3 → 1',
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

	it.each(changes)(
		'of %s reports exactly the list that the real run then sends',
		async (_name, more) => {
			const dry = await here.run(updateOfferings(lowmoor, { ...more, dryRun: true }));
			const wet = await here.run(updateOfferings(lowmoor, more));
			expect(here.bodies('PUT')).toEqual([{ offerings: dry.items[0]?.['offerings'] }]);
			const summary = wet.items[0]?.['summary'] as string;
			expect(dry.items[0]?.['summary']).toBe(`would be: ${summary}`);
			expect(wet.items).toEqual([{ ...dry.items[0], summary, dry_run: false }]);
		},
	);

	it('reports what the account has if nothing would change', async () => {
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

	it('refuses a list that can’t be sent', async () => {
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

describe('a response', () => {
	const change = { addons: rows({ name: 'demo.x.ip.v1', quantity: 2 }, { name: MARKETING.name }) };

	it('that lacks an offering fails the item, with both lists', async () => {
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

	it('that lacks an offering becomes an output item with “Continue”', async () => {
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

	it('in another order is accepted, and returned in that order', async () => {
		const offerings = [MARKETING, ips(2), ESSENTIALS];
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'status', status: 200, body: { offerings } });
		const { items } = await here.run(updateOfferings(birchwood, change));
		expect(items[0]?.['offerings']).toEqual(offerings);
	});

	it('with unknown keys is accepted, and those keys aren’t sent back', async () => {
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
});

describe('a refusal by SendGrid', () => {
	it('of an offering that isn’t in the catalog becomes an item with field and error ID', async () => {
		const { items } = await here.run(updateOfferings(birchwood, { package: 'demo.ei.gone.v1' }), {
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual([
			{
				error: containing('demo.ei.gone.v1'),
				description: containing('Get offering catalog'),
				http_code: 400,
				error_id: matching(/^10-400/),
				field: 'name',
				account_id: birchwood,
			},
		]);
		expect(offeringsOf(birchwood)).toEqual([ESSENTIALS]);
	});

	it('of an unknown account names the account', async () => {
		const { error } = await here.run(updateOfferings('sg0000', { package: PRO_100.name }));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('can’t find this account');
		expect(error?.message).toContain('sg0000');
		expect(error?.httpCode).toBe('404');
		expect(here.sent()).toEqual([get('sg0000')]);
	});

	it('of an account that was deleted before the PUT says that it can’t be found', async () => {
		const body = { errors: [{ message: 'Account not found', field: '', error_id: '10-40400' }] };
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'status', status: 404, body });
		const { error } = await here.run(updateOfferings(birchwood, { package: PRO_100.name }));
		expect(error?.message).toContain('can’t find this account');
	});
});

describe('Get many account offerings', () => {
	const getMany = (account: string, more: INodeParameters = {}): INodeParameters => ({
		...updateOfferings(account, more),
		operation: 'getAll',
	});

	it('returns an item for each offering', async () => {
		const { items, pairs } = await here.run(getMany(lowmoor));
		expect(items).toEqual(
			[PRO_300, ips(3), subusers(2)].map((offering) => ({ account_id: lowmoor, ...offering })),
		);
		expect(pairs).toEqual([0, 0, 0]);
		expect(here.sent()).toEqual([get(lowmoor)]);
	});

	it.each([
		[{ limit: 1 }, 1],
		[{ returnAll: true, limit: 1 }, 3],
	])('returns no more than %j allows', async (more, count) => {
		const { items } = await here.run(getMany(lowmoor, more));
		expect(items).toHaveLength(count);
	});

	it('refuses a limit of 0 before sending anything', async () => {
		const { error } = await here.run(getMany(lowmoor, { limit: 0 }));
		expect(error?.message).toContain('Limit');
		expect(here.sent()).toEqual([]);
	});

	it('returns no item for an account without offerings', async () => {
		const account = here.emulator.state.accounts.get(tidewater);
		if (account !== undefined) account.offerings = [];
		const { items, error } = await here.run(getMany(tidewater));
		expect(error).toBeUndefined();
		expect(items).toEqual([]);
	});
});

describe('Get offering catalog', () => {
	const catalog: INodeParameters = { resource: 'accountOffering', operation: 'getCatalog' };

	it('returns an item for each entry, with its entitlements', async () => {
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

	it('reads the catalog once and returns it for each item', async () => {
		const { items, pairs } = await here.run(catalog, { items: [{}, {}] });
		const { length } = here.emulator.state.catalog;
		expect(items).toHaveLength(2 * length);
		expect(pairs).toEqual([...Array<number>(length).fill(0), ...Array<number>(length).fill(1)]);
		expect(here.sent()).toEqual(['GET /v3/partners/offerings']);
	});
});
