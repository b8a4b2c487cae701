import type { Browser, Locator, Page } from 'playwright-core';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { state } from '../../playground/paths';
import { openWindow } from './editor';
import type { InstanceWithoutPackage } from './instance';

const NPM_TIMEOUT_MS = 90_000;

/** n8n's page Settings → Community nodes. */
export class CommunityNodesPage {
	private constructor(private readonly page: Page) {}

	static async open(
		browser: Browser,
		{ n8n, owner }: Pick<InstanceWithoutPackage, 'n8n' | 'owner'>,
	): Promise<CommunityNodesPage> {
		const context = await openWindow(browser, {
			baseURL: n8n.url,
			viewport: { width: 1400, height: 900 },
			// The test's own proxy answers the page's requests to other hosts.
			ignoreHTTPSErrors: true,
		});
		await context.request.post('/rest/login', {
			data: { emailOrLdapLoginId: owner.email, password: owner.password },
		});
		const communityNodes = new CommunityNodesPage(await context.newPage());
		await communityNodes.visit();
		return communityNodes;
	}

	/** Loads the page, for which n8n looks for newer versions. */
	async visit(): Promise<void> {
		const listed = this.page.waitForResponse(
			(response) =>
				response.url().endsWith('/rest/community-packages') &&
				response.request().method() === 'GET',
			{ timeout: NPM_TIMEOUT_MS },
		);
		await this.page.goto('/settings/community-nodes');
		await listed;
		await this.installButton().waitFor();
	}

	/** The installed packages on the page, such as "name v1.2.3". */
	async installed(): Promise<string[]> {
		const cards = await this.cards().allInnerTexts();
		return cards.map((text) => {
			const lines = text.split('\n').map((line) => line.trim());
			return `${lines[0]} ${lines.find((line) => /^v\d/.test(line))}`;
		});
	}

	async install(packageName: string): Promise<void> {
		await this.installButton().click();
		await this.page.locator('input[name="packageNameInput"]').fill(packageName);
		await this.page.getByTestId('user-agreement-checkbox').click();
		await this.page.getByTestId('install-community-package-button').click();
		await this.cards().first().waitFor({ timeout: NPM_TIMEOUT_MS });
	}

	async offersUpdate(): Promise<boolean> {
		return await this.updateButton().isVisible();
	}

	async update(): Promise<void> {
		await this.updateButton().click();
		await this.confirm();
		await this.updateButton().waitFor({ state: 'hidden' });
	}

	async uninstall(): Promise<void> {
		await this.cards().getByTestId('action-toggle').click();
		await this.page.getByRole('menuitem', { name: 'Uninstall package' }).click();
		await this.confirm();
		await this.cards().waitFor({ state: 'hidden' });
	}

	private async confirm(): Promise<void> {
		const dialog = this.page.getByRole('dialog');
		await dialog.getByRole('button', { name: /^Confirm/ }).click();
		await dialog.waitFor({ state: 'hidden', timeout: NPM_TIMEOUT_MS });
	}

	private cards(): Locator {
		return this.page.getByTestId('community-package-card').filter({ hasText: 'n8n-nodes-' });
	}

	private installButton(): Locator {
		return this.page.getByRole('button', { name: /^Install/ });
	}

	private updateButton(): Locator {
		return this.cards().getByRole('button', { name: 'Update' });
	}

	async screenshot(name: string): Promise<void> {
		const folder = join(state, 'screenshots');
		mkdirSync(folder, { recursive: true });
		await this.page.screenshot({ path: join(folder, `${name}.png`) });
	}

	async close(): Promise<void> {
		await this.page.close();
	}
}
