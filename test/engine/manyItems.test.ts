import { accountIdOf } from '../../emulator';
import { skippingClock } from './clock';
import { ACCOUNTS, byId, byUsername, updateCredits, updateOfferings, world } from './world';

const here = world({ accounts: 60, subusers: 60 });

jest.setTimeout(60_000);

const range = (count: number) => [...Array(count).keys()];
const ids = (count: number) => here.emulator.state.accounts.list(0, count).map(({ id }) => id);
const names = (count: number) =>
	here.emulator.state.subusers.list(0, count).map(({ username }) => username);
const offering = (id: string, name: string) =>
	here.emulator.state.accounts.get(id)?.offerings.find((entry) => entry.name === name);
const once = (name: string, more = {}) =>
	updateCredits(name, { creditType: 'nonrecurring', total: '={{ $json.total }}', ...more });

describe('three hundred items about forty accounts', () => {
	it('come out in input order, paired, and run in order for each account', async () => {
		const forty = ids(40);
		const items = range(300).map((index) => ({ id: forty[(index * 7) % 40], count: index + 1 }));
		here.emulator.setLatency(5);
		const {
			items: output,
			pairs,
			error,
		} = await here.run(
			updateOfferings('={{ $json.id }}', {
				addons: { addon: [{ name: 'demo.x.teammates-5.v1', quantity: '={{ $json.count }}' }] },
			}),
			{ items },
		);
		expect(error).toBeUndefined();
		expect(pairs).toEqual(range(300));
		expect(output.map((item) => item['account_id'])).toEqual(items.map(({ id }) => id));
		for (const id of forty) {
			const own = items.filter((item) => item.id === id).map(({ count }) => count);
			const sent = here.emulator.requests
				.filter(({ method, params }) => method === 'PUT' && params['id'] === id)
				.map(
					({ body }) =>
						(body as { offerings: Array<{ name: string; quantity: number }> }).offerings,
				)
				.map((list) => list.find(({ name }) => name === 'demo.x.teammates-5.v1')?.quantity);
			expect(sent).toEqual(own);
			expect(offering(id, 'demo.x.teammates-5.v1')?.quantity).toBe(own.at(-1));
		}
	});
});

describe('one failing item among many', () => {
	it('stops new requests, and the error is of the lowest index and lists what went through', async () => {
		const all = names(60);
		here.emulator.setLatency(10);
		const { error, items } = await here.run(
			once('={{ $json.name }}', { options: { concurrency: 4 } }),
			{
				items: all.map((name, index) => ({ name: index === 20 ? 'nobody' : name, total: 5 })),
			},
		);
		expect(items).toEqual([]);
		expect(error?.context).toMatchObject({ itemIndex: 20 });
		const sent = here.sent().length;
		expect(sent).toBeLessThan(30);
		const listed = /went through[^:]*: ([\d, to]+)\./.exec(String(error?.description))?.[1] ?? '';
		const through = listed.split(', ').flatMap((part) => {
			const [from = 0, to = from] = part.split(' to ').map(Number);
			return range(to - from + 1).map((step) => from + step);
		});
		const applied = [...all.keys()].filter((index) => {
			const credits = here.emulator.state.subusers.get(String(all[index]))?.credits;
			return credits?.type === 'nonrecurring' && credits.remain === 5;
		});
		expect(through).toEqual(applied);
		await skippingClock.sleep(100);
		expect(here.sent()).toHaveLength(sent);
	});

	it('leaves every other item its own answer with “Continue”', async () => {
		const all = names(60);
		const bad = new Set([0, 20, 21, 59]);
		const { items, pairs } = await here.run(once('={{ $json.name }}'), {
			items: all.map((name, index) => ({
				name: bad.has(index) ? `nobody-${index}` : name,
				total: 5,
			})),
			node: { onError: 'continueRegularOutput' },
		});
		expect(pairs).toEqual(range(60));
		items.forEach((item, index) => {
			expect(item['username']).toBe(bad.has(index) ? `nobody-${index}` : all[index]);
			expect('error' in item).toBe(bad.has(index));
		});
	});
});

describe('two hundred executions at once', () => {
	it('that each merge another quantity or add-on into four accounts lose nothing', async () => {
		const four = Object.values(ACCOUNTS);
		const catalog = here.emulator.state.catalog;
		const extra = range(50).map((index) => `demo.x.extra-${index}.v1`);
		for (const name of extra) {
			catalog.push({ offering: { name, type: 'addon', quantity: 1 }, entitlements: {} });
		}
		const runs = await Promise.all(
			range(200).map(async (index) => {
				const name = String(extra[Math.floor(index / 4)]);
				return await here.run(
					updateOfferings(String(four[index % 4]), {
						addons: { addon: [{ name, quantity: 1 + index }] },
					}),
				);
			}),
		);
		expect(runs.filter(({ error }) => error !== undefined)).toEqual([]);
		range(200).forEach((index) => {
			const name = String(extra[Math.floor(index / 4)]);
			expect(offering(String(four[index % 4]), name)?.quantity).toBe(1 + index);
		});
	});

	it('that each adjust the same subuser add up', async () => {
		here.addSubuser('orchard-lane');
		const runs = await Promise.all(
			range(50).map(
				async (index) =>
					await here.run({
						resource: 'subuserCredit',
						operation: 'adjust',
						subuser: byUsername(index % 2 === 0 ? 'orchard-lane' : 'ORCHARD-lane'),
						adjustment: 1 + index,
					}),
			),
		);
		expect(runs.filter(({ error }) => error !== undefined)).toEqual([]);
		expect(here.emulator.state.subusers.get('orchard-lane')?.credits.remain).toBe(600 + 1275);
	});
});

describe('the order of one customer’s items', () => {
	it('holds where the name is written in other letters, or in another execution picked from the list', async () => {
		here.addSubuser('orchard-lane');
		here.emulator.setLatency(10);
		const spelt = ['orchard-lane', 'Orchard-Lane', 'ORCHARD-LANE', ' orchard-lane '];
		const totals = (mode: string) =>
			range(24).map((index) => ({
				name: spelt[index % 4],
				total: (mode === 'list' ? 1000 : 0) + index + 1,
			}));
		const runs = await Promise.all(
			['list', 'username'].map(
				async (mode) =>
					await here.run(
						{ ...once(''), subuser: { __rl: true, mode, value: '={{ $json.name }}' } },
						{ items: totals(mode) },
					),
			),
		);
		expect(runs.map(({ error }) => error)).toEqual([undefined, undefined]);
		const sent = here.bodies('PUT').map((body) => (body as { total: number }).total);
		for (const mode of ['list', 'username']) {
			const own = totals(mode).map(({ total }) => total);
			expect(sent.filter((total) => own.includes(total))).toEqual(own);
		}
		expect(here.emulator.counters.maxInFlight).toBe(1);
	});
});

describe('a read', () => {
	it('doesn’t wait for a change of the same subuser, in another execution or the same one', async () => {
		const [name = ''] = names(1);
		const match = `PUT /v3/subusers/${name}/credits`;
		here.fail({ match, kind: 'slow', delayMs: 2_000 });
		const change = here.run(updateCredits(name, { creditType: 'unlimited' })).then(() => 'change');
		while (!here.sent().includes(match)) await new Promise((resolve) => setTimeout(resolve, 20));
		const get = { resource: 'subuserCredit', operation: 'get', subuser: byUsername(name) };
		const read = here.run(get, { items: [{}, {}] }).then(() => 'read');
		expect(await Promise.race([change, read])).toBe('read');
		await change;
	});
});

describe('how many requests are in flight', () => {
	it('is one at most with a concurrency of 1', async () => {
		here.emulator.setLatency(5);
		await here.run(once('={{ $json.name }}', { options: { concurrency: 1 } }), {
			items: names(30).map((name) => ({ name, total: 1 })),
		});
		expect(here.emulator.counters).toMatchObject({ requests: 30, maxInFlight: 1 });
	});

	it('is as many as chosen at most', async () => {
		here.emulator.setLatency(10);
		await here.run(once('={{ $json.name }}', { options: { concurrency: 7 } }), {
			items: names(50).map((name) => ({ name, total: 1 })),
		});
		expect(here.emulator.counters.maxInFlight).toBeLessThanOrEqual(7);
		expect(here.emulator.counters.maxInFlight).toBeGreaterThan(1);
	});

	it('is a hundred at most unless chosen, over all executions', async () => {
		here.emulator.setLatency(30);
		for (const index of range(300)) here.addSubuser(`many-${index}`);
		await Promise.all(
			range(3).map(
				async (part) =>
					await here.run(once('={{ $json.name }}'), {
						items: range(100).map((index) => ({ name: `many-${part * 100 + index}`, total: 1 })),
					}),
			),
		);
		expect(here.emulator.counters.requests).toBe(300);
		expect(here.emulator.counters.maxInFlight).toBeLessThanOrEqual(100);
		expect(here.emulator.counters.maxInFlight).toBeGreaterThan(20);
	});
});

describe('cancelling', () => {
	it('ends an execution that waits for its turn, and sends nothing for it', async () => {
		here.fail({ match: 'GET /v3/partners/accounts/{id}/offerings', kind: 'slow', delayMs: 4000 });
		const parameters = updateOfferings(accountIdOf('birchwood-bakery'), {
			package: 'demo.ei.free.v1',
		});
		const first = here.run({ ...parameters, account: byId(ACCOUNTS.birchwood) });
		while (here.sent().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		const second = await here.run(parameters, { cancelAfterMs: 100 });
		expect(second.stoppedAfterMs).toBeLessThan(1500);
		expect(here.sent()).toHaveLength(1);
		expect((await first).items).toHaveLength(1);
	});
});
