import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { recurringCredits } from '../../emulator';
import type { Fault, RateLimitHeaders, Subuser } from '../../emulator';
import { addAccount, PACKAGE } from './customers';
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

/** Another one with CHAOS_SEED. */
const SEED = Number(process.env.CHAOS_SEED ?? 20_260_310);
const random = randomFrom(SEED);
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
let spentWindows = 0;
const fates: Record<Fate, number> = { done: 0, 'certainly not': 0, maybe: 0 };

function fateOf(item: IDataObject): Fate {
	if (!('error' in item)) return 'done';
	return /may have been (applied|created)/.test(item['error'] as string)
		? 'maybe'
		: 'certainly not';
}

/** Runs the items in one execution and tells each one's fate; every item must be accounted for. */
async function fatesOf(parameters: INodeParameters, items: IDataObject[]): Promise<Fate[]> {
	const run = await here.run(
		{ ...parameters, options: { timeoutSeconds: 4 } },
		{ items, node: { onError: 'continueRegularOutput' } },
	);
	expect(run.error).toBeUndefined();
	expect(run.pairs).toEqual(range(items.length));
	const found = run.items.map(fateOf);
	operations += items.length;
	for (const fate of found) fates[fate] += 1;
	return found;
}

/** The same in two executions at once, about the same customers. */
async function fatesInTwo(
	parameters: INodeParameters,
	items: IDataObject[],
	isOfFirst: (item: IDataObject, index: number) => boolean,
): Promise<Fate[]> {
	const all = items.map((item, index) => ({ item, index, first: isOfFirst(item, index) }));
	const halves = [true, false].map((first) => all.filter((entry) => entry.first === first));
	const found: Fate[] = [];
	await Promise.all(
		halves.map(async (half) => {
			const fatesOfHalf = await fatesOf(
				parameters,
				half.map(({ item }) => item),
			);
			half.forEach(({ index }, place) => (found[index] = fatesOfHalf[place] as Fate));
		}),
	);
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

const accountsWith = (ids: string[]) => ids.forEach((id) => addAccount(here.emulator, id));

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
	const found = await fatesInTwo(
		{
			resource: 'subuserCredit',
			operation: 'adjust',
			subuser: byUsername('={{ $json.target }}'),
			adjustment: '={{ $json.by }}',
		},
		items,
		(_item, index) => index % 4 < 2,
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
	const found = await fatesInTwo(
		{
			resource: 'accountOffering',
			operation: 'update',
			account: byId('={{ $json.target }}'),
			addons: { addon: [{ name: '={{ $json.addon }}', quantity: '={{ $json.quantity }}' }] },
		},
		items,
		// The order of what is said of one add-on is known within an execution alone.
		({ addon }) => addon === ADDONS[0] || addon === ADDONS[1],
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
	// A second try may only follow a 429; SendGrid then says that the name is taken, or makes it. None
	// arrives where a busy machine takes all of the time that a request has.
	for (const [name, count] of tries) expect([name, count]).toEqual([name, 1]);
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

/** Each item replaces the list or takes something out of it: a plain model follows them in order. */
async function replacing(round: number): Promise<void> {
	const ids = targetsNamed('replace', round, 6);
	accountsWith(ids);
	const items = range(ITEMS / 2).map((index) => {
		const name = ADDONS[below(ADDONS.length)];
		const offering = { name, type: 'addon', quantity: 1 + index };
		const target = ids[index % ids.length];
		return below(3) === 0
			? { target, change: 'remove', offerings: [name] }
			: { target, change: 'replace', offerings: [PACKAGE, offering] };
	});
	const found = await fatesOf(
		{
			resource: 'accountOffering',
			operation: 'update',
			account: byId('={{ $json.target }}'),
			change: '={{ $json.change }}',
			specifyOfferings: 'json',
			offeringsJson: '={{ JSON.stringify($json.offerings) }}',
		},
		items,
	);
	for (const id of ids) {
		let possible = [JSON.stringify([PACKAGE])];
		for (const { item, fate } of ofTarget(items, found, id)) {
			if (fate === 'certainly not') continue;
			const { change, offerings } = item as (typeof items)[number];
			const after = possible.map((before) => {
				if (change === 'replace') return JSON.stringify(offerings);
				const list = JSON.parse(before) as Array<{ name: string }>;
				return JSON.stringify(list.filter(({ name }) => name !== offerings[0]));
			});
			possible = fate === 'done' ? after : [...new Set([...possible, ...after])];
		}
		const now = here.emulator.state.accounts.get(id)?.offerings;
		expect(possible).toContain(JSON.stringify(now));
	}
}

/** What has two states: the last item that was done decides. */
async function switching(round: number): Promise<void> {
	const { accounts, subusers } = here.emulator.state;
	const kinds = [
		{
			kind: 'state',
			parameters: {
				resource: 'account',
				operation: 'updateState',
				account: byId('={{ $json.target }}'),
				state: '={{ $json.on ? "activated" : "deactivated" }}',
			},
			isOn: (target: string) => accounts.get(target)?.state === 'activated',
		},
		{
			kind: 'status',
			parameters: {
				resource: 'subuser',
				operation: 'updateStatus',
				subuser: byUsername('={{ $json.target }}'),
				status: '={{ $json.on ? "enabled" : "disabled" }}',
			},
			isOn: (target: string) => subusers.get(target)?.disabled === false,
		},
		{
			kind: 'website',
			parameters: {
				resource: 'subuser',
				operation: 'updateWebsiteAccess',
				subuser: byUsername('={{ $json.target }}'),
				websiteAccess: '={{ $json.on ? "enabled" : "disabled" }}',
			},
			isOn: (target: string) => subusers.get(target)?.websiteAccess === true,
		},
	];
	await Promise.all(
		kinds.map(async ({ kind, parameters, isOn }) => {
			const targets = targetsNamed(kind, round, 4);
			if (kind === 'state') accountsWith(targets);
			else subusersWith(targets, 0);
			const items = range(40).map((index) => ({
				target: targets[index % targets.length],
				on: below(2) === 0,
			}));
			const found = await fatesOf(parameters, items);
			for (const target of targets) {
				const steps = ofTarget(items, found, target).map(({ item, fate }) => ({
					value: item['on'] as boolean,
					fate,
				}));
				expect(lastOf(steps, true)).toContain(isOn(target));
			}
		}),
	);
}

async function deletingAccounts(round: number): Promise<void> {
	const ids = targetsNamed('closed', round, ITEMS / 2);
	accountsWith(ids);
	const found = await fatesOf(
		{ resource: 'account', operation: 'delete', account: byId('={{ $json.id }}') },
		ids.map((id) => ({ id })),
	);
	expectThere(found, (index) =>
		here.emulator.state.accounts.get(String(ids[index])) === undefined ? 1 : 0,
	);
}

async function signingIn(round: number): Promise<void> {
	const ids = targetsNamed('sign-in', round, ITEMS / 2);
	accountsWith(ids);
	const found = await fatesOf(
		{ resource: 'account', operation: 'createSsoLink', account: byId('={{ $json.id }}') },
		ids.map((id) => ({ id })),
	);
	const codes = [...here.emulator.state.signInCodes.values()];
	expectThere(found, (index) => codes.filter(({ accountId }) => accountId === ids[index]).length);
}

/** While all of that goes on: nobody twice, and nobody missing who was there all the time. */
async function listing(round: number): Promise<void> {
	const targets = targetsNamed('listed', round, 30);
	accountsWith(targets);
	subusersWith(targets, 0);
	const lists = ['account', 'subuser'].flatMap((resource) => range(5).map(() => resource));
	for (const resource of lists) {
		const run = await here.run(
			{ resource, operation: 'getAll', returnAll: true, options: { timeoutSeconds: 4 } },
			{ node: { onError: 'continueRegularOutput' } },
		);
		operations += 1;
		expect(run.error).toBeUndefined();
		if (run.items.some((item) => 'error' in item)) {
			expect(run.items).toHaveLength(1);
			continue;
		}
		const names = run.items.map((item) => item[resource === 'account' ? 'id' : 'username']);
		expect(new Set(names).size).toBe(names.length);
		expect(names).toEqual(expect.arrayContaining(targets));
	}
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
	'PUT /v3/partners/accounts/{id}/state',
	'PATCH /v3/subusers/{name}',
	'PATCH /v3/subusers/{name}/website_access',
	'DELETE /v3/partners/accounts/{id}',
	'POST /v3/partners/accounts/{id}/sso',
	'GET /v3/partners/accounts',
	'GET /v3/subusers',
];

describe(`chaos, with the seed ${SEED}`, () => {
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
			here.emulator.setRateLimit({ limit: 40, windowMs: 500 }, form);
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
					replacing,
					switching,
					deletingAccounts,
					signingIn,
					listing,
				].map(async (work) => await work(round)),
			);
			spentWindows += here.emulator.requests.filter(
				({ responseHeaders }) => responseHeaders?.['x-ratelimit-remaining'] === '0',
			).length;
		},
	);

	it('was at least 5,000 operations, of which some failed in each way, under a limit that was reached', () => {
		expect(operations).toBeGreaterThanOrEqual(5000);
		expect(fates.done).toBeGreaterThan(operations / 2);
		expect(fates['certainly not']).toBeGreaterThan(50);
		expect(fates.maybe).toBeGreaterThan(50);
		// The windows; that they were hardly exceeded is the node's merit.
		expect(spentWindows).toBeGreaterThan(0);
	});
});
