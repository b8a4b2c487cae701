import { chromium, selectors, type Browser, type Locator, type Page } from 'playwright-core';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { state } from '../../playground/paths';
import type { Instance } from './instance';

const screenshots = join(state, 'screenshots');
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

// As n8n's editor spells it.
selectors.setTestIdAttribute('data-test-id');

/** A headless Chromium that calls nobody but n8n, or all others through a proxy. */
export async function openBrowser(proxy?: string): Promise<Browser> {
	if (!existsSync(executablePath)) {
		throw new Error(
			`There is no Chromium at ${executablePath}. Install it (apt-get install chromium), or name ` +
				'another one in CHROMIUM_PATH.',
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

/** A node's form in n8n's editor. */
export class NodeForm {
	private constructor(private readonly page: Page) {}

	static async open(
		browser: Browser,
		{ n8n, owner }: Instance,
		{ workflowId, nodeId }: { workflowId: string; nodeId: string },
	): Promise<NodeForm> {
		const page = await browser.newPage({
			baseURL: n8n.url,
			viewport: { width: 1400, height: 1000 },
		});
		await page.context().request.post('/rest/login', {
			data: { emailOrLdapLoginId: owner.email, password: owner.password },
		});
		await page.goto(`/workflow/${workflowId}/${nodeId}`);
		await page.getByTestId('parameter-input-operation').waitFor();
		// A menu that is opened before the editor has loaded the workflow closes again.
		await page.waitForLoadState('networkidle');
		return new NodeForm(page);
	}

	/** The names of the parameters that the form shows, in its order. */
	async fields(): Promise<string[]> {
		const labels = this.page.getByTestId('node-parameters').locator('label[for]:visible');
		const names = (await labels.all()).map(async (label) => await label.getAttribute('for'));
		return (await Promise.all(names)).map((name) => name ?? '');
	}

	/** Picks an entry of a field's menu by its text. */
	async choose(name: string, text: string): Promise<void> {
		await this.list(name);
		await this.pick(text);
	}

	/** Picks an entry of the menu that is open. */
	async pick(text: string): Promise<void> {
		await this.entries().filter({ hasText: text }).click();
		await this.entries().first().waitFor({ state: 'hidden' });
	}

	/** Opens a field's menu and gives the texts of its entries, once they are loaded. */
	async list(name: string): Promise<string[]> {
		for (let tries = 1; ; tries += 1) {
			await this.page.getByTestId(`parameter-input-${name}`).click();
			try {
				// The first entry of some menus is there before the others are.
				await this.entries().nth(1).waitFor({ timeout: 3000 });
				return await this.entries().allInnerTexts();
			} catch (error) {
				// The editor closes a menu when it draws the form anew, which it does after loading.
				if (tries === 3) throw error;
			}
		}
	}

	/** Narrows the open list of accounts or subusers. */
	async search(text: string): Promise<string[]> {
		const answer = this.page.waitForResponse(
			(response) =>
				response.url().includes('/resource-locator-results') &&
				(response.request().postData() ?? '').includes(text),
		);
		await this.page.getByTestId('rlc-search').fill(text);
		await answer;
		await this.settled();
		return await this.entries().allInnerTexts();
	}

	/** Adds an entry to a fixed collection by its button. */
	async add(button: string): Promise<void> {
		await this.page.getByRole('button', { name: button }).click();
	}

	private entries(): Locator {
		return this.page
			.getByRole('option')
			.or(this.page.getByTestId('rlc-item'))
			.filter({ visible: true });
	}

	/** Menus and lists fade in and out. */
	private async settled(): Promise<void> {
		await this.page.waitForTimeout(400);
	}

	async screenshot(name: string): Promise<void> {
		mkdirSync(screenshots, { recursive: true });
		await this.settled();
		await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
	}

	async close(): Promise<void> {
		await this.page.close();
	}
}
