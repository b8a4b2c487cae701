import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from './clock';
import { bodyObject, refuse } from './errors';
import { needs } from './keys';
import type { SubuserRequest } from './lookup';
import type { Credits, EmulatorState, ResetFrequency, Subuser } from './state';

const FREQUENCIES: readonly ResetFrequency[] = ['monthly', 'weekly', 'daily'];

/** Credits without a limit, which a new subuser has: all fields but the type are null. */
export function unlimitedCredits(): Credits {
	return {
		type: 'unlimited',
		reset_frequency: null,
		remain: null,
		total: null,
		used: null,
		nextResetAt: null,
	};
}

/** Credits without a reset, of which SendGrid shows only the remaining number. */
export function nonrecurringCredits(remain: number): Credits {
	return { ...unlimitedCredits(), type: 'nonrecurring', remain };
}

/** Credits that return to `total` at every reset; `now` is the emulator's time. */
export function recurringCredits(total: number, frequency: ResetFrequency, now: number): Credits {
	return {
		type: 'recurring',
		reset_frequency: frequency,
		remain: total,
		total,
		used: 0,
		nextResetAt: nextReset(frequency, now),
	};
}

/** The next UTC midnight that starts a month, a week (on Monday), or a day; assumed, not published. */
export function nextReset(frequency: ResetFrequency, now: number): number {
	const day = new Date(now);
	const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()];
	if (frequency === 'monthly') return Date.UTC(year, month + 1, 1);
	const daysAhead = frequency === 'weekly' ? (8 - day.getUTCDay()) % 7 || 7 : 1;
	return Date.UTC(year, month, date + daysAhead);
}

/** A subuser's credits at this time, after any reset that is due. */
export function currentCredits(subuser: Subuser, now: number): Credits {
	const { credits } = subuser;
	if (
		credits.nextResetAt !== null &&
		credits.reset_frequency !== null &&
		now >= credits.nextResetAt
	) {
		subuser.credits = recurringCredits(credits.total ?? 0, credits.reset_frequency, now);
	}
	return subuser.credits;
}

/** Uses up credits as sending email would, down to 0. */
export function spendCredits(subuser: Subuser, count: number, now: number): void {
	const credits = currentCredits(subuser, now);
	if (credits.remain === null) return;
	const spent = Math.min(count, credits.remain);
	credits.remain -= spent;
	if (credits.used !== null) credits.used += spent;
}

/**
 * Reads the credits from the body of a PUT. SendGrid publishes which keys a type must not have.
 * Assumed: which keys it must have, and all messages but the one for an unknown type.
 * https://www.twilio.com/docs/sendgrid/api-reference/subusers-api
 */
export function readCredits(body: Record<string, unknown>, now: number): Credits {
	const { type, total, reset_frequency: frequency } = body;
	if (type !== 'unlimited' && type !== 'recurring' && type !== 'nonrecurring') {
		refuse(400, 'type must be unlimited, recurring, or nonrecurring', 'type');
	}
	if (type !== 'recurring' && frequency !== undefined) {
		refuse(400, `${type} credits have no reset frequency`, 'reset_frequency');
	}
	if (type === 'unlimited') {
		if (total !== undefined) refuse(400, 'unlimited credits have no total', 'total');
		return unlimitedCredits();
	}
	if (typeof total !== 'number' || !Number.isInteger(total) || total < 1) {
		refuse(400, 'total must be an integer of at least 1', 'total');
	}
	if (type === 'nonrecurring') return nonrecurringCredits(total);
	const known = FREQUENCIES.find((word) => word === frequency);
	if (!known) refuse(400, 'reset_frequency must be monthly, weekly, or daily', 'reset_frequency');
	return recurringCredits(total, known, now);
}

function adjustRemaining(credits: Credits, update: number): void {
	// SendGrid doesn't document this for unlimited credits; a refusal makes the attempt visible.
	if (credits.remain === null) refuse(400, 'unlimited credits cannot be adjusted');
	credits.remain = Math.max(0, credits.remain + update);
}

function responseOf({ type, reset_frequency, remain, total, used }: Credits): object {
	return { type, reset_frequency, remain, total, used };
}

/** https://www.twilio.com/docs/sendgrid/api-reference/subusers-api */
export function creditRoutes(app: FastifyInstance, state: EmulatorState, clock: Clock): void {
	// Here SendGrid answers 400 for an unknown subuser.
	const find = (request: FastifyRequest<SubuserRequest>): Subuser =>
		state.subusers.get(request.params.name) ?? refuse(400, 'no user found by this name');

	app.get<SubuserRequest>('/v3/subusers/:name/credits', needs('subusers.credits.read'), (request) =>
		responseOf(currentCredits(find(request), clock.now())),
	);

	// Setting a limit also resets the credits: none count as used afterward.
	app.put<SubuserRequest>(
		'/v3/subusers/:name/credits',
		needs('subusers.credits.update'),
		(request) => {
			const subuser = find(request);
			subuser.credits = readCredits(bodyObject(request.body), clock.now());
			return responseOf(subuser.credits);
		},
	);

	// Changes what remains, down to 0. Assumed: `total` and `used` don't change.
	app.patch<SubuserRequest>(
		'/v3/subusers/:name/credits/remaining',
		needs('subusers.credits.remaining.update'),
		(request) => {
			const credits = currentCredits(find(request), clock.now());
			const { allocation_update: update } = bodyObject(request.body);
			if (typeof update !== 'number' || !Number.isInteger(update)) {
				refuse(400, 'allocation_update must be an integer', 'allocation_update');
			}
			adjustRemaining(credits, update);
			return responseOf(credits);
		},
	);
}
