import type { Locator, Page } from 'playwright-core';

/** More stops than the editor has. */
const MOST_STOPS = 60;

/** Somebody who has no mouse: moves by Tab, opens and presses by Enter, picks by typing. */
export class Keyboard {
	constructor(private readonly page: Page) {}

	/** Picks an entry of a field's menu; `key` leads to fields further down, or up. */
	async choose(name: string, text: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
		const field = this.page.getByTestId(`parameter-input-${name}`);
		// While its choices are loaded, a menu cannot be reached.
		await field.locator('input:enabled').first().waitFor();
		await this.moveTo(field, key);
		await this.page.keyboard.press('Enter');
		await this.entries().first().waitFor();
		await this.pick(text);
	}

	/** Picks an entry of a list of accounts or subusers, which opens when it is reached. */
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

	/** Narrows the open menu to one entry and takes it. */
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
		for (let stops = 0; stops < MOST_STOPS; stops += 1) {
			const there = place.and(focused).or(place.locator(':focus'));
			if ((await there.count()) > 0) return;
			await this.page.keyboard.press(key);
		}
		throw new Error(`${key} does not lead to ${place.toString()}`);
	}
}
