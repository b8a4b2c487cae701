import { accountIdOf, publishDns, type Emulator } from '../../emulator';
import type { Json } from '../../playground/n8nApi';
import type { NodeResult } from './workflows';

/** What the tests share with those of the other operations. */
export interface OperationRuns {
	emulator: () => Emulator;
	/** Runs the node once, and expects a successful execution. */
	run: (name: `${string} ${string}`, more?: Json) => Promise<NodeResult>;
	/** What n8n has stored of all executions so far. */
	storedData: string[];
	/** n8n's output. */
	log: () => string;
}

const NAME = 'tidewater-toys';
const DOMAIN = 'tidewater-toys.example';
const lowmoor = accountIdOf('lowmoor-linens');

/** Tests the operations that get a subuser ready to send, and those of an account's IPs. */
export function testOnboardingOperations({ emulator, run, storedData, log }: OperationRuns): void {
	const subuser = { __rl: true, mode: 'username', value: NAME };
	const writes = () =>
		emulator()
			.requests.filter(({ method }) => method !== 'GET')
			.map(({ method, template }) => `${method} ${template}`);
	/** The writes on behalf of a subuser, each with its username. */
	const actedFor = () =>
		emulator()
			.requests.filter(({ method, template }) => method !== 'GET' && template !== '/v3/mail/send')
			.map(({ headers }) => headers['on-behalf-of']);

	/** Sends an email with an API key, and returns SendGrid's status. */
	async function send(key: unknown): Promise<number> {
		const response = await fetch(`${emulator().url}/v3/mail/send`, {
			method: 'POST',
			headers: { Authorization: `Bearer ${String(key)}`, 'Content-Type': 'application/json' },
			body: JSON.stringify({
				personalizations: [{ to: [{ email: 'reader@example.com' }] }],
				from: { email: `news@${DOMAIN}` },
			}),
		});
		return response.status;
	}

	it('creates a subuser, brings it in line later, and changes nothing a third time', async () => {
		const upsert = async (more: Json = {}) =>
			(
				await run('subuser upsert', {
					username: 'orchard-lane',
					email: 'mail@orchard-lane.example',
					password: '={{ $now.toMillis() + "-Plum" }}',
					ips: '192.0.2.1',
					...more,
				})
			).output[0];
		const result = { username: 'orchard-lane', email_differs: false, region: 'global' };
		const disabled = { updateFields: { status: 'disabled' } };

		expect(await upsert()).toMatchObject({ ...result, created: true, changed: true, updated: [] });
		expect(await upsert(disabled)).toMatchObject({
			...result,
			created: false,
			updated: [{ field: 'status', from: 'enabled', to: 'disabled' }],
		});
		expect(await upsert(disabled)).toMatchObject({ ...result, changed: false, updated: [] });
		expect(writes()).toEqual(['POST /v3/subusers', 'PATCH /v3/subusers/{name}']);

		const { output } = await run('subuser get', { subuser: { ...subuser, value: 'Orchard-Lane' } });
		const { id, email } = emulator().state.subusers.get('orchard-lane') ?? {};
		expect(output).toEqual([
			{ username: 'orchard-lane', id, email, disabled: true, region: 'global' },
		]);
	});

	it('creates an API key that sends email, renames it, and deletes it', async () => {
		const created = await run('subuserApiKey create', { subuser, name: 'Newsletter' });
		const { api_key: key, api_key_id: apiKeyId } = created.output[0] ?? {};

		expect(created.output).toMatchObject([{ username: NAME, name: 'Newsletter' }]);
		expect(await send(key)).toBe(202);
		expect(created.hints.map(({ message }) => message)).toEqual([
			expect.stringContaining('n8n keeps new API keys'),
		]);
		// As the hint says, this execution has the key, but no other one does.
		const withKey = storedData.filter((data) => data.includes(String(key)));
		expect(withKey).toEqual([created.execution.storedData]);
		expect(log()).not.toContain(String(key));

		const update = { subuser, apiKeyId, name: 'Production' };
		expect((await run('subuserApiKey update', update)).output).toMatchObject([
			{ changed: true, name: 'Production', summary: 'name Newsletter → Production' },
		]);
		expect((await run('subuserApiKey getAll', { subuser, returnAll: true })).output).toEqual([
			{ username: NAME, api_key_id: apiKeyId, name: 'Production' },
		]);
		expect((await run('subuserApiKey delete', { subuser, apiKeyId })).output).toMatchObject([
			{ api_key_id: apiKeyId, deleted: true },
		]);
		expect(await send(key)).toBe(401);
		expect(actedFor()).toEqual([NAME, NAME, NAME]);
	});

	it.each([
		['subuserDomain', 'authenticate', 'domain_id', 'domainId', 3],
		['subuserLink', 'brand', 'link_id', 'linkId', 2],
	] as const)(
		'%s: creates an entry once, validates it, and deletes it',
		async (resource, create, key, field, records) => {
			const first = await run(`${resource} ${create}`, { subuser, domain: DOMAIN });
			const again = await run(`${resource} ${create}`, { subuser, domain: DOMAIN });
			const id = first.output[0]?.[key];
			const entry = { username: NAME, [key]: id, domain: DOMAIN, valid: false };
			expect(first.output).toMatchObject([{ ...entry, created: true }]);
			expect(first.output[0]?.dns_records).toHaveLength(records);
			expect(again.output).toMatchObject([{ ...entry, created: false }]);
			const listed = await run(`${resource} getAll`, { subuser, returnAll: true });
			expect(listed.output).toMatchObject([entry]);

			const validate = async () =>
				(await run(`${resource} validate`, { subuser, [field]: id })).output[0];
			const missing = await validate();
			expect(missing).toMatchObject(entry);
			expect(missing?.dns_records).toContainEqual(
				expect.objectContaining({
					valid: false,
					reason: expect.stringContaining('Expected CNAME') as unknown,
				}),
			);
			publishDns(emulator().state, DOMAIN);
			expect(await validate()).toMatchObject({ ...entry, valid: true });

			const deleted = await run(`${resource} delete`, { subuser, [field]: id });
			expect(deleted.output).toMatchObject([{ [key]: id, deleted: true }]);
			const { domains, links } = emulator().state;
			expect([...domains.values(), ...links.values()]).toEqual([]);
			expect(actedFor()).toEqual([NAME, NAME, NAME, NAME]);
		},
	);

	it('adds and removes an account’s IPs, with a DELETE that has a body', async () => {
		const account = { __rl: true, mode: 'id', value: lowmoor };
		const stored = () => emulator().state.accounts.get(lowmoor)?.ips ?? [];
		const before = [...stored()];

		const added = await run('accountIp add', { account, count: 2, region: 'eu' });
		const ips = stored().slice(before.length);
		expect(added.output).toMatchObject([{ account_id: lowmoor, region: 'eu', ips }]);
		expect(ips).toHaveLength(2);
		const listed = await run('accountIp getAll', { account, returnAll: true });
		expect(listed.output.map(({ ip, region }) => ({ ip, region }))).toEqual([
			...[...ips].reverse().map((ip) => ({ ip, region: 'eu' })),
			...[...before].reverse().map((ip) => ({ ip, region: 'global' })),
		]);

		const removed = await run('accountIp remove', { account, ips: ips.join(', ') });
		expect(removed.output).toMatchObject([{ account_id: lowmoor, removed: ips }]);
		expect(stored()).toEqual(before);
		const sent = emulator().requests.find(({ method }) => method === 'DELETE');
		expect(sent?.body).toEqual({ ips });
	});
}
