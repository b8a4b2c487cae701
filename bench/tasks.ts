import type { Emulator } from '../emulator';
import {
	countCorrectAddons,
	countCorrectCredits,
	expectedAddons,
	expectedCredits,
} from './customers';
import type { Task } from './measure';

/** Credit updates for `count` subusers, one PUT each. */
export function creditUpdates(emulator: Emulator, count: number): Task {
	const expected = expectedCredits(emulator, count);
	return {
		emulator,
		items: expected.map((credits) => ({ ...credits })),
		countCorrect: () => countCorrectCredits(emulator, expected),
	};
}

/** An add-on for `count` accounts, one GET and one PUT each. */
export function addonMerges(emulator: Emulator, count: number): Task {
	const expected = expectedAddons(emulator, count);
	return {
		emulator,
		items: expected.map(({ account, name, quantity }) => ({ account, name, quantity })),
		countCorrect: () => countCorrectAddons(emulator, expected),
	};
}
