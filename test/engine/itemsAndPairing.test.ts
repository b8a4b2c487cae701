import type { IDataObject } from 'n8n-workflow';
import { ACCOUNTS, updateCredits, updateOfferings, world } from './world';

const here = world({ accounts: 60, subusers: 60 });

const names = (count: number) =>
	here.emulator.state.subusers.list(0, count).map(({ username }) => username);

describe('items', () => {
	it('are read each by its own values, and come out in the order they came in', async () => {
		const items = names(5).map((username, index) => ({
			customer: username,
			credits: 100 + index,
			cycle: ['daily', 'weekly', 'monthly'][index % 3],
		}));
		const run = await here.run(
			updateCredits('={{ $json.customer }}', {
				resetFrequency: '={{ $json.cycle }}',
				total: '={{ $json.credits }}',
			}),
			{ items: items },
		);
		expect(run.error).toBeUndefined();
		expect(
			run.items.map((item) => ({
				customer: item['username'],
				credits: item['total'],
				cycle: item['reset_frequency'],
			})),
		).toEqual(items);
		expect(run.pairs).toEqual([0, 1, 2, 3, 4]);
		for (const { customer, credits, cycle } of items) {
			const subuser = here.emulator.state.subusers.get(customer);
			expect(subuser?.credits).toMatchObject({ total: credits, reset_frequency: cycle });
		}
	});

	it('may each ask for something else, down to rows, switches and ways to specify', async () => {
		const [first, second, third] = [ACCOUNTS.birchwood, ACCOUNTS.saltmarsh, ACCOUNTS.lowmoor];
		const items: IDataObject[] = [
			{ id: first, change: 'merge', specify: 'fields', addon: 'demo.x.ip.v1', count: 2 },
			{ id: second, change: 'remove', specify: 'fields', names: ['demo.x.ip.v1'], dry: true },
			{
				id: third,
				change: 'replace',
				specify: 'json',
				list: [{ name: 'demo.ei.free.v1', type: 'package' }],
			},
		];
		const run = await here.run(
			updateOfferings('={{ $json.id }}', {
				change: '={{ $json.change }}',
				specifyOfferings: '={{ $json.specify }}',
				addons: { addon: [{ name: '={{ $json.addon }}', quantity: '={{ $json.count }}' }] },
				offeringNames: '={{ $json.names }}',
				offeringsJson: '={{ $json.list }}',
				dryRun: '={{ $json.dry }}',
			}),
			{ items },
		);
		expect(run.error).toBeUndefined();
		expect(run.items).toMatchObject([
			{ account_id: first, dry_run: false, added: ['demo.x.ip.v1'] },
			{ account_id: second, dry_run: true, removed: ['demo.x.ip.v1'] },
			{ account_id: third, dry_run: false, offerings: [{ name: 'demo.ei.free.v1' }] },
		]);
		expect(run.pairs).toEqual([0, 1, 2]);
	});

	it('may each name another operation’s credit type, dry run and refill', async () => {
		const [first = '', second = '', third = ''] = names(3);
		const run = await here.run(
			updateCredits('={{ $json.name }}', {
				creditType: '={{ $json.type }}',
				total: '={{ $json.total }}',
				refill: '={{ $json.refill }}',
				dryRun: '={{ $json.dry }}',
			}),
			{
				items: [
					{ name: first, type: 'recurring', total: 10_000, refill: true },
					{ name: second, type: 'unlimited', dry: 'true' },
					{ name: third, type: 'nonrecurring', total: '5', dry: false },
				],
			},
		);
		expect(run.items).toMatchObject([
			{ username: first, dry_run: false, used: 0 },
			{ username: second, dry_run: true, request: { type: 'unlimited' } },
			{ username: third, dry_run: false, remain: 5 },
		]);
		expect(run.items[0]).not.toHaveProperty('before');
	});

	it('that give several results keep them together and in order', async () => {
		const ids = [ACCOUNTS.lowmoor, ACCOUNTS.tidewater, ACCOUNTS.saltmarsh];
		const { items, pairs } = await here.run(
			{
				...updateOfferings('={{ $json.id }}', { returnAll: true }),
				operation: 'getAll',
			},
			{ items: ids.map((id) => ({ id })) },
		);
		expect(items.map((item) => item['account_id'])).toEqual(
			[0, 0, 0, 1, 2, 2, 2].map((index) => ids[index]),
		);
		expect(pairs).toEqual([0, 0, 0, 1, 2, 2, 2]);
	});

	it('that give nothing leave a gap, and the others keep their pairing', async () => {
		const account = here.emulator.state.accounts.get(ACCOUNTS.tidewater);
		if (account !== undefined) account.offerings = [];
		const ids = [ACCOUNTS.tidewater, ACCOUNTS.birchwood];
		const { items, pairs } = await here.run(
			{ ...updateOfferings('={{ $json.id }}', {}), operation: 'getAll' },
			{ items: ids.map((id) => ({ id })) },
		);
		expect(items).toHaveLength(1);
		expect(pairs).toEqual([1]);
	});

	it('whose answers overtake each other still come out in order', async () => {
		const [first = '', second = '', third = ''] = names(3);
		const match = `PUT /v3/subusers/${encodeURIComponent(first)}/credits`;
		here.fail({ match, kind: 'slow', delayMs: 300 });
		const { items, pairs } = await here.run(
			updateCredits('={{ $json.name }}', { creditType: 'nonrecurring', total: 3 }),
			{ items: [first, second, third].map((name) => ({ name })) },
		);
		expect(items.map(({ username }) => username)).toEqual([first, second, third]);
		expect(pairs).toEqual([0, 1, 2]);
	});

	it('may be none', async () => {
		const run = await here.run(updateCredits('tidewater-toys', { total: 5 }), { items: [] });
		expect(run.error).toBeUndefined();
		expect(run.items).toEqual([]);
		expect(here.sent()).toEqual([]);
	});

	it('may be fifty', async () => {
		const fifty = names(50);
		const run = await here.run(
			updateCredits('={{ $json.name }}', {
				resetFrequency: 'weekly',
				total: '={{ $itemIndex + 1 }}',
			}),
			{ items: fifty.map((name) => ({ name })) },
		);
		expect(run.error).toBeUndefined();
		expect(run.items.map(({ username, total }) => [username, total])).toEqual(
			fifty.map((name, index) => [name, index + 1]),
		);
		expect(run.pairs).toEqual(fifty.map((_name, index) => index));
		expect(here.emulator.counters.byAnswer).toEqual({
			'GET /v3/subusers/{name}/credits 200': 50,
			'PUT /v3/subusers/{name}/credits 200': 50,
		});
	});

	it('of an operation that is about nobody need no account and no subuser', async () => {
		const { items, pairs } = await here.run(
			{ resource: 'accountOffering', operation: 'getCatalog' },
			{ items: [{ a: 1 }, { a: 2 }, { a: 3 }] },
		);
		const { length } = here.emulator.state.catalog;
		expect(items).toHaveLength(3 * length);
		expect(new Set(pairs)).toEqual(new Set([0, 1, 2]));
	});

	it('with the same request do not share an output object', async () => {
		const { items } = await here.run(
			{ resource: 'accountOffering', operation: 'getCatalog' },
			{ items: [{}, {}] },
		);
		const { length } = here.emulator.state.catalog;
		expect(items[length]).toEqual(items[0]);
		expect(items[length]).not.toBe(items[0]);
	});
});

describe('several items for one account', () => {
	const id = ACCOUNTS.birchwood;
	const essentials = { name: 'demo.ei.essentials-50k.v1', type: 'package', quantity: 1 };
	const addon = (name: string, quantity: number) => ({ name, type: 'addon', quantity });
	const ip = (quantity: number) => addon('demo.x.ip.v1', quantity);
	const teammates = addon('demo.x.teammates-5.v1', 1);
	const one = updateOfferings('={{ $json.id }}', {
		addons: { addon: [{ name: '={{ $json.name }}', quantity: '={{ $json.quantity }}' }] },
	});

	it('each see what the one before has done, and nothing is lost', async () => {
		const { items } = await here.run(one, {
			items: [
				{ id, ...ip(1) },
				{ id, ...teammates },
				{ id, ...ip(3) },
			],
		});
		expect(items.map(({ before }) => before)).toEqual([
			[essentials],
			[essentials, ip(1)],
			[essentials, ip(1), teammates],
		]);
		expect(items[2]).toMatchObject({ updated: [{ name: 'demo.x.ip.v1', from: 1, to: 3 }] });
		expect(here.emulator.state.accounts.get(id)?.offerings).toEqual([essentials, ip(3), teammates]);
	});

	it('end with what the last one says', async () => {
		const packages = ['demo.ei.pro-100k.v1', 'demo.ei.free.v1', 'demo.ei.pro-300k.v1'];
		const { items } = await here.run(
			updateOfferings(id, { change: 'merge', package: '={{ $json.package }}' }),
			{ items: packages.map((name) => ({ package: name })) },
		);
		expect(items.map(({ added }) => added)).toEqual(packages.map((name) => [name]));
		expect(here.emulator.state.accounts.get(id)?.offerings).toEqual([
			{ name: 'demo.ei.pro-300k.v1', type: 'package', quantity: 1 },
		]);
	});

	it('send one PUT where they say the same', async () => {
		const { items } = await here.run(one, { items: [1, 2, 3].map(() => ({ id, ...ip(2) })) });
		expect(items.map(({ changed }) => changed)).toEqual([true, false, false]);
		expect(here.bodies('PUT')).toHaveLength(1);
	});

	it('do not hold up items for others', async () => {
		here.emulator.setLatency(30);
		const { tidewater } = ACCOUNTS;
		const ids = [id, id, id, id, tidewater];
		await here.run(
			{ ...one, options: { concurrency: 2 } },
			{ items: ids.map((each, index) => ({ id: each, ...ip(index + 1) })) },
		);
		const order = here.emulator.requests
			.filter(({ method }) => method === 'PUT')
			.map(({ params }) => params['id']);
		expect(order).toHaveLength(5);
		expect(order.indexOf(tidewater)).toBeLessThan(3);
	});

	it('between items for others do not lose their order', async () => {
		const { tidewater, saltmarsh } = ACCOUNTS;
		const { items, pairs } = await here.run(one, {
			items: [
				{ id, ...ip(1) },
				{ id: tidewater, ...ip(1) },
				{ id, ...teammates },
				{ id: saltmarsh, ...teammates },
				{ id, ...ip(2) },
				{ id: tidewater, ...teammates },
			],
		});
		expect(pairs).toEqual([0, 1, 2, 3, 4, 5]);
		expect(items[4]).toMatchObject({ before: [essentials, ip(1), teammates] });
		expect(here.emulator.state.accounts.get(id)?.offerings).toEqual([essentials, ip(2), teammates]);
		expect(here.emulator.state.accounts.get(tidewater)?.offerings).toHaveLength(3);
	});

	it('in executions of their own, all at once, lose nothing either', async () => {
		const wanted = ['demo.x.ip.v1', 'demo.x.teammates-5.v1', 'demo.x.marketing-campaigns.v1'];
		const runs = await Promise.all(
			wanted.map((name) =>
				here.run(updateOfferings(id, { addons: { addon: [{ name, quantity: 1 }] } })),
			),
		);
		expect(runs.map(({ items }) => items[0]?.['added'])).toEqual(wanted.map((name) => [name]));
		const offerings = here.emulator.state.accounts.get(id)?.offerings ?? [];
		expect(offerings.map(({ name }) => name).sort()).toEqual([essentials.name, ...wanted].sort());
	});
});

describe('several items for one subuser', () => {
	it('end with what the last one says', async () => {
		const { items } = await here.run(
			updateCredits('={{ $json.name }}', { resetFrequency: 'daily', total: '={{ $json.total }}' }),
			{
				items: [
					{ name: 'lowmoor-linens', total: 10 },
					{ name: 'lowmoor-linens', total: 20 },
					{ name: 'lowmoor-linens', total: 30 },
				],
			},
		);
		expect(items.map(({ before }) => (before as IDataObject)['total'])).toEqual([5000, 10, 20]);
		expect(here.emulator.state.subusers.get('lowmoor-linens')?.credits.total).toBe(30);
	});
});

describe('a name', () => {
	const NAMES = [
		'orders@harbour-cafe.example',
		'two words',
		'north/south',
		'who?name=1&limit=2',
		'number#one',
		'100%',
		'50%25off',
		'%2F..%2F',
		'a+b',
		'semi;colon:and,comma',
		'"quoted"',
		"o'clock",
		'back\\slash',
		'[brackets]{braces}',
		'ångström',
		'カモメ堂',
		'пекарня',
		'مخبز',
		'🐦 and 🐝',
		'...',
		'..hidden',
		'true',
		'0123',
	];

	it.each(NAMES)('of a subuser reaches that one and no other: %s', async (name) => {
		here.addSubuser(name);
		const { items, error } = await here.run(updateCredits('={{ $json.name }}', { total: 77 }), {
			items: [{ name }],
		});
		expect(error).toBeUndefined();
		expect(items[0]).toMatchObject({ username: name, total: 77 });
		expect(here.emulator.state.subusers.get(name)?.credits.total).toBe(77);
		for (const { path, params, query } of here.emulator.requests) {
			expect(params).toEqual({ name });
			expect(query).toEqual({});
			expect(path).toBe(`/v3/subusers/${encodeURIComponent(name)}/credits`);
		}
	});

	it.each(NAMES)('as an account’s ID reaches that one and no other: %s', async (id) => {
		const { state } = here.emulator;
		const seed = state.accounts.get(ACCOUNTS.birchwood);
		if (seed !== undefined) state.accounts.add(id, { ...structuredClone(seed), id });
		const { items } = await here.run(
			updateOfferings('={{ $json.id }}', { package: 'demo.ei.free.v1' }),
			{ items: [{ id }] },
		);
		expect(items[0]).toMatchObject({ account_id: id, changed: true });
		expect(state.accounts.get(id)?.offerings).toHaveLength(1);
		expect(state.accounts.get(id)?.offerings[0]?.name).toBe('demo.ei.free.v1');
		expect(here.emulator.requests.map(({ params }) => params)).toEqual([{ id }, { id }]);
	});

	it.each([
		['.', '.'],
		['..', '..'],
		['dots with spaces around', ' .. '],
		['half an emoji at the end', 'bird \ud83d'],
		['half an emoji in the middle', 'bird \udc26 bird'],
	])('that cannot be made safe is refused before anything is sent: %s', async (_name, name) => {
		const runs = [
			await here.run(updateCredits('={{ $json.name }}', { total: 5 }), { items: [{ name }] }),
			await here.run(updateOfferings('={{ $json.name }}', { package: 'demo.ei.free.v1' }), {
				items: [{ name }],
			}),
		];
		for (const { error } of runs) {
			expect(error?.name).toBe('NodeOperationError');
			expect(error?.message).toContain(name.trim());
			expect(error?.description).toBeTruthy();
		}
		expect(here.sent()).toEqual([]);
	});

	it('may have spaces around it, which do not count', async () => {
		const { items } = await here.run(updateCredits('={{ "  tidewater-toys\\n" }}', { total: 5 }));
		expect(items[0]?.['username']).toBe('tidewater-toys');
		expect(new Set(here.sent().map((line) => line.split(' ')[1]))).toEqual(
			new Set(['/v3/subusers/tidewater-toys/credits']),
		);
	});

	it('may be a number in the item', async () => {
		here.addSubuser('20260310');
		const { items } = await here.run(updateCredits('={{ $json.name }}', { total: 5 }), {
			items: [{ name: 20260310 }],
		});
		expect(items[0]).toMatchObject({ username: '20260310', total: 5 });
	});

	it.each([
		['a list', ['tidewater-toys']],
		['an object', { username: 'tidewater-toys' }],
		['true', true],
		['a number that is not exact', 1e21],
	])('that is %s is refused before anything is sent', async (_name, name) => {
		const { error } = await here.run(updateCredits('={{ $json.name }}', { total: 5 }), {
			items: [{ name }],
		});
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain('Subuser');
		expect(here.sent()).toEqual([]);
	});
});
