import { outcomeOf } from '../domain/outcome';
import { Refusal, assertSubuserKnown } from '../domain/refusal';
import type { SendGridApi } from '../transport/client';
import { wasDenied, wasTooNew } from '../transport/errors/failure';
import { subuserNamed } from './subuserPages';
import { getUsername } from './users';

/** Who acts for which subuser. `cached` loads a value once per run and credential. */
export interface Acting {
	api: SendGridApi;
	target: string;
	cached: (key: string, load: () => Promise<void>) => Promise<void>;
}

/**
 * Proves, once per run, that calls on behalf of the item's subuser act for it. If SendGrid or a
 * gateway ignored the header, they would act for the API key's own account, without an error.
 * Needed before a write, and before a read whose response doesn't name the subuser.
 * @throws Refusal if they act for someone else, or SendGridError
 */
export async function assertActsFor({ api, target, cached }: Acting): Promise<void> {
	await cached(`acts for ${target.toLowerCase()}`, async () => {
		const username = await usernameFor(api, target);
		if (isSameUser(username, target)) return;
		throw new Refusal(
			`SendGrid answered for “${username}” instead of this subuser, so the item was stopped before it changed anything on the subuser’s behalf`,
			'Check that no proxy or gateway removes the header On-Behalf-Of, and that the subuser belongs to the SendGrid account of the credential.',
		);
	});
}

/**
 * Returns the user that SendGrid acts for. It doesn't document how it refuses to act for an unknown
 * subuser, so after a refusal the subuser is looked up.
 */
async function usernameFor(api: SendGridApi, target: string): Promise<string> {
	const read = await outcomeOf(async () => await api.send(getUsername(target)));
	if ('value' in read) return read.value;
	if (wasDenied(read.error) && !wasTooNew(read.error)) {
		const found = await outcomeOf(async () => await subuserNamed(api, target));
		if ('value' in found) assertSubuserKnown(found.value);
	}
	throw read.error;
}

/** Checks that a response that names a user is about the item's subuser. @throws Refusal */
export function assertIsOf(target: string, username: unknown): void {
	if (typeof username === 'string' && isSameUser(username, target)) return;
	throw new Refusal(
		`SendGrid’s response is about “${String(username)}” instead of this subuser`,
		'Check that no proxy or gateway removes the header On-Behalf-Of, and that the subuser belongs to the SendGrid account of the credential.',
	);
}

/** SendGrid ignores the case of usernames. */
function isSameUser(one: string, other: string): boolean {
	return one.toLowerCase() === other.toLowerCase();
}
