import {
	startTestClient,
	type ResponseBody,
	type TestClient,
	type TestResponse,
} from './testClient';

const ACCOUNTS = '/v3/partners/accounts';
const TEXT: unknown = expect.any(String);
const ID: unknown = expect.stringMatching(/^sg[0-9a-f]{32}$/);
const TIME: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const FREE = [{ name: 'demo.ei.free.v1', type: 'package', quantity: 1 }];

let test: TestClient;
beforeEach(async () => {
	test = await startTestClient();
});
afterEach(() => test.close());

const firstId = (): string => test.emulator.state.accounts.list()[0]?.id ?? '';

describe('accounts', () => {
	it('are listed in pages, each after the last ID of the previous page', async () => {
		const seen: string[] = [];
		let offset: string | undefined = '';
		for (const rows of [5, 5, 2, 0]) {
			const { status, data }: TestResponse<ResponseBody> = await test.send(
				`GET ${ACCOUNTS}?limit=5&offset=${offset}`,
			);
			expect(status).toBe(200);
			expect(data.accounts).toHaveLength(rows);
			expect(data.pages).toEqual(rows > 0 ? { last: data.accounts.at(-1)?.id } : {});
			seen.push(...data.accounts.map(({ id }) => id));
			offset = data.pages.last;
		}
		expect(seen).toEqual(test.emulator.state.accounts.list().map(({ id }) => id));
	});

	it('are listed ten per page by default, with the fields of the published example', async () => {
		const { data } = await test.send(`GET ${ACCOUNTS}`);
		expect(data.accounts).toHaveLength(10);
		expect(data.accounts[0]).toEqual({
			id: ID,
			email: 'hello@birchwood-bakery.example',
			created_at: TIME,
			updated_at: TIME,
		});
	});

	it('are listed after an account that was deleted between two pages', async () => {
		const [first, second, third] = test.emulator.state.accounts.list().map(({ id }) => id);
		await test.send(`DELETE ${ACCOUNTS}/${second}`);
		const { data } = await test.send(`GET ${ACCOUNTS}?limit=1&offset=${second}`);
		expect(data.accounts[0]?.id).toBe(third);
		expect(first).not.toBe(third);
	});

	it.each(['limit=101', 'limit=0', 'limit=x', 'offset=unknown'])(
		'can’t be listed with %s',
		async (query) => {
			const { status, data } = await test.send(`GET ${ACCOUNTS}?${query}`);
			expect(status).toBe(400);
			expect(data.errors).toEqual([
				{ message: TEXT, field: query.split('=')[0], error_id: '10-40000' },
			]);
		},
	);

	it('are created with their offerings and can be read immediately', async () => {
		const { status, data } = await test.send(`POST ${ACCOUNTS}`, { offerings: FREE });
		expect(status).toBe(201);
		expect(data).toEqual({ account_id: ID });
		const { account_id: id } = data;
		expect((await test.send(`GET ${ACCOUNTS}/${id}/offerings`)).data).toEqual({ offerings: FREE });
		expect((await test.send(`GET ${ACCOUNTS}/${id}/state`)).data).toEqual({ state: 'activated' });
	});

	it('are refused with a list of all errors in the profile', async () => {
		const profile = {
			email: 'nobody',
			phone: '0151',
			company_website: 'not a site',
			timezone: 'Mars/North',
		};
		const { status, data } = await test.send(`POST ${ACCOUNTS}`, { profile, offerings: FREE });
		expect(status).toBe(400);
		const found = data.errors.map((entry) => [entry.field, entry.error_id]);
		expect(Object.fromEntries(found)).toEqual({
			email: '10-40002',
			phone: '10-40010',
			company_website: '10-40008',
			timezone: '10-40000',
		});
		expect(test.emulator.state.accounts.size).toBe(12);
	});

	it('can have a complete profile, including a website without a scheme', async () => {
		const profile = {
			company_name: 'oatmill-yoga',
			company_website: 'oatmill-yoga.example',
			email: 'hello@oatmill-yoga.example',
			phone: '+4930123456',
			timezone: 'Asia/Tokyo',
		};
		const { data } = await test.send(`POST ${ACCOUNTS}`, { profile, offerings: FREE });
		expect(test.emulator.state.accounts.get(data.account_id)?.profile).toEqual(profile);
	});

	it('are test accounts without dedicated IPs if the header says so', async () => {
		const offerings = [{ name: 'demo.ei.pro-100k.v1', type: 'package', quantity: 1 }];
		const ipsOf = async (headers: Record<string, string>): Promise<unknown> => {
			const { data } = await test.send(`POST ${ACCOUNTS}`, { offerings }, headers);
			const account = test.emulator.state.accounts.get(data.account_id);
			return [account?.testAccount, account?.ips.length];
		};
		expect(await ipsOf({ 'T-Test-Account': 'true' })).toEqual([true, 0]);
		expect(await ipsOf({})).toEqual([false, 1]);
	});

	it('can’t be found once they are deleted', async () => {
		const path = `${ACCOUNTS}/${firstId()}`;
		expect((await test.send(`DELETE ${path}`)).status).toBe(204);
		for (const call of [`DELETE ${path}`, `GET ${path}/offerings`, `GET ${path}/state`]) {
			const { status, data } = await test.send(call);
			expect([status, data.errors[0]?.error_id]).toEqual([404, '10-40400']);
		}
	});

	it('can be activated and deactivated, but not set to another state', async () => {
		const path = `${ACCOUNTS}/${firstId()}/state`;
		expect((await test.send(`PUT ${path}`, { state: 'deactivated' })).status).toBe(204);
		expect((await test.send(`GET ${path}`)).data).toEqual({ state: 'deactivated' });
		for (const state of ['suspended', 'banned', 'indeterminate', undefined]) {
			const { status, data } = await test.send(`PUT ${path}`, { state });
			expect([status, data.errors[0]?.field]).toEqual([400, 'state']);
		}
		expect((await test.send(`GET ${path}`)).data).toEqual({ state: 'deactivated' });
	});
});

describe('a sign-in link', () => {
	const newLink = async (): Promise<string> => {
		const { status, headers } = await test.send(`POST ${ACCOUNTS}/${firstId()}/sso`);
		expect(status).toBe(303);
		return String(headers.location).replace(test.emulator.url, 'GET ');
	};

	it('works once, without a key', async () => {
		const link = await newLink();
		expect((await test.send(link, undefined, { authorization: '' })).status).toBe(200);
		expect((await test.send(link)).status).toBe(403);
	});

	it('works for 60 seconds', async () => {
		const [early, late] = [await newLink(), await newLink()];
		test.emulator.clock.advance(59_000);
		expect((await test.send(early)).status).toBe(200);
		test.emulator.clock.advance(1_000);
		expect((await test.send(late)).status).toBe(403);
	});

	it('is deleted after it has expired', async () => {
		await newLink();
		test.emulator.clock.advance(60_000);
		await newLink();
		expect(test.emulator.state.signInCodes.size).toBe(1);
	});

	it('is refused for an account that no one can sign in to', async () => {
		const account = test.emulator.state.accounts.get(firstId());
		if (account) account.state = 'banned';
		expect((await test.send(`POST ${ACCOUNTS}/${firstId()}/sso`)).status).toBe(403);
	});

	it('stops working when its account is deleted', async () => {
		const link = await newLink();
		await test.send(`DELETE ${ACCOUNTS}/${firstId()}`);
		expect((await test.send(link)).status).toBe(403);
	});
});
