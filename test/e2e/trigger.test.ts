import { setTimeout as wait } from 'node:timers/promises';
import axios from 'axios';
import { credentialType, readExample } from '../../playground/examples';
import type { ExecutionSummary, Saved, Workflow } from '../../playground/n8nApi';
import { linesUnderTest, packageName } from '../../playground/paths';
import { START_TIMEOUT_MS, startInstance, type Instance } from './instance';
import { startReceiver, type Receiver } from './receiver';

const triggerType = `${packageName}.sendGridProvisioningTrigger`;
const saltmarsh = 'sg72512bc12e92b1d8b7ddac90b675f020';
const TIMEOUT_MS = 120_000;

/** Tests wait for polls and restart n8n, possibly on a busy machine. */
jest.setTimeout(400_000);

/** n8n polls at most once a minute for each poll time, so this has 20 poll times. */
const everyThreeSeconds = {
	item: Array.from({ length: 20 }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * 3} * * * * *`,
	})),
};

async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>) {
	const end = Date.now() + TIMEOUT_MS;
	for (;;) {
		const found = await look();
		if (found !== undefined && found !== false) return found;
		if (Date.now() > end) throw new Error(`Not within ${TIMEOUT_MS / 1000} s: ${what}`);
		await wait(200);
	}
}

describe.each(linesUnderTest)('The trigger in n8n $version', (line) => {
	let instance: Instance;
	let receiver: Receiver;
	let active: Saved<Workflow>;

	beforeAll(async () => {
		instance = await startInstance(line);
		receiver = await startReceiver();
	}, START_TIMEOUT_MS);

	afterAll(async () => {
		await receiver?.close();
		await instance?.stop();
	});

	beforeEach(() => {
		instance.emulator.reset();
		receiver.bodies.length = 0;
	});

	afterEach(async () => await instance.api.deactivate(active));

	/** Imports and publishes an example with frequent polls, and sends its messages to `receiver`. */
	async function publish(file: string): Promise<void> {
		const workflow = readExample(file);
		for (const node of workflow.nodes) {
			const chosen = node.credentials?.[credentialType];
			if (chosen) chosen.id = instance.credential.id;
			if (node.type === triggerType) {
				node.parameters.pollTimes = everyThreeSeconds;
				delete workflow.pinData[node.name];
			}
			if (node.type === 'n8n-nodes-base.httpRequest') node.parameters.url = receiver.url;
		}
		active = await instance.api.replaceWorkflow(workflow);
		await instance.api.activate(active);
		await waitForTwoPolls();
	}

	/** Waits until two more polls have started, so that one has ended. */
	async function waitForTwoPolls(): Promise<void> {
		const polls = () =>
			instance.emulator.requests.filter(
				({ method, path }) =>
					method === 'GET' && ['/v3/subusers', '/v3/partners/accounts'].includes(path),
			).length;
		const before = polls();
		await eventually('two more polls', () => (polls() >= before + 2 ? true : undefined));
	}

	/** Waits until a poll reads this account's state. On a busy machine, a poll may read only some accounts. */
	async function waitForState(account: string): Promise<void> {
		const reads = () =>
			instance.emulator.requests.filter(
				({ method, path }) => method === 'GET' && path === `/v3/partners/accounts/${account}/state`,
			).length;
		const before = reads();
		await eventually('its state', () => (reads() > before ? true : undefined));
	}

	function control(path: string, body: object, method: 'post' | 'patch' = 'post') {
		return axios.request({
			method,
			url: `${instance.emulator.url}/__emulator${path}`,
			data: body,
			proxy: false,
		});
	}

	async function spend(subuser: string, credits: number): Promise<void> {
		await control(`/subusers/${encodeURIComponent(subuser)}/spend`, { credits });
	}

	/** How often each subuser was topped up. */
	function topUps(): Record<string, number> {
		const counts: Record<string, number> = {};
		for (const { method, params } of instance.emulator.requests) {
			const name = params['name'] ?? '';
			if (method === 'PATCH') counts[name] = (counts[name] ?? 0) + 1;
		}
		return counts;
	}

	async function waitForTopUps(subuser: string, times: number): Promise<void> {
		await eventually(`${subuser} topped up ${times} times`, () =>
			(topUps()[subuser] ?? 0) >= times ? true : undefined,
		);
	}

	async function executionsWith(status: string): Promise<ExecutionSummary[]> {
		const all = await instance.api.executions(active.id);
		return all.filter((execution) => execution.status === status);
	}

	/** The errors of failed executions. */
	async function failures(): Promise<Array<{ message?: string; description?: unknown }>> {
		const found = await executionsWith('error');
		const all = await Promise.all(found.map(async ({ id }) => await instance.api.execution(id)));
		return all.map(({ resultData }) => resultData.error ?? {});
	}

	async function failureWith(pattern: RegExp) {
		return await eventually(`a failed execution: ${pattern.source}`, async () =>
			(await failures()).find(({ message }) => pattern.test(message ?? '')),
		);
	}

	it('has the name that workflows save', async () => {
		await publish('subuser-created-to-crm.json');
		expect(await instance.api.nodeTypes()).toContainEqual(
			expect.objectContaining({ name: triggerType, displayName: 'SendGrid Provisioning Trigger' }),
		);
	});

	it('tops up subusers once per low, also after failed polls and a crash of n8n', async () => {
		await publish('credits-low-top-up.json');
		const first = {
			'Birchwood-Brewing': 1,
			'lowmoor-linens': 1,
			'orders@juniperlane-kitchens.example': 1,
			'пекарня-берёза': 1,
		};
		await eventually('the first four topped up', () =>
			Object.keys(topUps()).length === 4 ? true : undefined,
		);
		expect(topUps()).toEqual(first);

		// One subuser can't be read: the poll reports this, and still reports the others.
		instance.emulator.fail({
			match: 'GET /v3/subusers/quarrylane-bicycles/credits',
			kind: 'status',
			status: 403,
			times: Infinity,
		});
		await spend('birchwood-bakery', 7_450);
		await waitForTopUps('birchwood-bakery', 1);
		expect(await instance.sendGrid.credits('birchwood-bakery')).toMatchObject({ remain: 1_000 });
		await waitForTwoPolls();
		expect(topUps()).toEqual({ ...first, 'birchwood-bakery': 1 });
		const unread = await failureWith(/^Subuser quarrylane-bicycles: The API key isn’t allowed/);
		expect(unread.description).toContain('The others were read.');

		// A poll fails while a subuser runs low: the next poll reports the subuser.
		await control('/faults', { match: 'GET /v3/subusers', kind: 'status', status: 403 });
		await spend('saltmarsh-books', 4_150);
		await waitForTopUps('saltmarsh-books', 1);
		const failed = await failureWith(/^The API key isn’t allowed/);
		expect(failed.description).toContain('subusers.read');

		// n8n crashes, and two subusers run low before it restarts. Only polls without items saw that one
		// of them had recovered, and n8n may not have saved the memory of such polls.
		await waitForTwoPolls();
		await instance.kill();
		await spend('fernhollow-florist', 390);
		await spend('saltmarsh-books', 940);
		await instance.restart();
		await waitForTopUps('fernhollow-florist', 1);
		await waitForTopUps('saltmarsh-books', 2);
		await waitForTwoPolls();
		const counts = {
			...first,
			'birchwood-bakery': 1,
			'saltmarsh-books': 2,
			'fernhollow-florist': 1,
		};
		expect(topUps()).toEqual(counts);

		// On the next day, SendGrid resets the daily credits, and they are used up again.
		await control('/clock', { advanceMs: 86_400_000 });
		await waitForTwoPolls();
		expect(topUps()).toEqual(counts);
		await spend('fernhollow-florist', 450);
		await waitForTopUps('fernhollow-florist', 2);
		await spend('birchwood-bakery', 950);
		await waitForTopUps('birchwood-bakery', 2);
		await waitForTwoPolls();
		expect(topUps()).toEqual({ ...counts, 'birchwood-bakery': 2, 'fernhollow-florist': 2 });

		const texts = await eventually('every message to Slack', () =>
			receiver.bodies.length >= 10 ? receiver.bodies : undefined,
		);
		expect(texts).toHaveLength(10);
		expect(texts).toContainEqual({
			text: 'birchwood-bakery had 50 credits left and got 950 more.',
		});
		// One failed poll, and the unreadable subuser, reported once after each start of n8n.
		expect(await executionsWith('error')).toHaveLength(3);
	});

	it('reports a failed top-up to Slack once, also if n8n crashes afterward', async () => {
		instance.emulator.fail({
			match: 'PATCH /v3/subusers/{name}/credits/remaining',
			kind: 'status',
			status: 403,
			times: Infinity,
		});
		await publish('credits-low-top-up.json');
		const texts = await eventually('four messages', () =>
			receiver.bodies.length >= 4 ? receiver.bodies : undefined,
		);
		expect(texts).toContainEqual({
			text: expect.stringMatching(
				/^lowmoor-linens has 12 credits left and couldn’t be topped up\. .*isn’t allowed.* subusers\.credits\.remaining\.update/,
			) as unknown,
		});
		await waitForTwoPolls();
		await instance.kill();
		await instance.restart();
		await waitForTwoPolls();
		expect(receiver.bodies).toHaveLength(4);
	});

	it('sends each new subuser to the CRM', async () => {
		await publish('subuser-created-to-crm.json');
		const { emulator } = instance;
		const { data } = await axios.post<{ user_id: number }>(
			`${emulator.url}/v3/subusers`,
			{
				username: 'newcomer',
				email: 'someone@example.com',
				password: 'correct horse 42',
				ips: ['192.0.2.1'],
			},
			{ headers: { Authorization: `Bearer ${emulator.apiKey}` }, proxy: false },
		);
		await eventually('a message to the CRM', () => (receiver.bodies.length > 0 ? true : undefined));
		await waitForTwoPolls();
		expect(receiver.bodies).toEqual([
			{
				sendgrid_username: 'newcomer',
				sendgrid_id: data.user_id,
				email: 'someone@example.com',
				region: 'global',
			},
		]);
	});

	it('sends each new account with its package to the CRM', async () => {
		await publish('account-created-to-crm.json');
		const { emulator } = instance;
		const { data } = await axios.post<{ account_id: string }>(
			`${emulator.url}/v3/partners/accounts`,
			{
				offerings: [
					{ name: 'demo.ei.pro-100k.v1', type: 'package', quantity: 1 },
					{ name: 'demo.x.ip.v1', type: 'addon', quantity: 1 },
				],
			},
			{ headers: { Authorization: `Bearer ${emulator.apiKey}` }, proxy: false },
		);
		await eventually('a message to the CRM', () => (receiver.bodies.length > 0 ? true : undefined));
		await waitForTwoPolls();
		expect(receiver.bodies).toEqual([
			{
				sendgrid_account: data.account_id,
				package: 'demo.ei.pro-100k.v1',
				customer_since: expect.stringMatching(/^2026-03-10T/) as unknown,
			},
		]);
	});

	it('opens a ticket when an account is suspended, but not when it is deactivated', async () => {
		await publish('account-state-changed-ticket.json');
		await control(`/accounts/${saltmarsh}`, { state: 'deactivated' }, 'patch');
		await waitForState(saltmarsh);
		await waitForTwoPolls();
		await control(`/accounts/${saltmarsh}`, { state: 'suspended' }, 'patch');
		await eventually('a ticket', () => (receiver.bodies.length > 0 ? true : undefined));
		await waitForTwoPolls();
		expect(receiver.bodies).toEqual([
			{
				subject: `SendGrid account ${saltmarsh} is suspended`,
				body: 'It was deactivated before. Ask SendGrid for the reason, then the customer.',
				priority: 'high',
			},
		]);
		expect(await executionsWith('error')).toEqual([]);
	});

	it('shows low subusers in a manual test, which stores nothing and sends no messages', async () => {
		await publish('credits-low-top-up.json');
		await eventually('the first four topped up', () =>
			Object.keys(topUps()).length === 4 ? true : undefined,
		);
		await instance.api.deactivate(active);
		await spend('birchwood-bakery', 7_450);
		const sent = receiver.bodies.length;
		for (let times = 0; times < 2; times += 1) {
			const { resultData } = await instance.api.runManually(active, 'Credits Low');
			const output = resultData.runData['Credits Low']?.[0]?.data?.main[0];
			if (times === 0) expect(output).toMatchObject([{ json: { username: 'birchwood-bakery' } }]);
			else expect(resultData.error?.message).toMatch(/No subuser is below the threshold/);
		}
		expect(receiver.bodies).toHaveLength(sent);
	});
});
