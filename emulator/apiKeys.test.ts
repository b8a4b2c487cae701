import type { Behavior } from './index';
import { onBehalfOf, startTestClient, withKey, type TestClient } from './testClient';

let test: TestClient;
let now: number;
beforeEach(async () => {
	now = Date.UTC(2026, 2, 10);
	test = await startTestClient({ realTime: () => now });
});
afterEach(() => test.close());

const PATH = '/v3/api_keys';
const TOYS = 'tidewater-toys';
const ADDED = ['2fa_required', 'sender_verification_eligible'];
const KEY: unknown = expect.stringMatching(/^SG\.[\w-]{22}\.[\w-]{43}$/);
const MAIL = {
	personalizations: [{ to: [{ email: 'customer@example.com' }] }],
	from: { email: 'shop@toys.example' },
	subject: 'Hello',
	content: [{ type: 'text/plain', value: 'Hello' }],
};

const behave = (behavior: Partial<Behavior>) =>
	Object.assign(test.emulator.state.behavior, behavior);
const sendFor = (call: string, body?: unknown, name = TOYS) =>
	test.send(call, body, onBehalfOf(name));
const create = async (scopes?: unknown, name = 'CRM') =>
	await sendFor(`POST ${PATH}`, { name, ...(scopes !== undefined && { scopes }) });
const listed = async (query = '') =>
	(await sendFor(`GET ${PATH}${query}`)).data.result.map(({ name }) => name);

describe('an API key of a subuser', () => {
	it('is created with its scopes and those that SendGrid adds, and works', async () => {
		const { status, data } = await create(['mail.send', 'api_keys.read']);
		const scopes = ['mail.send', 'api_keys.read', ...ADDED];
		expect([status, data]).toEqual([
			201,
			{ api_key: KEY, api_key_id: data.api_key.split('.')[1], name: 'CRM', scopes },
		]);
		const own = withKey(data.api_key);
		expect((await test.send('GET /v3/scopes', undefined, own)).data).toEqual({ scopes });
		expect((await test.send(`GET ${PATH}`, undefined, own)).data.result).toHaveLength(1);
		expect((await test.send(`POST ${PATH}`, { name: 'more' }, own)).status).toBe(403);
		expect((await test.send('GET /v3/partners/accounts', undefined, own)).status).toBe(403);
	});

	it('has full access without scopes, but none to subusers', async () => {
		const { data } = await create();
		expect(data.scopes).toEqual(
			expect.arrayContaining(['mail.send', 'api_keys.create', 'whitelabel.create', ...ADDED]),
		);
		expect(data.scopes.filter((scope) => scope.startsWith('subusers'))).toEqual([]);
		const { status } = await test.send('GET /v3/subusers', undefined, withKey(data.api_key));
		expect(status).toBe(403);
	});

	it('belongs to no one else', async () => {
		const { data } = await create(['mail.send']);
		expect((await test.send(`GET ${PATH}`)).data.result.map(({ name }) => name)).toEqual([
			'Emulator',
		]);
		const path = `${PATH}/${data.api_key_id}`;
		const found = [
			await sendFor(`GET ${path}`),
			await sendFor(`GET ${path}`, undefined, 'saltmarsh-books'),
			await test.send(`GET ${path}`),
		];
		expect(found.map(({ status }) => status)).toEqual([200, 404, 404]);
	});

	it.each([
		[{ scopes: ['mail.send'] }, 'name'],
		[{ name: '' }, 'name'],
		[{ name: 'CRM', scopes: [] }, 'scopes'],
		[{ name: 'CRM', scopes: 'mail.send' }, 'scopes'],
		[{ name: 'CRM', scopes: ['billing.read', 'mail.send'] }, 'scopes'],
		[{ name: 'CRM', scopes: ['subusers.read'] }, 'scopes'],
	])('isn’t created with %j', async (body, field) => {
		const { status, data } = await sendFor(`POST ${PATH}`, body);
		expect([status, data.errors[0]?.field]).toEqual([400, field]);
		expect(await listed()).toEqual([]);
	});

	it('is created without scopes that don’t exist, or refused', async () => {
		const wanted = ['mail.send', 'mail.fly', 'subusers.read', '2fa_required'];
		expect((await create(wanted)).data.scopes).toEqual(['mail.send', ...ADDED]);
		behave({ unknownScopes: 'refused' });
		expect((await create(wanted)).status).toBe(400);
		behave({ unknownScopes: 'error' });
		expect((await create(wanted)).status).toBe(500);
	});

	it('can have more scopes than the key that creates it, unless the behavior forbids it', async () => {
		const key = test.emulator.addKey({ scopes: ['api_keys.create', 'alerts.read'] });
		const scopes = ['alerts.read', 'mail.send'];
		const results = [];
		for (const scopesBeyondKey of ['granted', 'dropped', 'refused'] as const) {
			behave({ scopesBeyondKey, addedScopes: [] });
			const headers = { ...withKey(key), ...onBehalfOf(TOYS) };
			const { status, data } = await test.send(`POST ${PATH}`, { name: 'a', scopes }, headers);
			results.push(status === 201 ? data.scopes : status);
		}
		expect(results).toEqual([scopes, ['alerts.read'], 400]);
	});

	it('is refused once there are 100', async () => {
		for (let index = 0; index < 99; index++) test.emulator.addKey({ subuser: TOYS });
		expect((await create(['mail.send'])).status).toBe(201);
		const { status, data } = await create(['mail.send']);
		expect([status, data.errors]).toEqual([
			403,
			[{ field: null, message: 'Cannot create more than 100 API Keys' }],
		]);
		expect((await sendFor(`POST ${PATH}`, { name: 'a' }, 'saltmarsh-books')).status).toBe(201);
	});

	it('starts and stops working late, if the behavior says so', async () => {
		behave({ newKeyDelayMs: 3000, deletedKeyDelayMs: 2000 });
		const { data } = await create(['mail.send']);
		const works = async () =>
			(await test.send('GET /v3/scopes', undefined, withKey(data.api_key))).status;
		expect(await works()).toBe(401);
		now += 3000;
		expect(await works()).toBe(200);
		await sendFor(`DELETE ${PATH}/${data.api_key_id}`);
		expect([await works(), await listed()]).toEqual([200, []]);
		now += 2000;
		expect(await works()).toBe(401);
	});
});

describe('API keys', () => {
	it('are listed in pages, with names that may repeat', async () => {
		for (const name of ['a', 'b', 'b']) await create(['mail.send'], name);
		expect(await listed()).toEqual(['a', 'b', 'b']);
		expect(await listed('?limit=2')).toEqual(['a', 'b']);
		expect(await listed('?limit=2&offset=2')).toEqual(['b']);
		expect((await sendFor(`GET ${PATH}?limit=0`)).status).toBe(400);
	});

	it('are read, renamed, changed, and deleted by ID', async () => {
		const { data } = await create(['mail.send']);
		const { api_key_id } = data;
		const path = `${PATH}/${api_key_id}`;
		const renamed = await sendFor(`PATCH ${path}`, { name: 'Shop' });
		expect([renamed.status, renamed.data]).toEqual([200, { api_key_id, name: 'Shop' }]);
		const scopes = ['alerts.read', ...ADDED];
		const changed = await sendFor(`PUT ${path}`, { name: 'Shop 2', scopes: ['alerts.read'] });
		expect(changed.data).toEqual({ api_key_id, name: 'Shop 2', scopes });
		expect((await sendFor(`GET ${path}`)).data).toEqual(changed.data);
		behave({ apiKeyBody: 'list' });
		expect((await sendFor(`GET ${path}`)).data).toEqual({ result: [changed.data] });
		const own = withKey(data.api_key);
		expect((await test.send('GET /v3/scopes', undefined, own)).data).toEqual({ scopes });
		expect((await sendFor(`DELETE ${path}`)).status).toBe(204);
		expect((await test.send('GET /v3/scopes', undefined, own)).status).toBe(401);
	});

	it('keep their scopes, get all, or aren’t changed by a PUT without scopes', async () => {
		const { data } = await create(['mail.send']);
		const put = () => sendFor(`PUT ${PATH}/${data.api_key_id}`, { name: 'Shop' });
		expect((await put()).status).toBe(400);
		behave({ putWithoutScopes: 'kept' });
		expect((await put()).data.scopes).toEqual(['mail.send', ...ADDED]);
		behave({ putWithoutScopes: 'full' });
		expect((await put()).data.scopes).toContain('api_keys.create');
	});

	it.each([
		['GET', 'unable to find API Key'],
		['PATCH', 'unable to find API Key to update'],
		['PUT', 'unable to find API Key to update'],
		['DELETE', 'unable to find API Key for deletion'],
	])('that don’t exist are a 404 to %s', async (method, message) => {
		const { status, data } = await sendFor(`${method} ${PATH}/none`, { name: 'a' });
		expect([status, data.errors]).toEqual([404, [{ field: null, message }]]);
	});
});

describe('sending email', () => {
	const send = (key: string, body: unknown = MAIL) =>
		test.send('POST /v3/mail/send', body, withKey(key));

	it('is accepted with a key that may send, and uses the subuser’s credits', async () => {
		const { data } = await sendFor(
			`POST ${PATH}`,
			{ name: 'a', scopes: ['mail.send'] },
			'saltmarsh-books',
		);
		test.emulator.setRateLimit({ limit: 1, windowMs: 60_000 });
		const { status, headers } = await send(data.api_key);
		expect([status, headers['x-ratelimit-limit']]).toEqual([202, undefined]);
		expect((await send(data.api_key)).status).toBe(202);
		const { acceptedMail, subusers } = test.emulator.state;
		expect(acceptedMail).toHaveLength(2);
		expect(acceptedMail[0]).toMatchObject({
			owner: { username: 'saltmarsh-books' },
			from: 'shop@toys.example',
			to: ['customer@example.com'],
		});
		expect(subusers.get('saltmarsh-books')?.credits.remain).toBe(4198);
	});

	it('is refused without the scope, credits, or recipients, for disabled subusers, and on behalf', async () => {
		const keyOf = (subuser: string) => test.emulator.addKey({ subuser });
		const reader = test.emulator.addKey({ subuser: TOYS, scopes: ['alerts.read'] });
		expect((await send(reader)).status).toBe(403);
		const empty = await send(keyOf('Birchwood-Brewing'));
		expect([empty.status, empty.data.errors[0]?.message]).toEqual([
			401,
			'Maximum credits exceeded',
		]);
		expect((await send(keyOf('quarrylane-bicycles'))).status).toBe(403);
		expect((await send(keyOf(TOYS), { ...MAIL, personalizations: [] })).status).toBe(400);
		expect((await send(keyOf(TOYS), { ...MAIL, from: {} })).status).toBe(400);
		expect((await sendFor('POST /v3/mail/send', MAIL)).status).toBe(403);
		expect(test.emulator.state.acceptedMail).toEqual([]);
	});
});
