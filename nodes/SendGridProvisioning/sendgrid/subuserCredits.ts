import type { Credits, CreditsRequest } from '../domain/credits';
import { path } from '../transport/call';
import type { Call } from '../transport/call';
import { CREDITS_HINTS } from './fieldHints';
import { numberOrNull, recordWith } from './shapes';

/**
 * The credits of a subuser. For an unknown subuser, SendGrid returns 400, not 404.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/get-credits-for-subuser
 */
export function getCredits(username: string): Call<Credits> {
	return {
		method: 'GET',
		path: path`/v3/subusers/${username}/credits`,
		repeatable: true,
		needs: { scope: 'subusers.credits.read' },
		read: creditsFrom,
	};
}

/**
 * Sets a subuser's credits and resets them: used credits count as unused again. Sending it twice
 * has the same result as once, unless the subuser sends email in between.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/update-credits-for-subuser
 */
export function putCredits(username: string, body: CreditsRequest): Call<Credits> {
	return {
		method: 'PUT',
		path: path`/v3/subusers/${username}/credits`,
		body,
		fieldHints: CREDITS_HINTS,
		repeatable: true,
		needs: { scope: 'subusers.credits.update' },
		ifInDoubt: {
			message: 'the change may have been applied',
			nextStep:
				'Get the subuser’s credits before you run the item again: nonrecurring and refilled credits would be reset a second time.',
		},
		read: creditsFrom,
	};
}

/**
 * Recurring credits must have their settings: a missing one would look changed, and cause a refill.
 */
function creditsFrom(body: unknown): Credits | undefined {
	const credits = recordWith(body, 'type');
	if (credits === undefined) return undefined;
	const [remain, total, used] = ['remain', 'total', 'used'].map((key) =>
		numberOrNull(credits[key]),
	);
	if (remain === undefined || total === undefined || used === undefined) return undefined;
	const resetFrequency = credits['reset_frequency'] ?? null;
	if (resetFrequency !== null && typeof resetFrequency !== 'string') return undefined;
	if (credits.type === 'recurring' && (total === null || resetFrequency === null)) return undefined;
	return { type: credits.type, reset_frequency: resetFrequency, remain, total, used };
}

/**
 * Adds remaining credits, or removes some. Sending it twice adjusts them twice.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/subusers-api/update-remaining-credits-for-subuser
 */
export function patchRemaining(username: string, adjustment: number): Call<Credits> {
	return {
		method: 'PATCH',
		path: path`/v3/subusers/${username}/credits/remaining`,
		body: { allocation_update: adjustment },
		repeatable: false,
		needs: { scope: 'subusers.credits.remaining.update' },
		ifInDoubt: {
			message: 'the change may have been applied',
			nextStep:
				'Get the subuser’s credits and compare what remains: running the item again would adjust them a second time.',
		},
		read: creditsFrom,
	};
}
