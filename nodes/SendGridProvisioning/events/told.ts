import type { ReadFailed } from './round';

const DAY_MS = 86_400_000;

/** When a trigger's user was last told of a customer, by trigger and name. */
const told = new Map<string, Map<string, number>>();

/** Those of whom this trigger's user was not told within a day; from now on they count as told. */
export function untold(trigger: string, unread: ReadFailed[], nowMs: number): ReadFailed[] {
	const before = told.get(trigger) ?? new Map<string, number>();
	for (const [name, at] of before) if (nowMs - at >= DAY_MS) before.delete(name);
	const due = unread.filter(({ subject }) => !before.has(subject.value));
	for (const { subject } of due) before.set(subject.value, nowMs);
	if (before.size === 0) told.delete(trigger);
	else told.set(trigger, before);
	return due;
}
