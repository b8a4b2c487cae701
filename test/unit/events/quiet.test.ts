import { keepQuiet, knownTo } from '../../../nodes/SendGridProvisioning/events/quiet';

const stored = { round: 1 };
const left = { round: 1, next: 'birchwood' };

describe('what a poll without items has left', () => {
	it('is known to the next one, while the same is stored', () => {
		keepQuiet('a', { items: [], remember: left, stored });
		expect(knownTo('a', { round: 1 })).toEqual(left);
		expect(knownTo('b', stored)).toEqual(stored);
		const later = { round: 1, next: 'saltmarsh' };
		keepQuiet('a', { items: [], remember: later, stored });
		expect(knownTo('a', stored)).toEqual(later);
	});

	it('gives way to whatever has been stored since', () => {
		keepQuiet('a', { items: [], remember: left, stored: undefined });
		expect(knownTo('a', undefined)).toEqual(left);
		expect(knownTo('a', left)).toEqual(left);
		expect(knownTo('a', { round: 2 })).toEqual({ round: 2 });
	});

	it('is forgotten once a poll has items, which may be lost before they are stored', () => {
		keepQuiet('a', { items: [], remember: left, stored });
		keepQuiet('a', { items: [{}], remember: { round: 2 }, stored });
		expect(knownTo('a', stored)).toEqual(stored);
	});

	it('stays where a poll remembers nothing', () => {
		keepQuiet('a', { items: [], remember: left, stored });
		keepQuiet('a', { items: [], remember: undefined, stored });
		expect(knownTo('a', stored)).toEqual(left);
	});
});
