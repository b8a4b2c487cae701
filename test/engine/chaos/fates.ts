import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { recurringCredits } from '../../../emulator';
import type { Subuser } from '../../../emulator';
import { addAccount } from '../customers';
import { range } from './random';
import { here } from './sendGrid';

/** What an item said of itself. */
export type Fate = 'done' | 'certainly not' | 'maybe';

/** What has been run so far. */
export const tally = {
	operations: 0,
	fates: { done: 0, 'certainly not': 0, maybe: 0 } as Record<Fate, number>,
};

function fateOf(item: IDataObject): Fate {
	if (!('error' in item)) return 'done';
	return /may have been (applied|created)/.test(item['error'] as string)
		? 'maybe'
		: 'certainly not';
}

/** Runs the items in one execution and tells each one's fate; every item must be accounted for. */
export async function fatesOf(parameters: INodeParameters, items: IDataObject[]): Promise<Fate[]> {
	const run = await here.run(
		{ ...parameters, options: { timeoutSeconds: 4 } },
		{ items, node: { onError: 'continueRegularOutput' } },
	);
	expect(run.error).toBeUndefined();
	expect(run.pairs).toEqual(range(items.length));
	const found = run.items.map(fateOf);
	tally.operations += items.length;
	for (const fate of found) tally.fates[fate] += 1;
	return found;
}

/** Runs the same items in two executions at the same time. */
export async function fatesInTwo(
	parameters: INodeParameters,
	items: IDataObject[],
	isOfFirst: (item: IDataObject, index: number) => boolean,
): Promise<Fate[]> {
	const all = items.map((item, index) => ({ item, index, first: isOfFirst(item, index) }));
	const halves = [true, false].map((first) => all.filter((entry) => entry.first === first));
	const found: Fate[] = [];
	await Promise.all(
		halves.map(async (half) => {
			const fatesOfHalf = await fatesOf(
				parameters,
				half.map(({ item }) => item),
			);
			half.forEach(({ index }, place) => (found[index] = fatesOfHalf[place] as Fate));
		}),
	);
	return found;
}

export const targetsNamed = (kind: string, round: number, count: number) =>
	range(count).map((index) => `${kind}-${round}-${index}`);

export function subusersWith(names: string[], remain: number): Subuser[] {
	return names.map((name) => {
		const subuser = here.addSubuser(name);
		const credits = recurringCredits(9e15, 'monthly', here.emulator.clock.now());
		subuser.credits = { ...credits, remain };
		return subuser;
	});
}

export const accountsWith = (ids: string[]) => ids.forEach((id) => addAccount(here.emulator, id));

/** The items of a target, in the order of the input. */
export function ofTarget(items: IDataObject[], found: Fate[], target: string) {
	return items.flatMap((item, index) =>
		item['target'] === target ? [{ item, fate: found[index] as Fate }] : [],
	);
}

/** What may be there when items that set a value have run in order: the last that was done, or one that maybe was later. */
export function lastOf<Value>(steps: Array<{ value: Value; fate: Fate }>, first: Value): Value[] {
	let possible = [first];
	for (const { value, fate } of steps) {
		if (fate === 'done') possible = [value];
		if (fate === 'maybe') possible.push(value);
	}
	return possible;
}

export const ITEMS = 180;
export const PER_TARGET = 20;

/** Holds each fate against how often something is in SendGrid now. */
export function expectThere(found: Fate[], howOften: (index: number) => number): void {
	const wrong = found.flatMap((fate, index) => {
		const times = howOften(index);
		const right = { done: times === 1, 'certainly not': times === 0, maybe: times <= 1 }[fate];
		return right ? [] : [`item ${index} said “${fate}”, but is there ${times} times`];
	});
	expect(wrong).toEqual([]);
}
