import { writeKnown } from '../../../nodes/SendGridProvisioning/domain/arrivals';
import { writeReported } from '../../../nodes/SendGridProvisioning/domain/lowCredits';
import { isAbout, recall, stored } from '../../../nodes/SendGridProvisioning/domain/memory';
import type { Format, Memory } from '../../../nodes/SendGridProvisioning/domain/memory';
import { writeStates } from '../../../nodes/SendGridProvisioning/domain/stateChanges';

const format: Format<number> = {
	event: 'counted',
	read: (data) => (typeof data === 'number' ? data : undefined),
	write: (data) => data,
};
const memory: Memory<number> = { data: 7, credential: 'abc', recording: true, next: 'm' };

describe('what a trigger remembers', () => {
	it.each([[memory], [{ ...memory, recording: false, next: undefined }]])(
		'is read again as it was stored',
		(kept) => {
			expect(recall(JSON.parse(JSON.stringify(stored(kept, format))), format)).toEqual(kept);
		},
	);

	it('is nothing before the first poll, and after another event was chosen', () => {
		expect(recall(undefined, format)).toBe('nothing');
		expect(recall(stored(memory, { ...format, event: 'other' }), format)).toBe('nothing');
	});

	it.each([
		['a newer version', { ...stored(memory, format), version: 2 }],
		['no version', { ...stored(memory, format), version: undefined }],
		['other data', { ...stored(memory, format), data: 'x' }],
		['no credential', { ...stored(memory, format), credential: undefined }],
		['no word on recording', { ...stored(memory, format), recording: 1 }],
		['no name to go on from', { ...stored(memory, format), next: 1 }],
		['a list', []],
		['text', 'x'],
	])('is unreadable with %s', (_what, other) => {
		expect(recall(other, format)).toBe('unreadable');
	});

	it('is about the same customers with the same key, or where one of them is still there', () => {
		const now = { credential: 'new', names: ['b', 'c'] };
		expect(isAbout(['a'], { credential: 'new' }, now)).toBe(true);
		expect(isAbout(['a', 'b'], { credential: 'old' }, now)).toBe(true);
		expect(isAbout(['a'], { credential: 'old' }, now)).toBe(false);
		expect(isAbout([], { credential: 'old' }, now)).toBe(false);
	});
});

describe('20,000 customers', () => {
	const MEGABYTE = 1_000_000;
	const names = Array.from({ length: 20_000 }, (_, index) => `mail-${index}@customer.example`);
	const ids = names.map((_, index) => `sg${index.toString(16).padStart(32, '0')}`);
	const bytes = (data: unknown): number =>
		Buffer.byteLength(
			JSON.stringify(stored({ ...memory, data }, { ...format, write: (value) => value })),
		);

	it('that are all low take less than a megabyte', () => {
		const low = new Map(names.map((name) => [name, { remain: 12_345, granted: 100_000 }]));
		expect(bytes(writeReported(low))).toBeLessThan(MEGABYTE);
		expect(bytes(writeReported(low))).toBeGreaterThan(MEGABYTE / 2);
	});

	it('that are subusers take less than a megabyte', () => {
		const known = new Map(names.map((name, index) => [name, [10_000_000 + index]]));
		expect(bytes(writeKnown(known))).toBeLessThan(MEGABYTE);
	});

	it('that are accounts take less than a megabyte, and so do their states', () => {
		expect(bytes(writeKnown(new Map(ids.map((id) => [id, []]))))).toBeLessThan(MEGABYTE);
		expect(bytes(writeStates(new Map(ids.map((id) => [id, 'activated']))))).toBeLessThan(MEGABYTE);
	});
});
