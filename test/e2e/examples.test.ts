import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { savePictures, savedWords } from '../../playground/examplePictures';
import {
	importExample,
	readExample,
	runExample,
	withCredential,
	type Imported,
} from '../../playground/examples';
import { examples } from '../../playground/exampleRuns';
import {
	outputOf,
	type Execution,
	type Json,
	type Saved,
	type Workflow,
} from '../../playground/n8nApi';
import { currentLine, olderLine, root } from '../../playground/paths';
import { failuresOf } from '../../playground/table';
import { importFile, openTab, picturesOf } from './canvas';
import { openBrowser } from './editor';
import { testAgent } from './exampleAgent';
import { testApiKeys } from './exampleApiKeys';
import { testManualRuns } from './exampleTries';
import { START_TIMEOUT_MS, startInstance, type Instance } from './instance';
import { answerForm, startMailbox, type Mailbox } from './mailbox';
import { issuesOf, withoutCredential } from './nodeIssues';
import { smallPng } from './png';
import { nodeType } from './workflows';

const files = readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.json'));

const birchwood = 'sg12890086d46449089b8bb53b5fdd3e91';
const eldergate = 'sg74d91a6d49b141983bd68a7a7615a95e';
const flintmarsh = 'sg3fca94b44f405dacae5a428ed1bd449c';
const foxglove = 'sgabaf1aef569b64b70e4b9ba3bca7003b';
const ips = { name: 'demo.x.ip.v1', type: 'addon' } as const;

/** The changes that each example sends to SendGrid; a repeated event sends none. */
const sentBy: Record<string, string[]> = {
	'crm-deal-won.json': ['PUT offerings of sg72512bc12e92b1d8b7ddac90b675f020'],
	'plan-change.json': ['PUT credits of birchwood-bakery'],
	'monthly-credit-reset.json': ['PUT credits of saltmarsh-books', 'PUT credits of пекарня-берёза'],
	'hubspot-deal-won.json': [`PUT offerings of ${birchwood}`],
	'pipedrive-deal-won.json': ['PUT offerings of sgf9533515665d713032e63ecbc89da0bc'],
	'salesforce-deal-won.json': [
		'POST accounts',
		'PUT offerings of sg67669eead6e9026eff9a2fd99d56b013',
	],
	'stripe-payment.json': ['PATCH remaining of heatherwick-garage'],
	'stripe-subscription.json': ['PUT credits of lowmoor-linens'],
	'monthly-review.json': [`PUT offerings of ${flintmarsh}`, `PUT offerings of ${eldergate}`],
	'offboarding.json': [`DELETE ${foxglove}`, `PUT state of ${foxglove}`],
	'offboarding-subuser.json': ['DELETE gorsebank-fitness', 'PATCH gorsebank-fitness'],
	'customer-ready-to-send.json': [
		'PATCH API key of maplecroft-ceramics',
		'POST api_keys of maplecroft-ceramics',
		'POST domains of maplecroft-ceramics',
		'POST subusers',
		'PUT credits of maplecroft-ceramics',
	],
	'rotate-api-keys.json': [
		'PATCH API key of kestrelby-kitchens',
		'PATCH API key of tidewater-toys',
		'POST api_keys of kestrelby-kitchens',
		'POST api_keys of tidewater-toys',
	],
};

describe.each([currentLine, olderLine])('The examples in n8n $version', (line) => {
	let instance: Instance;
	let types: object[];

	beforeAll(async () => {
		instance = await startInstance(line);
		types = await instance.api.nodeTypes();
	}, START_TIMEOUT_MS);

	afterAll(async () => await instance?.stop());

	beforeEach(() => instance.emulator.reset());

	/** The changes that were sent, sorted because items and branches run in parallel. */
	function sentChanges(): string[] {
		return instance.emulator.requests
			.filter(({ method, path }) => method !== 'GET' && path.startsWith('/v3/'))
			.map(({ method, params, path, template, headers }) => {
				// The ID of an API key is random.
				const key = template.startsWith('/v3/api_keys/') ? 'API key' : undefined;
				const sender = headers['on-behalf-of'];
				const customer = sender === undefined ? (params.id ?? params.name) : String(sender);
				const last = key ?? decodeURIComponent(path.split('/').at(-1) ?? '');
				return customer && last !== customer
					? `${method} ${last} of ${customer}`
					: `${method} ${last}`;
			})
			.sort();
	}

	interface ChangedRun {
		execution: Execution;
		/** What the team is notified of. */
		messages: string[];
		/** Runs the same workflow with other pinned data. */
		runAgain: (change: (workflow: Imported) => void) => Promise<void>;
	}

	/**
	 * Runs a changed example. A Set node replaces the node that notifies the team, because n8n doesn't
	 * evaluate the text of a pinned node.
	 */
	async function runChanged(
		file: string,
		change: (workflow: Imported) => void,
	): Promise<ChangedRun> {
		const workflow = withCredential(readExample(file), instance.credential.id);
		const [start] = workflow.nodes.filter(({ type }) => type.endsWith('Trigger'));
		change(workflow);
		const notifier = workflow.nodes.find(({ name }) => name === 'Notify Team');
		if (!notifier || !start) throw new Error(`${file} has no trigger, or no node "Notify Team"`);
		const { text } = notifier.parameters;
		delete workflow.pinData[notifier.name];
		Object.assign(notifier, {
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: {
				assignments: { assignments: [{ id: '1', name: 'text', value: text, type: 'string' }] },
				options: {},
			},
		});
		const { api } = instance;
		const run = async (saved: Saved<Workflow>): Promise<Execution> => {
			const execution = await api.runManually(saved, start.name);
			expect(execution.resultData.error).toBeUndefined();
			return execution;
		};
		const saved = await api.replaceWorkflow(workflow);
		const execution = await run(saved);
		const messages = outputOf(execution, notifier.name).map(({ json }) => String(json.text));
		const runAgain = async (changeAgain: (workflow: Imported) => void): Promise<void> => {
			changeAgain(workflow);
			const { pinData } = workflow;
			await run(await api.updateWorkflow({ ...(await api.workflow(saved.id)), pinData }));
		};
		return { execution, messages, runAgain };
	}

	it.each(files)('%s has no unknown or missing parameters', (file) => {
		expect(issuesOf(line, types, readExample(file))).toEqual([]);
	});

	it.each(examples)('$file has the expected result', async (example) => {
		const { api, sendGrid, credential } = instance;
		const workflow = await importExample(api, example, credential.id);
		for (const run of example.runs) {
			const result = await runExample(api, sendGrid, { workflow, trigger: example.trigger, run });
			expect(failuresOf(result)).toEqual([]);
		}
		expect(sentChanges()).toEqual(sentBy[example.file]);
	});

	it('only deactivate an account and disable a subuser with the pinned answers', async () => {
		for (const file of ['monthly-review.json', 'offboarding.json', 'offboarding-subuser.json']) {
			await runChanged(file, () => {});
		}
		expect(sentChanges()).toEqual(['PATCH gorsebank-fitness', `PUT state of ${foxglove}`]);
	});

	describe('with an empty field in the CRM,', () => {
		const cases: Array<[string, string, (workflow: Imported) => void, string]> = [
			[
				'HubSpot',
				'hubspot-deal-won.json',
				({ pinData }) => delete propertiesOf(pinData['Get Company']).sendgrid_account_id,
				'Account is empty',
			],
			[
				'HubSpot, without a package,',
				'hubspot-deal-won.json',
				({ pinData }) => delete propertiesOf(pinData['Get Deal']).sendgrid_package,
				'No offerings are specified',
			],
			[
				'Pipedrive',
				'pipedrive-deal-won.json',
				({ pinData }) => {
					const { data } = first(pinData['Pipedrive: Deal Changed']);
					for (const key of Object.keys(record(record(data).custom_fields))) {
						record(record(data).custom_fields)[key] = null;
					}
				},
				'Account is empty',
			],
			[
				'Stripe',
				'stripe-subscription.json',
				({ pinData }) => (first(pinData['Get Subscription']).metadata = {}),
				'Subuser is empty',
			],
			[
				'Stripe, for a payment,',
				'stripe-payment.json',
				({ pinData }) => (first(pinData['Get Customer']).metadata = {}),
				'Subuser is empty',
			],
		];

		it.each(cases)('%s sends nothing and notifies the team', async (_, file, change, reason) => {
			const { messages } = await runChanged(file, change);
			expect(messages).toEqual([expect.stringContaining(reason)]);
			expect(sentChanges()).toEqual([]);
		});
	});

	it.each([
		['hubspot-deal-won.json', 'HubSpot: Deal Stage Changed', { propertyValue: 'contractsent' }],
		['pipedrive-deal-won.json', 'Pipedrive: Deal Changed', { previous: { title: 'Old title' } }],
		['stripe-subscription.json', 'Get Subscription', { status: 'past_due' }],
		[
			'stripe-payment.json',
			'Stripe: Invoice Paid',
			{
				data: {
					object: { id: 'in_EXAMPLE0003', customer: 'cus_EXAMPLE0002', lines: { data: [] } },
				},
			},
		],
	])('%s ignores other events', async (file, node, other) => {
		const { messages } = await runChanged(file, ({ pinData }) => {
			Object.assign(first(pinData[node]), other);
		});
		expect(messages).toEqual([]);
		expect(sentChanges()).toEqual([]);
	});

	it('salesforce-deal-won.json creates one account for two deals of a new customer, and notifies the team of the second', async () => {
		const { messages } = await runChanged('salesforce-deal-won.json', ({ pinData }) => {
			const deals = pinData['Get Won Deal'] ?? [];
			const second = {
				...structuredClone(deals[1]?.json),
				Id: '006EX00000000A3YAA',
				Name: 'Second deal',
			};
			deals.push({ json: second });
		});
		expect(sentChanges().filter((request) => request === 'POST accounts')).toHaveLength(1);
		expect(messages).toEqual([expect.stringMatching(/^Deal Second deal [^]*Another deal/)]);
	});

	it('salesforce-deal-won.json keeps a new customer’s later package when the first deal is edited', async () => {
		const { runAgain } = await runChanged('salesforce-deal-won.json', () => {});
		const account = instance.emulator.state.accounts
			.list()
			.find(({ profile }) => profile.company_name === 'Copperleaf Cycles');
		if (!account) throw new Error('The example created no account.');
		const edit = (changes: Json, code?: string) => (workflow: Imported) => {
			const deal = readExample('salesforce-deal-won.json').pinData['Get Won Deal']?.[1];
			const json = { ...first(deal && [deal]), ...changes };
			record(json.Account).SendGrid_Account_ID__c = account.id;
			const [item] = record(json.OpportunityLineItems).records as Json[];
			if (code && item) record(item.Product2).ProductCode = code;
			workflow.pinData['Get Won Deal'] = [{ json }];
		};
		const offerings = [{ name: 'demo.ei.pro-100k.v1', type: 'package', quantity: 1 }];

		await runAgain(edit({ Id: '006EX00000000A3YAA' }, 'demo.ei.pro-100k.v1'));
		expect(await instance.sendGrid.offerings(account.id)).toEqual(offerings);
		await runAgain(edit({}));
		expect(await instance.sendGrid.offerings(account.id)).toEqual(offerings);
	});

	it('plan-change.json sends nothing for an unknown plan, and answers the CRM with an error', async () => {
		const example = examples.find(({ file }) => file === 'plan-change.json');
		if (!example) throw new Error('The example has no runs.');
		await importExample(instance.api, example, instance.credential.id);
		const { status, data } = await instance.api.send('crm-plan-changed', {
			sendgrid_subuser: 'birchwood-bakery',
			plan: 'galactic',
		});
		expect(status).toBe(422);
		expect(JSON.stringify(data)).toContain('Total Credits');
		expect(sentChanges()).toEqual([]);
	});

	it('monthly-credit-reset.json sets credits once for a subuser that is listed twice', async () => {
		const twice = { username: 'saltmarsh-books', credits: 25_000 };
		await runChanged('monthly-credit-reset.json', ({ pinData }) => {
			first(pinData['Customers']).customers = [twice, twice];
		});
		expect(sentChanges()).toEqual(['PUT credits of saltmarsh-books']);
	});

	it('stripe-payment.json adds credits for the prices of Stripe’s older API versions', async () => {
		await runChanged('stripe-payment.json', ({ pinData }) => {
			const invoice = record(record(first(pinData['Stripe: Invoice Paid']).data).object);
			const price = { id: 'price_EXAMPLE10k', object: 'price' };
			invoice.lines = { data: [{ price, quantity: 1 }, { quantity: 1 }] };
		});
		const { credits } = instance.emulator.state.subusers.get('heatherwick-garage') ?? {};
		expect(credits?.remain).toBe(18_575);
	});

	it('salesforce-deal-won.json notifies the team of an account that may have been created', async () => {
		instance.emulator.fail({ match: 'POST /v3/partners/accounts', kind: 'appliedThenLost' });
		const { messages } = await runChanged('salesforce-deal-won.json', () => {});
		expect(messages).toEqual([expect.stringMatching(/Copperleaf Cycles[^]*may have been created/)]);
	});

	it('stripe-subscription.json disables the subuser of a canceled subscription', async () => {
		await runChanged('stripe-subscription.json', ({ pinData }) => {
			first(pinData['Get Subscription']).status = 'canceled';
		});
		expect(instance.emulator.state.subusers.get('lowmoor-linens')?.disabled).toBe(true);
	});

	describe('offboarding.json', () => {
		const answering = (answer: Json) => (workflow: Imported) => {
			first(workflow.pinData['Ask Before Deleting']).data = answer;
		};

		it('deletes nothing if another ID was entered', async () => {
			await runChanged(
				'offboarding.json',
				answering({ Decision: 'Delete it permanently', 'Account ID': birchwood }),
			);
			expect(sentChanges()).toEqual([`PUT state of ${foxglove}`]);
		});

		it('deletes nothing if the account was activated in the meantime', async () => {
			instance.emulator.fail({
				match: 'GET /v3/partners/accounts/{id}/state',
				kind: 'status',
				status: 200,
				body: { state: 'activated' },
			});
			const { execution } = await runChanged(
				'offboarding.json',
				answering({ Decision: 'Delete it permanently', 'Account ID': foxglove }),
			);
			expect(execution.resultData.runData['Ask Before Deleting']).toBeUndefined();
			expect(sentChanges()).toEqual([`PUT state of ${foxglove}`]);
		});

		it('doesn’t wait for an unknown account, and notifies the team', async () => {
			const { execution, messages } = await runChanged('offboarding.json', ({ pinData }) => {
				first(pinData['A Customer Leaves'])['SendGrid account ID'] = 'sg-nobody';
			});
			expect(messages).toEqual([expect.stringContaining('sg-nobody')]);
			expect(execution.resultData.runData['Wait 30 Days']).toBeUndefined();
		});
	});

	describe('offboarding-subuser.json', () => {
		const subuser = 'gorsebank-fitness';
		const answering = (answer: Json) => (workflow: Imported) => {
			first(workflow.pinData['Ask Before Deleting']).data = answer;
		};
		const approved = answering({ Decision: 'Delete it permanently', Username: subuser });

		/** The deletions that were sent, in order. */
		function deletions(): string[] {
			return instance.emulator.requests
				.filter(({ method }) => method === 'DELETE')
				.map(({ template }) => template);
		}

		/** Adds two API keys, a domain, and a link branding to the subuser. */
		async function equip(): Promise<void> {
			const { emulator } = instance;
			for (const name of ['Production', 'Newsletter']) emulator.addKey({ subuser, name });
			for (const kind of ['domains', 'links']) {
				const response = await fetch(`${emulator.url}/v3/whitelabel/${kind}`, {
					method: 'POST',
					headers: {
						Authorization: `Bearer ${emulator.apiKey}`,
						'Content-Type': 'application/json',
						'On-Behalf-Of': subuser,
					},
					body: JSON.stringify({ domain: 'gorsebank-fitness.example' }),
				});
				expect(response.status).toBe(201);
			}
		}

		it('deletes API keys, link brandings, and domains before the subuser', async () => {
			await equip();
			await runChanged('offboarding-subuser.json', approved);
			expect(deletions()).toEqual([
				'/v3/api_keys/{id}',
				'/v3/api_keys/{id}',
				'/v3/whitelabel/links/{id}',
				'/v3/whitelabel/domains/{id}',
				'/v3/subusers/{name}',
			]);
			expect(instance.emulator.state.subusers.get(subuser)).toBeUndefined();
		});

		it.each([
			['an API key can’t be deleted', 'DELETE /v3/api_keys/{id}'],
			['the link brandings can’t be read', 'GET /v3/whitelabel/links'],
		])('doesn’t delete the subuser if %s, and notifies the team', async (_, match) => {
			await equip();
			instance.emulator.fail({ match, kind: 'status', status: 403 });
			const { messages } = await runChanged('offboarding-subuser.json', approved);
			expect(messages).toEqual([expect.stringContaining(subuser)]);
			expect(deletions()).not.toContain('/v3/subusers/{name}');
		});

		it('deletes nothing if another username was entered', async () => {
			await equip();
			const answer = { Decision: 'Delete it permanently', Username: 'birchwood-bakery' };
			await runChanged('offboarding-subuser.json', answering(answer));
			expect(deletions()).toEqual([]);
		});

		it('deletes nothing if the subuser was enabled in the meantime', async () => {
			const stored = instance.emulator.state.subusers.get(subuser);
			if (!stored) throw new Error('The emulator has no such subuser.');
			const { id, username, email } = stored;
			const body = [{ id, username, email, disabled: false, region: 'global' }];
			instance.emulator.fail({ match: 'GET /v3/subusers', kind: 'status', status: 200, body });
			const { execution } = await runChanged('offboarding-subuser.json', approved);
			expect(execution.resultData.runData['Ask Before Deleting']).toBeUndefined();
			expect(deletions()).toEqual([]);
		});
	});

	describe('customer-ready-to-send.json', () => {
		it('notifies the team if DNS records are missing after 20 checks', async () => {
			const { execution, messages } = await runChanged(
				'customer-ready-to-send.json',
				({ pinData }) => {
					Object.assign(first(pinData['Validate Domain']), {
						valid: false,
						dns_records: [{ host: 'em1234.maplecroft-ceramics.example', valid: false }],
					});
				},
			);
			expect(execution.resultData.runData['Validate Domain']).toHaveLength(20);
			expect(messages).toEqual([expect.stringContaining('em1234.maplecroft-ceramics.example')]);
			expect(sentChanges().filter((change) => change.includes('api_keys'))).toEqual([]);
		});

		it('replaces a key whose link couldn’t be created', async () => {
			const names = () =>
				[...instance.emulator.state.keys.values()]
					.filter(({ owner }) => owner.username === 'maplecroft-ceramics')
					.map(({ name }) => name);
			const { messages, runAgain } = await runChanged('customer-ready-to-send.json', (workflow) => {
				delete workflow.pinData['Create One-Time Link'];
				const node = workflow.nodes.find(({ name }) => name === 'Create One-Time Link');
				// Nothing listens on this port.
				Object.assign(node?.parameters ?? {}, { url: 'http://127.0.0.1:9/' });
				Object.assign(node?.parameters ?? {}, { authentication: 'none' });
			});
			expect(messages).toEqual([expect.stringContaining('Maplecroft Ceramics')]);
			expect(messages.join()).not.toMatch(/SG\./);
			expect(names()).toEqual(['Production, not delivered']);

			await runAgain(({ pinData }) => {
				pinData['Create One-Time Link'] = [{ json: { secret_key: 'example' } }];
			});
			expect(names()).toEqual(['Production']);
			expect(sentChanges().filter((change) => change.startsWith('POST api_keys'))).toHaveLength(2);
		});
	});

	// Runs before other tests create credentials: if a type has only one, n8n 2 chooses it.
	describe('in the editor', () => {
		let browser: Browser;
		let tab: Page;

		beforeAll(async () => {
			browser = await openBrowser();
			tab = await openTab(browser, instance);
		});

		afterAll(async () => await browser?.close());

		const folder = join(root, 'examples');

		it.each(files)(
			'%s, imported from its file, lacks only credentials, and shows its notes whole',
			async (file) => {
				const workflow = readExample(file);
				const path = join(folder, file);
				const canvas = await importFile(tab, path, workflow.nodes.length);
				const { withWarning, words, cutNotes } = canvas;

				expect(cutNotes).toEqual([]);
				expect(withWarning).toEqual(withoutCredential(line, types, workflow));
				if (line !== currentLine) return;
				if (process.env.UPDATE_PICTURES) {
					const pictures = await picturesOf(tab, canvas);
					const light = await smallPng(browser, pictures.light);
					const dark = await smallPng(browser, pictures.dark);
					savePictures(file, { light, dark }, words);
				}
				// If this fails, the pictures in examples/pictures are outdated.
				expect(words).toEqual(savedWords(file));
			},
		);

		it('a missing parameter causes a warning', async () => {
			const faulty = readExample('crm-deal-won.json');
			const expected = withoutCredential(line, types, faulty);
			const ours = faulty.nodes.find(({ type }) => type === nodeType);
			Object.assign(ours?.parameters ?? {}, { account: { __rl: true, mode: 'id', value: '' } });
			const path = join(mkdtempSync(join(tmpdir(), 'faulty-')), 'faulty.json');
			writeFileSync(path, JSON.stringify(faulty));
			const { withWarning } = await importFile(tab, path, faulty.nodes.length);
			rmSync(dirname(path), { recursive: true });

			expect(withWarning).toEqual([...expected, ours?.name].sort());
		});
	});

	describe('monthly-review.json, with a real email and a real answer,', () => {
		let mailbox: Mailbox;

		beforeAll(async () => {
			mailbox = await startMailbox();
		});

		afterAll(async () => await mailbox?.close());

		/** Answers the email, and returns it with the execution. */
		async function review(
			answer: string,
			meanwhile = () => {},
		): Promise<{ mail: string; execution: Execution }> {
			const { api, credential } = instance;
			const smtp = {
				name: 'Mailbox',
				type: 'smtp',
				data: { host: '127.0.0.1', port: mailbox.port, secure: false, disableStartTls: true },
			};
			const id = await api.saveCredential(smtp);
			const workflow = withCredential(readExample('monthly-review.json'), credential.id);
			for (const node of workflow.nodes.filter(({ type }) => type.endsWith('.emailSend'))) {
				node.credentials = { smtp: { id, name: smtp.name } };
				delete workflow.pinData[node.name];
			}
			const saved = await api.replaceWorkflow(workflow);
			const running = api.runManually(saved, 'First of the Month');
			const mail = await mailbox.next();
			meanwhile();
			expect(sentChanges()).toEqual([]);
			expect(await answerForm(mail, [answer])).toContain('Leave everything as it is');
			return { mail, execution: await running };
		}

		it('makes the changes that the email lists', async () => {
			const { mail, execution } = await review('Make these changes');

			expect(mail).toContain(
				`Eldergate Couriers (${eldergate}): would be: added demo.x.ip.v1; removed demo.x.marketing-campaigns.v1`,
			);
			expect(mail).toContain('demo.x.ip.v1 1 → 2');
			expect(execution.status).toBe('success');
			expect(await instance.sendGrid.offerings(eldergate)).toEqual([
				{ name: 'demo.ei.pro-100k.v1', type: 'package', quantity: 1 },
				{ ...ips, quantity: 1 },
			]);
		});

		it('changes nothing if the answer is no', async () => {
			const { execution } = await review('Leave everything as it is');
			expect(execution.status).toBe('success');
			expect(sentChanges()).toEqual([]);
		});

		it('doesn’t change an account that has changed since the email, and reports it', async () => {
			await review('Make these changes', () => {
				instance.emulator.state.accounts.get(eldergate)?.offerings.push({ ...ips, quantity: 5 });
			});
			expect(sentChanges()).toEqual([`PUT offerings of ${flintmarsh}`]);
			expect(await mailbox.next()).toContain(`account ${eldergate} needs a look`);
		});
	});

	describe('ai-agent.json', () => testAgent(() => instance));

	describe('executed manually as imported,', () => testManualRuns(() => instance));

	describe('with API keys that are really delivered,', () => testApiKeys(() => instance));

	it('are checked for types, versions, fields, and values that n8n doesn’t have', () => {
		const issuesWith = (change: (node: Imported['nodes'][number]) => void): string[] => {
			const workflow = readExample('crm-deal-won.json');
			const ours = workflow.nodes.find(({ type }) => type === nodeType);
			if (ours) change(ours);
			return issuesOf(line, types, workflow);
		};
		expect(issuesWith((node) => (node.type = 'n8n-nodes-none.none'))).toEqual([
			expect.stringContaining('no type n8n-nodes-none.none'),
		]);
		expect(issuesWith((node) => (node.typeVersion = 99))).toEqual([
			expect.stringContaining('in version 99'),
		]);
		expect(issuesWith(({ parameters }) => (parameters.colour = 'red'))).toEqual([
			expect.stringContaining('the form has no field "colour"'),
		]);
		const none = { __rl: true, mode: 'id', value: '' };
		expect(issuesWith(({ parameters }) => (parameters.account = none))).toEqual([
			expect.stringContaining('Account'),
		]);
	});

	it('are all run by a test', () => {
		// exampleAgent.ts runs the agent's, and trigger.test.ts those that start with our trigger.
		const triggerTests = readFileSync(join(__dirname, 'trigger.test.ts'), 'utf8');
		const run = [...examples.map(({ file }) => file), 'ai-agent.json'];
		const others = files.filter((file) => !run.includes(file));
		expect(others.filter((file) => !triggerTests.includes(`'${file}'`))).toEqual([]);
		expect(others.filter((file) => !startsWithOurs(file))).toEqual([]);
	});
});

function startsWithOurs(file: string): boolean {
	return readExample(file).nodes.some(({ type }) => type === `${nodeType}Trigger`);
}

function first(pinned: Array<{ json: Json }> | undefined): Json {
	if (!pinned?.[0]) throw new Error('The node has no pinned data.');
	return pinned[0].json;
}

function record(value: unknown): Json {
	return value as Json;
}

function propertiesOf(pinned: Array<{ json: Json }> | undefined): Json {
	return record(first(pinned).properties);
}
