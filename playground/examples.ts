import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Credits, Offering, SendGrid } from './emulator';
import type { Execution, Json, N8nApi, Saved, Workflow } from './n8nApi';
import { root } from './paths';

export const credentialType = 'sendGridProvisioningApi';
export const credentialName = 'SendGrid Provisioning API';

/**
 * An account's ID says little to a reader, so its name is added. A sender is a subuser whose domains and
 * API keys matter, too.
 */
export type Customer = { account: string; name: string } | { subuser: string } | { sender: string };

/** One run of an example workflow, and its expected result. */
export interface Run {
	title: string;
	/** Credits that each subuser in `expectedStates` uses up first. */
	creditsSpentBefore?: number;
	/** Offerings, credits, domains, and API keys of customers after the run, as text. */
	expectedStates: Array<{ customer: Customer; state: string }>;
}

export interface Example {
	file: string;
	/** The node that it starts from, with the event as pinned data. */
	trigger: string;
	/** Answers of people by node, in place of the pinned answers, which decline. */
	answers?: Record<string, Json>;
	runs: Run[];
}

export interface Change {
	title: string;
	customer: string;
	before: string;
	after: string;
	expected: string;
}

export interface RunResult {
	execution: Execution;
	changes: Change[];
}

export interface Imported extends Workflow {
	pinData: Record<string, Array<{ json: Json }>>;
}

/** The files of all examples. */
export function exampleFiles(): string[] {
	return readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.json'));
}

export function readExample(file: string): Imported {
	return JSON.parse(readFileSync(join(root, 'examples', file), 'utf8')) as Imported;
}

/** Imports an example with the credential chosen, and publishes it if it has a webhook. */
export async function importExample(
	n8n: N8nApi,
	example: Example,
	credentialId: string,
): Promise<Saved<Workflow>> {
	const workflow = withCredential(readExample(example.file), credentialId);
	for (const [node, json] of Object.entries(example.answers ?? {})) {
		workflow.pinData[node] = [{ json }];
	}
	const saved = await n8n.replaceWorkflow(workflow);
	if (webhookPath(workflow, example.trigger)) await n8n.activate(saved);
	return saved;
}

/**
 * Chooses the credential in each of our nodes, and lets n8n keep the executions, so that they can be
 * read after they have ended.
 */
export function withCredential(workflow: Imported, credentialId: string): Imported {
	workflow.settings = {
		...workflow.settings,
		saveDataErrorExecution: 'all',
		saveDataSuccessExecution: 'all',
		saveManualExecutions: true,
	};
	for (const node of workflow.nodes) {
		const chosen = node.credentials?.[credentialType];
		if (chosen) chosen.id = credentialId;
	}
	return workflow;
}

/** Runs an example once in n8n, and reads the customers before and after. */
export async function runExample(
	n8n: N8nApi,
	sendGrid: SendGrid,
	{ workflow, trigger, run }: { workflow: Saved<Workflow>; trigger: string; run: Run },
): Promise<RunResult> {
	for (const { customer } of run.expectedStates) {
		if (run.creditsSpentBefore && 'subuser' in customer) {
			await sendGrid.spend(customer.subuser, run.creditsSpentBefore);
		}
	}
	const readStates = async () =>
		await Promise.all(
			run.expectedStates.map(async ({ customer }) => await stateOf(sendGrid, customer)),
		);
	const before = await readStates();
	const execution = await execute(n8n, workflow, trigger);
	const after = await readStates();
	const changes = run.expectedStates.map(({ customer, state }, index) => ({
		title: run.title,
		customer: nameOf(customer),
		before: before[index] ?? '',
		after: after[index] ?? '',
		expected: state,
	}));
	return { execution, changes };
}

async function execute(
	n8n: N8nApi,
	workflow: Saved<Workflow>,
	trigger: string,
): Promise<Execution> {
	const path = webhookPath(workflow, trigger);
	if (!path) return await n8n.runManually(workflow, trigger);
	const payload = workflow.pinData?.[trigger]?.[0]?.json.body;
	return (await n8n.postToWebhook(workflow, path, payload)).execution;
}

function webhookPath(workflow: Workflow, trigger: string): string | undefined {
	const node = workflow.nodes.find(({ name }) => name === trigger);
	return node?.type === 'n8n-nodes-base.webhook' ? String(node.parameters.path) : undefined;
}

function nameOf(customer: Customer): string {
	if ('account' in customer) return `account of ${customer.name}`;
	return `subuser ${'sender' in customer ? customer.sender : customer.subuser}`;
}

async function stateOf(sendGrid: SendGrid, customer: Customer): Promise<string> {
	if ('subuser' in customer) return describeCredits(await sendGrid.credits(customer.subuser));
	if ('sender' in customer) return await describeSender(sendGrid, customer.sender);
	const offerings = await sendGrid.offerings(customer.account);
	return offerings ? describeOfferings(offerings) : 'no such account';
}

/** A subuser's credits, domains, and API keys. The month in a key's name is shown as "(this month)". */
async function describeSender(sendGrid: SendGrid, subuser: string): Promise<string> {
	if (!(await sendGrid.hasSubuser(subuser))) return 'no such subuser';
	const keys = await sendGrid.apiKeys(subuser);
	return [
		describeCredits(await sendGrid.credits(subuser)),
		...(await sendGrid.domains(subuser)).map((domain) => `domain ${domain}`),
		...keys.map((name) => `API key ${name.replace(/\d{4}-\d{2}/, '(this month)')}`),
	].join('; ');
}

export function describeOfferings(offerings: Offering[]): string {
	const packagesFirst = [...offerings].sort((a, b) => b.type.localeCompare(a.type));
	return packagesFirst
		.map(({ name, type, quantity }) => (type === 'package' ? name : `${quantity} × ${name}`))
		.join('; ');
}

export function describeCredits({ type, reset_frequency, remain, total }: Credits): string {
	const number = (value: number | null) => value?.toLocaleString('en-US') ?? '?';
	if (type === 'unlimited') return 'unlimited';
	if (type === 'nonrecurring') return `${number(remain)} left (nonrecurring)`;
	return `${number(remain)} of ${number(total)} left (${reset_frequency})`;
}
