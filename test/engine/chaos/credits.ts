import { byUsername } from '../world';
import {
	fatesInTwo,
	fatesOf,
	ITEMS,
	lastOf,
	ofTarget,
	PER_TARGET,
	subusersWith,
	targetsNamed,
} from './fates';
import { below, range } from './random';
import { here } from './sendGrid';

/** Each item adds another power of four: what was added, and how often, can be read from the sum. */
export async function adjusting(round: number): Promise<void> {
	const names = targetsNamed('adjust', round, ITEMS / PER_TARGET);
	subusersWith(names, 0);
	const items = range(ITEMS).map((index) => ({
		target: names[index % names.length],
		by: 4 ** Math.floor(index / names.length),
	}));
	const found = await fatesInTwo(
		{
			resource: 'subuserCredit',
			operation: 'adjust',
			subuser: byUsername('={{ $json.target }}'),
			adjustment: '={{ $json.by }}',
		},
		items,
		(_item, index) => index % 4 < 2,
	);
	for (const name of names) {
		const remain = here.emulator.state.subusers.get(name)?.credits.remain ?? 0;
		const digits = [...remain.toString(4).padStart(PER_TARGET, '0')].reverse();
		ofTarget(items, found, name).forEach(({ fate }, index) => {
			const allowed = { done: ['1'], 'certainly not': ['0'], maybe: ['0', '1'] }[fate];
			expect(allowed).toContain(digits[index]);
		});
		expect(digits).toHaveLength(PER_TARGET);
	}
}

/** Minima rise: anything but one of them means that something was added twice. */
export async function toppingUp(round: number): Promise<void> {
	const names = targetsNamed('top-up', round, ITEMS / PER_TARGET);
	subusersWith(names, 7);
	const items = range(ITEMS).map((index) => ({
		target: names[index % names.length],
		least: 1000 + Math.floor(index / names.length) * 137 + below(90),
	}));
	const found = await fatesOf(
		{
			resource: 'subuserCredit',
			operation: 'topUp',
			subuser: byUsername('={{ $json.target }}'),
			minimum: '={{ $json.least }}',
		},
		items,
	);
	for (const name of names) {
		const steps = ofTarget(items, found, name).map(({ item, fate }) => ({
			value: item['least'],
			fate,
		}));
		expect(lastOf<unknown>(steps, 7)).toContain(
			here.emulator.state.subusers.get(name)?.credits.remain,
		);
	}
}

export async function settingCredits(round: number): Promise<void> {
	const names = targetsNamed('update', round, ITEMS / PER_TARGET);
	subusersWith(names, 1);
	const items = range(ITEMS).map((index) => ({
		target: names[index % names.length],
		total: 10 + index,
		type: below(2) === 0 ? 'recurring' : 'nonrecurring',
	}));
	const found = await fatesOf(
		{
			resource: 'subuserCredit',
			operation: 'update',
			subuser: byUsername('={{ $json.target }}'),
			creditType: '={{ $json.type }}',
			resetFrequency: 'monthly',
			total: '={{ $json.total }}',
		},
		items,
	);
	for (const name of names) {
		const steps = ofTarget(items, found, name).map(({ item, fate }) => ({
			value: item['total'],
			fate,
		}));
		expect(lastOf<unknown>(steps, 1)).toContain(
			here.emulator.state.subusers.get(name)?.credits.remain,
		);
	}
}
