import fc from 'fast-check';
import { Directory } from './directory';

const name = fc.stringMatching(/^[aAbB]{1,4}$/);
const step = fc.record({ remove: fc.boolean(), name });

/** The expected names, from an implementation too simple to be wrong. */
function expectedNames(
	steps: Array<{ remove: boolean; name: string }>,
	ignoreCase: boolean,
): string[] {
	const same = (a: string, b: string): boolean =>
		ignoreCase ? a.toLowerCase() === b.toLowerCase() : a === b;
	let names: string[] = [];
	for (const { remove, name: given } of steps) {
		const known = names.some((other) => same(other, given));
		if (remove) names = names.filter((other) => !same(other, given));
		else if (!known) names.push(given);
	}
	return names;
}

function filled(
	steps: Array<{ remove: boolean; name: string }>,
	ignoreCase: boolean,
): Directory<string> {
	const directory = new Directory<string>(ignoreCase);
	for (const { remove, name: given } of steps) {
		if (remove) directory.delete(given);
		else if (!directory.has(given)) directory.add(given, given);
	}
	return directory;
}

describe('a directory', () => {
	it('keeps records in insertion order when others are added or deleted', () => {
		fc.assert(
			fc.property(fc.array(step), fc.boolean(), (steps, ignoreCase) => {
				const directory = filled(steps, ignoreCase);
				expect(directory.list()).toEqual(expectedNames(steps, ignoreCase));
				expect(directory.size).toBe(directory.list().length);
			}),
		);
	});

	it('finds the same records by prefix as a search through all', () => {
		fc.assert(
			fc.property(fc.array(step), fc.boolean(), name, (steps, ignoreCase, prefix) => {
				const found = expectedNames(steps, ignoreCase).filter((other) =>
					ignoreCase
						? other.toLowerCase().startsWith(prefix.toLowerCase())
						: other.startsWith(prefix),
				);
				expect(filled(steps, ignoreCase).startingWith(prefix)).toEqual(found);
			}),
		);
	});

	it('finds the position after a record, even if that record was deleted', () => {
		const directory = filled(
			['a', 'b', 'aa', 'bb'].map((given) => ({ remove: false, name: given })),
			false,
		);
		expect(directory.positionAfter('b')).toBe(2);
		directory.delete('b');
		expect(directory.positionAfter('b')).toBe(1);
		expect(directory.positionAfter('aa')).toBe(2);
		expect(directory.positionAfter('bb')).toBe(3);
		expect(directory.positionAfter('never')).toBeUndefined();
	});

	it('refuses a name that already exists', () => {
		const directory = filled([{ remove: false, name: 'a' }], true);
		expect(() => directory.add('A', 'A')).toThrow('exists');
	});
});
