import type { Locator, Page } from 'playwright-core';

/** More stops of the Tab key than the editor has. */
const MAX_STOPS = 60;

/** Uses the editor without a mouse: Tab moves, Enter opens and presses, and typing selects. */
export class Keyboard {
	constructor(private readonly page: Page) {}

	/** Chooses an entry of a field's menu; `key` moves down or up to the field. */
	async choose(name: string, text: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
		const field = this.page.getByTestId(`parameter-input-${name}`);
		// A menu can't have the focus while its choices load.
		await field.locator('input:enabled').first().waitFor();
		await this.moveTo(field, key);
		await this.page.keyboard.press('Enter');
		await this.entries().first().waitFor();
		await this.pick(text);
	}

	/** Chooses an entry of a list of accounts or subusers, which opens on focus. */
	async find(name: string, text: string): Promise<void> {
		await this.moveTo(this.page.getByTestId(`resource-locator-${name}`).locator('input').last());
		await this.entries().nth(1).waitFor();
		await this.pick(text);
	}

	async write(name: string, text: string): Promise<void> {
		await this.moveTo(this.page.getByTestId(`parameter-input-${name}`));
		await this.page.keyboard.press('Control+A');
		await this.page.keyboard.type(text);
	}

	async press(button: Locator): Promise<void> {
		await this.moveTo(button);
		await this.page.keyboard.press('Enter');
	}

	/** Filters the open menu to one entry, and selects it. */
	private async pick(text: string): Promise<void> {
		await this.page.keyboard.type(text);
		await this.entries().nth(1).waitFor({ state: 'hidden' });
		await this.entries().first().waitFor();
		await this.page.keyboard.press('ArrowDown');
		await this.page.keyboard.press('Enter');
		await this.entries().first().waitFor({ state: 'hidden' });
	}

	private entries(): Locator {
		return this.page
			.getByRole('option')
			.or(this.page.getByTestId('rlc-item'))
			.filter({ visible: true });
	}

	private async moveTo(place: Locator, key = 'Tab'): Promise<void> {
		const focused = this.page.locator(':focus');
		for (let stops = 0; stops < MAX_STOPS; stops += 1) {
			const there = place.and(focused).or(place.locator(':focus'));
			if ((await there.count()) > 0) return;
			await this.page.keyboard.press(key);
		}
		throw new Error(`${key} doesn't reach ${place.toString()}`);
	}
}
