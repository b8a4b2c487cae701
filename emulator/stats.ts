import type { FastifyInstance, FastifyRequest } from 'fastify';
import { timestamp, type Clock } from './clock';
import { refuse } from './errors';
import { needs } from './keys';
import { findSubuser, type SubuserRequest } from './lookup';
import { busyness, DAY_MS, metricsOf, SORTABLE, unitMetrics, type Metrics } from './metrics';
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

function row({ username }: Subuser, busy: number): Row {
	return { name: username, type: 'subuser', metrics: metricsOf(username, busy) };
}

/** Monthly statistics carry a person's name; here it is made from the username. */
function monthlyRow(subuser: Subuser, busy: number): object {
	const [first = '', ...rest] = subuser.username.split(/[-@._ ]/);
	return { first_name: first, last_name: rest.join(' '), ...row(subuser, busy) };
}

/** From `start_date` to `end_date`, today where that is missing. */
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

/** Cuts a period into days, weeks from Monday, or months; the first and last may be shorter. */
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

/** Sorted by a metric, one page of it. SendGrid's page is 5 rows where no limit is given. */
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
	// `subusers` is repeated, up to ten times. An unknown one is refused: assumed.
	app.get('/v3/subusers/stats', needs('subusers.stats.read'), (request) => {
		const names = list(request, 'subusers');
		if (names.length < 1 || names.length > 10) {
			refuse(400, 'subusers must be given, 10 times at most', 'subusers');
		}
		const subusers = names.map(
			(name) => state.subusers.get(name) ?? refuse(400, `no subuser is called ${name}`, 'subusers'),
		);
		const now = clock.now();
		const unit = oneOf(request, 'aggregated_by', ['day', 'week', 'month'], 'day');
		const limit = pageSize(request, { min: 1, fallback: Infinity });
		const offset = integer(request, 'offset', { min: 0, fallback: 0 });
		return splitBy(unit, periodOf(request, now))
			.slice(offset, offset + limit)
			.map(({ firstDay, lastDay }) => {
				const busy = busyness(firstDay, lastDay, now);
				return { date: dayOf(firstDay), stats: subusers.map((subuser) => row(subuser, busy)) };
			});
	});

	app.get('/v3/subusers/stats/sums', needs('subusers.stats.sums.read'), (request) => {
		const { firstDay, lastDay } = periodOf(request, clock.now());
		const busy = busyness(firstDay, lastDay, clock.now());
		const subusers = page(request, state.subusers.list());
		return { date: dayOf(firstDay), stats: subusers.map((subuser) => row(subuser, busy)) };
	});

	// `subuser` searches inside the names, other than the list's `username`.
	app.get('/v3/subusers/stats/monthly', needs('subusers.stats.monthly.read'), (request) => {
		const { firstDay, lastDay } = monthOf(request);
		const busy = busyness(firstDay, lastDay, clock.now());
		const part = text(request, 'subuser')?.toLowerCase() ?? '';
		const found = state.subusers
			.list()
			.filter(({ username }) => username.toLowerCase().includes(part));
		const subusers = page(request, found);
		return { date: dayOf(firstDay), stats: subusers.map((subuser) => monthlyRow(subuser, busy)) };
	});

	app.get<SubuserRequest>(
		'/v3/subusers/:name/stats/monthly',
		needs('subusers.stats.monthly.read'),
		(request) => {
			const subuser = findSubuser(state, request);
			const { firstDay, lastDay } = monthOf(request);
			const busy = busyness(firstDay, lastDay, clock.now());
			const rows = page(request, [subuser]).map((entry) => monthlyRow(entry, busy));
			return { date: dayOf(firstDay), stats: rows };
		},
	);
}
