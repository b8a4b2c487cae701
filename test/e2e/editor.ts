/// <reference lib="dom" />
import {
	chromium,
	selectors,
	type Browser,
	type BrowserContext,
	type BrowserContextOptions,
	type Page,
} from 'playwright-core';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { state, type N8nLine } from '../../playground/paths';
import type { Json, Workflow, WorkflowNode } from '../../playground/n8nApi';
import { CredentialDialog } from './credentialDialog';
import { startInstance, type Customers, type Instance } from './instance';
import { NodeForm } from './nodeForm';
import { nodeType } from './workflows';

const screenshots = join(state, 'screenshots');
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const TIMEOUT_MS = 60_000;
const CREDENTIALS = '/home/credentials';
/** How long n8n may take to leave a workflow. */
const LEAVE_MS = 15_000;

export const nodeName = 'SendGrid Provisioning';
const NODE_ID = 'under-test';
const TRIGGER = 'When clicking ‘Execute workflow’';

// The attribute that n8n's editor uses.
selectors.setTestIdAttribute('data-test-id');

/** Starts a headless Chromium, which connects to n8n directly and to other hosts through the proxy. */
export async function openBrowser(proxy?: string): Promise<Browser> {
	if (!existsSync(executablePath)) {
		throw new Error(
			`There is no Chromium at ${executablePath}. Install it (apt-get install chromium), or set ` +
				'CHROMIUM_PATH to another one.',
		);
	}
	return await chromium.launch({
		executablePath,
		...(proxy && { proxy: { server: proxy, bypass: '127.0.0.1' } }),
		args: [
			'--headless',
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
}

/** Opens a window with a timeout for busy machines. */
export async function openWindow(
	browser: Browser,
	options: BrowserContextOptions,
): Promise<BrowserContext> {
	const context = await browser.newContext({
		locale: 'en-US',
		reducedMotion: 'reduce',
		...options,
	});
	await context.addInitScript(stopAnimations);
	context.setDefaultTimeout(TIMEOUT_MS);
	return context;
}

/** Runs in the page, where drawing animations takes as long as the rest. */
function stopAnimations(): void {
	document.addEventListener('DOMContentLoaded', () => {
		const style = document.createElement('style');
		style.textContent =
			'*, ::before, ::after { animation: none !important; transition: none !important; }';
		document.head.append(style);
	});
}

/**
 * Opens a page of n8n. From a workflow, it goes there through the list of credentials, as a user does:
 * loading the editor's code again takes several seconds.
 */
async function goTo(page: Page, path: string): Promise<void> {
	if (!isWorkflow(page)) {
		await page.goto(path);
		return;
	}
	await openCredentials(page);
	await switchTo(page, path);
}

/** Opens a new workflow. */
export async function openNewWorkflow(page: Page): Promise<void> {
	if (!isWorkflow(page)) {
		await page.goto('/workflow/new');
		return;
	}
	await openCredentials(page);
	await page.getByTestId('add-resource').click();
	await page.getByTestId('action-workflow').click();
}

/** Opens the list of credentials, and leaves a workflow without saving it. */
async function openCredentials(page: Page): Promise<void> {
	// Otherwise, n8n 1 opens the form of a node with the same name again.
	const close = page.getByTestId('back-to-canvas');
	if (await close.isVisible()) await close.click();
	await switchTo(page, CREDENTIALS);
	const list = page.getByTestId('resources-list-wrapper');
	const leave = page.getByRole('button', { name: 'Leave without saving' });
	try {
		await list.or(leave).first().waitFor({ timeout: LEAVE_MS });
		if (await leave.isVisible()) await leave.click();
		await list.waitFor({ timeout: LEAVE_MS });
	} catch {
		// Now and then, n8n stays in the workflow.
		await page.goto(CREDENTIALS);
		await list.waitFor();
	}
}

function isWorkflow(page: Page): boolean {
	return new URL(page.url()).pathname.startsWith('/workflow/');
}

/** Does what the browser's Forward button does. */
async function switchTo(page: Page, path: string): Promise<void> {
	await page.evaluate((current) => {
		// What n8n's router keeps there.
		const { position, ...rest } = history.state as { position: number };
		const state = { ...rest, current, position: position + 1 };
		history.pushState(state, '', current);
		window.dispatchEvent(new PopStateEvent('popstate', { state }));
	}, path);
}

/** Our node in a workflow that is opened in the editor. */
interface OpenedNode {
	parameters: Json;
	/** Default: the valid credential. */
	credential?: { id: string; name: string } | undefined;
}

/** n8n's editor in one browser tab, logged in as the owner. */
export class Editor {
	private constructor(
		readonly instance: Instance,
		readonly browser: Browser,
		private readonly context: BrowserContext,
		readonly page: Page,
	) {}

	static async start(
		line: N8nLine,
		customers: Customers = {},
		screen: Pick<BrowserContextOptions, 'viewport' | 'deviceScaleFactor'> = {},
	): Promise<Editor> {
		const browser = await openBrowser();
		try {
			const instance = await startInstance(line, customers);
			const { n8n, owner } = instance;
			const context = await openWindow(browser, {
				baseURL: n8n.url,
				viewport: { width: 1400, height: 1000 },
				...screen,
				timezoneId: 'UTC',
				colorScheme: 'light',
			});
			await context.request.post('/rest/login', {
				data: { emailOrLdapLoginId: owner.email, password: owner.password },
			});
			return new Editor(instance, browser, context, await context.newPage());
		} catch (error) {
			await browser.close();
			throw error;
		}
	}

	/** Opens a workflow with a manual trigger, followed by our node if given. */
	async openCanvas(node?: OpenedNode): Promise<void> {
		await this.goTo(`/workflow/${await this.save(node)}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
		await this.waitUntilLoaded();
	}

	/** Opens a workflow without nodes. */
	async openEmptyCanvas(): Promise<void> {
		const { api } = this.instance;
		const saved = await api.replaceWorkflow({ name: 'Empty', nodes: [], connections: {} });
		await this.goTo(`/workflow/${saved.id}`);
		await this.page.getByTestId('canvas-plus-button').waitFor();
		await this.waitUntilLoaded();
	}

	/** Opens our node's form. */
	async openNode(node: OpenedNode): Promise<NodeForm> {
		await this.openForm(await this.save(node), nodeName);
		await this.page.getByTestId('parameter-input-operation').waitFor();
		return this.form();
	}

	/** Opens the form of a node after ours, and so the list of fields that it can map. */
	async openNextNode(parameters: Json): Promise<void> {
		const { api } = this.instance;
		const workflow = this.workflowWith({ parameters });
		const next = { name: 'Next', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [440, 0] };
		const saved = await api.replaceWorkflow({
			...workflow,
			nodes: [...workflow.nodes, { ...next, id: 'next', parameters: {} }],
			connections: {
				...workflow.connections,
				[nodeName]: { main: [[{ node: 'Next', type: 'main', index: 0 }]] },
			},
		});
		await this.openForm(saved.id, 'Next');
	}

	/** Opens the form of our trigger. */
	async openTrigger(parameters: Json): Promise<NodeForm> {
		const { api, credential } = this.instance;
		const trigger = `${nodeName} Trigger`;
		const saved = await api.replaceWorkflow({
			name: 'In the editor',
			nodes: [
				{
					id: NODE_ID,
					name: trigger,
					type: `${nodeType}Trigger`,
					typeVersion: 1,
					position: [0, 0],
					parameters,
					credentials: { [credential.type]: { id: credential.id, name: credential.name } },
				},
			],
			connections: {},
		});
		await this.openForm(saved.id, trigger);
		await this.page.getByTestId('parameter-input-event').waitFor();
		return this.form();
	}

	private async openForm(workflow: string, node: string): Promise<void> {
		await this.goTo(`/workflow/${workflow}`);
		const box = this.page.locator(`[data-test-id="canvas-node"][data-node-name="${node}"]`);
		await box.waitFor();
		await this.waitUntilLoaded();
		await box.dblclick();
		// Away from the lists that the form will open: the entry under the pointer would be selected.
		await this.page.mouse.move(0, 0);
	}

	/** The form that is open. */
	form(): NodeForm {
		return new NodeForm(this.page);
	}

	async goTo(path: string): Promise<void> {
		await goTo(this.page, path);
	}

	/** Waits until the editor has loaded the workflow, which would close an open menu. */
	private async waitUntilLoaded(): Promise<void> {
		await this.page.waitForLoadState('networkidle');
	}

	private async save(node?: OpenedNode): Promise<string> {
		return (await this.instance.api.replaceWorkflow(this.workflowWith(node))).id;
	}

	private workflowWith(node?: OpenedNode): Workflow {
		const { credential } = this.instance;
		const { id, name } = node?.credential ?? credential;
		const trigger: WorkflowNode = {
			id: 'trigger',
			name: TRIGGER,
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		};
		const ours = node && {
			id: NODE_ID,
			name: nodeName,
			type: nodeType,
			typeVersion: 1,
			position: [220, 0],
			parameters: node.parameters,
			credentials: { [credential.type]: { id, name } },
		};
		return {
			name: 'In the editor',
			nodes: ours ? [trigger, ours] : [trigger],
			connections: ours
				? { [TRIGGER]: { main: [[{ node: nodeName, type: 'main', index: 0 }]] } }
				: {},
		};
	}

	/** Saves a copy of the valid credential with some other data. */
	async credentialWith(name: string, data: Json): Promise<{ id: string; name: string }> {
		const { api, credential } = this.instance;
		const id = await api.saveCredential({
			...credential,
			name,
			data: { ...credential.data, ...data },
		});
		return { id, name };
	}

	async openCredential({ id }: { id: string }): Promise<CredentialDialog> {
		await this.page.goto(`${CREDENTIALS}/${id}`);
		const dialog = new CredentialDialog(this.page);
		await dialog.waitUntilOpen();
		return dialog;
	}

	/** Saves a screenshot for people; the README's pictures come from `pictures.ts`. */
	async screenshot(name: string): Promise<void> {
		mkdirSync(screenshots, { recursive: true });
		// Menus and lists fade in and out.
		await this.page.waitForTimeout(400);
		await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
	}

	async close(): Promise<void> {
		await this.context.close();
		await this.browser.close();
		await this.instance.stop();
	}
}
