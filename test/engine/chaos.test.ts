import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { recurringCredits } from '../../emulator';
import type { Account, Fault, RateLimitHeaders, Subuser } from '../../emulator';
import { byId, byUsername, OFFERINGS, world } from './world';

const here = world({ accounts: 0, subusers: 0 });

jest.setTimeout(120_000);

/** A small generator of random numbers from 0 up to 1, always the same for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const random = randomFrom(20_260_310);
const below = (count: number): number => Math.floor(random() * count);
const range = (count: number): number[] => [...Array(count).keys()];

/** What an item said of itself. */
type Fate = 'done' | 'certainly not' | 'maybe';

const RETRY = { 'retry-after': '0.05' };
const FAULTS: Fault[] = [
	{ kind: 'status', status: 400 },
	{ kind: 'status', status: 403 },
	{ kind: 'status', status: 408 },
	{ kind: 'status', status: 429, headers: RETRY },
	{ kind: 'status', status: 429, headers: RETRY },
	{ kind: 'status', status: 500, headers: RETRY },
	{ kind: 'status', status: 503, headers: RETRY },
	{ kind: 'html' },
	{ kind: 'emptyBody' },
	{ kind: 'truncated' },
	{ kind: 'reset' },
	{ kind: 'appliedThenLost' },
	{ kind: 'appliedThenLost' },
	{ kind: 'appliedThenStatus' },
	{ kind: 'appliedThenStatus', status: 502, html: true },
	{ kind: 'slow', delayMs: 20 },
	{ kind: 'redirect', location: 'http://elsewhere.example/' },
];

/** Lets about one in seven requests of each endpoint go wrong. */
function spoil(endpoints: string[], requests: number): void {
	for (const match of endpoints) {
		for (let left = requests / 7; left > 0; left -= 1) {
			const fault = FAULTS[below(FAULTS.length)];
			if (fault !== undefined) here.fail({ match, after: below(requests), ...fault });
		}
		here.fail({ match, after: below(requests), kind: 'hang' });
	}
}

let operations = 0;
const fates: Record<Fate, number> = { done: 0, 'certainly not': 0, maybe: 0 };

function fateOf(item: IDataObject): Fate {
	if (!('error' in item)) return 'done';
	return /SendGrid may have|does not show/.test(item['description'] as string)
		? 'maybe'
		: 'certainly not';
}

/** Runs the items in one execution and tells each one's fate; every item must be accounted for. */
async function fatesOf(parameters: INodeParameters, items: IDataObject[]): Promise<Fate[]> {
	const run = await here.run(
		{ ...parameters, batching: { timeoutSeconds: 2 } },
		{ items, node: { onError: 'continueRegularOutput' } },
	);
	expect(run.error).toBeUndefined();
	expect(run.pairs).toEqual(range(items.length));
	const found = run.items.map(fateOf);
	operations += items.length;
	for (const fate of found) fates[fate] += 1;
	return found;
}

const targetsNamed = (kind: string, round: number, count: number) =>
	range(count).map((index) => `${kind}-${round}-${index}`);

function subusersWith(names: string[], remain: number): Subuser[] {
	return names.map((name) => {
		const subuser = here.addSubuser(name);
		const credits = recurringCredits(9e15, 'monthly', here.emulator.clock.now());
		subuser.credits = { ...credits, remain };
		return subuser;
	});
}

const PACKAGE = { name: 'demo.ei.free.v1', type: 'package' as const, quantity: 1 };

function accountsWith(ids: string[]): Account[] {
	return ids.map((id) =>
		here.emulator.state.accounts.add(id, {
			id,
			email: `${id}@example.com`,
			created_at: '2026-01-01T00:00:00Z',
			updated_at: '2026-01-01T00:00:00Z',
			profile: {},
			state: 'activated',
			offerings: [{ ...PACKAGE }],
			ips: [],
			testAccount: false,
		}),
	);
}

/** The items of a target, in the order of the input. */
function ofTarget(items: IDataObject[], found: Fate[], target: string) {
	return items.flatMap((item, index) =>
		item['target'] === target ? [{ item, fate: found[index] as Fate }] : [],
	);
}

/** What may be there when items that set a value have run in order: the last that was done, or one that maybe was later. */
function lastOf<Value>(steps: Array<{ value: Value; fate: Fate }>, first: Value): Value[] {
	let possible = [first];
	for (const { value, fate } of steps) {
		if (fate === 'done') possible = [value];
		if (fate === 'maybe') possible.push(value);
	}
	return possible;
}

const ITEMS = 180;
const PER_TARGET = 20;

/** Each item adds another power of four: what was added, and how often, can be read from the sum. */
async function adjusting(round: number): Promise<void> {
	const names = targetsNamed('adjust', round, ITEMS / PER_TARGET);
	subusersWith(names, 0);
	const items = range(ITEMS).map((index) => ({
		target: names[index % names.length],
		by: 4 ** Math.floor(index / names.length),
	}));
	const found = await fatesOf(
		{
			resource: 'subuserCredit',
			operation: 'adjust',
			subuser: byUsername('={{ $json.target }}'),
			adjustment: '={{ $json.by }}',
		},
		items,
	);
	for (const name of names) {
		const remain = here.emulator.state.subusers.get(name)?.credits.remain ?? 0;
		const digits = [...remain.toString(4).padStart(PER_TARGET, '0')].reverse();
		ofTarget(items, found, name).forEach(({ fate }, index) => {
			const allowed = { done: ['1'], 'certainly not': ['0'], maybe: ['0', '1'] }[fate];
			expect(allowed).toContain(digits[index]);
		});
		expect(digits).toHaveLength(PER_TARGET);
	}
}

/** Minima rise: anything but one of them means that something was added twice. */
async function toppingUp(round: number): Promise<void> {
	const names = targetsNamed('top-up', round, ITEMS / PER_TARGET);
	subusersWith(names, 7);
	const items = range(ITEMS).map((index) => ({
		target: names[index % names.length],
		least: 1000 + Math.floor(index / names.length) * 137 + below(90),
	}));
	const found = await fatesOf(
		{
			resource: 'subuserCredit',
			operation: 'topUp',
			subuser: byUsername('={{ $json.target }}'),
			minimum: '={{ $json.least }}',
		},
		items,
	);
	for (const name of names) {
		const steps = ofTarget(items, found, name).map(({ item, fate }) => ({
			value: item['least'],
			fate,
		}));
		expect(lastOf<unknown>(steps, 7)).toContain(
			here.emulator.state.subusers.get(name)?.credits.remain,
		);
	}
}

async function settingCredits(round: number): Promise<void> {
	const names = targetsNamed('update', round, ITEMS / PER_TARGET);
	subusersWith(names, 1);
	const items = range(ITEMS).map((index) => ({
		target: names[index % names.length],
		total: 10 + index,
		type: below(2) === 0 ? 'recurring' : 'nonrecurring',
	}));
	const found = await fatesOf(
		{
			resource: 'subuserCredit',
			operation: 'update',
			subuser: byUsername('={{ $json.target }}'),
			creditType: '={{ $json.type }}',
			resetFrequency: 'monthly',
			total: '={{ $json.total }}',
		},
		items,
	);
	for (const name of names) {
		const steps = ofTarget(items, found, name).map(({ item, fate }) => ({
			value: item['total'],
			fate,
		}));
		expect(lastOf<unknown>(steps, 1)).toContain(
			here.emulator.state.subusers.get(name)?.credits.remain,
		);
	}
}

const ADDONS = ['ip', 'marketing-campaigns', 'subusers-10', 'teammates-5'].map(
	(name) => `demo.x.${name}.v1`,
);

async function merging(round: number): Promise<void> {
	const ids = targetsNamed('merge', round, 6);
	accountsWith(ids);
	const items = range(ITEMS).map((index) => ({
		target: ids[index % ids.length],
		addon: ADDONS[below(ADDONS.length)],
		quantity: 1 + index,
	}));
	const found = await fatesOf(
		{
			resource: 'accountOffering',
			operation: 'update',
			account: byId('={{ $json.target }}'),
			addons: { addon: [{ name: '={{ $json.addon }}', quantity: '={{ $json.quantity }}' }] },
		},
		items,
	);
	for (const id of ids) {
		const { offerings = [] } = here.emulator.state.accounts.get(id) ?? {};
		expect(offerings).toContainEqual(PACKAGE);
		for (const addon of ADDONS) {
			const steps = ofTarget(items, found, id)
				.filter(({ item }) => item['addon'] === addon)
				.map(({ item, fate }) => ({ value: item['quantity'], fate }));
			expect(lastOf<unknown>(steps, undefined)).toContain(
				offerings.find(({ name }) => name === addon)?.quantity,
			);
		}
	}
}

async function addingIps(round: number): Promise<void> {
	const names = targetsNamed('ips', round, 6);
	subusersWith(names, 0);
	const all = range(ITEMS / names.length).map((index) => `198.51.100.${index + 1}`);
	for (const ip of all) {
		const address = { ip, pools: [], warmup: false, assignedAt: 0, subusers: new Set<string>() };
		here.emulator.state.ips.set(ip, here.emulator.state.ips.get(ip) ?? address);
	}
	const items = range(ITEMS).map((index) => ({
		target: names[index % names.length],
		ip: all[Math.floor(index / names.length)],
	}));
	const found = await fatesOf(
		{
			resource: 'subuser',
			operation: 'updateIps',
			subuser: byUsername('={{ $json.target }}'),
			ips: '={{ $json.ip }}',
		},
		items,
	);
	for (const name of names) {
		const { ips = [] } = here.emulator.state.subusers.get(name) ?? {};
		expect(new Set(ips).size).toBe(ips.length);
		for (const { item, fate } of ofTarget(items, found, name)) {
			if (fate !== 'maybe')
				expect([item['ip'], ips.includes(item['ip'] as string)]).toEqual([
					item['ip'],
					fate === 'done',
				]);
		}
	}
}

/** Holds each fate against how often something is in SendGrid now. */
function expectThere(found: Fate[], howOften: (index: number) => number): void {
	const wrong = found.flatMap((fate, index) => {
		const times = howOften(index);
		const right = { done: times === 1, 'certainly not': times === 0, maybe: times <= 1 }[fate];
		return right ? [] : [`item ${index} said “${fate}”, but is there ${times} times`];
	});
	expect(wrong).toEqual([]);
}

async function creatingAccounts(round: number): Promise<void> {
	const items = targetsNamed('Company', round, ITEMS).map((company) => ({ company }));
	const found = await fatesOf(
		{
			resource: 'account',
			operation: 'create',
			package: PACKAGE.name,
			profile: { companyName: '={{ $json.company }}' },
		},
		items,
	);
	const companies = here.emulator.state.accounts
		.list()
		.map(({ profile }) => profile['company_name']);
	expectThere(found, (index) => companies.filter((name) => name === items[index]?.company).length);
}

async function creatingSubusers(round: number): Promise<void> {
	const items = targetsNamed('new', round, ITEMS).map((name) => ({ name }));
	const found = await fatesOf(
		{
			resource: 'subuser',
			operation: 'create',
			username: '={{ $json.name }}',
			email: '={{ $json.name }}@example.com',
			password: 'not-a-real-one',
			ips: '203.0.113.1',
		},
		items,
	);
	expectThere(found, (index) =>
		here.emulator.state.subusers.has(String(items[index]?.name)) ? 1 : 0,
	);
	const tries = new Map<string, number>();
	for (const { method, path, body, status } of here.emulator.requests) {
		if (method !== 'POST' || path !== '/v3/subusers' || status === 429) continue;
		const { username } = body as { username: string };
		tries.set(username, (tries.get(username) ?? 0) + 1);
	}
	// A second try may only follow a 429; SendGrid then says that the name is taken, or makes it.
	for (const { name } of items) expect([name, tries.get(name) ?? 0]).toEqual([name, 1]);
}

async function deleting(round: number): Promise<void> {
	const names = targetsNamed('gone', round, ITEMS);
	subusersWith(names, 0);
	const found = await fatesOf(
		{ resource: 'subuser', operation: 'delete', subuser: byUsername('={{ $json.name }}') },
		names.map((name) => ({ name })),
	);
	expectThere(found, (index) => (here.emulator.state.subusers.has(String(names[index])) ? 0 : 1));
}

const ENDPOINTS = [
	'GET /v3/subusers/{name}/credits',
	'PUT /v3/subusers/{name}/credits',
	'PATCH /v3/subusers/{name}/credits/remaining',
	`GET ${OFFERINGS}`,
	`PUT ${OFFERINGS}`,
	'GET /v3/ips',
	'PUT /v3/subusers/{name}/ips',
	'POST /v3/partners/accounts',
	'POST /v3/subusers',
	'DELETE /v3/subusers/{name}',
];

describe('chaos', () => {
	const forms: RateLimitHeaders[] = ['epoch', 'countdown', 'epoch', 'countdown'];

	it.each(forms.map((form, round) => [round, form] as const))(
		'loses nothing, doubles nothing and accounts for every item, round %i with %s headers',
		async (round, form) => {
			here.emulator.state.ips.set('203.0.113.1', {
				ip: '203.0.113.1',
				pools: [],
				warmup: false,
				assignedAt: 0,
				subusers: new Set(),
			});
			here.emulator.setRateLimit({ limit: 60, windowMs: 500 }, form);
			spoil(ENDPOINTS, ITEMS);
			await Promise.all(
				[
					adjusting,
					toppingUp,
					settingCredits,
					merging,
					addingIps,
					creatingAccounts,
					creatingSubusers,
					deleting,
				].map(async (work) => await work(round)),
			);
			const refused = here.emulator.requests.filter(({ status }) => status === 429);
			expect(refused.length).toBeGreaterThan(0);
		},
	);

	it('was at least 5,000 operations, of which some failed in each way', () => {
		expect(operations).toBeGreaterThanOrEqual(5000);
		expect(fates.done).toBeGreaterThan(operations / 2);
		expect(fates['certainly not']).toBeGreaterThan(50);
		expect(fates.maybe).toBeGreaterThan(50);
	});
});
