/** The counts in SendGrid's statistics. */
export const METRICS = [
	'blocks',
	'bounce_drops',
	'bounces',
	'clicks',
	'deferred',
	'delivered',
	'invalid_emails',
	'opens',
	'processed',
	'requests',
	'spam_report_drops',
	'spam_reports',
	'unique_clicks',
	'unique_opens',
	'unsubscribe_drops',
	'unsubscribes',
] as const;
export type Metric = (typeof METRICS)[number];
export type Metrics = Record<Metric, number>;

/** The metrics that statistics can be sorted by, as SendGrid publishes them. */
export const SORTABLE = [
	'blocks',
	'bounces',
	'clicks',
	'delivered',
	'opens',
	'requests',
	'unique_clicks',
	'unique_opens',
	'unsubscribes',
] as const satisfies readonly Metric[];

export const DAY_MS = 86_400_000;

/** Activity of each weekday, Sunday first. */
const WEEKDAYS = [3, 10, 12, 11, 10, 9, 4];

/** A 32-bit hash, for generated data that is the same at each start. */
export function hashOf(text: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) {
		hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	}
	// Without this, the low bits of short texts hardly vary.
	hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
	return (hash ^ (hash >>> 12)) >>> 0;
}

/** Activity from the first to the last day, both included, but not after `now`; all in epoch ms. */
export function activityIn(firstDay: number, lastDay: number, now: number): number {
	let sum = 0;
	for (let day = firstDay; day <= Math.min(lastDay, now); day += DAY_MS) {
		sum += WEEKDAYS[new Date(day).getUTCDay()] ?? 0;
	}
	return sum;
}

/** A subuser's counts per unit of activity, generated from its name. */
export function unitMetrics(username: string): Metrics {
	const hash = hashOf(username);
	const delivered = 10 + (hash % 400);
	const bounces = hash % 7;
	const blocks = (hash >>> 3) % 3;
	const processed = delivered + bounces + blocks;
	const bounceDrops = (hash >>> 5) % 4;
	const spamReportDrops = (hash >>> 7) % 2;
	const unsubscribeDrops = (hash >>> 9) % 5;
	const invalidEmails = (hash >>> 11) % 3;
	const uniqueOpens = Math.floor(delivered / 4);
	const uniqueClicks = Math.floor(delivered / 20);
	return {
		blocks,
		bounce_drops: bounceDrops,
		bounces,
		clicks: uniqueClicks + Math.floor(delivered / 50),
		deferred: (hash >>> 13) % 6,
		delivered,
		invalid_emails: invalidEmails,
		opens: uniqueOpens + Math.floor(delivered / 10),
		processed,
		requests: processed + bounceDrops + spamReportDrops + unsubscribeDrops + invalidEmails,
		spam_report_drops: spamReportDrops,
		spam_reports: (hash >>> 15) % 2,
		unique_clicks: uniqueClicks,
		unique_opens: uniqueOpens,
		unsubscribe_drops: unsubscribeDrops,
		unsubscribes: (hash >>> 17) % 3,
	};
}

/** A subuser's counts, proportional to the activity, so that the days of a month add up. */
export function metricsOf(username: string, activity: number): Metrics {
	const unit = unitMetrics(username);
	return Object.fromEntries(METRICS.map((name) => [name, unit[name] * activity])) as Metrics;
}
