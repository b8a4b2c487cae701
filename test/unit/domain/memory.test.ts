import type { IDataObject } from 'n8n-workflow';
import type { EventContext } from '../../../nodes/SendGridProvisioning/trigger/event';
import { subuserCreated } from '../../../nodes/SendGridProvisioning/trigger/events/subuserCreated';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';
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

/** What the first poll of Subuser Created keeps of them. */
async function recorded(rows: object[]): Promise<IDataObject> {
	const send = async ({ query }: Call<unknown>): Promise<unknown> => {
		const offset = Number(query?.['offset']);
		return await Promise.resolve(rows.slice(offset, offset + 500));
	};
	const context = { api: { send }, stored: undefined, credential: 'key', manual: false };
	return (await subuserCreated.poll(context as unknown as EventContext)).remember;
}

describe('20,000 customers', () => {
	const MEGABYTE = 1_000_000;
	const names = Array.from({ length: 20_000 }, (_, index) => `mail-${index}@customer.example`);
	const ids = names.map((_, index) => `sg${index.toString(16).padStart(32, '0')}`);
	const bytes = (data: unknown): number =>
		Buffer.byteLength(
			JSON.stringify(stored({ ...memory, data }, { ...format, write: (value) => value })),
		);

	it('that are all low take less than a megabyte with names of 33 bytes, or 7,000 of them with 100', () => {
		const low = (count: number, length: number): unknown =>
			writeReported(
				new Map(
					names
						.slice(0, count)
						.map((name) => [name.padEnd(length, 'x'), { remain: 12_345, granted: 100_000 }]),
				),
			);
		expect(bytes(low(20_000, 33))).toBeLessThan(MEGABYTE);
		expect(bytes(low(20_000, 33))).toBeGreaterThan(MEGABYTE / 2);
		expect(bytes(low(7_000, 100))).toBeLessThan(MEGABYTE);
	});

	it.each([
		['short', (index: number): string => `customer-${index}`],
		[
			'email addresses',
			(index: number): string => `newsletter+${index}@mail.customer-shop.example.com`,
		],
		['Cyrillic', (index: number): string => `пекарня-берёза-и-сыновья-${index}`],
		['Japanese', (index: number): string => `カモメ製菓${index}`],
	])(
		'that are subusers take less than a megabyte, whatever their names: %s',
		async (_what, nameOf) => {
			const rows = names.map((_, index) => ({ id: 10_000_000 + index, username: nameOf(index) }));
			const kept = await recorded(rows);
			expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(MEGABYTE);
			expect((kept.data as unknown[]).length).toBe(40_000);
		},
	);

	it('that are accounts take less than a megabyte, and so do their states', () => {
		expect(bytes(writeKnown(new Map(ids.map((id) => [id, []]))))).toBeLessThan(MEGABYTE);
		expect(bytes(writeStates(new Map(ids.map((id) => [id, 'activated']))))).toBeLessThan(MEGABYTE);
	});
});
