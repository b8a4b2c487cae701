import { setTimeout as wait } from 'node:timers/promises';
import axios from 'axios';
import { credentialType, readExample } from '../../playground/examples';
import type { ExecutionSummary, Saved, Workflow } from '../../playground/n8nApi';
import { linesUnderTest, packageName } from '../../playground/paths';
import { START_TIMEOUT_MS, startInstance, type Instance } from './instance';
import { startReceiver, type Receiver } from './receiver';

const triggerType = `${packageName}.sendGridProvisioningTrigger`;
const saltmarsh = 'sg72512bc12e92b1d8b7ddac90b675f020';
const EVENTUALLY_MS = 120_000;

/** A poll comes every three seconds, n8n is started again twice, and the machine may be busy. */
jest.setTimeout(400_000);

/** n8n polls no more than once a minute for each time of polling; so these are twenty. */
const everyThreeSeconds = {
	item: Array.from({ length: 20 }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * 3} * * * * *`,
	})),
};

async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>) {
	const end = Date.now() + EVENTUALLY_MS;
	for (;;) {
		const found = await look();
		if (found !== undefined && found !== false) return found;
		if (Date.now() > end) throw new Error(`Not within ${EVENTUALLY_MS / 1000} s: ${what}`);
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
		receiver.got.length = 0;
	});

	afterEach(async () => await instance.api.deactivate(active));

	/** Imports an example and switches it on, with its messages sent to us and with frequent polls. */
	async function switchOn(file: string): Promise<void> {
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
		await twoMorePolls();
	}

	/** Until the trigger has begun two polls after this moment, and so has ended one. */
	async function twoMorePolls(): Promise<void> {
		const polls = () =>
			instance.emulator.requests.filter(
				({ method, path }) =>
					method === 'GET' && ['/v3/subusers', '/v3/partners/accounts'].includes(path),
			).length;
		const before = polls();
		await eventually('two more polls', () => (polls() >= before + 2 ? true : undefined));
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

	/** By whom and how often subusers were topped up, in the order of their names. */
	function topUps(): Record<string, number> {
		const counts: Record<string, number> = {};
		for (const { method, params } of instance.emulator.requests) {
			const name = params['name'] ?? '';
			if (method === 'PATCH') counts[name] = (counts[name] ?? 0) + 1;
		}
		return counts;
	}

	async function toppedUp(subuser: string, times: number): Promise<void> {
		await eventually(`${subuser} topped up ${times} times`, () =>
			(topUps()[subuser] ?? 0) >= times ? true : undefined,
		);
	}

	async function ended(status: string): Promise<ExecutionSummary[]> {
		const all = await instance.api.executions(active.id);
		return all.filter((execution) => execution.status === status);
	}

	/** What failed executions say, and what they advise. */
	async function failures(): Promise<Array<{ message?: string; description?: unknown }>> {
		const found = await ended('error');
		const all = await Promise.all(found.map(async ({ id }) => await instance.api.execution(id)));
		return all.map(({ resultData }) => resultData.error ?? {});
	}

	async function failure(saying: RegExp) {
		return await eventually(`a failed execution: ${saying.source}`, async () =>
			(await failures()).find(({ message }) => saying.test(message ?? '')),
		);
	}

	it('is listed under the name that workflows save', async () => {
		await switchOn('subuser-created-to-crm.json');
		expect(await instance.api.nodeTypes()).toContainEqual(
			expect.objectContaining({ name: triggerType, displayName: 'SendGrid Provisioning Trigger' }),
		);
	});

	it('tops up a subuser that runs low, once per crossing, whatever happens to n8n and to polls', async () => {
		await switchOn('credits-low-top-up.json');
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

		// One subuser cannot be read any more: that is told, and the others are reported.
		instance.emulator.fail({
			match: 'GET /v3/subusers/quarrylane-bicycles/credits',
			kind: 'status',
			status: 403,
			times: Infinity,
		});
		await spend('birchwood-bakery', 7_450);
		await toppedUp('birchwood-bakery', 1);
		expect(await instance.sendGrid.credits('birchwood-bakery')).toMatchObject({ remain: 1_000 });
		await twoMorePolls();
		expect(topUps()).toEqual({ ...first, 'birchwood-bakery': 1 });
		const unread = await failure(/^Subuser quarrylane-bicycles: The API key isn’t allowed/);
		expect(unread.description).toContain('The others were read.');

		// A poll fails while somebody runs low: the next one reports it.
		await control('/faults', { match: 'GET /v3/subusers', kind: 'status', status: 403 });
		await spend('saltmarsh-books', 4_150);
		await toppedUp('saltmarsh-books', 1);
		const failed = await failure(/^The API key isn’t allowed/);
		expect(failed.description).toContain('subusers.read');

		// n8n dies between two polls, and two run low before it is back. That one of them had recovered
		// was seen only by polls that reported nothing, which n8n may have forgotten.
		await twoMorePolls();
		await instance.kill();
		await spend('fernhollow-florist', 390);
		await spend('saltmarsh-books', 940);
		await instance.startAgain();
		await toppedUp('fernhollow-florist', 1);
		await toppedUp('saltmarsh-books', 2);
		await twoMorePolls();
		const counts = {
			...first,
			'birchwood-bakery': 1,
			'saltmarsh-books': 2,
			'fernhollow-florist': 1,
		};
		expect(topUps()).toEqual(counts);

		// The next day: SendGrid has handed out the daily credits again, and they are used up again.
		await control('/clock', { advanceMs: 86_400_000 });
		await twoMorePolls();
		expect(topUps()).toEqual(counts);
		await spend('fernhollow-florist', 450);
		await toppedUp('fernhollow-florist', 2);
		await spend('birchwood-bakery', 950);
		await toppedUp('birchwood-bakery', 2);
		await twoMorePolls();
		expect(topUps()).toEqual({ ...counts, 'birchwood-bakery': 2, 'fernhollow-florist': 2 });

		const texts = await eventually('every message to Slack', () =>
			receiver.got.length >= 10 ? receiver.got : undefined,
		);
		expect(texts).toHaveLength(10);
		expect(texts).toContainEqual({
			text: 'birchwood-bakery had 50 credits left and got 950 more.',
		});
		// The poll that failed; who could not be read is told once by each n8n that starts.
		expect(await ended('error')).toHaveLength(3);
	});

	it('tells Slack once whom it could not top up, also where n8n is killed afterwards', async () => {
		instance.emulator.fail({
			match: 'PATCH /v3/subusers/{name}/credits/remaining',
			kind: 'status',
			status: 403,
			times: Infinity,
		});
		await switchOn('credits-low-top-up.json');
		const texts = await eventually('four messages', () =>
			receiver.got.length >= 4 ? receiver.got : undefined,
		);
		expect(texts).toContainEqual({
			text: expect.stringMatching(
				/^lowmoor-linens has 12 credits left and could not be topped up\. .*isn’t allowed.* subusers\.credits\.remaining\.update/,
			) as unknown,
		});
		await twoMorePolls();
		await instance.kill();
		await instance.startAgain();
		await twoMorePolls();
		expect(receiver.got).toHaveLength(4);
	});

	it('gives the CRM each subuser that is created', async () => {
		await switchOn('subuser-created-to-crm.json');
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
		await eventually('the CRM told', () => (receiver.got.length > 0 ? true : undefined));
		await twoMorePolls();
		expect(receiver.got).toEqual([
			{
				sendgrid_username: 'newcomer',
				sendgrid_id: data.user_id,
				email: 'someone@example.com',
				region: 'global',
			},
		]);
	});

	it('gives the CRM each account that is created, with its package', async () => {
		await switchOn('account-created-to-crm.json');
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
		await eventually('the CRM told', () => (receiver.got.length > 0 ? true : undefined));
		await twoMorePolls();
		expect(receiver.got).toEqual([
			{
				sendgrid_account: data.account_id,
				package: 'demo.ei.pro-100k.v1',
				customer_since: expect.stringMatching(/^2026-03-10T/) as unknown,
			},
		]);
	});

	it('opens a ticket when an account is suspended, and none when it is deactivated', async () => {
		await switchOn('account-state-changed-ticket.json');
		await control(`/accounts/${saltmarsh}`, { state: 'deactivated' }, 'patch');
		await twoMorePolls();
		await control(`/accounts/${saltmarsh}`, { state: 'suspended' }, 'patch');
		await eventually('a ticket', () => (receiver.got.length > 0 ? true : undefined));
		await twoMorePolls();
		expect(receiver.got).toEqual([
			{
				subject: `SendGrid account ${saltmarsh} is suspended`,
				body: 'It was deactivated before. Ask SendGrid for the reason, then the customer.',
				priority: 'high',
			},
		]);
		expect(await ended('error')).toEqual([]);
	});

	it('shows in the editor who is low now, without keeping anything or sending messages', async () => {
		await switchOn('credits-low-top-up.json');
		await eventually('the first four topped up', () =>
			Object.keys(topUps()).length === 4 ? true : undefined,
		);
		await instance.api.deactivate(active);
		await spend('birchwood-bakery', 7_450);
		const told = receiver.got.length;
		for (let times = 0; times < 2; times += 1) {
			const { resultData } = await instance.api.runManually(active, 'Credits Low');
			const output = resultData.runData['Credits Low']?.[0]?.data?.main[0];
			if (times === 0) expect(output).toMatchObject([{ json: { username: 'birchwood-bakery' } }]);
			else expect(resultData.error?.message).toMatch(/No subuser is below the threshold/);
		}
		expect(receiver.got).toHaveLength(told);
	});
});
