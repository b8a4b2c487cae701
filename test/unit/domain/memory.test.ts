import type { IDataObject } from 'n8n-workflow';
import { writeKnown } from '../../../nodes/SendGridProvisioning/domain/arrivals';
import { writeReported } from '../../../nodes/SendGridProvisioning/domain/lowCredits';
import { readMemory, writeMemory } from '../../../nodes/SendGridProvisioning/domain/memory';
import type { Memory, MemoryFormat } from '../../../nodes/SendGridProvisioning/domain/memory';
import { writeStates } from '../../../nodes/SendGridProvisioning/domain/stateChanges';
import { subuserCreated } from '../../../nodes/SendGridProvisioning/trigger/events/subuserCreated';
import { pollEvent } from '../../../nodes/SendGridProvisioning/trigger/poll';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';
import type { SendGridApi } from '../../../nodes/SendGridProvisioning/transport/client';

type FirstRound = MemoryFormat<number>['firstRound'];

/** Stores one number per customer. */
function formatWith(firstRound: FirstRound): MemoryFormat<number> {
	return {
		firstRound,
		read: (data) => (Array.isArray(data) ? new Map(data as Array<[string, number]>) : undefined),
		write: (customers) => [...customers],
	};
}

const format = formatWith('reports');
const memory: Memory<number> = {
	customers: new Map([['a', 1]]),
	credential: 'abc',
	recording: true,
	next: 'm',
};
const stored = writeMemory('counted', format, memory);
const now = { credential: 'abc', names: ['b', 'c'] };
const first = { customers: new Map(), credential: 'abc', next: undefined };

describe('what a trigger remembers', () => {
	it.each([[memory], [{ ...memory, recording: false, next: undefined }]])(
		'is read as it was written',
		(kept) => {
			const json = JSON.stringify(writeMemory('counted', format, kept));
			expect(readMemory('counted', format, { stored: JSON.parse(json), ...now })).toEqual(kept);
		},
	);

	it.each<[FirstRound, boolean]>([
		['reports', false],
		['records', true],
	])('is nothing before the first poll, whose round %s', (firstRound, recording) => {
		const read = readMemory('counted', formatWith(firstRound), { stored: undefined, ...now });
		expect(read).toEqual({ ...first, recording });
	});

	it.each<[FirstRound, boolean]>([
		['reports', false],
		['records', true],
	])('is nothing after another event was chosen, whose first round %s', (firstRound, recording) => {
		const read = readMemory('other', formatWith(firstRound), { stored, ...now });
		expect(read).toEqual({ ...first, recording });
	});

	it.each([
		['a newer version', { ...stored, version: 2 }],
		['no version', { ...stored, version: undefined }],
		['other data', { ...stored, data: 'x' }],
		['no credential', { ...stored, credential: undefined }],
		['no flag for recording', { ...stored, recording: 1 }],
		['a number to continue with', { ...stored, next: 1 }],
		['a list', []],
		['text', 'x'],
	])('is unreadable with %s: then the next round only records', (_what, other) => {
		const read = readMemory('counted', format, { stored: other, ...now });
		expect(read).toEqual({ ...first, recording: true });
	});

	it('is kept with another key if one of its customers is still there, and forgotten otherwise', () => {
		const credential = 'new';
		const kept = readMemory('counted', format, { stored, credential, names: ['a', 'b'] });
		expect(kept).toEqual({ ...memory, credential });
		const other = readMemory('counted', format, { stored, credential, names: ['b', 'c'] });
		expect(other).toEqual({ ...first, credential, recording: false });
		const empty = writeMemory('counted', format, { ...memory, customers: new Map() });
		const none = readMemory('counted', format, { stored: empty, credential, names: ['b'] });
		expect(none).toEqual({ ...first, credential, recording: false });
	});
});

/** What the first poll of Subuser Created remembers. */
async function recorded(rows: object[]): Promise<IDataObject | undefined> {
	const send = async ({ query }: Call<unknown>): Promise<unknown> => {
		const offset = Number(query?.['offset']);
		return await Promise.resolve(rows.slice(offset, offset + 500));
	};
	const api = { send } as SendGridApi;
	const apis = { api, listApi: api, timeIsUp: () => false };
	const poll = { ...apis, param: () => null, stored: undefined, credential: 'key', manual: false };
	return (await pollEvent(subuserCreated, poll)).memory;
}

describe('20,000 customers', () => {
	const MEGABYTE = 1_000_000;
	const names = Array.from({ length: 20_000 }, (_, index) => `mail-${index}@customer.example`);
	const ids = names.map((_, index) => `sg${index.toString(16).padStart(32, '0')}`);
	const bytes = (data: unknown): number =>
		Buffer.byteLength(
			JSON.stringify(writeMemory('creditsLow', { ...format, write: () => data }, memory)),
		);

	it('that are all low take less than a megabyte with names of 33 bytes, as do 7,000 with 100', () => {
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
		'that are subusers take less than a megabyte with all kinds of names: %s',
		async (_what, nameOf) => {
			const rows = names.map((_, index) => ({ id: 10_000_000 + index, username: nameOf(index) }));
			const kept = await recorded(rows);
			expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(MEGABYTE);
			expect((kept?.['data'] as unknown[]).length).toBe(40_000);
		},
	);

	it('that are accounts take less than a megabyte, and so do their states', () => {
		expect(bytes(writeKnown(new Map(ids.map((id) => [id, []]))))).toBeLessThan(MEGABYTE);
		expect(bytes(writeStates(new Map(ids.map((id) => [id, 'activated']))))).toBeLessThan(MEGABYTE);
	});
});
