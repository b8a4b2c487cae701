import type { Locator, Page } from 'playwright-core';

/** Our node's form in n8n's editor, with input and output at its sides. */
export class NodeForm {
	constructor(private readonly page: Page) {}

	/** The names of the parameters that the form shows, in its order. */
	async fields(): Promise<string[]> {
		const labels = this.page.getByTestId('node-parameters').locator('label[for]:visible');
		const names = (await labels.all()).map(async (label) => await label.getAttribute('for'));
		return (await Promise.all(names)).map((name) => name ?? '');
	}

	/** What a field holds, as it is shown. */
	async valueOf(name: string): Promise<string> {
		const input = this.field(name).locator('input:not([data-test-id=rlc-search])');
		return await input.last().inputValue();
	}

	/** The same of a field that is in every row of a collection, by row. */
	async valuesOf(name: string): Promise<string[]> {
		const inputs = this.field(name).locator('input:not([data-test-id=rlc-search])');
		return await Promise.all((await inputs.all()).map(async (input) => await input.inputValue()));
	}

	async isOn(name: string): Promise<boolean> {
		const control = this.field(name).getByRole('switch');
		return (await control.getAttribute('aria-checked')) === 'true';
	}

	async fill(name: string, text: string): Promise<void> {
		await this.field(name).locator('input').fill(text);
	}

	/** Switches a field that is on or off. */
	async toggle(name: string): Promise<void> {
		await this.field(name).click();
	}

	/** Makes a field an expression, and waits until the editor shows its result. */
	async express(name: string, expression: string, result: string): Promise<void> {
		const item = this.page.getByTestId('parameter-item').filter({ has: this.field(name) });
		await item.hover();
		await item.getByTestId('radio-button-expression').click();
		const content = item.locator('.cm-content');
		for (let tries = 1; (await content.innerText()) !== expression && tries <= 3; tries += 1) {
			// Once it has the focus, the editor moves its cursor, at times between selecting and typing.
			await content.fill(expression);
		}
		const preview = this.page.getByTestId(`parameter-expression-preview-${name}`);
		await preview.getByText(result, { exact: true }).waitFor();
	}

	/** Picks an entry of a field's menu by its text. */
	async choose(name: string, text: string): Promise<void> {
		await this.list(name);
		await this.pick(text);
	}

	/** Picks an entry of the menu that is open. */
	async pick(text: string): Promise<void> {
		await this.entries()
			.filter({ hasText: exactly(text) })
			.first()
			.click();
		await this.entries().first().waitFor({ state: 'hidden' });
	}

	/** Opens a field's menu and gives the texts of its entries, once they are loaded. */
	async list(name: string): Promise<string[]> {
		for (let tries = 1; ; tries += 1) {
			await this.field(name).click();
			try {
				// The first entry of some menus is there before the others are.
				await this.entries().nth(1).waitFor({ timeout: 6000 });
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
		await (await answer).finished();
		// The list is drawn anew a moment after the answer: until all of it goes with the search.
		const others = this.entries().filter({ hasNotText: text });
		await others.first().waitFor({ state: 'hidden' });
		return await this.entries().allInnerTexts();
	}

	/** Scrolls the open list down until it holds more than it does now. */
	async scrollOn(): Promise<string[]> {
		const before = await this.entries().count();
		await this.entries().last().scrollIntoViewIfNeeded();
		await this.entries().nth(before).waitFor();
		return await this.entries().allInnerTexts();
	}

	/** Opens the list of accounts or subusers, and reads the message that is there instead. */
	async listFailure(name: string): Promise<string> {
		await this.field(name).click();
		return await this.page.getByTestId('rlc-error-container').innerText();
	}

	/** What the editor says beside a menu whose choices could not be loaded. */
	async menuFailure(name: string): Promise<string> {
		const item = this.page.getByTestId('parameter-item').filter({ has: this.field(name) });
		await item.getByTestId('parameter-issues').locator('svg').first().hover();
		const tooltip = this.page.getByText('Issues:').first();
		await tooltip.waitFor();
		return await tooltip.locator('..').innerText();
	}

	/** Adds an entry to a collection by its button. */
	async add(button: string): Promise<void> {
		await this.page.getByRole('button', { name: button }).first().click();
	}

	/** Runs this node with what comes before it, and waits for its result. */
	async run(): Promise<void> {
		await this.runBy(async () => await this.page.getByTestId('node-execute-button').click());
	}

	/** The same, started by something else than a click on the button. */
	async runBy(start: () => Promise<void>): Promise<void> {
		const begun = this.page.waitForResponse((response) =>
			/\/workflows\/.+\/run$/.test(response.url()),
		);
		await start();
		await begun;
		await this.page.locator('[data-test-id=node-execute-button]:not([class*=_loading])').waitFor();
	}

	/** The first item of the output, as the table shows it: text by column. */
	async row(): Promise<Record<string, string>> {
		const table = this.output().locator('table');
		await table.locator('tbody td').first().waitFor();
		const columns = await table.locator('thead th').allInnerTexts();
		const cells = await table.locator('tbody tr').first().locator('td').allInnerTexts();
		const plain = (text: string) => text.trim().replaceAll(/\s+/g, ' ');
		const named = columns.map((column, index) => [plain(column), plain(cells[index] ?? '')]);
		return Object.fromEntries(named.filter(([column]) => column !== '')) as Record<string, string>;
	}

	/** What the output panel says where the node failed. */
	async failure(): Promise<{ message: string; description: string }> {
		return {
			message: await this.output().getByTestId('node-error-message').innerText(),
			description: await this.output().getByTestId('node-error-description').innerText(),
		};
	}

	/** The button that runs the node from where its output will be. */
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

/** Playwright ignores case in plain text, in which "Nonrecurring" holds "Recurring". */
function exactly(text: string): RegExp {
	return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
