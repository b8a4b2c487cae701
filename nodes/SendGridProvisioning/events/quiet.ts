import type { IDataObject } from 'n8n-workflow';

/** What the last poll of a trigger without items has left, and what was stored when it began. */
const quiet = new Map<string, { stored: string; left: IDataObject }>();

/**
 * What a trigger knows: what is stored, or what a poll without items has made of just that. n8n keeps
 * what a poll leaves if the poll gave items; else it forgets it at the next start, and n8n 2's
 * scheduler, which reads what is stored for each poll, at once. Rounds of several polls would never
 * end then.
 */
export function knownTo(trigger: string, stored: unknown): unknown {
	const last = quiet.get(trigger);
	return last !== undefined && last.stored === written(stored) ? last.left : stored;
}

/**
 * Keeps what a poll has left, if it gave no items: those could be lost on their way, and what tells
 * that they were reported with them.
 */
export function keepQuiet(
	trigger: string,
	{
		items,
		remember,
		stored,
	}: { items: unknown[]; remember: IDataObject | undefined; stored: unknown },
): void {
	if (items.length > 0) quiet.delete(trigger);
	else if (remember !== undefined) quiet.set(trigger, { stored: written(stored), left: remember });
}

function written(stored: unknown): string {
	return JSON.stringify(stored ?? null);
}
