import type { Emulator } from '../emulator';

/** The credits that a subuser should get; all totals differ, so that a mix-up shows. */
export interface ExpectedCredits {
	username: string;
	total: number;
}

/** Larger than all totals that the emulator generates. */
const FIRST_TOTAL = 1_000_000_000;

export function expectedCredits(emulator: Emulator, count: number): ExpectedCredits[] {
	return emulator.state.subusers
		.list(0, count)
		.map(({ username }, index) => ({ username, total: FIRST_TOTAL + index }));
}

/** The number of subusers that have exactly the expected credits. */
export function countCorrectCredits(emulator: Emulator, expected: ExpectedCredits[]): number {
	return expected.filter(({ username, total }) => {
		const credits = emulator.state.subusers.get(username)?.credits;
		return credits?.type === 'nonrecurring' && credits.remain === total;
	}).length;
}

/** The add-on that an account should get in addition to its offerings. */
export interface ExpectedAddon {
	account: string;
	name: string;
	quantity: number;
	/** All offerings that the account should have afterward, as sorted text. */
	offerings: string[];
}

const ADDON = 'demo.x.teammates-5.v1';
const QUANTITY = 3;

export function expectedAddons(emulator: Emulator, count: number): ExpectedAddon[] {
	return emulator.state.accounts.list(0, count).map(({ id, offerings }) => ({
		account: id,
		name: ADDON,
		quantity: QUANTITY,
		offerings: asText([
			...offerings.filter(({ name }) => name !== ADDON),
			{ name: ADDON, quantity: QUANTITY },
		]),
	}));
}

/** The number of accounts that have the add-on and no other change. */
export function countCorrectAddons(emulator: Emulator, expected: ExpectedAddon[]): number {
	return expected.filter(({ account, offerings }) => {
		const actual = emulator.state.accounts.get(account)?.offerings ?? [];
		return asText(actual).join() === offerings.join();
	}).length;
}

function asText(offerings: Array<{ name: string; quantity: number }>): string[] {
	return offerings.map(({ name, quantity }) => `${quantity} × ${name}`).sort();
}
