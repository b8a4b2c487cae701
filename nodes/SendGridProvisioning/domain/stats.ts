import { Refusal } from './refusal';
import { isRecord, describeValue } from './values';

/** SendGrid's answer to a question for statistics: a date, and for each subuser its counts. */
export interface StatsOfDate {
	date: string;
	stats: Array<{ name: string; metrics: Record<string, unknown> } & Record<string, unknown>>;
}

/** One row per date and subuser, its counts flat. */
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
 * The day that a date field names, as YYYY-MM-DD: the one written there, whatever zone follows it.
 * Takes text, and date objects of expressions.
 * @throws Refusal
 */
export function dayFrom(value: unknown, field: string): string {
	const written = typeof value === 'string' ? value.trim() : isoOf(value);
	const day = /^\d{4}-\d{2}-\d{2}(?=$|[T ])/.exec(written)?.[0];
	if (day !== undefined && isCalendarDay(day)) return day;
	throw new Refusal(
		`${field} must be a date, but is ${describeValue(value)}`,
		'Choose a date, or let the expression give one such as 2026-03-31.',
	);
}

const DAY_MS = 86_400_000;

/**
 * Refuses a day later than tomorrow in UTC: SendGrid answers such dates with status 500. Tomorrow is
 * accepted, as it has begun already in time zones east of UTC. `now` is in epoch milliseconds.
 * @see https://github.com/sendgrid/sendgrid-csharp/issues/364
 * @throws Refusal
 */
export function assertNotFuture(day: string, field: string, now: number): void {
	const latest = new Date(now + DAY_MS).toISOString().slice(0, 10);
	if (day <= latest) return;
	throw new Refusal(
		`${field} is ${day}, which lies ahead`,
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

/** Names in groups of as many as one call may ask for. */
export function inGroups(names: string[], size: number): string[][] {
	const groups: string[][] = [];
	for (let from = 0; from < names.length; from += size) groups.push(names.slice(from, from + size));
	return groups;
}

/** Luxon's dates, which n8n's expressions give, and JavaScript's. */
function isoOf(value: unknown): string {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
	if (!isRecord(value) || !('toISODate' in value) || typeof value['toISODate'] !== 'function')
		return '';
	const iso: unknown = (value as { toISODate: () => unknown }).toISODate();
	return typeof iso === 'string' ? iso : '';
}

/** Whether the month has such a day: JavaScript would count 31 February on into March. */
function isCalendarDay(day: string): boolean {
	const date = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
