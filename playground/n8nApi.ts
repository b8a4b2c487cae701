import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const EXECUTION_PATIENCE_MS = 120_000;
const NOT_YET_PATIENCE_MS = 30_000;

export interface Owner {
	email: string;
	password: string;
}

export interface CredentialTest {
	status: 'OK' | 'Error';
	message: string;
}

/** A workflow as n8n exports it. */
export interface Workflow {
	id?: string;
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	pinData?: Record<string, Array<{ json: Json }>>;
}

export interface WorkflowNode {
	name: string;
	type: string;
	parameters: Json;
	credentials?: Record<string, { id?: string | null; name: string }>;
	[other: string]: unknown;
}

export type Json = Record<string, unknown>;
export type Saved<T> = T & { id: string; versionId: string };

export interface Execution {
	id: string;
	status: string;
	resultData: {
		error?: { message: string; description?: string };
		runData: Record<string, NodeRun[] | undefined>;
	};
	/** As n8n stores it, for a search through all of it. */
	kept: string;
}

export type ExecutionSummary = Pick<Execution, 'id' | 'status'>;

interface NodeRun {
	error?: { message: string; description?: string };
	data?: { main: Array<Item[] | null> };
}

interface NodeType {
	name: string;
	displayName: string;
	version: unknown;
}

type CredentialType = Pick<NodeType, 'name' | 'displayName'>;

export interface Item {
	json: Json;
	pairedItem?: unknown;
}

/** What a node put out in its last run. */
export function outputOf(execution: Execution, nodeName: string, output = 0): Item[] {
	return execution.resultData.runData[nodeName]?.at(-1)?.data?.main[output] ?? [];
}

/** The part of the editor's own REST API that the playground drives. */
export class N8nApi {
	private readonly http: AxiosInstance;

	constructor(readonly url: string) {
		this.http = axios.create({
			baseURL: url,
			validateStatus: () => true,
			proxy: false,
			// n8n closes an idle connection after five seconds, now and then just as it is used again.
			httpAgent: new Agent({ keepAlive: false }),
		});
	}

	/** Creates the instance's owner at the first start, and logs in at every later one. */
	async logIn({ email, password }: Owner): Promise<void> {
		const settings = await this.call<{ userManagement: { showSetupOnFirstLoad?: boolean } }>(
			'get',
			'/rest/settings',
		);
		const response = settings.userManagement.showSetupOnFirstLoad
			? await this.http.post('/rest/owner/setup', {
					email,
					password,
					firstName: 'Playground',
					lastName: 'Owner',
				})
			: await this.http.post('/rest/login', { emailOrLdapLoginId: email, password });
		dataOf(response);
		const cookies = response.headers['set-cookie'] ?? [];
		this.http.defaults.headers.common.Cookie = cookies
			.map((cookie) => cookie.split(';')[0])
			.join('; ');
	}

	/** Creates the credential, or gives the one of that name the new data. */
	async saveCredential(credential: { name: string; type: string; data: Json }): Promise<string> {
		const all = await this.call<Array<{ id: string; name: string; type: string }>>(
			'get',
			'/rest/credentials',
		);
		const known = all.find(
			({ name, type }) => name === credential.name && type === credential.type,
		);
		const saved = known
			? await this.call<{ id: string }>('patch', `/rest/credentials/${known.id}`, credential)
			: await this.call<{ id: string }>('post', '/rest/credentials', credential);
		return saved.id;
	}

	async testCredential(credential: {
		id: string;
		name: string;
		type: string;
		data: Json;
	}): Promise<CredentialTest> {
		return await this.call<CredentialTest>('post', '/rest/credentials/test', {
			credentials: credential,
		});
	}

	/**
	 * Puts a workflow in the place of the one with its name. It gets a new ID, so that what n8n
	 * remembers for the old one (Remove Duplicates does) is gone with it.
	 */
	async replaceWorkflow(workflow: Workflow): Promise<Saved<Workflow>> {
		for (const { id, isArchived } of await this.workflowsNamed(workflow.name)) {
			// Older ones know no archive, and say nothing of it.
			if (isArchived === false) await this.call('post', `/rest/workflows/${id}/archive`, {});
			// n8n 2 takes a published workflow down a moment after it has answered.
			const deleted = await this.patiently(
				async () => await this.http.delete<{ data: unknown }>(`/rest/workflows/${id}`),
				({ status }) => status === 409,
			);
			dataOf(deleted);
		}
		return await this.call<Saved<Workflow>>('post', '/rest/workflows', {
			settings: {},
			active: false,
			...workflow,
		});
	}

	async workflowsNamed(wanted: string): Promise<Array<{ id: string; isArchived?: boolean }>> {
		const filter = JSON.stringify({ name: wanted });
		const found = await this.call<Array<{ id: string; name: string; isArchived?: boolean }>>(
			'get',
			`/rest/workflows?filter=${encodeURIComponent(filter)}`,
		);
		return found.filter(({ name }) => name === wanted);
	}

	/** Saves a changed workflow. It keeps its ID, and so what n8n remembers for it. */
	async updateWorkflow({ id, ...changes }: Saved<Workflow>): Promise<Saved<Workflow>> {
		const { name, nodes, connections, versionId } = changes;
		const changed = { name, nodes, connections, versionId };
		return await this.call<Saved<Workflow>>('patch', `/rest/workflows/${id}`, changed);
	}

	async workflow(id: string): Promise<Saved<Workflow>> {
		return await this.call<Saved<Workflow>>('get', `/rest/workflows/${id}`);
	}

	async activate({ id, versionId }: Saved<Workflow>): Promise<void> {
		await this.setActive(true, id, { versionId });
	}

	async deactivate({ id }: Saved<Workflow>): Promise<void> {
		await this.setActive(false, id, {});
	}

	private async setActive(active: boolean, id: string, body: Json): Promise<void> {
		const action = active ? 'activate' : 'deactivate';
		const answer = await this.http.post<{ data: unknown }>(`/rest/workflows/${id}/${action}`, body);
		if (answer.status !== 404) dataOf(answer);
		// Older ones take it for a change of the workflow.
		else await this.call('patch', `/rest/workflows/${id}`, { ...body, active });
	}

	/** Runs a workflow from one of its triggers, as the editor's button does. */
	async runManually(workflow: Saved<Workflow>, trigger: string): Promise<Execution> {
		return await this.finished(await this.beginManually(workflow, trigger));
	}

	/** The same, without waiting for its end; gives the execution's ID. */
	async beginManually(workflow: Saved<Workflow>, trigger: string): Promise<string> {
		const { executionId } = await this.call<{ executionId: string }>(
			'post',
			`/rest/workflows/${workflow.id}/run`,
			// The older line wants the workflow itself; the newer one reads the saved one.
			{ workflowData: workflow, triggerToStartFrom: { name: trigger } },
		);
		return executionId;
	}

	/** What the button "Stop" of a running execution does. */
	async stop(executionId: string): Promise<void> {
		await this.call('post', `/rest/executions/${executionId}/stop`, {});
	}

	/** Sends a payload to an active workflow's webhook; answers with the execution it started. */
	async postToWebhook(
		workflow: Saved<Workflow>,
		path: string,
		body: unknown,
	): Promise<{ execution: Execution; response: AxiosResponse<unknown> }> {
		const before = await this.latestExecutionId(workflow.id);
		const response = await this.send(path, body);
		// On a busy machine n8n lists an execution a moment after its answer.
		const until = Date.now() + NOT_YET_PATIENCE_MS;
		for (;;) {
			const latest = await this.latestExecutionId(workflow.id);
			if (latest > before) return { execution: await this.finished(String(latest)), response };
			if (Date.now() > until) break;
			await sleep(200);
		}
		throw new Error(
			`The webhook ${path} started no execution; it answered ${response.status}: ` +
				JSON.stringify(response.data),
		);
	}

	/** Sends a payload to an active workflow's webhook and waits for its answer, whatever it is. */
	async send(path: string, body: unknown): Promise<AxiosResponse<unknown>> {
		// n8n 2 registers a webhook a moment after it has answered to the activation.
		return await this.patiently(
			async () => await this.http.post<unknown>(`/webhook/${path}`, body),
			({ status, data }) => status === 404 && /not registered/.test(JSON.stringify(data)),
		);
	}

	/** Sends again while the answer says "not yet". */
	private async patiently<T>(
		send: () => Promise<AxiosResponse<T>>,
		notYet: (response: AxiosResponse<T>) => boolean,
	): Promise<AxiosResponse<T>> {
		const until = Date.now() + NOT_YET_PATIENCE_MS;
		for (;;) {
			const response = await send();
			if (!notYet(response) || Date.now() > until) return response;
			await sleep(200);
		}
	}

	/** All executions of a workflow, in the order they began. */
	async executions(workflowId: string): Promise<ExecutionSummary[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const all: ExecutionSummary[] = [];
		for (;;) {
			const from = all[0] ? `&lastId=${all[0].id}` : '';
			const { results } = await this.call<{ results: ExecutionSummary[] }>(
				'get',
				`/rest/executions?filter=${filter}&limit=100${from}`,
			);
			if (results.length === 0) return all;
			all.unshift(...results.sort((a, b) => Number(a.id) - Number(b.id)));
		}
	}

	/** An execution, when it has ended. */
	async execution(id: string): Promise<Execution> {
		return await this.finished(id);
	}

	/** What n8n keeps of an execution at this moment, as text to search through. */
	async keptOf(executionId: string): Promise<string> {
		return (await this.call<{ data: string }>('get', `/rest/executions/${executionId}`)).data;
	}

	/** What the button "Retry" of an execution does. */
	async retry(executionId: string): Promise<AxiosResponse<unknown>> {
		return await this.http.post(`/rest/executions/${executionId}/retry`, { loadWorkflow: false });
	}

	/** What fills a menu, or a list to pick from, in a node's form. */
	async dynamicParameter<T>(
		kind: 'options' | 'resource-locator-results',
		request: Json,
	): Promise<T> {
		return await this.call<T>('post', `/rest/dynamic-node-parameters/${kind}`, request);
	}

	async nodeTypes(): Promise<NodeType[]> {
		return (await this.http.get<NodeType[]>('/types/nodes.json')).data;
	}

	async credentialTypes(): Promise<CredentialType[]> {
		return (await this.http.get<CredentialType[]>('/types/credentials.json')).data;
	}

	private async latestExecutionId(workflowId: string): Promise<number> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const page = await this.call<{ results: Array<{ id: string }> }>(
			'get',
			`/rest/executions?filter=${filter}&limit=1`,
		);
		return Number(page.results[0]?.id ?? 0);
	}

	private async finished(id: string): Promise<Execution> {
		// An ES module, which a CommonJS file can only import like this.
		const { parse } = await import('flatted');
		const until = Date.now() + EXECUTION_PATIENCE_MS;
		while (Date.now() < until) {
			// n8n 2.20 fails to give one of which it has not written the data.
			const answer = await this.patiently(
				async () =>
					await this.http.get<{ data: { status: string; data: string } }>(`/rest/executions/${id}`),
				(response) => response.status === 500,
			);
			const { status, data } = dataOf(answer);
			// The older line writes the status first and the data a moment later.
			const result = parse(data) as Pick<Execution, 'resultData'> | undefined;
			if (result && ['success', 'error', 'crashed', 'canceled'].includes(status)) {
				return { id, status, resultData: result.resultData, kept: data };
			}
			await sleep(200);
		}
		throw new Error(`Execution ${id} did not end within ${EXECUTION_PATIENCE_MS / 1000} seconds.`);
	}

	private async call<T>(
		method: 'get' | 'post' | 'patch' | 'delete',
		path: string,
		body?: unknown,
	): Promise<T> {
		return dataOf(await this.http.request<{ data: T }>({ method, url: path, data: body }));
	}
}

function dataOf<T>(response: AxiosResponse<{ data: T }>): T {
	if (response.status < 300) return response.data.data;
	const { method, url } = response.config;
	const text = JSON.stringify(response.data).slice(0, 500);
	throw new Error(`n8n answered ${response.status} to ${method?.toUpperCase()} ${url}: ${text}`);
}
