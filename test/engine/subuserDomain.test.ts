import type { INodeParameters } from 'n8n-workflow';
import { publishDns } from '../../emulator/dns';
import { byUsername, containing, world } from './world';

const here = world({ subusers: 20 });

const NAME = 'orchard-lane';
const DOMAIN = 'orchard-lane.example';
const PROOF = 'GET /v3/user/username';

interface Kind {
	resource: string;
	create: string;
	path: string;
	/** The first letters of a subdomain that SendGrid chooses. */
	prefix: string;
	key: string;
	idField: string;
	/** The paths of lists of what the parent has assigned. */
	assigned: string;
	store: 'domains' | 'links';
	records: string[];
}

const KINDS: Kind[] = [
	{
		resource: 'subuserDomain',
		create: 'authenticate',
		path: '/v3/whitelabel/domains',
		prefix: 'em',
		key: 'domain_id',
		idField: 'domainId',
		assigned: '/v3/whitelabel/domains/subuser/all',
		store: 'domains',
		records: ['mail_cname', 'dkim1', 'dkim2'],
	},
	{
		resource: 'subuserLink',
		create: 'brand',
		path: '/v3/whitelabel/links',
		prefix: 'url',
		key: 'link_id',
		idField: 'linkId',
		assigned: '/v3/whitelabel/links/subuser',
		store: 'links',
		records: ['domain_cname', 'owner_cname'],
	},
];

const writes = () => here.sent().filter((sent) => !sent.startsWith('GET '));
const rows = (item: object | undefined): Array<Record<string, unknown>> =>
	(item as { dns_records: Array<Record<string, unknown>> }).dns_records;

beforeEach(() => void here.addSubuser(NAME));

describe.each(KINDS)('$resource', ({ resource, create, path, prefix, key, idField, ...kind }) => {
	const about = (operation: string, more: INodeParameters = {}): INodeParameters => ({
		resource,
		operation,
		subuser: byUsername(NAME),
		...more,
	});
	const wanted = (more: INodeParameters = {}) => about(create, { domain: DOMAIN, ...more });
	const stored = () => [...here.emulator.state[kind.store].values()];

	describe(create, () => {
		it('creates what isn’t there, and returns the DNS records as rows to paste', async () => {
			const { items, error } = await here.run(wanted({ subdomain: 'mail' }));
			expect(error).toBeUndefined();
			const [one] = stored();
			expect(one?.owner.username).toBe(NAME);
			expect(items).toEqual([
				{
					username: NAME,
					[key]: one?.id,
					summary: `created: mail.${DOMAIN}, not valid yet: set its DNS records, then validate it`,
					dry_run: false,
					changed: true,
					created: true,
					assigned: false,
					domain: DOMAIN,
					subdomain: 'mail',
					valid: false,
					dns_records: expect.any(Array) as unknown,
				},
			]);
			expect(rows(items[0]).map(({ record }) => record)).toEqual(kind.records);
			expect(rows(items[0])[0]).toEqual({
				record: kind.records[0],
				type: 'cname',
				host: `mail.${DOMAIN}`,
				host_without_domain: 'mail',
				data: expect.any(String) as unknown,
				valid: false,
			});
			expect(here.sent()).toEqual([PROOF, `GET ${path}`, `GET ${kind.assigned}`, `POST ${path}`]);
		});

		it('returns what is there when it runs again, with or without the subdomain', async () => {
			await here.run(wanted());
			const before = writes().length;
			const { items } = await here.run(wanted());
			const [one] = stored();
			expect(items[0]).toMatchObject({
				[key]: one?.id,
				summary: `unchanged: ${one?.subdomain}.${DOMAIN}, not valid yet: set its DNS records, then validate it`,
				created: false,
				changed: false,
				subdomain: expect.stringMatching(`^${prefix}\\d+$`) as unknown,
			});
			const named = await here.run(wanted({ subdomain: one?.subdomain.toUpperCase() ?? '' }));
			expect(named.items[0]).toMatchObject({ [key]: one?.id, created: false });
			expect(writes()).toHaveLength(before);
		});

		it('creates another one for another subdomain', async () => {
			await here.run(wanted({ subdomain: 'mail' }));
			await here.run(wanted({ subdomain: 'news' }));
			expect(stored().map(({ subdomain }) => subdomain)).toEqual(['mail', 'news']);
		});

		it('prefers a valid one', async () => {
			await here.run(wanted({ subdomain: 'mail' }));
			await here.run(wanted({ subdomain: 'news' }));
			const [mail] = stored();
			if (mail !== undefined)
				for (const record of Object.keys(mail.records)) mail.validated[record] = true;
			const { items } = await here.run(wanted());
			expect(items[0]).toMatchObject({ subdomain: 'mail', valid: true });
		});

		it('finds what the parent account has assigned', async () => {
			const { state } = here.emulator;
			await here.run(wanted({ subdomain: 'mail' }));
			const [one] = stored();
			const subuser = state.subusers.get(NAME);
			if (one === undefined || subuser === undefined) throw new Error('Not created');
			one.owner = state.parent;
			one.assignedTo = [subuser];
			const { items } = await here.run(wanted());
			expect(items[0]).toMatchObject({ [key]: one.id, created: false, assigned: true });
		});

		it.each([
			['404', { status: 404 }],
			['an empty response', { status: 200, body: {} }],
			['an empty list', { status: 200, body: [] }],
			['null', { status: 200, body: 'null' }],
		])('creates one if SendGrid answers %s for what is assigned', async (_what, answer) => {
			here.fail({ match: `GET ${kind.assigned}`, kind: 'status', ...answer });
			const { items, error } = await here.run(wanted());
			expect(error).toBeUndefined();
			expect(items[0]).toMatchObject({ created: true, assigned: false });
		});

		it('creates nothing if what is assigned can’t be read', async () => {
			here.fail({ match: `GET ${kind.assigned}`, kind: 'status', status: 403 });
			const { error } = await here.run(wanted());
			expect(error?.message).toContain('isn’t allowed');
			expect(writes()).toEqual([]);
		});

		it('doesn’t wait for a new subuser to be visible if nothing is assigned to it', async () => {
			const username = `${NAME}-new`;
			await here.run({
				...{ resource: 'subuser', operation: 'create', username },
				...{ email: 'mail@orchard-lane.example', password: 'not-a-real-one' },
			});
			here.fail({ match: `GET ${kind.assigned}`, kind: 'status', status: 404 });
			await here.run(wanted({ subuser: byUsername(username) }));
			expect(here.sent().filter((sent) => sent === `GET ${kind.assigned}`)).toHaveLength(1);
		});

		it('returns what is there when it runs again in the EU region', async () => {
			await here.run(wanted({ options: { region: 'eu' } }));
			const { items } = await here.run(wanted({ options: { region: 'eu' } }));
			expect(items[0]).toMatchObject({ created: false });
			expect(stored()).toHaveLength(1);
		});

		it('finds what a request without a response has created', async () => {
			here.fail({ match: `POST ${path}`, kind: 'appliedThenLost' });
			const { items, error } = await here.run(wanted());
			expect(error).toBeUndefined();
			expect(items[0]).toMatchObject({ created: true });
			expect(stored()).toHaveLength(1);
		});

		it('fails if it can’t tell whether a request without a response was applied', async () => {
			here.fail({ match: `POST ${path}`, kind: 'reset' });
			const { error } = await here.run(wanted());
			expect(error?.message).toContain(`${DOMAIN} may have been created`);
		});

		it('creates nothing if SendGrid would act for its own account', async () => {
			here.emulator.state.behavior.ignoredOnBehalfOf = 'all';
			const { error } = await here.run(wanted());
			expect(error?.message).toContain('instead of this subuser');
			expect(writes()).toEqual([]);
		});

		it.each([
			'https://orchard-lane.example',
			'mail@orchard-lane.example',
			'orchard',
			'={{ $json.missing }}',
		])('refuses “%s” as a domain before anything is sent', async (domain) => {
			const { error } = await here.run(wanted({ domain }));
			expect(error?.message).toContain('Domain ');
			expect(here.sent()).toEqual([]);
		});

		it('shows the request in a dry run', async () => {
			const { items } = await here.run(wanted({ dryRun: true }));
			expect(items[0]).toMatchObject({
				username: NAME,
				summary: `would be created: ${DOMAIN}`,
				dry_run: true,
				changed: true,
				request: { domain: DOMAIN },
			});
			expect(writes()).toEqual([]);
		});
	});

	describe('validate', () => {
		it('says of each record whether it’s there, and why not', async () => {
			const { items } = await here.run(wanted());
			const id = items[0]?.[key] as number;
			const [first = ''] = kind.records;
			publishDns(here.emulator.state, DOMAIN, [first]);
			const half = await here.run(about('validate', { [idField]: id }));
			expect(half.items[0]).toMatchObject({ username: NAME, [key]: id, valid: false });
			const [found, missing] = rows(half.items[0]);
			expect(found).toMatchObject({ record: first, valid: true, reason: null });
			expect(missing).toMatchObject({ valid: false, reason: expect.any(String) as unknown });

			publishDns(here.emulator.state, DOMAIN);
			const all = await here.run(about('validate', { [idField]: String(id) }));
			expect(all.items[0]).toMatchObject({ valid: true });
			expect(rows(all.items[0]).map(({ valid }) => valid)).toEqual(kind.records.map(() => true));
		});

		it('reads the misspelled key of older responses', async () => {
			here.emulator.state.behavior.misspelledValidation = true;
			const { items } = await here.run(wanted());
			here.emulator.state.behavior.misspelledValidation = true;
			const { items: validated } = await here.run(
				about('validate', { [idField]: items[0]?.[key] as number }),
			);
			expect(rows(validated[0])[0]).toMatchObject({ reason: expect.any(String) as unknown });
		});

		it('fails for an unknown one', async () => {
			const { error } = await here.run(about('validate', { [idField]: 4711 }));
			expect(error?.message).toMatch(/SendGrid can’t find this (domain|link branding) 4711/);
		});
	});

	describe('getAll', () => {
		it('returns all, page by page, and checks whose they are', async () => {
			await here.run(wanted({ subdomain: 'mail' }));
			await here.run(wanted({ subdomain: 'news' }));
			const { items } = await here.run(about('getAll', { returnAll: true }));
			expect(items).toHaveLength(2);
			expect(items[0]).toMatchObject({ username: NAME, domain: DOMAIN, subdomain: 'mail' });
			const limited = await here.run(about('getAll', { returnAll: false, limit: 1 }));
			expect(limited.items).toHaveLength(1);
		});

		it('returns none only if SendGrid has none for this subuser', async () => {
			expect((await here.run(about('getAll', { returnAll: true }))).items).toEqual([]);
			here.emulator.state.behavior.ignoredOnBehalfOf = 'all';
			const { error } = await here.run(about('getAll', { returnAll: true }));
			expect(error?.message).toContain('instead of this subuser');
		});
	});

	describe('delete', () => {
		it('deletes it', async () => {
			const { items } = await here.run(wanted());
			const id = items[0]?.[key] as number;
			const dry = await here.run(about('delete', { [idField]: id, dryRun: true }));
			expect(dry.items[0]).toMatchObject({
				summary: containing(`would be deleted: ${prefix}`),
				deleted: false,
			});
			const done = await here.run(about('delete', { [idField]: id }));
			expect(done.items).toEqual([
				{ username: NAME, [key]: id, summary: 'deleted', dry_run: false, deleted: true },
			]);
			expect(stored()).toEqual([]);
		});

		it('looks whether it’s gone if the response is lost', async () => {
			const { items } = await here.run(wanted());
			here.fail({ match: `DELETE ${path}/{id}`, kind: 'appliedThenLost' });
			const { error, items: deleted } = await here.run(
				about('delete', { [idField]: items[0]?.[key] as number }),
			);
			expect(error).toBeUndefined();
			expect(deleted[0]).toMatchObject({ deleted: true });
		});

		it.each(['={{ $json.missing }}', 'abc', 0])(
			'refuses the ID “%s” before anything is sent',
			async (id) => {
				const { error } = await here.run(about('delete', { [idField]: id }));
				expect(error?.message).toContain('must be a whole number');
				expect(here.sent()).toEqual([]);
			},
		);
	});
});

describe('Authenticate subuser domain', () => {
	const authenticate = (options: INodeParameters): INodeParameters => ({
		resource: 'subuserDomain',
		operation: 'authenticate',
		subuser: byUsername(NAME),
		domain: DOMAIN,
		options,
	});

	it('sends its options, and automatic security always', async () => {
		await here.run(authenticate({}));
		await here.run(
			authenticate({
				automaticSecurity: false,
				default: true,
				customSpf: true,
				customDkimSelector: 'abc',
				ips: '192.0.2.1',
				region: 'eu',
			}),
		);
		expect(here.bodies('POST')).toEqual([
			{ domain: DOMAIN, automatic_security: true },
			{
				domain: DOMAIN,
				automatic_security: false,
				default: true,
				custom_dkim_selector: 'abc',
				custom_spf: true,
				ips: ['192.0.2.1'],
				region: 'eu',
			},
		]);
	});

	it('reuses no domain of the other region', async () => {
		await here.run(authenticate({ region: 'eu' }));
		await here.run(authenticate({ region: 'global' }));
		await here.run(authenticate({ region: 'eu' }));
		expect(here.bodies('POST')).toHaveLength(2);
	});

	it.each([
		[{ customSpf: true }, 'Custom SPF requires'],
		[{ customDkimSelector: 'abcd' }, 'Custom DKIM Selector must be three'],
		[{ region: 'us' }, 'Region must be one of'],
		[{ ips: '192.0.2' }, 'IPs must be IPv4 addresses'],
	])('refuses %j before anything is sent', async (options, words) => {
		const { error } = await here.run(authenticate(options));
		expect(error?.message).toContain(words);
		expect(here.sent()).toEqual([]);
	});
});

it('Brand subuser links says “us” where the form says “global”', async () => {
	await here.run({
		resource: 'subuserLink',
		operation: 'brand',
		subuser: byUsername(NAME),
		domain: DOMAIN,
		options: { region: 'global' },
	});
	expect(here.bodies('POST')).toEqual([{ domain: DOMAIN, region: 'us' }]);
});
