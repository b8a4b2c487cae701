import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const EXECUTION_TIMEOUT_MS = 120_000;
const RETRY_TIMEOUT_MS = 30_000;

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
	/** The execution as n8n stores it, as text to search. */
	storedData: string;
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

/** The items of a node's output in its last run. */
export function outputOf(execution: Execution, nodeName: string, output = 0): Item[] {
	return execution.resultData.runData[nodeName]?.at(-1)?.data?.main[output] ?? [];
}

/** The part of n8n's internal REST API that the playground, the bench, and the e2e tests use. */
export class N8nApi {
	private readonly http: AxiosInstance;

	constructor(readonly url: string) {
		this.http = axios.create({
			baseURL: url,
			validateStatus: () => true,
			proxy: false,
			// n8n closes connections that were idle for five seconds, sometimes just when a request is sent.
			httpAgent: new Agent({ keepAlive: false }),
		});
	}

	/** Creates n8n's owner at the first start, and logs in at later ones. */
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

	/** Creates a credential, or updates the one with the same name and type. */
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
	 * Replaces the workflow of the same name. The new one has another ID, so n8n no longer uses what it
	 * stored for the old one, such as the keys of Run Once per Key.
	 */
	async replaceWorkflow(workflow: Workflow): Promise<Saved<Workflow>> {
		for (const { id, isArchived } of await this.workflowsNamed(workflow.name)) {
			// Older versions of n8n have no archive, and no such field.
			if (isArchived === false) await this.call('post', `/rest/workflows/${id}/archive`, {});
			// n8n 2 unpublishes a workflow a moment after its response.
			const deleted = await this.retryWhile(
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
		const { name, nodes, connections, pinData, versionId } = changes;
		const changed = { name, nodes, connections, pinData, versionId };
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
		// Older versions of n8n change a field of the workflow instead.
		else await this.call('patch', `/rest/workflows/${id}`, { ...body, active });
	}

	/** Runs a workflow from one of its triggers, as the editor's button does, and waits for its end. */
	async runManually(workflow: Saved<Workflow>, trigger: string): Promise<Execution> {
		return await this.finished(await this.startManually(workflow, trigger));
	}

	/** Starts a workflow like `runManually`, and returns the execution's ID without waiting. */
	async startManually(workflow: Saved<Workflow>, trigger: string): Promise<string> {
		const { executionId } = await this.call<{ executionId: string }>(
			'post',
			`/rest/workflows/${workflow.id}/run`,
			// n8n 1 requires the workflow; n8n 2 reads the saved one.
			{ workflowData: workflow, triggerToStartFrom: { name: trigger } },
		);
		return executionId;
	}

	/** Stops a running execution, as the button "Stop" does. */
	async stop(executionId: string): Promise<void> {
		await this.call('post', `/rest/executions/${executionId}/stop`, {});
	}

	/** Sends a payload to a published workflow's webhook, and returns the ended execution. */
	async postToWebhook(
		workflow: Saved<Workflow>,
		path: string,
		body: unknown,
	): Promise<{ execution: Execution; response: AxiosResponse<unknown> }> {
		const before = await this.latestExecutionId(workflow.id);
		const response = await this.send(path, body);
		// On a busy machine, n8n lists an execution a moment after the webhook's response.
		const until = Date.now() + RETRY_TIMEOUT_MS;
		for (;;) {
			const latest = await this.latestExecutionId(workflow.id);
			if (latest > before) return { execution: await this.finished(String(latest)), response };
			if (Date.now() > until) break;
			await sleep(200);
		}
		throw new Error(
			`The webhook ${path} didn't start an execution. It answered ${response.status}: ` +
				JSON.stringify(response.data),
		);
	}

	/**
	 * Sends a payload to a published workflow's webhook, and returns its response. `timeout` is in ms,
	 * 0 for none. @throws AxiosError
	 */
	async send(path: string, body: unknown, timeout = 0): Promise<AxiosResponse<unknown>> {
		// n8n 2 registers a webhook a moment after it has confirmed that the workflow is published.
		return await this.retryWhile(
			async () => await this.http.post<unknown>(`/webhook/${path}`, body, { timeout }),
			({ status, data }) => status === 404 && /not registered/.test(JSON.stringify(data)),
		);
	}

	/** Repeats a request while `isTooEarly`, at most for `RETRY_TIMEOUT_MS`. */
	private async retryWhile<T>(
		send: () => Promise<AxiosResponse<T>>,
		isTooEarly: (response: AxiosResponse<T>) => boolean,
	): Promise<AxiosResponse<T>> {
		const until = Date.now() + RETRY_TIMEOUT_MS;
		for (;;) {
			const response = await send();
			if (!isTooEarly(response) || Date.now() > until) return response;
			await sleep(200);
		}
	}

	/** All executions of a workflow, oldest first. */
	async executions(workflowId: string): Promise<ExecutionSummary[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const found = new Map<number, ExecutionSummary>();
		for (let from = ''; ;) {
			const { results } = await this.call<{ results: ExecutionSummary[] }>(
				'get',
				`/rest/executions?filter=${filter}&limit=100${from}`,
			);
			const known = found.size;
			for (const one of results) found.set(Number(one.id), one);
			const ids = results.map(({ id }) => Number(id)).sort((a, b) => a - b);
			if (found.size === known) break;
			// A page is ordered by start, which workers can do in another order: so pages overlap.
			from = `&lastId=${ids[Math.floor(ids.length / 2)]}`;
		}
		return [...found.values()].sort((a, b) => Number(a.id) - Number(b.id));
	}

	/** Waits until an execution has ended, and returns it. */
	async execution(id: string): Promise<Execution> {
		return await this.finished(id);
	}

	/** What n8n has stored of an execution so far, as text to search. */
	async storedDataOf(executionId: string): Promise<string> {
		return (await this.call<{ data: string }>('get', `/rest/executions/${executionId}`)).data;
	}

	/** Retries an execution, as the button "Retry" does. */
	async retry(executionId: string): Promise<AxiosResponse<unknown>> {
		return await this.http.post(`/rest/executions/${executionId}/retry`, { loadWorkflow: false });
	}

	/** Loads the choices of a menu, or of a resource locator's list. */
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
		// An ES module, which CommonJS can only import dynamically.
		const { parse } = await import('flatted');
		const until = Date.now() + EXECUTION_TIMEOUT_MS;
		while (Date.now() < until) {
			// n8n 2.20 answers 500 before it has saved the execution's data.
			const answer = await this.retryWhile(
				async () =>
					await this.http.get<{ data: { status: string; data: string } }>(`/rest/executions/${id}`),
				(response) => response.status === 500,
			);
			const { status, data } = dataOf(answer);
			// n8n 1 saves the status a moment before the data.
			const result = parse(data) as Pick<Execution, 'resultData'> | undefined;
			if (result && ['success', 'error', 'crashed', 'canceled'].includes(status)) {
				return { id, status, resultData: result.resultData, storedData: data };
			}
			await sleep(200);
		}
		throw new Error(`Execution ${id} didn't end within ${EXECUTION_TIMEOUT_MS / 1000} seconds.`);
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
