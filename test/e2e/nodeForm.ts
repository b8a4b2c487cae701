import type { Locator, Page } from 'playwright-core';

/** Our node's form in n8n's editor, with its input and output panels. */
export class NodeForm {
	constructor(private readonly page: Page) {}

	/** The names of the visible parameters, in order. */
	async fields(): Promise<string[]> {
		const labels = this.page.getByTestId('node-parameters').locator('label[for]:visible');
		// In one step, because the editor may be redrawing the form.
		return await labels.evaluateAll((all) => all.map((label) => label.getAttribute('for') ?? ''));
	}

	/** A field's value, as shown. */
	async valueOf(name: string): Promise<string> {
		const input = this.field(name).locator('input:not([data-test-id=rlc-search])');
		return await input.last().inputValue();
	}

	/** The values of a field that each row of a collection has. */
	async valuesOf(name: string): Promise<string[]> {
		const inputs = this.field(name).locator('input:not([data-test-id=rlc-search])');
		return await Promise.all((await inputs.all()).map(async (input) => await input.inputValue()));
	}

	async isOn(name: string): Promise<boolean> {
		const control = this.field(name).getByRole('switch');
		return (await control.getAttribute('aria-checked')) === 'true';
	}

	async fill(name: string, text: string): Promise<void> {
		await this.field(name).locator('input:not([readonly])').fill(text);
	}

	/** Toggles a switch. */
	async toggle(name: string): Promise<void> {
		await this.field(name).click();
	}

	/** Enters an expression in a field, and waits until the editor shows its result. */
	async setExpression(name: string, expression: string, result: string): Promise<void> {
		const item = this.page.getByTestId('parameter-item').filter({ has: this.field(name) });
		await item.hover();
		await item.getByTestId('radio-button-expression').click();
		const content = item.locator('.cm-content');
		for (let tries = 1; (await content.innerText()) !== expression && tries <= 3; tries += 1) {
			// On focus, the editor moves its cursor, sometimes between selecting and typing.
			await content.fill(expression);
		}
		const preview = this.page.getByTestId(`parameter-expression-preview-${name}`);
		await preview.getByText(result, { exact: true }).waitFor();
	}

	/** Chooses an entry of a field's menu by its text. */
	async choose(name: string, text: string): Promise<void> {
		await this.list(name);
		await this.pick(text);
	}

	/** Chooses an entry of the open menu. */
	async pick(text: string): Promise<void> {
		await this.entries()
			.filter({ hasText: exactly(text) })
			.first()
			.click();
		await this.entries().first().waitFor({ state: 'hidden' });
	}

	/** Closes the open menu. */
	async close(): Promise<void> {
		await this.page.keyboard.press('Escape');
		await this.entries().first().waitFor({ state: 'hidden' });
	}

	/** Opens a field's menu, and returns the texts of its entries once they are loaded. */
	async list(name: string): Promise<string[]> {
		for (let tries = 1; ; tries += 1) {
			await this.field(name).click();
			try {
				// The first entry of some menus appears before the others.
				await this.entries().nth(1).waitFor({ timeout: 6000 });
				return await this.entries().allInnerTexts();
			} catch (error) {
				// After loading, the editor redraws the form, which closes an open menu.
				if (tries === 3) throw error;
			}
		}
	}

	/** Searches the open list of accounts or subusers. */
	async search(text: string): Promise<string[]> {
		const answer = this.page.waitForResponse(
			(response) =>
				response.url().includes('/resource-locator-results') &&
				(response.request().postData() ?? '').includes(text),
		);
		await this.page.getByTestId('rlc-search').fill(text);
		await (await answer).finished();
		// The editor redraws the list a moment after the response, so wait until all entries match.
		const others = this.entries().filter({ hasNotText: text });
		await others.first().waitFor({ state: 'hidden' });
		return await this.entries().allInnerTexts();
	}

	/** Scrolls the open list down until it has more entries. */
	async scrollToMore(): Promise<string[]> {
		const before = await this.entries().count();
		await this.entries().last().scrollIntoViewIfNeeded();
		await this.entries().nth(before).waitFor();
		return await this.entries().allInnerTexts();
	}

	/** Opens the list of accounts or subusers, and returns the error that it shows. */
	async listFailure(name: string): Promise<string> {
		await this.field(name).click();
		return await this.page.getByTestId('rlc-error-container').innerText();
	}

	/** The error of a menu whose choices couldn't be loaded. */
	async menuFailure(name: string): Promise<string> {
		const item = this.page.getByTestId('parameter-item').filter({ has: this.field(name) });
		await item.getByTestId('parameter-issues').locator('svg').first().hover();
		const tooltip = this.page.getByText('Issues:').first();
		await tooltip.waitFor();
		return await tooltip.locator('..').innerText();
	}

	/** Clicks the button that adds an entry to a collection. */
	async add(button: string): Promise<void> {
		await this.page.getByRole('button', { name: button }).first().click();
	}

	/** Runs this node and the nodes before it, and waits for the result. */
	async run(): Promise<void> {
		await this.runBy(async () => await this.page.getByTestId('node-execute-button').click());
	}

	/** Runs this node with another action than a click on the button. */
	async runBy(start: () => Promise<void>): Promise<void> {
		const response = this.page.waitForResponse((response) =>
			/\/workflows\/.+\/run$/.test(response.url()),
		);
		await start();
		await response;
		await this.page.locator('[data-test-id=node-execute-button]:not([class*=_loading])').waitFor();
	}

	/** The first row of the output's table, as text by column. */
	async row(): Promise<Record<string, string>> {
		const table = this.output().locator('table');
		await table.locator('tbody td').first().waitFor();
		const columns = await table.locator('thead th').allInnerTexts();
		const cells = await table.locator('tbody tr').first().locator('td').allInnerTexts();
		const plain = (text: string) => text.trim().replaceAll(/\s+/g, ' ');
		const named = columns.map((column, index) => [plain(column), plain(cells[index] ?? '')]);
		return Object.fromEntries(named.filter(([column]) => column !== '')) as Record<string, string>;
	}

	/** The error in the output panel. */
	async failure(): Promise<{ message: string; description: string }> {
		return {
			message: await this.output().getByTestId('node-error-message').innerText(),
			description: await this.output().getByTestId('node-error-description').innerText(),
		};
	}

	/** The button in the output panel that runs the node. */
	executeInOutput(): Locator {
		return this.output().getByRole('button', { name: 'Execute step' });
	}

	output(): Locator {
		return this.page.getByTestId('output-panel');
	}

	private field(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	private entries(): Locator {
		return this.page
			.getByRole('option')
			.or(this.page.getByTestId('rlc-item'))
			.filter({ visible: true });
	}
}

/** A case-sensitive pattern: ignoring case, "Recurring" would also match "Nonrecurring". */
function exactly(text: string): RegExp {
	return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
