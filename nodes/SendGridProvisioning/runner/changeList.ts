import { outcomeOf } from '../domain/outcome';
import { assertNotOverwritten } from '../domain/overwrites';
import type { ListStep } from '../domain/overwrites';
import { Unchecked } from '../domain/refusal';
import type { Call } from '../transport/call';
import type { SendGridApi } from '../transport/client';
import { SendGridError } from '../transport/errors/failure';
import type { Confirm, OperationContext } from './operation';

/** How an item changes a list of a customer's that SendGrid only replaces whole. */
export interface ListChange<List> {
	/** Reads the list. */
	read: (api: SendGridApi) => Promise<List>;
	/**
	 * Decides what the list should be, after reading it. `earlier` is the list before an earlier attempt
	 * that may have been applied.
	 * @throws Refusal
	 */
	decide: (read: () => Promise<List>, earlier: List | undefined) => Promise<ListStep<List>>;
	/** The names of the entries that differ. */
	changed: (step: ListStep<List>) => string[];
	/** Replaces the list. */
	put: (list: List) => Call<List>;
	/** Checks SendGrid's answer. @throws Unconfirmed */
	assertConfirmed: (sent: List, answered: List) => void;
	/** What is missing of the change, in words, by name. */
	undone: (step: ListStep<List>, now: List) => Map<string, string>;
}

/** What came of it. */
export interface ChangedList<List> extends ListStep<List> {
	/** Whether a request was sent, or would be in a dry run. */
	changed: boolean;
	/** The list as SendGrid answered it; in a dry run, as it would be. */
	list: List;
	confirm?: Confirm;
}

/**
 * Reads, decides, and replaces the list if something differs. When the request is sent, or sent again,
 * what it relies on is at most two seconds old, unless SendGrid takes longer to return the list.
 * @throws Refusal, SendGridError, or Unconfirmed
 */
export async function changeList<List>(
	{ api, ownWrites }: Pick<OperationContext, 'api' | 'ownWrites'>,
	change: ListChange<List>,
	{ dryRun, confirmAfterMs }: { dryRun: boolean; confirmAfterMs: number },
): Promise<ChangedList<List>> {
	const decide = async (earlier?: List): Promise<ListStep<List> & { readAt: number }> => {
		const { timedApi, firstSentAt } = timed(api);
		const decided = await change.decide(async () => await change.read(timedApi), earlier);
		return { ...decided, readAt: firstSentAt() };
	};
	let step = await decide();
	// As it was before the first attempt that may have been applied.
	let { before } = step;
	const call = (): Call<List> => {
		ownWrites.note(change.changed(step));
		return { ...change.put(step.after), basis: { readAt: step.readAt, decideAgain } };
	};
	const decideAgain = async (
		mayBeApplied: boolean,
	): Promise<{ call: Call<List> } | { result: List }> => {
		step = await decide(mayBeApplied ? before : undefined);
		// What may have been applied is sent again anyway, so that SendGrid's answer settles it.
		if (mayBeApplied) return { call: call() };
		before = step.before;
		return change.changed(step).length > 0 ? { call: call() } : { result: step.before };
	};

	const differs = change.changed(step).length > 0;
	if (dryRun || !differs) return { ...step, changed: differs, list: differs ? step.after : before };

	const list = await api.send(call());
	change.assertConfirmed(step.after, list);
	const whole = { before, after: step.after };
	const changed = change.changed(whole).length > 0;
	const confirms = changed && confirmAfterMs > 0;
	return {
		...whole,
		changed,
		list,
		...(confirms && {
			confirm: confirmLater({ api, ownWrites, change, step: whole, confirmAfterMs }),
		}),
	};
}

/** Begins to watch this process's own writes: to be called before another item may write. */
function confirmLater<List>({
	api,
	ownWrites,
	change,
	step,
	confirmAfterMs,
}: Pick<OperationContext, 'api' | 'ownWrites'> & {
	change: ListChange<List>;
	step: ListStep<List>;
	confirmAfterMs: number;
}): Confirm {
	const later = ownWrites.watch();
	return async (wait) => {
		const read = await outcomeOf(async () => {
			if (!(await wait(confirmAfterMs))) throw new SendGridError({ kind: 'cancelled' });
			return await change.read(api);
		});
		later.end();
		if ('error' in read) throw new Unchecked(read.error);
		assertNotOverwritten(change.undone(step, read.value), later.names);
	};
}

/** An api that notes when the first of its answered requests was sent. */
function timed(api: SendGridApi): { timedApi: SendGridApi; firstSentAt: () => number } {
	let first = Infinity;
	const noting = <Result>(call: Call<Result>): Call<Result> => ({
		...call,
		read: (body, location, sentAt) => {
			const result = call.read(body, location, sentAt);
			if (result !== undefined) first = Math.min(first, sentAt);
			return result;
		},
	});
	const timedApi: SendGridApi = {
		send: async (call) => await api.send(noting(call)),
		trySend: async (call) => await api.trySend(noting(call)),
	};
	return { timedApi, firstSentAt: () => first };
}
