import type { Browser } from 'playwright-core';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialType } from '../../playground/examples';
import { outputOf, type Saved, type Workflow } from '../../playground/n8nApi';
import { currentLine, olderLine, packageName, root } from '../../playground/paths';
import { CommunityNodesPage } from './communityNodesPage';
import { openBrowser } from './editor';
import { startOutside, type Outside } from './installOutside';
import {
	packedTarball,
	saveCredential,
	START_TIMEOUT_MS,
	startWithoutPackage,
	type InstanceWithoutPackage,
} from './instance';
import { nodeType } from './workflows';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
	version: string;
};
const HIGHER_VERSION = '77.0.0';
const ACTION = 'Update subuser credits';
const WEBHOOK_PATH = 'plan-changed';
const NODE = 'SendGrid';

/** These tests are one sequence: each continues where the previous one ended. */
describe.each([currentLine, olderLine])('Settings → Community nodes in n8n $version', (line) => {
	const folder = mkdtempSync(join(tmpdir(), 'e2e-install-'));
	let outside: Outside;
	let instance: InstanceWithoutPackage;
	let browser: Browser;
	let page: CommunityNodesPage;
	let workflow: Saved<Workflow>;

	beforeAll(async () => {
		outside = await startOutside(folder);
		await outside.publish(packedTarball());
		instance = await startWithoutPackage(line, outside);
		browser = await openBrowser(outside.proxyUrl);
		page = await CommunityNodesPage.open(browser, instance);
	}, START_TIMEOUT_MS);

	afterAll(async () => {
		await browser?.close();
		await instance?.stop();
		await outside?.close();
		rmSync(folder, { recursive: true, force: true });
	});

	const installedFolder = () =>
		join(instance.userFolder, '.n8n', 'nodes', 'node_modules', packageName);

	function installedVersion(): string {
		const manifest = readFileSync(join(installedFolder(), 'package.json'), 'utf8');
		return (JSON.parse(manifest) as { version: string }).version;
	}

	/** The description that n8n sends to the editor; undefined without the package. */
	async function nodeDescription(): Promise<string | undefined> {
		const found = (await instance.api.nodeTypes()).find(({ name }) => name === nodeType);
		return found && JSON.stringify(found);
	}

	async function runWith(total: number): Promise<void> {
		const { execution } = await instance.api.postToWebhook(workflow, WEBHOOK_PATH, {
			username: 'birchwood-bakery',
			total,
		});

		expect(execution.status).toBe('success');
		expect(outputOf(execution, NODE).map(({ json }) => json)).toMatchObject([
			{ username: 'birchwood-bakery', changed: true, total, remain: total },
		]);
		expect(await instance.sendGrid.credits('birchwood-bakery')).toMatchObject({ total });
	}

	it('installs the package by its name', async () => {
		expect(await nodeDescription()).toBeUndefined();

		await page.install(packageName);

		expect(await page.installed()).toEqual([`${packageName} v${version}`]);
		expect(await page.offersUpdate()).toBe(false);
		expect(installedVersion()).toBe(version);
		expect(outside.requests).toContainEqual(
			expect.stringMatching(new RegExp(`^GET \\S+/${packageName}-${version}.tgz$`)),
		);
	});

	it('can run the node in a published workflow without a restart', async () => {
		expect(await nodeDescription()).toContain(`"${ACTION}"`);

		workflow = await instance.api.replaceWorkflow(planChanged(await saveCredential(instance)));
		await instance.api.activate(workflow);

		await runWith(20_000);
	});

	it('offers a newer version, and installs it', async () => {
		await outside.publishHigher(packedTarball(), HIGHER_VERSION, ACTION);
		await page.visit();
		expect(await page.offersUpdate()).toBe(true);
		await page.screenshot(`community-nodes-${line.version}`);

		await page.update();

		expect(await page.installed()).toEqual([`${packageName} v${HIGHER_VERSION}`]);
		expect(installedVersion()).toBe(HIGHER_VERSION);
	});

	it('runs the saved workflow with the new version', async () => {
		expect(await nodeDescription()).toContain(`"${ACTION} in ${HIGHER_VERSION}"`);

		await runWith(30_000);
	});

	it('uninstalls the package without changing the workflow', async () => {
		await page.visit();
		await page.uninstall();

		expect(await page.installed()).toEqual([]);
		expect(await nodeDescription()).toBeUndefined();
		expect(existsSync(installedFolder())).toBe(false);
		expect((await instance.api.workflow(workflow.id)).nodes).toEqual(workflow.nodes);
	});

	it('can run the workflow again after another installation', async () => {
		await page.install(packageName);

		await runWith(40_000);
	});
});

function planChanged({ id, name }: { id: string; name: string }): Workflow {
	return {
		name: 'Plan changed',
		nodes: [
			{
				id: 'webhook',
				name: 'Webhook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				webhookId: WEBHOOK_PATH,
				parameters: {
					httpMethod: 'POST',
					path: WEBHOOK_PATH,
					responseMode: 'lastNode',
					options: {},
				},
			},
			{
				id: 'node',
				name: NODE,
				type: nodeType,
				typeVersion: 1,
				position: [200, 0],
				parameters: {
					resource: 'subuserCredit',
					operation: 'update',
					subuser: { __rl: true, mode: 'username', value: '={{ $json.body.username }}' },
					total: '={{ $json.body.total }}',
				},
				credentials: { [credentialType]: { id, name } },
			},
		],
		connections: { Webhook: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
	};
}
