import type { Emulator } from '../emulator';

/** What a subuser shall have: no two alike, so that a mix-up shows. */
export interface AskedCredits {
	username: string;
	total: number;
}

/** Far from all numbers of the emulator's own customer base. */
const FIRST_TOTAL = 1_000_000_000;

export function askedCredits(emulator: Emulator, count: number): AskedCredits[] {
	return emulator.state.subusers
		.list(0, count)
		.map(({ username }, index) => ({ username, total: FIRST_TOTAL + index }));
}

/** How many subusers have just what was asked for them. */
export function rightCredits(emulator: Emulator, asked: AskedCredits[]): number {
	return asked.filter(({ username, total }) => {
		const credits = emulator.state.subusers.get(username)?.credits;
		return credits?.type === 'nonrecurring' && credits.remain === total;
	}).length;
}

/** An account and the add-on that it shall have besides what it has. */
export interface AskedAddon {
	account: string;
	name: string;
	quantity: number;
	/** What it must have in the end. */
	wanted: string[];
}

const ADDON = 'demo.x.teammates-5.v1';
const QUANTITY = 3;

export function askedAddons(emulator: Emulator, count: number): AskedAddon[] {
	return emulator.state.accounts.list(0, count).map(({ id, offerings }) => ({
		account: id,
		name: ADDON,
		quantity: QUANTITY,
		wanted: inWords([
			...offerings.filter(({ name }) => name !== ADDON),
			{ name: ADDON, quantity: QUANTITY },
		]),
	}));
}

/** How many accounts have the add-on, and nothing else has changed. */
export function rightAddons(emulator: Emulator, asked: AskedAddon[]): number {
	return asked.filter(({ account, wanted }) => {
		const offerings = emulator.state.accounts.get(account)?.offerings ?? [];
		return inWords(offerings).join() === wanted.join();
	}).length;
}

function inWords(offerings: Array<{ name: string; quantity: number }>): string[] {
	return offerings.map(({ name, quantity }) => `${quantity} × ${name}`).sort();
}
