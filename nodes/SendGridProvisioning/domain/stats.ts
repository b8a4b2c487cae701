import { Refusal } from './refusal';
import { isRecord, butIs } from './values';

/** SendGrid's stats under one date: the metrics of each subuser. */
export interface StatsOfDate {
	date: string;
	stats: Array<{ name: string; metrics: Record<string, unknown> } & Record<string, unknown>>;
}

/** Flattens stats to one row per date and subuser. */
export function statsRows(answers: StatsOfDate[]): Array<Record<string, unknown>> {
	return answers.flatMap(({ date, stats }) =>
		stats.map(({ name, metrics, ...rest }) => ({
			date,
			username: name,
			...rest,
			...metrics,
		})),
	);
}

/**
 * Reads the day of a date field, as YYYY-MM-DD. The value can be text, or a date object from an
 * expression. Only its calendar day counts: time and time zone are ignored.
 * @throws Refusal if it isn't a date
 */
export function dayFrom(value: unknown, field: string): string {
	const written = typeof value === 'string' ? value.trim() : isoOf(value);
	const day = /^\d{4}-\d{2}-\d{2}(?=$|[T ])/.exec(written)?.[0];
	if (day !== undefined && isCalendarDay(day)) return day;
	throw new Refusal(
		`${field} must be a date, ${butIs(value)}`,
		'Choose a date, or let the expression return one such as 2026-03-31.',
	);
}

const DAY_MS = 86_400_000;

/**
 * Refuses a day later than tomorrow in UTC, for which SendGrid returns status 500. Tomorrow is
 * allowed, because it has already begun in time zones east of UTC. `now` is in epoch milliseconds.
 * @see https://github.com/sendgrid/sendgrid-csharp/issues/364
 * @throws Refusal
 */
export function assertNotFuture(day: string, field: string, now: number): void {
	const latest = new Date(now + DAY_MS).toISOString().slice(0, 10);
	if (day <= latest) return;
	throw new Refusal(
		`${field} is ${day}, which is in the future`,
		`Choose a date up to ${latest}: SendGrid has no stats for later days.`,
	);
}

/** @throws Refusal for a last day before the first */
export function assertInOrder(startDate: string, endDate: string | undefined): void {
	if (endDate === undefined || endDate >= startDate) return;
	throw new Refusal(
		`End Date ${endDate} is before Start Date ${startDate}`,
		'Choose an End Date on or after the Start Date, or leave End Date empty for today.',
	);
}

/** Splits names into groups of at most `size`. */
export function inGroups(names: string[], size: number): string[][] {
	const groups: string[][] = [];
	for (let from = 0; from < names.length; from += size) groups.push(names.slice(from, from + size));
	return groups;
}

/** Formats a date of Luxon, which n8n's expressions use, or of JavaScript; '' for anything else. */
function isoOf(value: unknown): string {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
	if (!isRecord(value) || !('toISODate' in value) || typeof value['toISODate'] !== 'function')
		return '';
	const iso: unknown = (value as { toISODate: () => unknown }).toISODate();
	return typeof iso === 'string' ? iso : '';
}

/** Whether the month has such a day: JavaScript turns February 31 into a day in March. */
function isCalendarDay(day: string): boolean {
	const date = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
