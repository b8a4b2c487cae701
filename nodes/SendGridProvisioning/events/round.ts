import { attempt } from '../domain/attempt';
import type { Subject } from '../transport/call';
import { SendGridError, ranOutOfTime, wasUnknown } from '../transport/failure';
import { workInLanes } from '../transport/parallel';

/** Fewer than a workflow's own requests may be: a poll works in the background. */
const LANES = 20;

/** A round through all customers, which may take several polls. */
export interface RoundPlan<Value> {
	/** Who stands in SendGrid's list. */
	listed: string[];
	/** Who is remembered from earlier polls: the list may lack somebody for a moment. */
	remembered: string[];
	/** Where it goes on; at the beginning where undefined. */
	from: string | undefined;
	/** What errors call one of them. */
	subject: (name: string) => Subject;
	read: (name: string) => Promise<Value>;
}

/** How far a poll came. */
export interface Round<Value> {
	/** In order of the names; one that is neither listed nor known to SendGrid has no value. */
	seen: Array<{ name: string; value: Value | undefined }>;
	/** How many were asked about. */
	read: number;
	/** Where the next poll goes on; undefined if the round has ended. */
	next: string | undefined;
	total: number;
}

export type RoundReader = <Value>(plan: RoundPlan<Value>) => Promise<Round<Value>>;

/** One customer could not be asked about, and so the poll has failed. */
export class ReadFailed extends Error {
	override readonly name = 'ReadFailed';
	constructor(
		readonly subject: Subject,
		override readonly cause: unknown,
	) {
		super();
	}
}

/**
 * Asks about the customers side by side, until all have been asked or time is up. It goes by the
 * order of the names, so that customers who come or go between polls make nobody be left out.
 * Somebody who is listed and unknown at once may be about to go: nothing is said about them.
 * @throws ReadFailed, or SendGridError where time was up before anything was read
 */
export async function readRound<Value>(
	plan: RoundPlan<Value>,
	timeIsUp: () => boolean,
): Promise<Round<Value>> {
	const { from, subject, read } = plan;
	const listed = new Set(plan.listed);
	const all = [...new Set([...listed, ...plan.remembered])].sort(byCodeUnits);
	const due = from === undefined ? all : all.filter((name) => byCodeUnits(name, from) >= 0);
	const values = new Map<string, Value | undefined>();
	const skipped = new Map<string, unknown>();
	let failed: ReadFailed | undefined;
	let outOfTime: SendGridError | undefined;
	const work = async (index: number): Promise<void> => {
		const name = due[index] ?? '';
		const outcome = await attempt(async () => await read(name));
		if ('value' in outcome) values.set(name, outcome.value);
		else if (ranOutOfTime(outcome.error)) outOfTime = outcome.error;
		else if (!wasUnknown(outcome.error)) failed ??= new ReadFailed(subject(name), outcome.error);
		else if (listed.has(name)) skipped.set(name, outcome.error);
		else values.set(name, undefined);
	};
	const stopped = (): boolean => failed !== undefined || outOfTime !== undefined || timeIsUp();
	await workInLanes({ count: due.length, limit: LANES, laneOf: String, work, stopped });

	if (failed !== undefined) throw failed;
	if (values.size === 0 && due.length > 0) {
		for (const [name, error] of skipped) throw new ReadFailed(subject(name), error);
		throw outOfTime ?? new SendGridError({ kind: 'cancelled' });
	}
	const seen = due
		.filter((name) => values.has(name))
		.map((name) => ({ name, value: values.get(name) }));
	const next = due.find((name) => !values.has(name) && !skipped.has(name));
	return { seen, read: values.size + skipped.size, next, total: all.length };
}

/** The same order everywhere, whatever n8n's language. */
function byCodeUnits(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
