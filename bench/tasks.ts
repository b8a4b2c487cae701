import type { Emulator } from '../emulator';
import { askedAddons, askedCredits, rightAddons, rightCredits } from './customers';
import type { Task } from './measure';

/** So many credit updates, each one PUT. */
export function creditUpdates(emulator: Emulator, count: number): Task {
	const asked = askedCredits(emulator, count);
	return {
		emulator,
		items: asked.map((credits) => ({ ...credits })),
		right: () => rightCredits(emulator, asked),
	};
}

/** An add-on for so many accounts, each a GET and a PUT. */
export function addonMerges(emulator: Emulator, count: number): Task {
	const asked = askedAddons(emulator, count);
	return {
		emulator,
		items: asked.map(({ account, name, quantity }) => ({ account, name, quantity })),
		right: () => rightAddons(emulator, asked),
	};
}
