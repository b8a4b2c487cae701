import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { exampleFiles, readExample } from '../../playground/examples';
import { N8nApi } from '../../playground/n8nApi';
import { examples } from '../../playground/exampleRuns';
import { logs, root } from '../../playground/paths';
import { start, type Running } from '../../playground/processes';
import { nodeName, openBrowser, openWindow } from './editor';
import { START_TIMEOUT_MS } from './instance';
import { NodeForm } from './nodeForm';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const DRY_RUN = 'First dry run';
const DEMO = 'Try it without a SendGrid account';

/** The labels (bold) and values (code) in a step of a section of the README. */
function namedIn(title: string, step: number): { labels: string[]; values: string[] } {
	const section = readme.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
	const text = new RegExp(`^${step}\\. (.*)$`, 'm').exec(section)?.[1] ?? '';
	const all = (mark: RegExp) => [...text.matchAll(mark)].map(([, word]) => word ?? '');
	return { labels: all(/\*\*(.+?)\*\*/g), values: all(/`(.+?)`/g) };
}

describe('The steps in the README', () => {
	let demo: Running;
	let browser: Browser;
	let page: Page;
	let form: NodeForm;
	const printed: Record<string, string> = {};

	beforeAll(async () => {
		let ready: () => void = () => {};
		const open = new Promise<void>((resolve) => (ready = resolve));
		demo = start({
			name: 'npm run demo',
			command: 'npm',
			args: ['run', 'demo'],
			cwd: root,
			logFile: join(logs, 'demo.log'),
			onLine: (line) => {
				const [, name, value] =
					/(n8n's editor is open|email|password|SendGrid emulator):? +(\S+)/.exec(line) ?? [];
				if (name && value) printed[name] = value;
				if (line.startsWith('Ctrl-C')) ready();
			},
		});
		await demo.during(open);
		browser = await openBrowser();
		const context = await openWindow(browser, { viewport: { width: 1400, height: 1000 } });
		page = await context.newPage();
		form = new NodeForm(page);
	}, START_TIMEOUT_MS);

	afterAll(async () => {
		await browser?.close();
		await demo?.stop();
	});

	/** Clicks the button below the canvas, not the one next to the trigger. */
	async function executeWorkflow(label: string): Promise<void> {
		await page.getByTestId('execute-workflow-button').filter({ hasText: label }).click();
	}

	it('demo, 1: the printed URL, email, and password open the editor, with the example of step 3 first', async () => {
		await page.goto(printed["n8n's editor is open"] ?? '');
		await page.locator('input[type=email]').fill(printed['email'] ?? '');
		await page.locator('input[type=password]').fill(printed['password'] ?? '');
		await page.getByTestId('form-submit-button').click();
		const [example = ''] = namedIn(DEMO, 3).labels;
		const first = page.getByTestId('resources-list-item-workflow').first();
		await first.getByText(example).waitFor();
	});

	it('all examples are in the editor', async () => {
		const api = new N8nApi(printed["n8n's editor is open"] ?? '');
		await api.logIn({ email: printed['email'] ?? '', password: printed['password'] ?? '' });
		for (const file of exampleFiles()) await idOf(api, file);
	});

	it('dry run, 1: the action is found, with the demo’s credential selected', async () => {
		const { labels, values } = namedIn(DRY_RUN, 1);
		expect(labels).toEqual([
			'Create workflow',
			'Add first step…',
			nodeName,
			'Actions',
			'Subuser Credit Actions',
			'Update subuser credits',
		]);
		await page
			.getByRole('button', { name: labels[0] ?? '' })
			.first()
			.click();
		const plus = page.getByTestId('canvas-plus-button');
		const words = page.getByText((labels[1] ?? '').replace('…', '')).first();
		await words.waitFor();
		const [plusBox, wordsBox] = [await plus.boundingBox(), await words.boundingBox()];
		expect(plusBox?.y).toBeLessThan(wordsBox?.y ?? 0);
		await plus.click();
		await page.getByTestId('node-creator-search-bar').fill(values[0] ?? '');
		await page.getByTestId('node-creator-item-name').getByText(nodeName).first().click();
		const action = page.getByTestId('node-creator-item-name').getByText(labels[5] ?? '');
		await page.getByText(new RegExp(`^${labels[3] ?? ''} \\(\\d+\\)`)).waitFor();
		expect(await action.isVisible()).toBe(false);
		await page.getByText(new RegExp(`^${labels[3] ?? ''} \\(\\d+\\)`)).click();
		await page.getByText(labels[4] ?? '', { exact: true }).scrollIntoViewIfNeeded();
		await action.click();
		await page.getByTestId('node-parameters').waitFor();
		expect(await page.getByTestId('node-credentials-select').locator('input').inputValue()).toBe(
			'SendGrid Provisioning API',
		);
	});

	it('dry run, 2 and 3: the output shows summary, request, before, and expected, but nothing changes', async () => {
		const { labels, values } = namedIn(DRY_RUN, 2);
		expect(labels).toEqual(['Subuser', 'Dry Run', 'Total Credits']);
		const [total = ''] = values;
		const [subuser = ''] = namedIn(DEMO, 2).values;
		await form.list('subuser');
		await form.pick(subuser);
		await form.toggle('dryRun');
		expect(await form.isOn('dryRun')).toBe(true);
		await form.fill('total', total);

		await form.run();
		const row = await form.row();
		expect(row).toMatchObject({ dry_run: 'true', changed: 'true' });
		expect(namedIn(DRY_RUN, 3).values).toEqual([
			'summary',
			'request',
			'before',
			'expected',
			'changed',
		]);
		expect(row['summary']).toBe(
			'would be: recurring, monthly, 10,000 → 20,000, balance reset from 7,500 to 20,000',
		);
		expect(row['before']).toContain('total:10000');
		expect(row['request']).toContain(`total:${total}`);
		expect(row['expected']).toContain(`total:${total}`);
	});

	it('dry run, 4 and 5: the change is made once', async () => {
		await form.toggle('dryRun');
		await form.run();
		const total = namedIn(DRY_RUN, 2).values[0] ?? '';
		expect(await form.row()).toMatchObject({ dry_run: 'false', changed: 'true', total });
		await form.run();
		expect(namedIn(DRY_RUN, 5).values).toEqual(['changed', 'false']);
		expect(await form.row()).toMatchObject({ changed: 'false', total });
	});

	it('demo, 3: an example changes an account, but the same deal again changes nothing', async () => {
		const { labels, values } = namedIn(DEMO, 3);
		const [example = '', button = '', node = ''] = labels;
		await page.getByTestId('ndv-close-button').click();
		await page.getByTestId('project-home-menu-item').click();
		await page.getByTestId('resources-list-item-workflow').getByText(example).click();
		const canvasNode = page.locator(`[data-test-id=canvas-node][data-node-name="${node}"]`);
		await canvasNode.waitFor();
		await executeWorkflow(button);
		await page.getByText('Workflow executed successfully').first().waitFor();
		await canvasNode.dblclick();
		const row = await form.row();
		expect(row['changed']).toBe('true');
		expect(Object.keys(row)).toEqual(expect.arrayContaining(values.slice(0, 4)));
		expect(row['added']).toContain('pro-300k');

		await form.run();
		expect((await form.row())['changed']).toBe('false');
	});

	/** The ID of the only workflow with the example's name. */
	async function idOf(api: N8nApi, file: string): Promise<string> {
		const found = await api.workflowsNamed(readExample(file).name);
		expect(found).toHaveLength(1);
		return found[0]?.id ?? '';
	}

	it('the examples have their pinned answers again, and remember no earlier run', async () => {
		const url = printed["n8n's editor is open"] ?? '';
		const api = new N8nApi(url);
		await api.logIn({ email: printed['email'] ?? '', password: printed['password'] ?? '' });
		const asking = examples.filter(({ answers }) => answers);
		expect(asking).not.toEqual([]);
		for (const { file } of asking) {
			const { pinData } = readExample(file);
			expect(await api.workflow(await idOf(api, file))).toMatchObject({ pinData });
		}

		// The demo's own run doesn't count as this month's reset.
		await page.goto(`${url}/workflow/${await idOf(api, 'monthly-credit-reset.json')}`);
		await page.getByTestId('canvas-node').first().waitFor();
		await executeWorkflow('Execute workflow');
		await page.getByText('Workflow executed successfully').first().waitFor();
		const update = page.locator('[data-test-id=canvas-node][data-node-name^="Update"]');
		await update
			.first()
			.getByText(/\d+ items/)
			.waitFor();
	});
});
