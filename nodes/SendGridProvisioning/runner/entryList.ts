import type { IExecuteFunctions } from 'n8n-workflow';
import { outcomeOf } from '../domain/outcome';
import { Refusal } from '../domain/refusal';
import { clock } from '../transport/clock';

/**
 * A list of entries that n8n keeps in its database for one node of one workflow. It survives restarts.
 * Each call reads the whole list and writes it back without a lock, so calls must not overlap.
 */
export interface EntryList {
	/** Adds entries at the end, none given twice; returns those that weren't in the list. */
	record(entries: string[]): Promise<Set<string>>;
	remove(entries: string[]): Promise<void>;
	count(): Promise<number>;
	/** Removes the oldest entries until this many are left. */
	trim(kept: number): Promise<void>;
}

/** The same write is repeated this often after an error that another process's write can cause. */
const MAX_REPEATS = 5;
const FIRST_PAUSE_MS = 20;

/** Two first inserts at the same moment, or a database that is locked for a moment. */
const COLLISION = /unique|duplicate|locked|busy|deadlock|serializ/i;

/**
 * The list of the node that runs in this context: what n8n's Remove Duplicates node uses.
 * @throws Refusal, from each of its calls, where n8n couldn't store or read the list
 */
export function entryListOf(context: IExecuteFunctions): EntryList {
	const { helpers } = context;
	const { id } = context.getWorkflow();
	const all = { mode: 'entries' } as const;
	const call = async <T>(work: () => Promise<T>): Promise<T> => {
		if (id === undefined || id === '') throw withoutId();
		for (let repeats = 0; ; repeats += 1) {
			const outcome = await outcomeOf(work);
			if ('value' in outcome) return outcome.value;
			const said = firstLineOf(outcome.error);
			if (repeats >= MAX_REPEATS || !COLLISION.test(said)) throw notStored(said, id);
			await clock.sleep(FIRST_PAUSE_MS * 2 ** repeats * (0.5 + Math.random()));
		}
	};
	return {
		record: async (entries) =>
			await call(async () => {
				const { new: fresh } = await helpers.checkProcessedAndRecord(entries, 'node', all);
				return new Set(fresh.map(String));
			}),
		remove: async (entries) =>
			await call(async () => await helpers.removeProcessed(entries, 'node', all)),
		count: async () => await call(async () => await helpers.getProcessedDataCount('node', all)),
		trim: async (maxEntries) => {
			await call(
				async () => await helpers.checkProcessedAndRecord([], 'node', { ...all, maxEntries }),
			);
		},
	};
}

/** Whether the list has outgrown its column: MySQL and MariaDB have room for 64 KB, about 2,400 entries. */
export function isListTooLong(error: unknown): boolean {
	return error instanceof Refusal && /too long/i.test(error.message);
}

function firstLineOf(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	return message.trim().split('\n')[0] ?? '';
}

const NEXT_WORKFLOW =
	'Run the item in a workflow that is saved in this n8n, or empty Run Once per Key and accept that the item may run twice.';

function withoutId(): Refusal {
	return new Refusal(
		'n8n can’t remember this key, because the workflow isn’t saved; nothing was sent',
		NEXT_WORKFLOW,
	);
}

function notStored(said: string, workflowId: string): Refusal {
	// A workflow whose ID comes from elsewhere, as an inline sub-workflow's can.
	if (/foreign key/i.test(said)) {
		return new Refusal(
			`n8n can’t remember this key, because it has no workflow with the ID ${workflowId}; nothing was sent`,
			`${NEXT_WORKFLOW} If this is a sub-workflow given as JSON, remove the ID from the JSON.`,
		);
	}
	return new Refusal(
		`n8n couldn’t store this key in its database: ${said}; nothing was sent`,
		'Check n8n’s log and its database, then run the item again.',
	);
}
