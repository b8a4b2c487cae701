import type { Locator, Page } from 'playwright-core';

/** The dialog of a saved credential. */
export class CredentialDialog {
	private readonly dialog: Locator;

	constructor(private readonly page: Page) {
		this.dialog = page.getByTestId('editCredential-modal');
	}

	async waitUntilOpen(): Promise<void> {
		await this.field('apiKey').waitFor();
		// n8n tests a credential when its dialog opens.
		await this.result().first().waitFor();
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

	/** Tests the credential again, and returns the dialog's text about the result. */
	async test(): Promise<string> {
		const answer = this.page.waitForResponse((response) =>
			response.url().endsWith('/credentials/test'),
		);
		await this.dialog.getByRole('button', { name: 'Retry' }).click();
		await (await answer).finished();
		const failed = this.dialog.getByText(FAILED);
		await this.result().first().waitFor();
		if (!(await failed.isVisible())) return (await this.result().first().innerText()).trim();
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
