import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resources } from '../../nodes/SendGridProvisioning/resources';
import { credentialType } from '../../playground/examples';
import type { Json } from '../../playground/n8nApi';
import { linesUnderTest, root } from '../../playground/paths';
import { testCredential } from './credential';
import { credentialPerItem } from './credentialPerItem';
import { START_TIMEOUT_MS, startInstance, type Instance } from './instance';
import { testStopping } from './stopping';
import { nodeType, runNode, type NodeUnderTest } from './workflows';

const account = 'sg72512bc12e92b1d8b7ddac90b675f020';
const byAccount = { __rl: true, mode: 'id', value: '={{ $json.account }}' };
const byUsername = { __rl: true, mode: 'username', value: '={{ $json.username }}' };
const updateOfferings = { resource: 'accountOffering', operation: 'update', account: byAccount };
const updateCredits = { resource: 'subuserCredit', operation: 'update', subuser: byUsername };

const operations = resources.flatMap((resource) =>
	resource.operations.map(({ option }) => `${resource.option.value}/${option.value}`),
);
const schemas = join(root, 'nodes', 'SendGridProvisioning', '__schema__', 'v1.0.0');
const schemaOf = (operation: string) =>
	JSON.parse(readFileSync(join(schemas, `${operation}.json`), 'utf8')) as unknown;

describe.each(linesUnderTest)('The packed package in n8n $version', (line) => {
	let instance: Instance;
	/** What n8n has stored of all executions here. */
	const storedData: string[] = [];

	beforeAll(async () => {
		instance = await startInstance(line);
	}, START_TIMEOUT_MS);

	afterAll(async () => await instance?.stop());

	beforeEach(() => instance.emulator.reset());

	async function run(items: Json[], node: NodeUnderTest) {
		const result = await runNode(instance, items, node);
		storedData.push(result.execution.storedData);
		return result;
	}

	/** The changes that this test has sent, sorted by customer because items run in parallel. */
	function writes() {
		return instance.emulator.requests
			.filter(({ method, path }) => method !== 'GET' && path.startsWith('/v3/'))
			.map(({ method, params, body }) => ({ method, customer: params.id ?? params.name, body }))
			.sort((a, b) => (a.customer ?? '').localeCompare(b.customer ?? ''));
	}

	/** The choices of a field that the editor loads from SendGrid. */
	async function loadChoices<T>(
		kind: 'options' | 'resource-locator-results',
		method: string,
		currentNodeParameters: Json = {},
	) {
		const { api, credential } = instance;
		return await api.dynamicParameter<T>(kind, {
			path: 'parameters.field',
			methodName: method,
			nodeTypeAndVersion: { name: nodeType, version: 1 },
			currentNodeParameters,
			credentials: { [credentialType]: { id: credential.id, name: credential.name } },
		});
	}

	it('has the node and credential under the names that workflows save', async () => {
		expect(await instance.api.nodeTypes()).toContainEqual(
			expect.objectContaining({ name: nodeType, displayName: 'SendGrid Provisioning', version: 1 }),
		);
		expect(await instance.api.credentialTypes()).toContainEqual(
			expect.objectContaining({ name: credentialType, displayName: 'SendGrid Provisioning API' }),
		);
	});

	it('serves the output schema of every operation, which its editor shows before the first run', async () => {
		const served: Json = {};
		for (const operation of operations) {
			const answer = await fetch(`${instance.n8n.url}/schemas/${nodeType}/1.0.0/${operation}.json`);
			served[operation] = answer.ok ? await answer.json() : answer.status;
		}
		const inRepository = operations.map((operation) => [operation, schemaOf(operation)]);
		expect(served).toEqual(Object.fromEntries(inRepository));
	});

	describe('has a credential test that', () => testCredential(() => instance));

	describe('with expressions in the credential', () => credentialPerItem(() => instance));

	describe('in a stopped execution', () => testStopping(() => instance));

	it.each([
		['accounts', 'searchAccounts', account],
		['subusers', 'searchSubusers', 'birchwood-bakery'],
	])('loads the list of %s', async (_list, method, entry) => {
		const { results } = await loadChoices<{ results: unknown[] }>(
			'resource-locator-results',
			method,
		);
		expect(results).toContainEqual(expect.objectContaining({ value: entry }));
	});

	it.each([
		['packages', 'getPackages', 'demo.ei.pro-300k.v1'],
		['add-ons', 'getAddons', 'demo.x.ip.v1'],
	])('loads the menu of %s', async (_menu, method, entry) => {
		const options = await loadChoices<unknown[]>('options', method);
		expect(options).toContainEqual(expect.objectContaining({ value: entry }));
	});

	it.each([
		['domains', 'getSubuserDomains'],
		['links', 'getSubuserLinks'],
	] as const)('loads the menu of a subuser’s %s', async (kind, method) => {
		const { emulator } = instance;
		const response = await fetch(`${emulator.url}/v3/whitelabel/${kind}`, {
			method: 'POST',
			headers: {
				Authorization: `Bearer ${emulator.apiKey}`,
				'Content-Type': 'application/json',
				'On-Behalf-Of': 'tidewater-toys',
			},
			body: JSON.stringify({ domain: 'tidewater-toys.example', subdomain: 'news' }),
		});
		const { id } = (await response.json()) as { id: number };
		const load = async (value: string) =>
			await loadChoices<unknown[]>('options', method, { subuser: { ...byUsername, value } });
		expect(await load('tidewater-toys')).toEqual([
			{ name: 'news.tidewater-toys.example', value: id, description: 'Not valid yet' },
		]);
		expect(await load('saltmarsh-books')).toEqual([]);
	});

	it('merges offerings, and in a dry run only shows the change', async () => {
		const parameters = {
			...updateOfferings,
			change: 'merge',
			specifyOfferings: 'fields',
			package: '={{ $json.package }}',
			addons: { addon: [{ name: 'demo.x.ip.v1', quantity: '={{ $json.ips }}' }] },
			dryRun: '={{ $json.dryRun }}',
		};
		const wanted = { account, package: 'demo.ei.pro-300k.v1', ips: 2 };
		const before = [
			{ name: 'demo.ei.pro-100k.v1', type: 'package', quantity: 1 },
			{ name: 'demo.x.ip.v1', type: 'addon', quantity: 1 },
			{ name: 'demo.x.marketing-campaigns.v1', type: 'addon', quantity: 1 },
		];
		const change = {
			account_id: account,
			summary: 'demo.ei.pro-100k.v1 → demo.ei.pro-300k.v1; demo.x.ip.v1 1 → 2',
			changed: true,
			before: expect.arrayContaining(before) as unknown,
			added: ['demo.ei.pro-300k.v1'],
			removed: ['demo.ei.pro-100k.v1'],
			updated: [{ name: 'demo.x.ip.v1', from: 1, to: 2 }],
		};

		const dry = await run([{ ...wanted, dryRun: true }], { parameters });
		const summary = `would be: ${change.summary}`;
		expect(dry.output).toEqual([expect.objectContaining({ ...change, summary, dry_run: true })]);
		expect(writes()).toEqual([]);
		expect(await instance.sendGrid.offerings(account)).toEqual(before);

		const real = await run([{ ...wanted, dryRun: false }], { parameters });
		expect(real.output).toEqual([expect.objectContaining({ ...change, dry_run: false })]);
		expect(await instance.sendGrid.offerings(account)).toEqual(
			expect.arrayContaining([
				{ name: 'demo.ei.pro-300k.v1', type: 'package', quantity: 1 },
				{ name: 'demo.x.ip.v1', type: 'addon', quantity: 2 },
				{ name: 'demo.x.marketing-campaigns.v1', type: 'addon', quantity: 1 },
			]),
		);
	});

	it('replaces and removes offerings given as JSON', async () => {
		const parameters = {
			...updateOfferings,
			change: '={{ $json.change }}',
			specifyOfferings: 'json',
			offeringsJson: '={{ JSON.stringify($json.offerings) }}',
		};
		const free = { name: 'demo.ei.free.v1', type: 'package', quantity: 1 };

		const { output } = await run(
			[
				{ account, change: 'remove', offerings: ['demo.x.marketing-campaigns.v1'] },
				{ account, change: 'replace', offerings: [free] },
			],
			{ parameters },
		);

		expect(output).toMatchObject([
			{ removed: ['demo.x.marketing-campaigns.v1'], added: [] },
			{ removed: ['demo.ei.pro-100k.v1', 'demo.x.ip.v1'], added: ['demo.ei.free.v1'] },
		]);
		expect(await instance.sendGrid.offerings(account)).toEqual([free]);
	});

	it('sends only what the credit type allows, also if it comes from an expression', async () => {
		const parameters = {
			...updateCredits,
			creditType: '={{ $json.type }}',
			resetFrequency: 'weekly',
			total: 700,
			refill: false,
		};
		const { output } = await run(
			[
				{ username: 'birchwood-bakery', type: 'unlimited' },
				{ username: 'tidewater-toys', type: 'nonrecurring' },
				{ username: 'saltmarsh-books', type: 'recurring' },
			],
			{ parameters },
		);

		expect(writes()).toEqual([
			{ method: 'PUT', customer: 'birchwood-bakery', body: { type: 'unlimited' } },
			{
				method: 'PUT',
				customer: 'saltmarsh-books',
				body: { type: 'recurring', reset_frequency: 'weekly', total: 700 },
			},
			{ method: 'PUT', customer: 'tidewater-toys', body: { type: 'nonrecurring', total: 700 } },
		]);
		expect(output).toMatchObject([
			{ username: 'birchwood-bakery', type: 'unlimited', remain: null, total: null, used: null },
			{ username: 'tidewater-toys', type: 'nonrecurring', remain: 700, total: null, used: null },
			{ username: 'saltmarsh-books', type: 'recurring', remain: 700, total: 700, used: 0 },
		]);
	});

	it('shows in a dry run what credits it would set', async () => {
		const { output } = await run([{ username: 'birchwood-bakery' }], {
			parameters: { ...updateCredits, total: 50000, dryRun: true },
		});

		expect(output).toEqual([
			{
				username: 'birchwood-bakery',
				summary:
					'would be: recurring, monthly, 10,000 → 50,000, balance reset from 7,500 to 50,000',
				dry_run: true,
				changed: true,
				request: { type: 'recurring', reset_frequency: 'monthly', total: 50000 },
				expected: {
					type: 'recurring',
					reset_frequency: 'monthly',
					remain: 50000,
					total: 50000,
					used: 0,
				},
				before: {
					type: 'recurring',
					reset_frequency: 'monthly',
					remain: 7500,
					total: 10000,
					used: 2500,
				},
			},
		]);
		expect(writes()).toEqual([]);
	});

	describe('with one failing item', () => {
		const items = [
			{ deal: 'D-1', username: 'birchwood-bakery' },
			{ deal: 'D-2', username: 'nobody-here' },
			{ deal: 'D-3', username: 'tidewater-toys' },
		];
		const parameters = { ...updateCredits, total: 600 };

		it('stops, and names the subuser', async () => {
			const { execution } = await run(items, { parameters });

			expect(execution.status).toBe('error');
			expect(execution.resultData.error?.message).toContain('nobody-here');
			expect(execution.resultData.error?.description).toBeTruthy();
		});

		it('continues, and returns the error in place of a result', async () => {
			const { execution, output } = await run(items, {
				parameters,
				onError: 'continueRegularOutput',
			});

			expect(execution.status).toBe('success');
			expect(output).toEqual([
				expect.objectContaining({ username: 'birchwood-bakery', total: 600 }),
				{
					error: expect.stringContaining('nobody-here') as unknown,
					description: expect.any(String) as unknown,
					http_code: 400,
					username: 'nobody-here',
				},
				expect.objectContaining({ username: 'tidewater-toys', total: 600 }),
			]);
		});

		it('sends it to the error output with its input fields', async () => {
			const { output, errorOutput } = await run(items, {
				parameters,
				onError: 'continueErrorOutput',
			});

			expect(output.map(({ username }) => username)).toEqual([
				'birchwood-bakery',
				'tidewater-toys',
			]);
			expect(errorOutput).toEqual([
				{
					deal: 'D-2',
					username: 'nobody-here',
					error: expect.stringContaining('nobody-here') as unknown,
					message: expect.any(String) as unknown,
				},
			]);
		});
	});

	it('stores and logs no API key', async () => {
		const { emulator } = instance;
		emulator.fail({ match: 'GET /v3/subusers/{name}/credits', kind: 'status', status: 401 });
		await run([{ username: 'birchwood-bakery' }], { parameters: { ...updateCredits, total: 600 } });
		const everything = [instance.log(), ...storedData].join('\n');

		// Proves that there is stored and logged data to search.
		expect(everything).toContain('birchwood-bakery');
		expect(instance.log()).toContain('Under test');
		expect(everything).not.toContain(emulator.apiKey);
		expect(everything).not.toContain(emulator.apiKey.slice(3, 25));
	});
});
