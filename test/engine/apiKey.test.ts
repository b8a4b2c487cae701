import { resources } from '../../nodes/SendGridProvisioning/resources';
import { addApiKey } from '../../emulator/keys';
import { addBrandings } from './brandings';
import { byId, byUsername, world } from './world';

const here = world();
const check = { resource: 'apiKey', operation: 'check' };

async function checked(key: string) {
	const { items, error } = await here.run(check, {
		credential: { ...here.credential, apiKey: key },
	});
	expect(error).toBeUndefined();
	return items as Array<{
		resource: string;
		operation: string;
		allowed: boolean;
		missing: string[] | string;
	}>;
}

it('says of every operation that a reseller’s key with full access is allowed it', async () => {
	const items = await checked(here.emulator.apiKey);
	expect(Object.keys(items[0] ?? {})).toEqual([
		...['action', 'allowed', 'missing'],
		...['resource', 'operation'],
	]);
	const expected = resources
		.filter(({ option }) => option.value !== 'apiKey')
		.flatMap(({ option, operations }) =>
			operations.map((operation) => `${option.value} ${operation.option.value}`),
		);
	expect(items.map(({ resource, operation }) => `${resource} ${operation}`)).toEqual(expected);
	expect(items.every((item) => item.allowed && item.missing === 'nothing')).toBe(true);
});

it('names the scopes and the agreement that a key lacks', async () => {
	const key = here.emulator.addKey({ scopes: ['subusers.credits.read'], reseller: false });
	const items = await checked(key);
	const missing = Object.fromEntries(
		items.map((item) => [`${item.resource} ${item.operation}`, item.missing]),
	);
	expect(missing).toMatchObject({
		'subuserCredit get': 'nothing',
		'subuserCredit update': ['subusers.credits.update'],
		'subuserCredit topUp': ['subusers.credits.remaining.update'],
		'subuser updateIps': ['ips.read', 'subusers.read', 'subusers.update'],
		'account delete': ['reseller agreement'],
		'accountOffering update': ['reseller agreement'],
	});
	expect(items.filter(({ allowed }) => allowed)).toHaveLength(1);
});

it('says in one line whether all is allowed, and what is missing', async () => {
	const all = await here.run(check);
	expect(all.hints).toEqual([
		`All ${all.items.length} allowed. This check itself needs no permission.`,
	]);
	const apiKey = here.emulator.addKey({ scopes: ['subusers.credits.read'], reseller: false });
	const one = await here.run(check, { credential: { ...here.credential, apiKey } });
	expect(one.hints.join()).toMatch(
		new RegExp(
			`^1 of ${all.items.length} allowed\\. Missing: api_keys\\.create, .*reseller agreement`,
		),
	);
});

it('changes nothing: it only reads, whatever the key', async () => {
	await checked(here.emulator.addKey({ scopes: [], reseller: true }));
	expect(here.sent()).toEqual(['GET /v3/scopes', 'GET /v3/partners/offerings']);
});

it('fails where SendGrid neither allows nor forbids', async () => {
	here.fail({ match: 'GET /v3/partners/offerings', kind: 'status', status: 404 });
	const { error } = await here.run(check);
	expect(error?.name).toBe('NodeApiError');
});

it('says that a wrong key is not accepted', async () => {
	const credential = { ...here.credential, apiKey: 'SG.wrong' };
	const { error } = await here.run(check, { credential });
	expect(error?.message).toContain('doesn’t accept the API key');
});

/** What an operation needs is written twice, for the check and for the message of a 403: they must agree. */
describe('a key without one of the scopes that an operation needs', () => {
	const [first] = ['birchwood-bakery'];
	const subuser = byUsername(first);
	/** It has neither domains nor link brandings. */
	const another = byUsername('tidewater-toys');
	const KEY_ID = 'a-key';
	const BRANDING_ID = 4711;
	const date = '2026-03-01';
	/** A dry run reads whether there is such a subuser; a real run doesn't. */
	const inBoth = (form: object) => [{ ...form, dryRun: true }, form];
	const forms: Record<string, object[]> = {
		'subuser create': [
			{
				username: 'new-one',
				email: 'new@one.example',
				password: 'secret-enough',
				ips: '192.0.2.1',
			},
		],
		'subuser delete': inBoth({ subuser }),
		'subuser get': [{ subuser }],
		'subuser getAll': [{}],
		'subuser getReputation': [{ subuser }],
		'subuser getStats': [
			{ report: 'bySubuser', subusers: first, startDate: date },
			{ report: 'sums', startDate: date },
			{ report: 'monthly', month: date },
			{ report: 'monthlyBySubuser', subuser, month: date },
		],
		'subuser updateIps': [
			{ subuser, ips: '192.0.2.250' },
			// Whether there is such a subuser is looked up where no IPs are found, and nothing would be sent.
			{ subuser: byUsername('no-ips'), change: 'remove', ips: '192.0.2.250' },
		],
		'subuser updateStatus': inBoth({ subuser, status: 'disabled' }),
		'subuser updateWebsiteAccess': inBoth({ subuser, websiteAccess: 'disabled' }),
		'subuser upsert': [
			{ username: 'new-one', email: 'new@one.example', password: 'secret-enough' },
			{
				username: first,
				email: 'new@one.example',
				ips: '192.0.2.250',
				updateFields: { status: 'disabled', updateEmail: true },
			},
		],
		'subuserApiKey create': [{ subuser, name: 'Newsletter' }],
		'subuserApiKey delete': inBoth({ subuser, apiKeyId: KEY_ID }),
		'subuserApiKey getAll': [{ subuser }],
		'subuserApiKey update': [{ subuser, apiKeyId: KEY_ID, name: 'Newsletter' }],
		'subuserDomain authenticate': [{ subuser: another, domain: 'one.example' }],
		'subuserDomain delete': inBoth({ subuser, domainId: BRANDING_ID }),
		'subuserDomain getAll': [{ subuser: another }],
		'subuserDomain validate': [{ subuser, domainId: BRANDING_ID }],
		'subuserLink brand': [{ subuser: another, domain: 'one.example' }],
		'subuserLink delete': inBoth({ subuser, linkId: BRANDING_ID }),
		'subuserLink getAll': [{ subuser: another }],
		'subuserLink validate': [{ subuser, linkId: BRANDING_ID }],
		'subuserCredit adjust': [{ subuser, adjustment: 5 }],
		'subuserCredit get': [{ subuser }],
		'subuserCredit topUp': [{ subuser, minimum: 1_000_000 }],
		'subuserCredit update': [{ subuser, total: 123 }],
	};
	const scoped = resources.flatMap(({ option, operations }) =>
		operations.flatMap((operation) =>
			operation.needs.flatMap((need) =>
				typeof need === 'string'
					? []
					: [{ resource: option.value, operation: operation.option.value, scope: need.scope }],
			),
		),
	);

	beforeEach(() => {
		const { state } = here.emulator;
		const owner = state.subusers.get(first) ?? state.parent;
		addApiKey(state, { name: 'Key', scopes: ['mail.send'], owner, reseller: false }).id = KEY_ID;
		addBrandings(here.emulator, { id: BRANDING_ID, owner, domain: 'one.example' });
	});

	// Looking up a subuser after a lost answer is all that creating one reads.
	it.each(
		scoped.filter(({ operation, scope }) => operation !== 'create' || scope.endsWith('create')),
	)('is told so by name: $resource $operation, $scope', async ({ resource, operation, scope }) => {
		const all = here.emulator.state.keys.get(here.emulator.apiKey)?.scopes ?? [];
		const apiKey = here.emulator.addKey({ scopes: all.filter((other) => other !== scope) });
		const credential = { ...here.credential, apiKey };
		const descriptions: string[] = [];
		for (const form of forms[`${resource} ${operation}`] ?? []) {
			const { error } = await here.run({ resource, operation, ...form }, { credential });
			descriptions.push(error?.description ?? '');
		}
		expect(descriptions.some((text) => text.includes(`has the scope ${scope} in SendGrid`))).toBe(
			true,
		);
	});

	it('is told about the agreement where it is no reseller’s', async () => {
		const credential = { ...here.credential, apiKey: here.emulator.addKey({ reseller: false }) };
		const { error } = await here.run(
			{ resource: 'account', operation: 'getState', account: byId('sg1') },
			{ credential },
		);
		expect(error?.description).toContain('reseller agreement');
	});
});
