import type { FastifyInstance, FastifyRequest } from 'fastify';
import { timestamp, type Clock } from './clock';
import { refuse } from './errors';
import { needs } from './keys';
import { findSubuser, type SubuserRequest } from './lookup';
import { activityIn, DAY_MS, metricsOf, SORTABLE, unitMetrics, type Metrics } from './metrics';
import { date, integer, list, oneOf, pageSize, text } from './parameters';
import type { EmulatorState, Subuser } from './state';

interface Row {
	name: string;
	type: 'subuser';
	metrics: Metrics;
}

interface Period {
	firstDay: number;
	lastDay: number;
}

const dayOf = (epochMs: number): string => timestamp(epochMs).slice(0, 10);

function row({ username }: Subuser, activity: number): Row {
	return { name: username, type: 'subuser', metrics: metricsOf(username, activity) };
}

/** Monthly statistics include a first and last name; these come from the username. */
function monthlyRow(subuser: Subuser, activity: number): object {
	const [first = '', ...rest] = subuser.username.split(/[-@._ ]/);
	return { first_name: first, last_name: rest.join(' '), ...row(subuser, activity) };
}

/** Reads `start_date` and `end_date`, which defaults to today. */
function periodOf(request: FastifyRequest, now: number): Period {
	const firstDay = date(request, 'start_date');
	const lastDay = date(request, 'end_date', Math.max(firstDay, now));
	if (lastDay < firstDay) refuse(400, 'end_date is before start_date', 'end_date');
	return { firstDay, lastDay };
}

function monthOf(request: FastifyRequest): Period {
	const day = new Date(date(request, 'date'));
	const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()];
	return { firstDay: Date.UTC(year, month, 1), lastDay: Date.UTC(year, month + 1, 0) };
}

/** Splits a period into days, weeks from Monday, or months; the first and last may be shorter. */
function splitBy(unit: 'day' | 'week' | 'month', { firstDay, lastDay }: Period): Period[] {
	const parts: Period[] = [];
	for (let start = firstDay; start <= lastDay;) {
		const day = new Date(start);
		let next = start + DAY_MS;
		if (unit === 'week') next = start + ((8 - day.getUTCDay()) % 7 || 7) * DAY_MS;
		if (unit === 'month') next = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1);
		parts.push({ firstDay: start, lastDay: Math.min(next - DAY_MS, lastDay) });
		start = next;
	}
	return parts;
}

/** Sorts by a metric and returns one page; SendGrid's default is 5 rows. */
function page(request: FastifyRequest, subusers: Subuser[]): Subuser[] {
	const metric = oneOf(request, 'sort_by_metric', SORTABLE, 'delivered');
	const direction = oneOf(request, 'sort_by_direction', ['desc', 'asc'], 'desc');
	const limit = pageSize(request, { min: 1, fallback: 5 });
	const offset = integer(request, 'offset', { min: 0, fallback: 0 });
	const sign = direction === 'asc' ? 1 : -1;
	return subusers
		.map((subuser) => ({ subuser, value: unitMetrics(subuser.username)[metric] }))
		.sort((a, b) => sign * (a.value - b.value))
		.slice(offset, offset + limit)
		.map(({ subuser }) => subuser);
}

/** https://www.twilio.com/docs/sendgrid/api-reference/subusers-api */
export function statsRoutes(app: FastifyInstance, state: EmulatorState, clock: Clock): void {
	// `subusers` can be repeated up to ten times. Assumed: an unknown one is refused.
	app.get('/v3/subusers/stats', needs('subusers.stats.read'), (request) => {
		const names = list(request, 'subusers');
		if (names.length < 1 || names.length > 10) {
			refuse(400, 'subusers is required, at most 10 times', 'subusers');
		}
		const subusers = names.map(
			(name) =>
				state.subusers.get(name) ?? refuse(400, `there is no subuser named ${name}`, 'subusers'),
		);
		const now = clock.now();
		const unit = oneOf(request, 'aggregated_by', ['day', 'week', 'month'], 'day');
		const limit = pageSize(request, { min: 1, fallback: Infinity });
		const offset = integer(request, 'offset', { min: 0, fallback: 0 });
		return splitBy(unit, periodOf(request, now))
			.slice(offset, offset + limit)
			.map(({ firstDay, lastDay }) => {
				const activity = activityIn(firstDay, lastDay, now);
				return { date: dayOf(firstDay), stats: subusers.map((subuser) => row(subuser, activity)) };
			});
	});

	app.get('/v3/subusers/stats/sums', needs('subusers.stats.sums.read'), (request) => {
		const { firstDay, lastDay } = periodOf(request, clock.now());
		const activity = activityIn(firstDay, lastDay, clock.now());
		const subusers = page(request, state.subusers.list());
		return { date: dayOf(firstDay), stats: subusers.map((subuser) => row(subuser, activity)) };
	});

	// `subuser` matches any part of a name; in the list of subusers, `username` matches only its start.
	app.get('/v3/subusers/stats/monthly', needs('subusers.stats.monthly.read'), (request) => {
		const { firstDay, lastDay } = monthOf(request);
		const activity = activityIn(firstDay, lastDay, clock.now());
		const part = text(request, 'subuser')?.toLowerCase() ?? '';
		const found = state.subusers
			.list()
			.filter(({ username }) => username.toLowerCase().includes(part));
		const subusers = page(request, found);
		return {
			date: dayOf(firstDay),
			stats: subusers.map((subuser) => monthlyRow(subuser, activity)),
		};
	});

	app.get<SubuserRequest>(
		'/v3/subusers/:name/stats/monthly',
		needs('subusers.stats.monthly.read'),
		(request) => {
			const subuser = findSubuser(state, request);
			const { firstDay, lastDay } = monthOf(request);
			const activity = activityIn(firstDay, lastDay, clock.now());
			const rows = page(request, [subuser]).map((entry) => monthlyRow(entry, activity));
			return { date: dayOf(firstDay), stats: rows };
		},
	);
}
