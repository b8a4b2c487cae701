import type { INodeParameters } from 'n8n-workflow';
import type { Fault } from '../../emulator';
import {
	ACCOUNTS,
	byId,
	byUsername,
	CREDITS,
	updateCredits,
	updateOfferings,
	world,
} from './world';

const here = world();

const NAME = 'orchard-lane';
const { birchwood } = ACCOUNTS;
const DELETE_SUBUSER = 'DELETE /v3/subusers/{name}';
const DELETE_ACCOUNT = 'DELETE /v3/partners/accounts/{id}';

const unlimited = updateCredits(NAME, { creditType: 'unlimited' });
const check: INodeParameters = { resource: 'apiKey', operation: 'check' };
const create: INodeParameters = {
	resource: 'account',
	operation: 'create',
	package: 'demo.ei.free.v1',
};
const deleteSubuser = {
	resource: 'subuser',
	operation: 'delete',
	subuser: byUsername(NAME),
};
const deleteAccount = { resource: 'account', operation: 'delete', account: byId(birchwood) };

beforeEach(() => {
	here.addSubuser(NAME);
});

describe('a response of a proxy, firewall, or gateway', () => {
	const forms = [
		['html', 'an HTML page'],
		['text', 'plain text, “RBAC: access denied”'],
		['empty', 'an empty answer'],
		['json', 'JSON: “Forbidden”'],
	] as const;
	const statuses = [403, 407];
	const cases = forms.flatMap(([form, words]) =>
		statuses.map((status) => ({ form, words, status })),
	);

	it.each(cases)('isn’t taken for SendGrid’s: $status, $form', async ({ form, words, status }) => {
		for (const [parameters, match] of [
			[unlimited, `PUT ${CREDITS}`],
			[updateOfferings(birchwood, { package: 'demo.ei.free.v1' }), 'GET /v3/partners/{*}'],
			[create, 'POST /v3/partners/accounts'],
		] as const) {
			const exact = match.replace('{*}', 'accounts/{id}/offerings');
			here.fail({ match: exact, kind: 'stranger', status, form, times: Infinity });
			const { error } = await here.run(parameters);
			expect(error?.message).toContain(`status ${status}, ${words}`);
			expect(error?.message).toMatch(/proxy/i);
			expect(error?.message).not.toContain('may have been');
			expect(error?.description).toMatch(/proxy settings.*base URL.*firewall/);
			expect(`${error?.message} ${error?.description}`).not.toMatch(
				/API key|scope|reseller|contract|spelling|values/,
			);
			expect(error?.httpCode === null ? '' : String(status)).toContain(String(status));
		}
	});

	it.each(['GET /v3/scopes', 'GET /v3/partners/offerings'])(
		'fails Check API key permissions instead of counting as a “no”: %s',
		async (match) => {
			for (const form of ['html', 'text', 'empty', 'json'] as const) {
				here.fail({ match, kind: 'stranger', status: 403, form });
				const { error, items } = await here.run(check);
				expect(error?.message).toMatch(/(answered|to have answered) instead of SendGrid/);
				expect(items).toEqual([]);
			}
		},
	);

	it.each([
		[403, 'access forbidden', false],
		[403, 'not authorized', false],
		[401, 'missing required scope: partners', false],
		[401, 'authorization required', undefined],
		[403, 'invalid regional attribute', undefined],
		[400, 'bad request', undefined],
	])(
		'is told from SendGrid’s own answer about the reseller agreement: %s “%s”',
		async (status, message, allowed) => {
			const body = { errors: [{ message, field: '', error_id: `10-${status}00` }] };
			here.fail({ match: 'GET /v3/partners/offerings', kind: 'status', status, body });
			const { items, error } = await here.run(check);
			const account = items.find(({ action }) => action === 'Create account');
			expect(account?.['allowed']).toBe(allowed);
			expect(error === undefined).toBe(allowed === false);
		},
	);

	it('can ask to wait as SendGrid does, and is named if the wait is too long', async () => {
		const body = '<html>slow down</html>';
		const headers = { 'retry-after': '900' };
		here.fail({ match: `PUT ${CREDITS}`, kind: 'status', status: 429, body, headers });
		const { error } = await here.run(unlimited);
		expect(error?.message).toContain('A proxy’s or gateway’s rate limit asks to wait');
	});
});

/** These requests break SendGrid's contract on purpose. */
function forgetUnknownAddresses(): void {
	here.emulator.requests.length = 0;
}

describe('a proxy’s 407', () => {
	it.each([
		['text', (key: string) => `407 for Bearer ${key} {"password":"not-a-real-one"}`],
		['JSON', (key: string) => ({ message: `Bearer ${key} and not-a-real-one` })],
	])('shows neither key nor password, even if it repeats them: %s', async (_form, body) => {
		const { apiKey } = here.credential;
		here.fail({ match: 'POST /v3/subusers', kind: 'status', status: 407, body: body(apiKey) });
		const { error, stored } = await here.run({
			resource: 'subuser',
			operation: 'create',
			username: 'new-one',
			email: 'new@one.example',
			password: 'not-a-real-one',
			ips: '',
		});
		expect(error?.message).toMatch(/status 407.*\[secret\].*nothing was sent$/);
		expect(`${error?.message} ${error?.description}`).not.toContain('not-a-real-one');
		expect(stored).not.toContain(apiKey);
	});
});

describe('a sign-in link', () => {
	const link = { resource: 'account', operation: 'createSsoLink', account: byId(birchwood) };
	const match = 'POST /v3/partners/accounts/{id}/sso';

	it.each(['https://auth.company.example/?rd=x', 'https://notsendgrid.com/sso?code=1'])(
		'isn’t a gateway’s redirect to its own sign-in page: %s',
		async (location) => {
			here.fail({ match, kind: 'redirect', status: 303, location });
			const { error, items } = await here.run(link);
			expect(items).toEqual([]);
			expect(error?.message).toContain(`a redirect to ${new URL(location).host}`);
		},
	);

	it('leads to SendGrid’s website', async () => {
		const location = 'https://app.sendgrid.com/sso?code=1';
		here.fail({ match, kind: 'redirect', status: 303, location });
		expect((await here.run(link)).items).toMatchObject([{ url: location }]);
	});
});

describe('the response to an unknown address', () => {
	const elsewhere = () => ({ ...here.credential, baseUrl: `${here.credential.baseUrl}/v4` });

	it.each([
		['a subuser', { ...unlimited, operation: 'get' }],
		['an account', { resource: 'account', operation: 'getState', account: byId(birchwood) }],
		['a list', { resource: 'subuser', operation: 'getAll' }],
	])('isn’t taken for a missing customer: %s', async (_name, parameters) => {
		const { error } = await here.run(parameters, { credential: elsewhere() });
		expect(error?.message).toContain('found nothing at this address: “resource not found”');
		expect(error?.description).toMatch(/^Check the credential’s region or base URL/);
		forgetUnknownAddresses();
	});

	it.each([
		['subuser', deleteSubuser, DELETE_SUBUSER],
		['account', deleteAccount, DELETE_ACCOUNT],
	])(
		'doesn’t count as a deletion, even after an unclear response: %s',
		async (noun, parameters, match) => {
			for (const message of ['resource not found', 'No such endpoint']) {
				here.fail({ match, kind: 'html', status: 502 });
				here.fail({ match, kind: 'status', status: 404, body: { errors: [{ message }] } });
				const { error, items } = await here.run(parameters);
				expect(items).toEqual([]);
				expect(error?.message).toContain(
					`but still lists the ${noun}; the deletion may have been applied`,
				);
				expect(error?.description).toContain('base URL');
			}
			expect(here.emulator.state.subusers.has(NAME)).toBe(true);
			expect(here.emulator.state.accounts.has(birchwood)).toBe(true);
		},
	);
});

describe('a deletion with an unclear response', () => {
	it('is confirmed even if there is a subuser whose name begins the same', async () => {
		here.addSubuser(`${NAME}-2`);
		here.fail({ match: DELETE_SUBUSER, kind: 'appliedThenLost' });
		const { items } = await here.run(deleteSubuser);
		expect(items).toMatchObject([{ username: NAME, deleted: true }]);
	});
});

describe('an error', () => {
	it.each([
		['a list of objects', { errors: [{ message: 'no user found', field: null }] }],
		['a list by field', { errors: { username: ['no user found'] } }],
	])('fails the item although the status is 200: %s', async (_name, body) => {
		here.fail({ match: `GET ${CREDITS}`, kind: 'status', status: 200, body });
		const { error } = await here.run({ ...unlimited, operation: 'get' });
		expect(error?.message).toContain('can’t find this subuser: “no user found”');
	});
});

describe('an adjustment with a successful response', () => {
	const REMAINING = 'PATCH /v3/subusers/{name}/credits/remaining';
	const about = (operation: string, more: INodeParameters): INodeParameters => ({
		resource: 'subuserCredit',
		operation,
		subuser: byUsername(NAME),
		...more,
	});
	const answering = (remain: number | null): Fault => ({
		kind: 'status',
		status: 200,
		body: { type: 'nonrecurring', reset_frequency: null, remain, total: null, used: null },
	});

	it.each([
		['adjust', { adjustment: 988 }, 600],
		['topUp', { minimum: 1588 }, 610],
	])(
		'fails if the credits didn’t change as requested: %s %j, %s remain',
		async (operation, more, remain) => {
			here.fail({ match: REMAINING, ...answering(remain) });
			const { error, items } = await here.run(about(operation, more));
			expect(items).toEqual([]);
			expect(error?.message).toContain('600 credits remained');
			expect(error?.message).toContain('may have been applied');
			expect(here.sent().filter((line) => line.startsWith('PATCH'))).toHaveLength(1);
		},
	);
});
