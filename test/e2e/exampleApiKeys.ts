import { setTimeout as sleep } from 'node:timers/promises';
import { publishDns } from '../../emulator';
import {
	importExample,
	readExample,
	runExample,
	withCredential,
	type Imported,
} from '../../playground/examples';
import { examples } from '../../playground/exampleRuns';
import type { Json, Saved, Workflow } from '../../playground/n8nApi';
import { START_TIMEOUT_MS, type Instance } from './instance';
import { startMailbox, type Mailbox } from './mailbox';
import { startSecretLinks, type SecretLinks } from './secretLinks';
import { failuresOf } from '../../playground/table';

const TIMEOUT_MS = 60_000;

const ONBOARDING = { file: 'customer-ready-to-send.json', start: 'New Customer' };
const ROTATION = { file: 'rotate-api-keys.json', start: 'First of the Quarter' };
const CONFIRMATION = 'Customer Has Switched';

const NEW = 'maplecroft-ceramics';
const DOMAIN = 'maplecroft-ceramics.example';

/** Tests the examples that deliver API keys, with real emails and a service for one-time links. */
export function testApiKeys(instance: () => Instance): void {
	let mailbox: Mailbox;
	let links: SecretLinks;

	beforeAll(async () => {
		mailbox = await startMailbox();
		links = await startSecretLinks();
	});

	afterAll(async () => {
		await mailbox?.close();
		await links?.close();
	});

	beforeEach(() => {
		links.secrets.length = 0;
		links.isSilent = false;
	});

	/** Imports an example of which only the nodes with the sample are still pinned. */
	async function imported(
		file: string,
		sample: string[],
		change: (workflow: Imported) => void = () => {},
	): Promise<Saved<Workflow>> {
		const { api, credential } = instance();
		const smtp = {
			name: 'Mailbox',
			type: 'smtp',
			data: { host: '127.0.0.1', port: mailbox.port, secure: false, disableStartTls: true },
		};
		const basic = {
			name: 'Secret links',
			type: 'httpBasicAuth',
			data: { user: 'reseller', password: 'none' },
		};
		const [smtpId, basicId] = [await api.saveCredential(smtp), await api.saveCredential(basic)];
		const workflow = withCredential(readExample(file), credential.id);
		for (const name of Object.keys(workflow.pinData)) {
			if (!sample.includes(name)) delete workflow.pinData[name];
		}
		for (const node of workflow.nodes) {
			const { type, parameters } = node;
			if (type.endsWith('.emailSend')) node.credentials = { smtp: { id: smtpId, name: smtp.name } };
			if (type.endsWith('.wait')) Object.assign(parameters, { amount: 1, unit: 'seconds' });
			if (type.endsWith('.slack')) Object.assign(node, { disabled: true });
			if (!type.endsWith('.httpRequest')) continue;
			parameters.url = links.url;
			node.credentials = { httpBasicAuth: { id: basicId, name: basic.name } };
		}
		change(workflow);
		return await api.replaceWorkflow(workflow);
	}

	async function run(workflow: Saved<Workflow>, start: string): Promise<void> {
		const execution = await instance().api.runManually(workflow, start);
		expect(execution.resultData.error).toBeUndefined();
	}

	function keysOf(subuser: string): string[] {
		return [...instance().emulator.state.keys.values()]
			.filter(({ owner }) => owner.username === subuser)
			.map(({ name }) => name);
	}

	/** Sends an email with an API key, and returns SendGrid's status. */
	async function send(key: string): Promise<number> {
		const body = {
			personalizations: [{ to: [{ email: 'reader@example.com' }] }],
			from: { email: `news@${DOMAIN}` },
			subject: 'Spring glazes',
			content: [{ type: 'text/plain', value: 'New colors are here.' }],
		};
		const response = await fetch(`${instance().emulator.url}/v3/mail/send`, {
			method: 'POST',
			headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
			body: JSON.stringify(body),
		});
		return response.status;
	}

	/** The changes that n8n has sent so far. */
	function changes(): string[] {
		return instance()
			.emulator.requests.filter(({ method, path }) => method !== 'GET' && path !== '/v3/mail/send')
			.map(({ method, template }) => `${method} ${template}`);
	}

	async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
		for (const end = Date.now() + TIMEOUT_MS; Date.now() < end; await sleep(200)) {
			if (await condition()) return;
		}
		throw new Error(`Nothing happened within ${TIMEOUT_MS / 1000} seconds.`);
	}

	it('takes a new customer from nothing to an accepted email, and doubles nothing when run again', async () => {
		const { api, emulator } = instance();
		const workflow = await imported(ONBOARDING.file, [ONBOARDING.start]);
		const id = await api.startManually(workflow, ONBOARDING.start);

		const records = await mailbox.next();
		const required = [...emulator.state.domains.values()].flatMap((domain) =>
			Object.values(domain.records),
		);
		expect(required).toHaveLength(3);
		for (const { host, data } of required) {
			const [withoutDomain] = host.split(`.${DOMAIN}`);
			expect(records).toContain(`<td>${host}</td><td>${withoutDomain}</td><td>${data}</td>`);
		}
		// The domain isn't valid yet, so there is no key.
		await until(() => changes().some((change) => change.endsWith('/validate')));
		expect(keysOf(NEW)).toEqual([]);

		publishDns(emulator.state, DOMAIN);
		const delivery = await mailbox.next();
		expect((await api.execution(id)).resultData.error).toBeUndefined();
		const key = links.secretIn(delivery);
		expect(records + delivery).not.toContain(key);
		expect(await send(key)).toBe(202);
		expect(emulator.state.acceptedMail).toMatchObject([{ owner: { username: NEW } }]);
		expect(emulator.state.subusers.get(NEW)?.credits.remain).toBe(49_999);

		const before = changes();
		await run(workflow, ONBOARDING.start);
		expect(changes()).toEqual(before);
		expect(keysOf(NEW)).toEqual(['Production']);
		expect(links.secrets).toEqual([key]);
	});

	it(
		'delivers a working key after n8n was killed before the first one was delivered',
		async () => {
			const { api, emulator } = instance();
			const workflow = await imported(ONBOARDING.file, [ONBOARDING.start]);
			links.isSilent = true;
			await api.startManually(workflow, ONBOARDING.start);
			await mailbox.next();
			publishDns(emulator.state, DOMAIN);
			await until(() => links.secrets.length > 0);
			await instance().kill();
			expect(keysOf(NEW)).toEqual(['Production, not delivered']);

			links.isSilent = false;
			await instance().restart();
			await api.logIn(instance().owner);
			await run(workflow, ONBOARDING.start);

			const [lost = ''] = links.secrets;
			const key = links.secretIn(await mailbox.next());
			expect(keysOf(NEW)).toEqual(['Production']);
			expect(await send(lost)).toBe(401);
			expect(await send(key)).toBe(202);
			const created = changes().filter((change) => change.startsWith('POST'));
			expect(created.filter((change) => change === 'POST /v3/subusers')).toHaveLength(1);
			expect(created.filter((change) => change === 'POST /v3/whitelabel/domains')).toHaveLength(1);
		},
		START_TIMEOUT_MS,
	);

	it.each([
		'POST /v3/subusers',
		'PUT /v3/subusers/{name}/credits',
		'POST /v3/whitelabel/domains',
		'POST /v3/api_keys',
		'PATCH /v3/api_keys/{id}',
	])('ends in the same state when run again after it was stopped in %s', async (match) => {
		const { api, emulator, sendGrid, credential } = instance();
		const example = examples.find(({ file }) => file === ONBOARDING.file);
		const [run] = example?.runs ?? [];
		if (!example || !run) throw new Error('The example has no runs.');
		const workflow = await importExample(api, example, credential.id);
		const response = emulator.fail({ match, kind: 'slow', delayMs: TIMEOUT_MS });
		const id = await api.startManually(workflow, example.trigger);
		await until(() => response.struck > 0);
		await api.stop(id);
		expect((await api.execution(id)).status).toBe('canceled');

		const again = { workflow, trigger: example.trigger, run };
		expect(failuresOf(await runExample(api, sendGrid, again))).toEqual([]);
		const created = changes().filter((change) => change.startsWith('POST'));
		expect(created.filter((change) => change !== 'POST /v3/api_keys')).toEqual([
			'POST /v3/subusers',
			'POST /v3/whitelabel/domains',
		]);
		expect(keysOf(NEW)).toEqual(['Production']);
	});

	it.each([ONBOARDING, ROTATION])('$file saves no execution', async ({ file, start }) => {
		const { api } = instance();
		const { settings, pinData } = readExample(file);
		const workflow = await imported(file, Object.keys(pinData), (changed) => {
			changed.settings = settings ?? {};
		});
		await api.startManually(workflow, start);

		await until(() => changes().includes('PATCH /v3/api_keys/{id}'));
		await until(async () => (await api.executions(workflow.id)).length === 0);
	});

	it('rotates keys, and deletes only the older ones of a subuser who has switched', async () => {
		const { emulator } = instance();
		const subuser = 'kestrelby-kitchens';
		for (const name of ['Production', 'Production 2025-10', 'Newsletter']) {
			emulator.addKey({ subuser, name, scopes: ['mail.send'] });
		}
		const sample = ['Customers', CONFIRMATION];
		await run(await imported(ROTATION.file, sample), ROTATION.start);

		const mails = [await mailbox.next(), await mailbox.next()];
		expect(mails[0]).toContain('it@kestrelby-kitchens.example');
		expect(mails[1]).toContain('it@tidewater-toys.example');
		for (const mail of mails) expect(await send(links.secretIn(mail))).toBe(202);
		const [newest = ''] = keysOf('tidewater-toys');
		expect(newest).toMatch(/^Production \d{4}-\d{2}$/);
		const all = ['Production', 'Production 2025-10', 'Newsletter', newest];
		expect(keysOf(subuser)).toEqual(all);

		const confirm = async (answers: Json) => {
			const workflow = await imported(ROTATION.file, sample, ({ pinData }) => {
				Object.assign(pinData[CONFIRMATION]?.[0]?.json ?? {}, answers);
			});
			await run(workflow, CONFIRMATION);
			return keysOf(subuser);
		};
		const yes = { 'Older keys': 'Delete them' };
		expect(await confirm({ 'New API key': newest })).toEqual(all);
		expect(await confirm({ ...yes, 'New API key': 'Production 2099-01' })).toEqual(all);
		expect(await confirm({ ...yes, 'New API key': newest })).toEqual(['Newsletter', newest]);
		expect(await send(links.secretIn(mails[0] ?? ''))).toBe(202);
	});
}
