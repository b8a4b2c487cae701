import type { Locator, Page } from 'playwright-core';

/** The dialog of a saved credential. */
export class CredentialDialog {
	private readonly dialog: Locator;

	constructor(private readonly page: Page) {
		this.dialog = page.getByTestId('editCredential-modal');
	}

	/** Waits until the dialog is open and n8n has tested the credential, as it does on opening. */
	async waitUntilOpen(): Promise<void> {
		await this.field('apiKey').waitFor();
		await this.result().first().waitFor();
		// What the dialog loads after that moves its buttons, and a click could miss them.
		await this.page.waitForLoadState('networkidle');
	}

	async shows(name: string): Promise<boolean> {
		return await this.field(name).isVisible();
	}

	async valueOf(name: string): Promise<string> {
		return await this.field(name).locator('input').inputValue();
	}

	async choose(name: string, text: string): Promise<void> {
		await this.field(name).click();
		const entries = this.page.getByRole('option').filter({ visible: true });
		await entries.getByText(text, { exact: true }).click();
		await entries.first().waitFor({ state: 'hidden' });
	}

	/** The dialog's text about the credential's test. */
	async testResult(): Promise<string> {
		if (await this.dialog.getByText(SUCCEEDED).isVisible()) return SUCCEEDED;
		const details = this.dialog.getByText('More details');
		if (await details.isVisible()) await details.click();
		return await this.dialog.innerText();
	}

	private result(): Locator {
		return this.dialog.getByText(SUCCEEDED).or(this.dialog.getByText(FAILED));
	}

	private field(name: string): Locator {
		return this.dialog.getByTestId(`parameter-input-${name}`);
	}
}

const SUCCEEDED = 'Connection tested successfully';
const FAILED = /Couldn.t connect with these settings/;
