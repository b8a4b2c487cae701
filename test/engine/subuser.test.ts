import { ipSummary } from '../../nodes/SendGridProvisioning/domain/summaries';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { assignIps } from '../../emulator';
import { logLines } from './log';
import { byUsername, containing, someWords, world } from './world';

const here = world({ subusers: 1200 });

const NAME = 'orchard-lane';
const PASSWORD = 'S3cret "quoted" \\ pass';
const EMAIL = 'mail@orchard-lane.example';
const CREATE = 'POST /v3/subusers';
const DELETE = 'DELETE /v3/subusers/{name}';
const REPUTATIONS = 'GET /v3/subusers/reputations';
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
/** What is returned once a subuser is deleted, besides its name. */
const DELETED = { summary: 'deleted', dry_run: false, deleted: true };
const queries = () => here.emulator.requests.map(({ query }) => query);

/** One more subuser, with the email address that is used for new ones here. */
function present(username: string, email = EMAIL): void {
	here.addSubuser(username).email = email;
}

describe('Create subuser', () => {
	it('sends all fields and returns the response without its secrets', async () => {
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
	])('accepts IPs as %s', async (_what, ips, sent) => {
		await here.run(create({ ips }));
		expect(here.bodies('POST')).toMatchObject([{ ips: sent, region: 'global' }]);
	});

	it.each<[string, INodeParameters[string]]>([
		['is empty', ''],
		['is an expression without a value', '={{ $json.ips }}'],
		['is an expression that returns an empty list', '={{ [] }}'],
	])('sends no IPs if the field %s', async (_what, ips) => {
		const { items, error } = await here.run(create({ ips, region: 'eu' }));
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ username: NAME, region: 'eu' }]);
		expect(here.bodies('POST')).toEqual([
			{ username: NAME, email: EMAIL, password: PASSWORD, region: 'eu', include_region: true },
		]);
		expect(subusers().get(NAME)?.ips).toEqual([]);
	});

	it('finds a subuser without IPs after a lost response, too', async () => {
		here.fail({ match: CREATE, kind: 'appliedThenLost' });
		const { items } = await here.run(create({ ips: '' }));
		expect(items).toMatchObject([{ username: NAME, email: EMAIL }]);
	});

	it('fails if SendGrid answers with another region, and shows no password', async () => {
		const answered = { username: NAME, region: 'eu' };
		const body = { email: EMAIL, user_id: 7, ...answered };
		here.fail({ match: CREATE, kind: 'status', status: 201, body });
		const { error } = await here.run(create());
		const sent = JSON.stringify({ username: NAME, region: 'global' });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: `Subuser ${NAME}: SendGrid’s response doesn’t match the request. Sent: ${sent}. Received: ${JSON.stringify(answered)}; a subuser may have been created`,
			description: containing('before you run the item again'),
		});
		expect(`${error?.message} ${error?.description}`).not.toContain('S3cret');
		expect(here.sent()).toEqual([CREATE]);
	});

	it('fails if the subuser that is found after a lost response has another region', async () => {
		present(NAME);
		here.fail({ match: CREATE, kind: 'reset' });
		const { error } = await here.run(create({ region: 'eu' }));
		expect(error?.message).toContain('Received: {"username":"orchard-lane","region":"global"}');
	});

	it('refuses bad IPs and missing fields before sending anything', async () => {
		const bad: unknown[] = ['192.0.2.256', '::1', 5, [5], {}];
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

	it('shows the password in no message, output, or log, even if SendGrid’s error repeats it', async () => {
		const body = { errors: [{ message: `bad password ${PASSWORD}`, field: PASSWORD }] };
		here.fail({ match: CREATE, kind: 'status', status: 400, body, times: Infinity });
		const secret = JSON.stringify(PASSWORD).slice(1, -1);
		// So it's neither in the workflow nor in an item, which n8n stores.
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

	it('finds the subuser that a refused request created after all', async () => {
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

	it('says that the name exists if the first request is refused for it', async () => {
		present(NAME);
		const { error } = await here.run(create());
		expect(error?.message).toContain('exists');
		expect(here.sent()).toEqual([CREATE]);
	});

	it('says how to check if no response came and there is no such subuser', async () => {
		here.fail({ match: CREATE, kind: 'reset' });
		const { error } = await here.run(create());
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('may have been created');
		expect(error?.description).toContain('Get many subusers');
	});

	it('isn’t confused with a subuser of the same name with another email address', async () => {
		present(NAME, 'someone@else.example');
		here.fail({ match: CREATE, kind: 'reset' });
		expect((await here.run(create())).error?.message).toContain('may have been created');
		here.fail({ match: CREATE, kind: 'status', status: 429, headers: { 'retry-after': '0.1' } });
		const { error, items } = await here.run(create());
		expect(items).toEqual([]);
		expect(error?.message).toContain('exists');
	});

	it('isn’t confused with subusers whose names only begin the same', async () => {
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

	it('is found after more names that begin the same than fit on a page', async () => {
		for (let index = 0; index < 600; index += 1) present(`${NAME}-${index}`);
		here.fail({ match: CREATE, kind: 'appliedThenLost' });
		const { items } = await here.run(create());
		expect(items).toMatchObject([{ username: NAME, user_id: subusers().get(NAME)?.id }]);
	});

	it('refuses to run while “Retry On Fail” is on', async () => {
		const { error } = await here.run(create(), {
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		});
		expect(error?.message).toContain('Retry On Fail');
		expect(here.sent()).toEqual([]);
	});
});

describe('Delete subuser', () => {
	it('deletes exactly this subuser, not those whose names begin the same', async () => {
		const { items } = await here.run(about('delete', 'birchwood-bakery'));
		expect(items).toEqual([{ username: 'birchwood-bakery', ...DELETED }]);
		expect(subusers().has('birchwood-bakery')).toBe(false);
		expect(subusers().has('birchwood-bakery-eu')).toBe(true);
		expect((await here.run(about('delete', 'birchwood'))).error?.message).toContain('birchwood');
		expect(subusers().size).toBe(1199);
	});

	it('names an unknown subuser, after a 429, too', async () => {
		expect((await here.run(about('delete', 'nobody'))).error?.message).toContain('Subuser nobody');
		here.fail({ match: DELETE, kind: 'status', status: 429, headers: { 'retry-after': '0.1' } });
		expect((await here.run(about('delete', 'nobody'))).error?.message).toContain('Subuser nobody');
	});

	it.each(['resource', 'operation'])('is refused if an AI agent chose the %s', async (field) => {
		const chosen = { resource: 'subuser', operation: 'delete' };
		const { error } = await here.run(
			// The form then shows the fields of other operations, too, and n8n requires them.
			{
				...create(),
				...about('delete', 'birchwood-bakery'),
				account: { __rl: true, mode: 'id', value: 'sg-none' },
				adjustment: 1,
				minimum: 1,
				total: 1,
				package: 'none',
				name: 'Newsletter',
				apiKeyId: 'none',
				domain: 'birchwood-bakery.example',
				domainId: 1,
				linkId: 1,
				[field]: `={{ $fromAI('${field}') }}`,
			},
			{ items: [chosen] },
		);
		expect(error?.message).toBe(
			'Subuser birchwood-bakery: “Delete subuser” must be chosen by hand, not by an expression',
		);
		expect(here.sent()).toEqual([]);
	});

	it('sends a name with special characters as one part of the path', async () => {
		for (const name of ['orders@juniperlane-kitchens.example', 'カモメ製菓', 'a/b?c#d']) {
			if (!subusers().has(name)) present(name);
			expect((await here.run(about('delete', name))).items).toEqual([
				{ username: name, ...DELETED },
			]);
			expect(subusers().has(name)).toBe(false);
		}
	});
});

describe('updating what a subuser is allowed to do', () => {
	const changed = (summary: string) => ({
		username: 'tidewater-toys',
		summary,
		dry_run: false,
		changed: true,
	});

	it('disables and enables sending', async () => {
		for (const status of ['disabled', 'enabled']) {
			const { items } = await here.run(about('updateStatus', 'tidewater-toys', { status }));
			expect(items).toEqual([{ ...changed(status), status }]);
			expect(subusers().get('tidewater-toys')?.disabled).toBe(status === 'disabled');
		}
		expect(subusers().get('tidewater-toys')?.websiteAccess).toBe(true);
	});

	it('disables and enables access to the website', async () => {
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

	it('refuses other values, and names an unknown subuser', async () => {
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

describe('Get subuser reputation', () => {
	it('returns the reputation of exactly this subuser', async () => {
		const { items } = await here.run(about('getReputation', 'birchwood-bakery'));
		expect(items).toEqual([
			{ username: 'birchwood-bakery', reputation: subusers().get('birchwood-bakery')?.reputation },
		]);
	});

	it('takes ten subusers per request, gathered across the items of a run', async () => {
		const usernames = names(100);
		const items = usernames.map((username) => ({ username }));
		const run = await here.run(about('getReputation', '={{ $json.username }}'), { items });
		expect(run.items).toEqual(
			usernames.map((username) => ({
				username,
				reputation: subusers().get(username)?.reputation,
			})),
		);
		expect(
			queries()
				.flatMap(({ usernames: asked }) => asked)
				.sort(),
		).toEqual(usernames.sort());
		// A busy machine may gather fewer.
		expect(here.sent().length).toBeLessThanOrEqual(12);
	});

	it('asks for each subuser alone if SendGrid refuses one of them', async () => {
		const items = names(5).map((username) => ({ username }));
		here.fail({ match: REPUTATIONS, kind: 'status', status: 400 });
		const run = await here.run(about('getReputation', '={{ $json.username }}'), { items });
		expect(run.error).toBeUndefined();
		expect(run.items).toHaveLength(5);
		expect(here.sent()).toHaveLength(6);
	});

	it('doesn’t ask for each alone if the API key isn’t allowed to', async () => {
		const items = names(5).map((username) => ({ username }));
		here.fail({ match: REPUTATIONS, kind: 'status', status: 403, times: Infinity });
		const run = await here.run(about('getReputation', '={{ $json.username }}'), {
			items,
			node: { onError: 'continueRegularOutput' },
		});
		expect(run.items.map(({ http_code }) => http_code)).toEqual([403, 403, 403, 403, 403]);
		expect(here.sent()).toHaveLength(1);
	});

	it('names the subuser if SendGrid has no reputation for it', async () => {
		const { error } = await here.run(about('getReputation', 'birchwood'));
		expect(error?.message).toContain('Subuser birchwood:');
		expect(error?.description).toContain('Check the spelling of the username.');
	});
});

describe('Get many subusers', () => {
	const found = (items: IDataObject[]) => items.map((item) => item['username'] as string);

	it('reads once for all items with the same filters', async () => {
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

	it('returns all subusers in SendGrid’s order, with their regions', async () => {
		const { items, error } = await here.run(plain('getAll', { returnAll: true }));
		expect(error).toBeUndefined();
		expect(found(items)).toEqual(names(1200));
		expect(here.sent()).toHaveLength(4);
		for (const item of items) expect(['global', 'eu']).toContain(item['region']);
	});

	it.each([
		[1, 1],
		[501, 2],
	])('returns no more than a limit of %i, in %i requests', async (limit, requests) => {
		expect(found((await here.run(plain('getAll', { limit }))).items)).toEqual(names(limit));
		expect(here.sent()).toHaveLength(requests);
	});

	it('accepts a number as the beginning of a name, and refuses other values that aren’t text', async () => {
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

	it('filters by region and by the beginning of the name', async () => {
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
});

describe('Update subuser IPs', () => {
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
		['adds IPs', 'merge', `${B},${C}`, [A, B, C], [C], []],
		['replaces all IPs', 'replace', `={{ ["${C}"] }}`, [C], [C], [A, B]],
		['removes IPs', 'remove', `${A}, ${C}`, [B], [], [A]],
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
		expect(dry.items).toEqual([{ ...output, summary: `would be: ${summary}`, dry_run: true }]);
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
	])('sends no PUT if %s would change nothing', async (change, ips) => {
		const { items } = await here.run(update(change, ips));
		expect(items).toMatchObject([
			{ changed: false, before: [A, B], ips: [A, B], added: [], removed: [] },
		]);
		expect(here.sent()).toEqual(['GET /v3/ips', 'GET /v3/ips']);
	});

	it('refuses to leave no IP, in a dry run, too', async () => {
		for (const dryRun of [false, true]) {
			const { error } = await here.run(update('remove', `${A},${B}`, { dryRun }));
			expect(error?.message).toContain('without an IP address');
		}
		expect(here.bodies('PUT')).toEqual([]);
	});

	it('refuses bad addresses and empty fields before sending anything', async () => {
		const bad: unknown[] = ['', null, [], 'here', [A, 7]];
		const { items } = await here.run(update('replace', '={{ $json.ips }}'), {
			items: bad.map((ips) => ({ ips })) as IDataObject[],
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual(
			bad.map(() => ({ error: containing('IPs'), description: someWords, username: NAME })),
		);
		expect(here.sent()).toEqual([]);
	});

	it('reads all IPs of a subuser with more than SendGrid’s default page of ten', async () => {
		const subuser = subusers().get(NAME);
		const many = [...here.emulator.state.ips.keys()].slice(0, 25);
		if (subuser !== undefined) assignIps(here.emulator.state, subuser, many);
		const { items } = await here.run(update('remove', A));
		expect(items).toMatchObject([{ before: many, ips: many.slice(1) }]);
	});

	it('fails if SendGrid’s list isn’t the one that was sent', async () => {
		here.fail({ match: PUT_IPS, kind: 'status', status: 200, body: { ips: [A] } });
		const { error } = await here.run(update('merge', C));
		expect(error).toMatchObject({ name: 'NodeApiError', message: containing(C) });
	});

	it('adds up if several items are about the same subuser', async () => {
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
	])('tells an unknown subuser from one without IPs if %s', async (_what, change, more) => {
		// A name that begins the same isn't this subuser.
		here.addSubuser('with-none-at-all');
		const asked = (name: string) => about('updateIps', name, { change, ips: A, ...more });
		const { error } = await here.run(asked('with-none'));
		expect(error?.message).toBe('Subuser with-none: SendGrid can’t find this subuser');
		expect(error?.description).toContain('Check the spelling of the username, and');
		const { items } = await here.run(asked('With-None-AT-ALL'));
		expect(items).toMatchObject([{ before: [], ips: change === 'remove' ? [] : [A] }]);
		expect(here.bodies('PUT')).toEqual([]);
	});

	it('returns SendGrid’s list, even in another order', async () => {
		here.fail({ match: PUT_IPS, kind: 'status', status: 200, body: { ips: [C, B, A] } });
		expect((await here.run(update('merge', C))).items).toMatchObject([{ ips: [C, B, A] }]);
	});
});

describe('Get subuser stats', () => {
	const stats = (report: string, more: INodeParameters = {}) =>
		plain('getStats', { report, returnAll: true, ...more });

	it('requests ten chosen subusers at a time and returns a flat item for each day and subuser', async () => {
		const wanted = names(23);
		const { items, error } = await here.run(
			stats('bySubuser', {
				subusers: `={{ ${JSON.stringify(wanted)} }}`,
				startDate: '2026-03-01T00:00:00',
				endDate: '2026-03-03',
			}),
		);
		expect(error).toBeUndefined();
		// Each ten have a page with the three days, and one without more.
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
		[
			'a date object from an expression',
			'={{ $now.set({ year: 2026, month: 3, day: 5 }) }}',
			'2026-03-05',
		],
		[
			'a date object in another time zone',
			'={{ DateTime.fromISO("2026-03-05T23:00", { zone: "Asia/Tokyo" }) }}',
			'2026-03-05',
		],
		['text from an expression', '={{ "2026-03-05" }}', '2026-03-05'],
	])('accepts %s as its start date', async (_what, startDate, day) => {
		const { error } = await here.run(stats('sums', { startDate }));
		expect(error).toBeUndefined();
		expect(queries()[0]?.['start_date']).toBe(day);
	});

	it('refuses anything but a date before sending anything', async () => {
		const bad = ['', '2026-02-31', 5, null];
		const { items } = await here.run(stats('sums', { startDate: '={{ $json.day }}' }), {
			items: bad.map((day) => ({ day })),
			node: { onError: 'continueRegularOutput' },
		});
		for (const item of items) expect(item['error']).toContain('Start Date');
		expect(here.sent()).toEqual([]);
	});

	it('returns sums of all subusers, sorted as chosen', async () => {
		const sorting = { sortBy: 'uniqueOpens', sortDirection: 'asc' };
		const { items } = await here.run(stats('sums', { startDate: '2026-03-01', sorting }));
		expect(new Set(items.map((item) => item['username']))).toEqual(new Set(names(1200)));
		expect(items).toHaveLength(1200);
		expect(queries()[0]).toMatchObject({
			sort_by_metric: 'unique_opens',
			sort_by_direction: 'asc',
			limit: '100',
		});
		expect(queries()).toHaveLength(13);
	});

	it('reads no more of chosen subusers than the limit requires', async () => {
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

	it.each([
		['sums', 'startDate', 'Start Date'],
		['sums', 'endDate', 'End Date'],
		['bySubuser', 'startDate', 'Start Date'],
		['bySubuser', 'endDate', 'End Date'],
		['monthly', 'month', 'Month'],
		['monthlyBySubuser', 'month', 'Month'],
	])('refuses a future date in the report %s, field %s', async (report, field, label) => {
		const day = (days: number) =>
			new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
		const fields = {
			startDate: '2026-03-01',
			month: '2026-03-01',
			subusers: 'birchwood-bakery',
			subuser: byUsername('birchwood-bakery'),
		};
		// For a month, each day of the present month is accepted.
		const first = label === 'Month' ? day(40) : day(3);
		for (const ahead of [first, `${day(400)}T00:00:00`, '9999-12-31']) {
			const named = label === 'Month' ? `${ahead.slice(0, 7)}-01` : ahead.slice(0, 10);
			const { error } = await here.run(stats(report, { ...fields, [field]: ahead }));
			expect(error).toMatchObject({
				name: 'NodeOperationError',
				message: containing(`${label} is ${named}, which is in the future`),
			});
		}
		expect(here.sent()).toEqual([]);
		const { error } = await here.run(
			stats(report, { ...fields, endDate: day(0), [field]: day(0) }),
		);
		expect(error).toBeUndefined();
	});

	it.each(['sums', 'bySubuser'])(
		'refuses an End Date before the Start Date in the report %s',
		async (report) => {
			const time = { startDate: '2026-03-02', endDate: '={{ "2026-03-01" }}' };
			const { error } = await here.run(stats(report, { ...time, subusers: 'birchwood-bakery' }));
			expect(error?.message).toContain('End Date 2026-03-01 is before Start Date 2026-03-02');
			expect(here.sent()).toEqual([]);
		},
	);

	it('returns no more sums than the limit', async () => {
		const { items } = await here.run(
			plain('getStats', { report: 'sums', startDate: '2026-03-01', limit: 150 }),
		);
		expect(items).toHaveLength(150);
		expect(queries()).toHaveLength(2);
	});

	it('refuses Username Contains if it isn’t text, instead of returning all subusers', async () => {
		const month = { month: '2026-02-17' };
		await here.run(stats('monthly', { ...month, usernameContains: '={{ 42 }}' }));
		expect(queries()).toEqual([expect.objectContaining({ subuser: '42' })]);
		const wrong = await here.run(stats('monthly', { ...month, usernameContains: '={{ [1] }}' }));
		expect(wrong.error?.message).toContain('Username Contains');
		expect(queries()).toHaveLength(1);
	});

	it('returns a month’s stats of subusers whose names contain the text', async () => {
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

	it('returns a month’s stats of one subuser, and names an unknown one', async () => {
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
