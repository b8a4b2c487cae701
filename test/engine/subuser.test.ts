import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { assignIps } from '../../emulator';
import type { Fault } from '../../emulator';
import { ipSummary } from '../../nodes/SendGridProvisioning/domain/summaries';
import { logLines } from './log';
import { byUsername, containing, someWords, world } from './world';

const here = world({ subusers: 1200 });

const NAME = 'orchard-lane';
const PASSWORD = 'S3cret "quoted" \\ pass';
const EMAIL = 'mail@orchard-lane.example';
const CREATE = 'POST /v3/subusers';
const DELETE = 'DELETE /v3/subusers/{name}';
const PUT_IPS = 'PUT /v3/subusers/{name}/ips';

function create(more: INodeParameters = {}): INodeParameters {
	return {
		resource: 'subuser',
		operation: 'create',
		username: NAME,
		email: EMAIL,
		password: PASSWORD,
		ips: '192.0.2.1',
		...more,
	};
}

function about(operation: string, name: string, more: INodeParameters = {}): INodeParameters {
	return { resource: 'subuser', operation, subuser: byUsername(name), ...more };
}

function plain(operation: string, more: INodeParameters = {}): INodeParameters {
	return { resource: 'subuser', operation, ...more };
}

const subusers = () => here.emulator.state.subusers;
const names = (count: number) =>
	subusers()
		.list(0, count)
		.map(({ username }) => username);
const count = (call: string) => here.sent().filter((sent) => sent === call).length;
const hasty = { options: { timeoutSeconds: 1 } };
const queries = () => here.emulator.requests.map(({ query }) => query);

/** What is returned once a subuser is deleted, besides its name. */
const DELETED = { summary: 'deleted', dry_run: false, deleted: true };

/** One more subuser, with the email address that new ones are given here. */
function present(username: string, email = EMAIL): void {
	here.addSubuser(username).email = email;
}

describe('creating a subuser', () => {
	it('sends what SendGrid wants and answers without secrets', async () => {
		const { items, error, stored } = await here.run(
			create({ ips: '192.0.2.1, 192.0.2.2', region: 'eu' }),
		);
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'created: EU region, 192.0.2.1, 192.0.2.2',
				dry_run: false,
				changed: true,
				user_id: subusers().get(NAME)?.id,
				email: EMAIL,
				region: 'eu',
				credit_allocation: { type: 'unlimited' },
			},
		]);
		expect(here.bodies('POST')).toEqual([
			{
				username: NAME,
				email: EMAIL,
				password: PASSWORD,
				ips: ['192.0.2.1', '192.0.2.2'],
				region: 'eu',
				include_region: true,
			},
		]);
		const answer = here.emulator.requests[0]?.responseBody as Record<string, string>;
		for (const key of ['signup_session_token', 'authorization_token']) {
			expect(answer[key]).toMatch(/^\w{10,}$/);
			expect(stored).not.toContain(key);
			expect(stored).not.toContain(answer[key]);
			expect(logLines.join('\n')).not.toContain(answer[key]);
		}
	});

	it.each<[string, INodeParameters[string], string[]]>([
		['text', ' 192.0.2.1 ,192.0.2.2', ['192.0.2.1', '192.0.2.2']],
		['a list', '={{ ["192.0.2.3", "192.0.2.1"] }}', ['192.0.2.3', '192.0.2.1']],
		['a list that names one twice', '={{ ["192.0.2.3", "192.0.2.3"] }}', ['192.0.2.3']],
	])('takes IPs as %s', async (_what, ips, sent) => {
		await here.run(create({ ips }));
		expect(here.bodies('POST')).toMatchObject([{ ips: sent, region: 'global' }]);
	});

	it.each<[string, INodeParameters[string]]>([
		['is empty', ''],
		['has only commas', ' , ,'],
		['is an expression that returns nothing', '={{ $json.ips }}'],
		['is an expression that returns null', '={{ null }}'],
		['is an expression that returns an empty list', '={{ [] }}'],
	])('sends no IPs where the field %s', async (_what, ips) => {
		const { items, error } = await here.run(create({ ips, region: 'eu' }));
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ username: NAME, region: 'eu' }]);
		expect(here.bodies('POST')).toEqual([
			{ username: NAME, email: EMAIL, password: PASSWORD, region: 'eu', include_region: true },
		]);
		expect(subusers().get(NAME)?.ips).toEqual([]);
	});

	it('is found after a lost answer where it has no IPs, too', async () => {
		here.fail({ match: CREATE, kind: 'appliedThenLost' });
		const { items } = await here.run(create({ ips: '' }));
		expect(items).toMatchObject([{ username: NAME, email: EMAIL }]);
	});

	it.each<[string, IDataObject]>([
		['another username', { username: 'orchard', region: 'global' }],
		['another region', { username: NAME, region: 'eu' }],
		['both', { username: `${NAME}-2`, region: 'eu' }],
	])('fails where SendGrid answers %s', async (_what, answered) => {
		const body = { email: EMAIL, user_id: 7, ...answered };
		here.fail({ match: CREATE, kind: 'status', status: 201, body });
		const { error, stored } = await here.run(create());
		const sent = JSON.stringify({ username: NAME, region: 'global' });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: `Subuser ${NAME}: SendGrid’s response doesn’t match the request. Sent: ${sent}. Received: ${JSON.stringify(answered)}; a subuser may have been created`,
			description: containing('before you run the item again'),
		});
		expect(`${error?.message} ${error?.description}`).not.toContain('S3cret');
		expect(stored).toContain(NAME);
		expect(here.sent()).toEqual([CREATE]);
	});

	it('takes an answer without a region, and one with the username in other letters', async () => {
		for (const answered of [
			{ username: NAME },
			{ username: NAME.toUpperCase(), region: 'global' },
		]) {
			const body = { email: EMAIL, user_id: 7, ...answered };
			here.fail({ match: CREATE, kind: 'status', status: 200, body });
			expect((await here.run(create())).items).toMatchObject([{ username: NAME, user_id: 7 }]);
		}
	});

	it('fails where the subuser that is found after a lost answer lives in another region', async () => {
		present(NAME);
		here.fail({ match: CREATE, kind: 'reset' });
		const { error } = await here.run(create({ region: 'eu' }));
		expect(error?.message).toContain('Received: {"username":"orchard-lane","region":"global"}');
	});

	it('refuses what is no IPv4 address, and what is missing, before it sends anything', async () => {
		const bad: unknown[] = [
			'192.0.2',
			'192.0.2.256',
			'192.0.2.1;192.0.2.2',
			'::1',
			'192.0.2.01',
			'1.2.3.4/24',
			5,
			[5],
			[['192.0.2.1']],
			{},
		];
		const { items } = await here.run(create({ ips: '={{ $json.ips }}' }), {
			items: bad.map((ips) => ({ ips })) as IDataObject[],
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toHaveLength(bad.length);
		for (const item of items) expect(item['error']).toContain('IPs');
		for (const key of ['username', 'email', 'password', 'region']) {
			const { items: failed } = await here.run(create({ [key]: '={{ "  ".trim() }}' }), {
				node: { onError: 'continueRegularOutput' },
			});
			expect(failed).toMatchObject([{ error: someWords, description: someWords }]);
		}
		expect(here.sent()).toEqual([]);
	});

	it('shows the password in no message, output or log, even where SendGrid’s error repeats it', async () => {
		const body = { errors: [{ message: `bad password ${PASSWORD}`, field: PASSWORD }] };
		here.fail({ match: CREATE, kind: 'status', status: 400, body, times: Infinity });
		const secret = JSON.stringify(PASSWORD).slice(1, -1);
		// Written so, it stands neither in the workflow nor in an item, where n8n keeps it.
		const reversed = JSON.stringify([...PASSWORD].reverse().join(''));
		const password = `={{ ${reversed}.split('').reverse().join('') }}`;
		for (const onError of [
			'stopWorkflow',
			'continueRegularOutput',
			'continueErrorOutput',
		] as const) {
			const run = await here.run(create({ password }), { node: { onError } });
			const said = JSON.stringify([
				run.error?.message,
				run.error?.description,
				run.items,
				run.failed,
			]);
			expect(said).toContain('bad password [secret]');
			for (const text of [said, run.stored, logLines.join('\n')]) {
				expect(text).not.toContain(PASSWORD);
				expect(text).not.toContain(secret);
			}
		}
	});

	it('finds the subuser that a refused try has made after all', async () => {
		present(NAME);
		here.fail({ match: CREATE, kind: 'status', status: 429, headers: { 'retry-after': '0.1' } });
		const { items, error } = await here.run(create());
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'created: global region, 192.0.2.1',
				dry_run: false,
				changed: true,
				user_id: subusers().get(NAME)?.id,
				email: EMAIL,
				region: 'global',
			},
		]);
		expect(count(CREATE)).toBe(2);
	});

	it('says that the name is taken where the first try is refused so', async () => {
		present(NAME);
		const { error } = await here.run(create());
		expect(error?.message).toContain('exists');
		expect(here.sent()).toEqual([CREATE]);
	});

	it.each<[string, Fault]>([
		['the connection died', { kind: 'appliedThenLost' }],
		['status 500 came', { kind: 'appliedThenStatus' }],
		['the answer came too late', { kind: 'slow', delayMs: 1500 }],
		['the answer was cut off', { kind: 'truncated' }],
	])('is sent once and looked up where %s once it was applied', async (_what, fault) => {
		here.fail({ match: CREATE, ...fault, times: Infinity });
		const { items, error } = await here.run(create(hasty));
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ username: NAME, email: EMAIL, region: 'global' }]);
		expect(here.sent()).toEqual([CREATE, 'GET /v3/subusers']);
	});

	it.each<[string, Fault]>([
		['the connection died', { kind: 'reset' }],
		['status 503 came', { kind: 'status', status: 503 }],
		['no answer came', { kind: 'hang' }],
	])('is sent once and fails where %s and there is no such subuser', async (_what, fault) => {
		here.fail({ match: CREATE, ...fault, times: Infinity });
		const { error } = await here.run(create(hasty));
		expect(error?.name).toBe('NodeApiError');
		expect(error?.description).toContain('Get Many subusers');
		expect(count(CREATE)).toBe(1);
		expect(subusers().has(NAME)).toBe(false);
	});

	it('is not taken for a subuser of the same name with another email address', async () => {
		present(NAME, 'somebody@else.example');
		here.fail({ match: CREATE, kind: 'reset' });
		expect((await here.run(create())).error?.message).toContain('may have been created');
		here.fail({ match: CREATE, kind: 'status', status: 429, headers: { 'retry-after': '0.1' } });
		const { error, items } = await here.run(create());
		expect(items).toEqual([]);
		expect(error?.message).toContain('exists');
	});

	it('is not taken for a subuser whose name only begins the same', async () => {
		present(`${NAME}-2`);
		present(`${NAME}s`);
		here.fail({ match: CREATE, kind: 'reset' });
		const { error } = await here.run(create());
		expect(error).toBeDefined();
		present(NAME.toUpperCase());
		here.fail({ match: CREATE, kind: 'reset' });
		const { items } = await here.run(create());
		expect(items).toMatchObject([{ user_id: subusers().get(NAME)?.id }]);
	});

	it('is found behind more neighbours than a page has', async () => {
		for (let index = 0; index < 600; index += 1) present(`${NAME}-${index}`);
		here.fail({ match: CREATE, kind: 'appliedThenLost' });
		const { items } = await here.run(create());
		expect(items).toMatchObject([{ username: NAME, user_id: subusers().get(NAME)?.id }]);
	});

	it('says that SendGrid may have made it where the look fails, too', async () => {
		here.fail({ match: CREATE, kind: 'appliedThenLost' });
		here.fail({ match: 'GET /v3/subusers', kind: 'status', status: 403 });
		const { error } = await here.run(create());
		expect(error?.message).toContain('may have been created');
		expect(count(CREATE)).toBe(1);
	});

	it('refuses to run while “Retry On Fail” is on', async () => {
		const { error } = await here.run(create(), {
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		});
		expect(error?.message).toContain('Retry On Fail');
		expect(here.sent()).toEqual([]);
	});
});

describe('deleting a subuser', () => {
	it('deletes exactly that one, not those whose names begin the same', async () => {
		const { items } = await here.run(about('delete', 'birchwood-bakery'));
		expect(items).toEqual([{ username: 'birchwood-bakery', ...DELETED }]);
		expect(subusers().has('birchwood-bakery')).toBe(false);
		expect(subusers().has('birchwood-bakery-eu')).toBe(true);
		expect((await here.run(about('delete', 'birchwood'))).error?.message).toContain('birchwood');
		expect(subusers().size).toBe(1199);
	});

	it('says of an unknown subuser which one it is, after a 429, too', async () => {
		expect((await here.run(about('delete', 'nobody'))).error?.message).toContain('Subuser nobody');
		here.fail({ match: DELETE, kind: 'status', status: 429, headers: { 'retry-after': '0.1' } });
		expect((await here.run(about('delete', 'nobody'))).error?.message).toContain('Subuser nobody');
	});

	it('is done where the answer was lost once it was applied, and the repeat finds nothing', async () => {
		here.fail({ match: DELETE, kind: 'appliedThenLost' });
		const { items } = await here.run(about('delete', 'tidewater-toys'));
		expect(items).toEqual([{ username: 'tidewater-toys', ...DELETED }]);
		expect(count('DELETE /v3/subusers/tidewater-toys')).toBe(2);
	});

	it.each(['resource', 'operation'])('is refused where an AI agent chose the %s', async (field) => {
		const chosen = { resource: 'subuser', operation: 'delete' };
		const { error } = await here.run(
			// The form then shows the fields of other operations too, and n8n wants those filled in.
			{
				...create(),
				...about('delete', 'birchwood-bakery'),
				account: { __rl: true, mode: 'id', value: 'sg-none' },
				adjustment: 1,
				minimum: 1,
				total: 1,
				[field]: `={{ $fromAI('${field}') }}`,
			},
			{ items: [chosen] },
		);
		expect(error?.message).toBe(
			'Subuser birchwood-bakery: “Delete subuser” must be chosen by hand, not by an expression',
		);
		expect(here.sent()).toEqual([]);
	});

	it('sends a name with odd characters as one part of the path', async () => {
		for (const name of ['orders@juniperlane-kitchens.example', 'カモメ製菓', 'a/b?c#d']) {
			if (!subusers().has(name)) present(name);
			expect((await here.run(about('delete', name))).items).toEqual([
				{ username: name, ...DELETED },
			]);
			expect(subusers().has(name)).toBe(false);
		}
	});
});

describe('updating what a subuser may do', () => {
	const changed = (summary: string) => ({
		username: 'tidewater-toys',
		summary,
		dry_run: false,
		changed: true,
	});

	it('stops it from sending, and lets it send again', async () => {
		for (const status of ['disabled', 'enabled']) {
			const { items } = await here.run(about('updateStatus', 'tidewater-toys', { status }));
			expect(items).toEqual([{ ...changed(status), status }]);
			expect(subusers().get('tidewater-toys')?.disabled).toBe(status === 'disabled');
		}
		expect(subusers().get('tidewater-toys')?.websiteAccess).toBe(true);
	});

	it('closes and opens the website to it', async () => {
		for (const websiteAccess of ['disabled', 'enabled']) {
			const { items } = await here.run(
				about('updateWebsiteAccess', 'tidewater-toys', { websiteAccess }),
			);
			expect(items).toEqual([
				{ ...changed(`website access ${websiteAccess}`), website_access: websiteAccess },
			]);
			expect(subusers().get('tidewater-toys')?.websiteAccess).toBe(websiteAccess === 'enabled');
		}
		expect(subusers().get('tidewater-toys')?.disabled).toBe(false);
	});

	it('refuses other words, and names an unknown subuser', async () => {
		for (const [operation, key] of [
			['updateStatus', 'status'],
			['updateWebsiteAccess', 'websiteAccess'],
		] as const) {
			const wrong = await here.run(about(operation, 'tidewater-toys', { [key]: '={{ "off" }}' }));
			expect(wrong.error?.name).toBe('NodeOperationError');
			expect((await here.run(about(operation, 'nobody'))).error?.message).toContain('nobody');
		}
	});
});

describe('a subuser’s reputation', () => {
	it('is told of exactly the subuser that was asked for', async () => {
		const { items } = await here.run(about('getReputation', 'birchwood-bakery'));
		expect(items).toEqual([
			{ username: 'birchwood-bakery', reputation: subusers().get('birchwood-bakery')?.reputation },
		]);
	});

	it('that SendGrid does not tell is an error that names the subuser', async () => {
		expect((await here.run(about('getReputation', 'birchwood'))).error?.message).toContain(
			'Subuser birchwood:',
		);
	});
});

describe('getting many subusers', () => {
	const found = (items: IDataObject[]) => items.map((item) => item['username'] as string);

	it('reads once for all items that ask for the same', async () => {
		const filters = { username: '={{ $json.name }}' };
		const { items } = await here.run(plain('getAll', { returnAll: true, filters }), {
			items: [{ name: 't' }, { name: 'b' }, { name: 't' }],
		});
		// Each list is a page with rows, and one without more.
		expect(
			queries()
				.map(({ username }) => username)
				.sort(),
		).toEqual(['b', 'b', 't', 't']);
		const count = (letter: string) =>
			found(items).filter((username) => username.startsWith(letter)).length;
		expect(count('b')).toBeGreaterThan(0);
		expect(count('t')).toBe(
			2 *
				subusers()
					.list(0, 2000)
					.filter(({ username }) => username.startsWith('t')).length,
		);
	});

	it('gives all of them, each once and with its region', async () => {
		const { items, error } = await here.run(plain('getAll', { returnAll: true }));
		expect(error).toBeUndefined();
		expect(found(items)).toEqual(names(1200));
		expect(here.sent()).toHaveLength(4);
		for (const item of items) expect(['global', 'eu']).toContain(item['region']);
	});

	it.each([
		[1, 1],
		[50, 1],
		[499, 1],
		[500, 1],
		[501, 2],
		[1100, 3],
	])('gives no more than a limit of %i, in %i requests', async (limit, requests) => {
		expect(found((await here.run(plain('getAll', { limit }))).items)).toEqual(names(limit));
		expect(here.sent()).toHaveLength(requests);
	});

	it.each([1, 90, 499])('gives all of them where pages have %i rows', async (rows) => {
		const filters = rows === 1 ? { username: 'b' } : {};
		here.fail({ match: 'GET /v3/subusers', kind: 'shortPages', rows, times: Infinity });
		const { items, error } = await here.run(plain('getAll', { returnAll: true, filters }));
		expect(error).toBeUndefined();
		const wanted = names(1200).filter((name) => rows > 1 || name.toLowerCase().startsWith('b'));
		expect(wanted.length).toBeGreaterThan(10);
		expect(found(items)).toEqual(wanted);
	});

	it('gives a limit’s rows where pages are short, and reads no further', async () => {
		here.fail({ match: 'GET /v3/subusers', kind: 'shortPages', rows: 40, times: Infinity });
		expect(found((await here.run(plain('getAll', { limit: 50 }))).items)).toEqual(names(50));
		expect(here.sent()).toHaveLength(2);
	});

	it('takes a number of an expression for a name’s beginning, and refuses what is no text', async () => {
		const begins = (username: string) => plain('getAll', { filters: { username } });
		expect((await here.run(begins('={{ 42 }}'))).error).toBeUndefined();
		expect(here.emulator.requests.at(-1)?.query).toMatchObject({ username: '42' });
		here.emulator.requests.length = 0;
		for (const wrong of ['={{ ["a"] }}', '={{ true }}', '={{ 1.5 }}']) {
			const { error } = await here.run(begins(wrong));
			expect(error?.message).toContain('Username Starts With');
		}
		expect(here.sent()).toEqual([]);
	});

	it('filters by region and by how the name begins', async () => {
		const filters = { username: ' BIRCHWOOD-b', region: 'eu' };
		const both = await here.run(plain('getAll', { returnAll: true, filters }));
		expect(found(both.items)).toEqual(['birchwood-bakery-eu']);
		const eu = await here.run(plain('getAll', { returnAll: true, filters: { region: 'eu' } }));
		expect(found(eu.items)).toEqual(
			subusers()
				.list()
				.filter(({ region }) => region === 'eu')
				.map(({ username }) => username),
		);
		const wrong = await here.run(plain('getAll', { filters: { region: '={{ "mars" }}' } }));
		expect(wrong.error?.name).toBe('NodeOperationError');
	});

	it('misses and doubles none where subusers are deleted while the list is read', async () => {
		const all = names(1200);
		here.emulator.setLatency(60);
		const reading = here.run(plain('getAll', { returnAll: true }));
		while (here.sent().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
		// The rows behind the page's end move up by 40, then by one more.
		const gone = [...all.slice(10, 50), String(all[499])];
		for (const name of gone) subusers().delete(name);
		const { items } = await reading;
		const rows = found(items);
		expect(new Set(rows).size).toBe(rows.length);
		expect(all.filter((name) => !gone.includes(name) && !rows.includes(name))).toEqual([]);
	});
});

describe('updating a subuser’s IPs', () => {
	const A = '192.0.2.1';
	const B = '192.0.2.2';
	const C = '192.0.2.3';
	const update = (change: string, ips: INodeParameters[string], more: INodeParameters = {}) =>
		about('updateIps', NAME, { change, ips, ...more });
	const own = () => subusers().get(NAME)?.ips;

	beforeEach(() => {
		assignIps(here.emulator.state, here.addSubuser(NAME), [A, B]);
	});

	it.each<[string, string, INodeParameters[string], string[], string[], string[]]>([
		['adds to those that are there', 'merge', `${B},${C}`, [A, B, C], [C], []],
		['replaces all', 'replace', `={{ ["${C}"] }}`, [C], [C], [A, B]],
		['takes some away', 'remove', `${A}, ${C}`, [B], [], [A]],
	])('%s', async (_what, change, ips, after, added, removed) => {
		const summary = ipSummary({ added, removed });
		const output = {
			username: NAME,
			summary,
			dry_run: false,
			changed: true,
			before: [A, B],
			ips: after,
			added,
			removed,
		};
		const dry = await here.run(update(change, ips, { dryRun: true }));
		expect(dry.items).toEqual([{ ...output, dry_run: true }]);
		expect(own()).toEqual([A, B]);
		const { items, error } = await here.run(update(change, ips));
		expect(error).toBeUndefined();
		expect(items).toEqual([output]);
		expect(own()).toEqual(after);
		// Each reading is a page with the addresses, and one without more.
		const reading = ['GET /v3/ips', 'GET /v3/ips'];
		expect(here.sent()).toEqual([...reading, ...reading, `PUT /v3/subusers/${NAME}/ips`]);
		expect(here.bodies('PUT')).toEqual([after]);
		expect(queries()[0]).toMatchObject({ subuser: NAME });
	});

	it.each([
		['merge', A],
		['replace', `${B},${A}`],
		['remove', C],
	])('sends nothing where %s would change nothing', async (change, ips) => {
		const { items } = await here.run(update(change, ips));
		expect(items).toMatchObject([
			{ changed: false, before: [A, B], ips: [A, B], added: [], removed: [] },
		]);
		expect(here.sent()).toEqual(['GET /v3/ips', 'GET /v3/ips']);
	});

	it('refuses to leave none, in a dry run, too', async () => {
		for (const dryRun of [false, true]) {
			const { error } = await here.run(update('remove', `${A},${B}`, { dryRun }));
			expect(error?.message).toContain('without an IP address');
		}
		expect(here.bodies('PUT')).toEqual([]);
	});

	it('refuses bad addresses and empty fields before it sends anything', async () => {
		const bad: unknown[] = ['', null, [], 'here', '192.0.2.999', [A, 'x'], [A, 7]];
		const { items } = await here.run(update('replace', '={{ $json.ips }}'), {
			items: bad.map((ips) => ({ ips })) as IDataObject[],
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual(
			bad.map(() => ({ error: containing('IPs'), description: someWords, username: NAME })),
		);
		expect(here.sent()).toEqual([]);
	});

	it('reads more than SendGrid’s page of ten', async () => {
		const subuser = subusers().get(NAME);
		const many = [...here.emulator.state.ips.keys()].slice(0, 25);
		if (subuser !== undefined) assignIps(here.emulator.state, subuser, many);
		const { items } = await here.run(update('remove', A));
		expect(items).toMatchObject([{ before: many, ips: many.slice(1) }]);
	});

	describe.each([1, 2, 11])('where pages have %i addresses', (rows) => {
		const state = () => here.emulator.state;
		const all = () => [...state().ips.keys()];
		let many: string[] = [];
		beforeEach(() => {
			many = all().slice(0, 26);
			expect(many).toHaveLength(26);
			const subuser = subusers().get(NAME);
			if (subuser !== undefined) assignIps(state(), subuser, many);
			here.fail({ match: 'GET /v3/ips', kind: 'shortPages', rows, times: Infinity });
		});

		it('adds to all that the subuser has', async () => {
			const added = all()[26] ?? '';
			const { items, error } = await here.run(update('merge', added));
			expect(error).toBeUndefined();
			expect(items).toMatchObject([{ before: many, removed: [], added: [added] }]);
			expect(own()).toEqual([...many, added]);
		});

		it('removes one and keeps the others', async () => {
			await here.run(update('remove', many[25] ?? ''));
			expect(own()).toEqual(many.slice(0, 25));
		});

		it('says what Replace All takes away', async () => {
			const { items } = await here.run(update('replace', A));
			expect(items).toMatchObject([{ removed: many.filter((ip) => ip !== A) }]);
		});

		it('finds one that isn’t on the first page, and changes nothing', async () => {
			const { items } = await here.run(update('merge', many[24] ?? ''));
			expect(items).toMatchObject([{ changed: false, before: many }]);
			expect(here.bodies('PUT')).toEqual([]);
		});
	});

	it('changes nothing where a gateway gives the same addresses for each page', async () => {
		const body = [A, B].map((ip) => ({ ip }));
		here.fail({ match: 'GET /v3/ips', kind: 'status', status: 200, body, times: Infinity });
		const { error } = await here.run(update('merge', C));
		expect(error?.message).toContain('isn’t what SendGrid documents');
		expect(here.bodies('PUT')).toEqual([]);
		expect(here.sent().length).toBeLessThan(6);
	});

	it('finds a subuser without IPs among many whose names begin like its own', async () => {
		for (let index = 0; index < 30; index += 1) here.addSubuser(`nothing-yet-${index}`);
		here.addSubuser('nothing-yet');
		here.fail({ match: 'GET /v3/subusers', kind: 'shortPages', rows: 8, times: Infinity });
		const change = { change: 'merge', ips: A, dryRun: true };
		const asked = about('updateIps', 'nothing-yet', change);
		expect((await here.run(asked)).items).toMatchObject([{ before: [], ips: [A] }]);
	});

	it('ends in the same state where the answer is lost once it was applied', async () => {
		here.fail({ match: PUT_IPS, kind: 'appliedThenLost' });
		const { items } = await here.run(update('merge', C));
		expect(items).toMatchObject([{ changed: true, ips: [A, B, C] }]);
		expect(own()).toEqual([A, B, C]);
	});

	it('fails where SendGrid answers another list than was sent', async () => {
		here.fail({ match: PUT_IPS, kind: 'status', status: 200, body: { ips: [A] } });
		const { error } = await here.run(update('merge', C));
		expect(error).toMatchObject({ name: 'NodeApiError', message: containing(C) });
	});

	it('lets several items about one subuser add up', async () => {
		await here.run(update('merge', '={{ $json.ip }}'), {
			items: [3, 4, 5, 6].map((last) => ({ ip: `192.0.2.${last}` })),
		});
		expect(own()).toEqual([1, 2, 3, 4, 5, 6].map((last) => `192.0.2.${last}`));
	});

	it('names an unknown subuser', async () => {
		const { error } = await here.run(about('updateIps', 'nobody', { ips: A }));
		expect(error?.message).toContain('nobody');
	});

	it.each<[string, string, INodeParameters]>([
		['nothing would change', 'remove', {}],
		['it is a dry run', 'merge', { dryRun: true }],
	])('knows an unknown subuser from one without IPs where %s', async (_what, change, more) => {
		// Names that begin like it are no such subuser.
		here.addSubuser('with-none-at-all');
		const asked = (name: string) => about('updateIps', name, { change, ips: A, ...more });
		const { error } = await here.run(asked('with-none'));
		expect(error?.message).toBe('Subuser with-none: SendGrid can’t find this subuser');
		const { items } = await here.run(asked('With-None-AT-ALL'));
		expect(items).toMatchObject([{ before: [], ips: change === 'remove' ? [] : [A] }]);
		expect(here.bodies('PUT')).toEqual([]);
	});

	it('tells what SendGrid answered, which may be in another order', async () => {
		here.fail({ match: PUT_IPS, kind: 'status', status: 200, body: { ips: [C, B, A] } });
		expect((await here.run(update('merge', C))).items).toMatchObject([{ ips: [C, B, A] }]);
	});
});

describe('getting subuser stats', () => {
	const stats = (report: string, more: INodeParameters = {}) =>
		plain('getStats', { report, returnAll: true, ...more });

	it('of chosen subusers asks for ten at a time and gives a flat row for each day and subuser', async () => {
		const wanted = names(23);
		const { items, error } = await here.run(
			stats('bySubuser', {
				subusers: `={{ ${JSON.stringify(wanted)} }}`,
				startDate: '2026-03-01T00:00:00',
				endDate: '2026-03-03',
			}),
		);
		expect(error).toBeUndefined();
		// For each ten a page with the three days, and one without more.
		expect(queries().map(({ subusers: asked, offset }) => [[asked].flat().length, offset])).toEqual(
			[10, 10, 3].flatMap((asked) => [
				[asked, '0'],
				[asked, '3'],
			]),
		);
		expect(queries()[0]).toMatchObject({
			start_date: '2026-03-01',
			end_date: '2026-03-03',
			aggregated_by: 'day',
		});
		expect(items).toHaveLength(23 * 3);
		for (const item of items) {
			expect(Object.values(item).every((value) => typeof value !== 'object')).toBe(true);
		}
		expect(items[0]).toMatchObject({ date: '2026-03-01', username: wanted[0], type: 'subuser' });
		expect(typeof items[0]?.['unique_opens']).toBe('number');
	});

	it.each([
		['a day', '2026-03-05', '2026-03-05'],
		['a time without a zone', '2026-03-05T23:59:59', '2026-03-05'],
		['a time in UTC', '2026-03-05T00:30:00.000Z', '2026-03-05'],
		['a time far east of UTC', '2026-03-05T00:30:00.000+09:00', '2026-03-05'],
		['a time far west of UTC', '2026-03-05T23:30:00.000-08:00', '2026-03-05'],
		[
			'a date object of an expression',
			'={{ $now.set({ year: 2026, month: 3, day: 5 }) }}',
			'2026-03-05',
		],
		[
			'a date of an expression in another zone',
			'={{ DateTime.fromISO("2026-03-05T23:00", { zone: "Asia/Tokyo" }) }}',
			'2026-03-05',
		],
		['text of an expression', '={{ "2026-03-05" }}', '2026-03-05'],
	])('takes %s as its day', async (_what, startDate, day) => {
		const { error } = await here.run(stats('sums', { startDate }));
		expect(error).toBeUndefined();
		expect(queries()[0]?.['start_date']).toBe(day);
	});

	it('refuses what is no date before it sends anything', async () => {
		const bad = ['', '2026-02-31', '31.03.2026', '2026-3-5', 'today', 5, null, true];
		const { items } = await here.run(stats('sums', { startDate: '={{ $json.day }}' }), {
			items: bad.map((day) => ({ day })),
			node: { onError: 'continueRegularOutput' },
		});
		for (const item of items) expect(item['error']).toContain('Start Date');
		expect(here.sent()).toEqual([]);
	});

	it('of all subusers gives sums, page by page, and sorts as asked', async () => {
		const options = { sortBy: 'uniqueOpens', sortDirection: 'asc' };
		const { items } = await here.run(stats('sums', { startDate: '2026-03-01', options }));
		expect(new Set(items.map((item) => item['username']))).toEqual(new Set(names(1200)));
		expect(items).toHaveLength(1200);
		expect(queries()[0]).toMatchObject({
			sort_by_metric: 'unique_opens',
			sort_by_direction: 'asc',
			limit: '100',
		});
		expect(queries()).toHaveLength(13);
	});

	it.each([1, 7])('of chosen subusers are all there where pages have %i dates', async (rows) => {
		const match = 'GET /v3/subusers/stats';
		const wanted = stats('bySubuser', {
			subusers: names(12).join(','),
			startDate: '2026-02-01',
			endDate: '2026-02-20',
		});
		const whole = (await here.run(wanted)).items;
		expect(whole).toHaveLength(12 * 20);
		here.fail({ match, kind: 'shortPages', rows, times: Infinity });
		expect((await here.run(wanted)).items).toEqual(whole);
	});

	it('of chosen subusers are each once where SendGrid ignores the offset', async () => {
		const wanted = stats('bySubuser', {
			subusers: 'birchwood-bakery, tidewater-toys',
			startDate: '2026-02-01',
			endDate: '2026-02-20',
		});
		const whole = (await here.run(wanted)).items;
		const body = here.emulator.requests[0]?.responseBody;
		const match = 'GET /v3/subusers/stats';
		here.fail({ match, kind: 'status', status: 200, body, times: Infinity });
		expect((await here.run(wanted)).items).toEqual(whole);
	});

	it('of chosen subusers are read no further than the limit', async () => {
		const wanted = {
			subusers: names(23).join(','),
			startDate: '2026-03-01',
			endDate: '2026-03-03',
		};
		for (const [limit, requests] of [
			[30, 1],
			[31, 3],
			[50, 3],
		] as const) {
			here.emulator.requests.length = 0;
			const { items } = await here.run(
				plain('getStats', { report: 'bySubuser', limit, ...wanted }),
			);
			expect(items).toHaveLength(limit);
			expect(queries()).toHaveLength(requests);
		}
	});

	it.each(['sums', 'monthly'])(
		'of all subusers (%s) are all there on short pages',
		async (report) => {
			const match = `GET /v3/subusers/stats/${report}`;
			here.fail({ match, kind: 'shortPages', rows: 50, times: Infinity });
			const time = { startDate: '2026-03-01', month: '2026-03-01' };
			const { items, error } = await here.run(stats(report, time));
			expect(error).toBeUndefined();
			expect(items.map((item) => item['username']).sort()).toEqual(names(1200).sort());
		},
	);

	it.each([
		['sums', 'startDate', 'Start Date'],
		['sums', 'endDate', 'End Date'],
		['bySubuser', 'startDate', 'Start Date'],
		['bySubuser', 'endDate', 'End Date'],
		['monthly', 'month', 'Month'],
		['monthlyBySubuser', 'month', 'Month'],
	])('of %s refuse a date in %s that lies ahead', async (report, field, label) => {
		const day = (days: number) =>
			new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
		const fields = {
			startDate: '2026-03-01',
			month: '2026-03-01',
			subusers: 'birchwood-bakery',
			subuser: byUsername('birchwood-bakery'),
		};
		// Any day of the present month will do for a month.
		const first = label === 'Month' ? day(40) : day(3);
		for (const ahead of [first, `${day(400)}T00:00:00`, '9999-12-31']) {
			const named = label === 'Month' ? `${ahead.slice(0, 7)}-01` : ahead.slice(0, 10);
			const { error } = await here.run(stats(report, { ...fields, [field]: ahead }));
			expect(error).toMatchObject({
				name: 'NodeOperationError',
				message: containing(`${label} is ${named}, which lies ahead`),
			});
		}
		expect(here.sent()).toEqual([]);
		const { error } = await here.run(
			stats(report, { ...fields, endDate: day(0), [field]: day(0) }),
		);
		expect(error).toBeUndefined();
	});

	it.each(['sums', 'bySubuser'])(
		'of %s refuse an End Date before the Start Date',
		async (report) => {
			const time = { startDate: '2026-03-02', endDate: '={{ "2026-03-01" }}' };
			const { error } = await here.run(stats(report, { ...time, subusers: 'birchwood-bakery' }));
			expect(error?.message).toContain('End Date 2026-03-01 is before Start Date 2026-03-02');
			expect(here.sent()).toEqual([]);
		},
	);

	it('of all subusers gives no more than the limit', async () => {
		const { items } = await here.run(
			plain('getStats', { report: 'sums', startDate: '2026-03-01', limit: 150 }),
		);
		expect(items).toHaveLength(150);
		expect(queries()).toHaveLength(2);
	});

	it('of a month are not those of all where what names shall contain is no text', async () => {
		const month = { month: '2026-02-17' };
		await here.run(stats('monthly', { ...month, usernameContains: '={{ 42 }}' }));
		expect(queries()).toEqual([expect.objectContaining({ subuser: '42' })]);
		const wrong = await here.run(stats('monthly', { ...month, usernameContains: '={{ [1] }}' }));
		expect(wrong.error?.message).toContain('Username Contains');
		expect(queries()).toHaveLength(1);
	});

	it('of a month finds names that contain a text', async () => {
		const { items } = await here.run(
			stats('monthly', { month: '2026-02-17', usernameContains: 'wood-b' }),
		);
		expect(items.map((item) => item['username']).sort()).toEqual(
			subusers()
				.list()
				.map(({ username }) => username)
				.filter((name) => name.toLowerCase().includes('wood-b'))
				.sort(),
		);
		expect(queries()[0]).toMatchObject({ date: '2026-02-01', subuser: 'wood-b' });
		expect(items[0]).toMatchObject({ date: '2026-02-01', first_name: someWords });
	});

	it('of a month of one subuser gives its row, and names an unknown one', async () => {
		const one = (name: string) =>
			stats('monthlyBySubuser', { month: '2026-02-17', subuser: byUsername(name) });
		expect((await here.run(one('birchwood-bakery'))).items).toMatchObject([
			{ username: 'birchwood-bakery' },
		]);
		expect(here.sent()).toEqual(['GET /v3/subusers/birchwood-bakery/stats/monthly']);
		const { items } = await here.run(one('nobody'), { node: { onError: 'continueRegularOutput' } });
		expect(items).toMatchObject([{ username: 'nobody', error: containing('Subuser nobody') }]);
	});
});
