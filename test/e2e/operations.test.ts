import { accountIdOf, spendCredits } from '../../emulator';
import type { Item, Json } from '../../playground/n8nApi';
import { linesUnderTest } from '../../playground/paths';
import { START_TIMEOUT_MS, startInstance, type Instance } from './instance';
import { testOnboardingOperations } from './onboardingOperations';
import { nodeType, runNode, type NodeResult, type NodeUnderTest } from './workflows';

const NEW = 'orchard-lane';
const EMAIL = 'mail@orchard-lane.example';
const PASSWORD = 'Lantern-under-9-plums';
const [A, B, C] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const FREE = { name: 'demo.ei.free.v1', type: 'package', quantity: 1 };
const birchwood = accountIdOf('birchwood-bakery');
const saltmarsh = accountIdOf('saltmarsh-books');
const lowmoor = accountIdOf('lowmoor-linens');
const UNLIMITED = {
	type: 'unlimited',
	reset_frequency: null,
	remain: null,
	total: null,
	used: null,
};

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const byUsername = (value: string) => ({ __rl: true, mode: 'username', value });
const monthly = (remain: number, total: number) => ({
	type: 'recurring',
	reset_frequency: 'monthly',
	remain,
	total,
	used: 0,
});
/** An expression for a text that is then in neither the workflow nor an item, which n8n stores. */
const hidden = (text: string) =>
	`={{ '${[...text].reverse().join('')}'.split('').reverse().join('') }}`;

/** A node in n8n's list of node types. */
interface ListedNode {
	name: string;
	properties: Array<{
		name: string;
		options?: Array<{ value: string; action?: string }>;
		displayOptions?: { show?: { resource?: string[] } };
	}>;
}

interface ListedOperation {
	resource: string;
	operation: string;
	action: string | undefined;
}

/** An option that n8n adds to resources and operations of nodes whose credential signs requests. */
const ADDED_BY_N8N = '__CUSTOM_API_CALL__';

async function listedOperations({ api }: Instance): Promise<ListedOperation[]> {
	const nodes = (await api.nodeTypes()) as unknown as ListedNode[];
	const properties = nodes.find(({ name }) => name === nodeType)?.properties ?? [];
	const optionsOf = (menu: ListedNode['properties'][number]) =>
		(menu.options ?? []).filter(({ value }) => value !== ADDED_BY_N8N);
	const resources = properties.filter(({ name }) => name === 'resource').flatMap(optionsOf);
	return resources.flatMap(({ value: resource }) =>
		properties
			.filter(({ name }) => name === 'operation')
			.filter(({ displayOptions }) => displayOptions?.show?.resource?.includes(resource) ?? true)
			.flatMap(optionsOf)
			.map(({ value: operation, action }) => ({ resource, operation, action })),
	);
}

describe.each(linesUnderTest)('Every operation in n8n $version', (line) => {
	let instance: Instance;
	/** The operations that have run, such as "subuser create". */
	const ran = new Set<string>();
	/** What n8n has stored of all executions here. */
	const storedData: string[] = [];
	/** Texts that must not be stored or logged. */
	const secrets: string[] = [PASSWORD];

	beforeAll(async () => {
		instance = await startInstance(line);
		secrets.push(instance.emulator.apiKey);
	}, START_TIMEOUT_MS);

	afterAll(async () => await instance?.stop());

	beforeEach(() => instance.emulator.reset());

	/** Runs the node once with these items, and expects a successful execution. */
	async function run(
		name: `${string} ${string}`,
		more: Json = {},
		{ items = [{}], ...settings }: { items?: Json[] } & Omit<NodeUnderTest, 'parameters'> = {},
	): Promise<NodeResult> {
		const [resource, operation] = name.split(' ');
		const parameters = { resource, operation, ...more };
		const result = await runNode(instance, items, { parameters, ...settings });
		storedData.push(result.execution.storedData);
		expect(result.execution.resultData.error).toBeUndefined();
		expect(result.execution.status).toBe('success');
		ran.add(name);
		return result;
	}

	const accountIn = (id: unknown) => instance.emulator.state.accounts.get(String(id));
	const subuserIn = (name: string) => instance.emulator.state.subusers.get(name);
	async function createNew(): Promise<NodeResult> {
		const result = await run('subuser create', {
			username: NEW,
			email: EMAIL,
			password: hidden(PASSWORD),
			ips: [A],
			region: 'eu',
		});
		const answer = instance.emulator.requests[0]?.responseBody as Record<string, string>;
		const tokens = [answer.signup_session_token ?? '', answer.authorization_token ?? ''];
		for (const token of tokens) expect(token).toMatch(/^\w{20,}$/);
		secrets.push(...tokens);
		return result;
	}
	/** How the output begins after a change of a subuser. */
	const changed = (username: string, summary: string) => ({
		username,
		summary,
		dry_run: false,
		changed: true,
	});
	const DELETED = { summary: 'deleted', dry_run: false, deleted: true };
	/** The index of each output item's input item. */
	const sourcesOf = (items: Item[]) =>
		items.map(({ pairedItem }) => (pairedItem as { item: number }).item);

	it('creates a subuser as requested, and returns no secret', async () => {
		const { output } = await createNew();

		expect(output).toEqual([
			{
				username: NEW,
				summary: `created: EU region, ${A}`,
				dry_run: false,
				changed: true,
				user_id: subuserIn(NEW)?.id,
				email: EMAIL,
				region: 'eu',
				credit_allocation: { type: 'unlimited' },
			},
		]);
		expect(subuserIn(NEW)).toMatchObject({ email: EMAIL, region: 'eu', ips: [A] });
		expect(instance.emulator.requests[0]?.body).toMatchObject({ password: PASSWORD });
	});

	it('hides a password in SendGrid’s error', async () => {
		const body = { errors: [{ message: `${PASSWORD} is too weak`, field: 'password' }] };
		instance.emulator.fail({ match: 'POST /v3/subusers', kind: 'status', status: 400, body });
		const { output } = await run(
			'subuser create',
			{ username: NEW, email: EMAIL, password: hidden(PASSWORD), ips: [A] },
			{ onError: 'continueRegularOutput' },
		);

		expect(output).toEqual([
			{
				error: expect.stringContaining('[secret] is too weak') as unknown,
				description: expect.any(String) as unknown,
				http_code: 400,
				field: 'password',
				username: NEW,
			},
		]);
		expect(subuserIn(NEW)).toBeUndefined();
	});

	it('sets, tops up, and adjusts a subuser’s credits', async () => {
		await createNew();
		const subuser = byUsername(NEW);
		const of = async (operation: string, more: Json = {}) =>
			(await run(`subuserCredit ${operation}`, { subuser, ...more })).output;

		expect(await of('get')).toEqual([{ username: NEW, ...UNLIMITED }]);

		const limited = {
			...changed(NEW, 'unlimited → recurring, monthly, 1,000'),
			...monthly(1000, 1000),
		};
		expect(await of('update', { total: 1000 })).toEqual([{ ...limited, before: UNLIMITED }]);
		expect(await of('update', { total: 1000 })).toEqual([
			{ ...limited, summary: 'unchanged', changed: false, before: monthly(1000, 1000) },
		]);

		const stored = subuserIn(NEW);
		if (stored) spendCredits(stored, 700, instance.emulator.clock.now());
		const filled = { ...monthly(500, 1000), used: 700 };
		expect(await of('topUp', { minimum: 500 })).toEqual([
			{
				...changed(NEW, 'remaining 300 → 500'),
				added: 200,
				...filled,
				before: { ...filled, remain: 300 },
			},
		]);
		expect(await of('topUp', { minimum: 500 })).toEqual([
			{ ...changed(NEW, 'unchanged'), changed: false, added: 0, ...filled, before: filled },
		]);

		const adjustment = -120;
		expect(await of('adjust', { adjustment, dryRun: true })).toMatchObject([
			{ dry_run: true, expected: { ...filled, remain: 380 } },
		]);
		expect(await of('adjust', { adjustment })).toEqual([
			{
				...changed(NEW, 'remaining 500 → 380'),
				adjustment,
				...filled,
				remain: 380,
				before: filled,
			},
		]);
		expect(subuserIn(NEW)?.credits).toMatchObject({ remain: 380, total: 1000 });
	});

	it('returns several subusers’ credits in the order of the items', async () => {
		const usernames = ['lowmoor-linens', 'tidewater-toys', 'birchwood-bakery'];
		const { output, items } = await run(
			'subuserCredit get',
			{ subuser: byUsername('={{ $json.username }}') },
			{ items: usernames.map((username) => ({ username })) },
		);

		expect(output).toEqual([
			expect.objectContaining({ username: 'lowmoor-linens', remain: 12, total: 5000 }),
			{ username: 'tidewater-toys', ...UNLIMITED },
			expect.objectContaining({ username: 'birchwood-bakery', remain: 7500, total: 10_000 }),
		]);
		expect(sourcesOf(items)).toEqual([0, 1, 2]);
	});

	it('changes a subuser’s IP addresses', async () => {
		await createNew();
		const updateIps = async (more: Json) =>
			(await run('subuser updateIps', { subuser: byUsername(NEW), ...more })).output;
		const added = { ...changed(NEW, `added ${B}`), before: [A] };

		expect(await updateIps({ ips: [B] })).toEqual([
			{ ...added, ips: [A, B], added: [B], removed: [] },
		]);
		expect(subuserIn(NEW)?.ips).toEqual([A, B]);

		const replace = { change: 'replace', ips: `={{ ["${C}"] }}`, dryRun: true };
		expect(await updateIps(replace)).toMatchObject([
			{ dry_run: true, changed: true, ips: [C], added: [C], removed: [A, B] },
		]);
		expect(subuserIn(NEW)?.ips).toEqual([A, B]);

		expect(await updateIps({ change: 'remove', ips: [A] })).toMatchObject([
			{ changed: true, before: [A, B], ips: [B], added: [], removed: [A] },
		]);
		expect(subuserIn(NEW)?.ips).toEqual([B]);
	});

	it('disables and enables a subuser and its website access', async () => {
		const subuser = byUsername('tidewater-toys');
		for (const choice of ['disabled', 'enabled']) {
			const status = await run('subuser updateStatus', { subuser, status: choice });
			expect(status.output).toEqual([{ ...changed('tidewater-toys', choice), status: choice }]);
			const access = await run('subuser updateWebsiteAccess', { subuser, websiteAccess: choice });
			expect(access.output).toEqual([
				{
					...changed('tidewater-toys', `website access ${choice}`),
					website_access: choice,
				},
			]);
			expect(subuserIn('tidewater-toys')).toMatchObject({
				disabled: choice === 'disabled',
				websiteAccess: choice === 'enabled',
			});
		}
	});

	it('gets the reputation of only the requested subuser', async () => {
		const { output } = await run('subuser getReputation', {
			subuser: byUsername('birchwood-bakery'),
		});
		const { reputation } = subuserIn('birchwood-bakery') ?? {};

		expect(reputation).toBeGreaterThan(0);
		expect(output).toEqual([{ username: 'birchwood-bakery', reputation }]);
	});

	it('gets statistics in four reports that agree on a month', async () => {
		const chosen = ['birchwood-bakery', 'saltmarsh-books'];
		const getStats = async (report: string, more: Json) =>
			(await run('subuser getStats', { report, returnAll: true, ...more })).output;
		const february = { startDate: '2026-02-01T00:00:00', endDate: '2026-02-28T00:00:00' };
		const month = '2026-02-14T00:00:00';
		const deliveredTo = (username: string, rows: Json[]) =>
			rows
				.filter((row) => row.username === username)
				.reduce((sum, { delivered }) => sum + Number(delivered), 0);

		const daily = await getStats('bySubuser', { subusers: chosen.join(', '), ...february });
		const sums = await getStats('sums', february);
		const all = await getStats('monthly', { month });
		const some = await getStats('monthly', { month, usernameContains: 'saltmarsh' });
		const one = await getStats('monthlyBySubuser', { month, subuser: byUsername(chosen[0] ?? '') });

		const row = { type: 'subuser', opens: expect.any(Number) as unknown };
		expect(daily).toHaveLength(28 * chosen.length);
		expect(daily[0]).toMatchObject({ ...row, date: '2026-02-01', username: chosen[0] });
		expect(daily.at(-1)).toMatchObject({ ...row, date: '2026-02-28', username: chosen[1] });
		expect(sums).toHaveLength(instance.emulator.state.subusers.size);
		expect(all).toHaveLength(instance.emulator.state.subusers.size);
		expect(some).toMatchObject([{ ...row, date: '2026-02-01', username: chosen[1] }]);
		expect(one).toMatchObject([{ ...row, date: '2026-02-01', username: chosen[0] }]);
		for (const username of chosen) {
			const delivered = deliveredTo(username, daily);
			expect(delivered).toBeGreaterThan(0);
			expect(deliveredTo(username, sums)).toBe(delivered);
			expect(deliveredTo(username, all)).toBe(delivered);
			expect(deliveredTo(username, [...some, ...one])).toBe(delivered);
		}
	});

	it('deletes a subuser, but not another one with the same prefix', async () => {
		const { output } = await run('subuser delete', { subuser: byUsername('birchwood-bakery') });

		expect(output).toEqual([{ username: 'birchwood-bakery', ...DELETED }]);
		expect(subuserIn('birchwood-bakery')).toBeUndefined();
		expect(subuserIn('birchwood-bakery-eu')).toBeDefined();
		expect(instance.emulator.state.subusers.size).toBe(29);
	});

	it('creates accounts with offerings and profile, one of them a test account', async () => {
		const { output, items } = await run(
			'account create',
			{
				package: '={{ $json.package }}',
				addons: { addon: [{ name: 'demo.x.teammates-5.v1', quantity: 2 }] },
				profile: { companyName: '={{ $json.company }}', email: EMAIL },
				testAccount: '={{ $json.test }}',
			},
			{
				items: [
					{ package: 'demo.ei.essentials-50k.v1', company: 'Orchard Lane', test: false },
					{ package: FREE.name, company: 'Orchard Lane (trial)', test: true },
				],
			},
		);

		expect(output).toMatchObject([
			{ summary: 'created: demo.ei.essentials-50k.v1, demo.x.teammates-5.v1 (2)', changed: true },
			{ summary: `created as a test account: ${FREE.name}, demo.x.teammates-5.v1 (2)` },
		]);
		expect(sourcesOf(items)).toEqual([0, 1]);
		const addon = { name: 'demo.x.teammates-5.v1', type: 'addon', quantity: 2 };
		expect(output.map(({ account_id }) => accountIn(account_id))).toMatchObject([
			{
				testAccount: false,
				profile: { company_name: 'Orchard Lane', email: EMAIL },
				offerings: [{ ...FREE, name: 'demo.ei.essentials-50k.v1' }, addon],
			},
			{ testAccount: true, offerings: [FREE, addon] },
		]);
	});

	it('copies another account’s offerings, and lists the offerings of accounts', async () => {
		const before = accountIn(birchwood)?.offerings;
		const match = await run('accountOffering update', {
			account: byId(birchwood),
			change: 'match',
			matchAccount: byId(lowmoor),
		});

		const offerings = accountIn(lowmoor)?.offerings ?? [];
		expect(match.output).toEqual([
			{
				account_id: birchwood,
				summary:
					'demo.ei.essentials-50k.v1 → demo.ei.pro-300k.v1; added demo.x.ip.v1 (3); added demo.x.subusers-10.v1 (2)',
				dry_run: false,
				changed: true,
				before,
				offerings,
				added: ['demo.ei.pro-300k.v1', 'demo.x.ip.v1', 'demo.x.subusers-10.v1'],
				removed: ['demo.ei.essentials-50k.v1'],
				updated: [],
			},
		]);
		expect(accountIn(birchwood)?.offerings).toEqual(offerings);

		const { output, items } = await run(
			'accountOffering getAll',
			{ account: byId('={{ $json.id }}') },
			{ items: [{ id: birchwood }, { id: saltmarsh }] },
		);
		const listed = [birchwood, saltmarsh].map((id) =>
			(accountIn(id)?.offerings ?? []).map((offering) => ({ account_id: id, ...offering })),
		);
		expect(output).toEqual(listed.flat());
		expect(sourcesOf(items)).toEqual(listed.flatMap((rows, index) => rows.map(() => index)));
	});

	it('deactivates and activates an account, and gets its state', async () => {
		const account = byId(birchwood);
		for (const state of ['deactivated', 'activated']) {
			const { output } = await run('account updateState', { account, state });
			const done = { account_id: birchwood, summary: state, dry_run: false, changed: true };
			expect(output).toEqual([{ ...done, state }]);
			expect(accountIn(birchwood)?.state).toBe(state);
			const read = await run('account getState', { account });
			expect(read.output).toEqual([{ account_id: birchwood, state }]);
		}
	});

	it('creates a working sign-in link, with a hint that n8n stores it', async () => {
		const started = Date.now();
		const { output, hints, execution } = await run('account createSsoLink', {
			account: byId(birchwood),
		});
		const ended = Date.now();
		const url = String(output[0]?.url);
		const code = new URL(url).searchParams.get('code') ?? '';

		expect(output).toEqual([
			{ account_id: birchwood, url, expires_at: expect.any(String) as unknown },
		]);
		const endsAt = Date.parse(String(output[0]?.expires_at));
		expect(endsAt).toBeGreaterThanOrEqual(started + 60_000);
		expect(endsAt).toBeLessThanOrEqual(ended + 60_000);
		expect(hints).toEqual([
			{
				message: expect.stringMatching(/60 seconds and once.*keeps it in the data/) as unknown,
				location: 'outputPane',
			},
		]);
		// As the hint says, this execution has the link, but no other one does.
		expect(storedData.filter((data) => data.includes(code))).toEqual([execution.storedData]);
		expect(instance.log()).not.toContain(code);

		expect(await (await fetch(url)).text()).toContain(`Signed in to account ${birchwood}`);
		expect((await fetch(url)).status).toBe(403);
	});

	it('deletes only the requested account', async () => {
		const { output } = await run('account delete', { account: byId(saltmarsh) });

		expect(output).toEqual([{ account_id: saltmarsh, ...DELETED }]);
		expect(accountIn(saltmarsh)).toBeUndefined();
		expect(instance.emulator.state.accounts.size).toBe(11);
	});

	it('gets all accounts, or as many as the limit', async () => {
		const all = instance.emulator.state.accounts
			.list()
			.map(({ id, email, created_at, updated_at }) => ({ id, email, created_at, updated_at }));

		const { output, items } = await run('account getAll', { returnAll: true });
		expect(output).toEqual(all);
		expect(sourcesOf(items)).toEqual(all.map(() => 0));
		expect((await run('account getAll', { limit: 5 })).output).toEqual(all.slice(0, 5));
	});

	it('gets all subusers with their region, or those that match the filters', async () => {
		const all = instance.emulator.state.subusers
			.list()
			.map(({ id, username, email, disabled, region }) => ({
				id,
				username,
				email,
				disabled,
				region,
			}));
		const getAll = async (more: Json) => (await run('subuser getAll', more)).output;

		expect(await getAll({ returnAll: true })).toEqual(all);
		expect(await getAll({ limit: 3 })).toEqual(all.slice(0, 3));
		expect(await getAll({ filters: { username: 'BIRCHWOOD-B', region: 'eu' } })).toEqual(
			all.filter(({ username }) => username === 'birchwood-bakery-eu'),
		);
	});

	it('gets the catalog of offerings', async () => {
		const { output } = await run('accountOffering getCatalog');

		expect(output).toEqual(
			instance.emulator.state.catalog.map(({ offering, entitlements }) => ({
				...offering,
				entitlements,
			})),
		);
		expect(output).toContainEqual(expect.objectContaining(FREE));
	});

	testOnboardingOperations({
		emulator: () => instance.emulator,
		run,
		storedData,
		log: () => instance.log(),
	});

	it('checks which operations an API key is allowed to run', async () => {
		const { emulator } = instance;
		const others = (await listedOperations(instance)).filter(
			({ resource }) => resource !== 'apiKey',
		);
		const full = await run('apiKey check');
		expect(full.output).toEqual(
			others.map((operation) => ({ ...operation, allowed: true, missing: 'nothing' })),
		);

		const key = emulator.state.keys.get(emulator.apiKey);
		Object.assign(key ?? {}, { scopes: ['subusers.credits.read'], reseller: false });
		const { output } = await run('apiKey check');
		expect(output.filter(({ allowed }) => allowed)).toMatchObject([
			{ resource: 'subuserCredit', operation: 'get', missing: 'nothing' },
		]);
		expect(output).toContainEqual(
			expect.objectContaining({
				...{ resource: 'subuserCredit', operation: 'update' },
				missing: ['subusers.credits.update'],
			}),
		);
	});

	it('stores and logs no password, session token, or API key', () => {
		const lines = [...instance.log().split('\n'), ...storedData];
		const linesWith = (texts: string[]) =>
			lines.filter((text) => texts.some((part) => text.includes(part)));

		// Proves that there is stored and logged data to search.
		expect(linesWith([EMAIL])).not.toEqual([]);
		expect(instance.log()).toContain('Under test');
		expect(secrets.length).toBeGreaterThanOrEqual(4);
		expect(linesWith(secrets)).toEqual([]);
	});

	// A new operation fails here until a test above runs it.
	it('has run', async () => {
		const listed = await listedOperations(instance);

		expect(listed.length).toBeGreaterThan(35);
		expect([...ran].sort()).toEqual(
			listed.map(({ resource, operation }) => `${resource} ${operation}`).sort(),
		);
	});
});
