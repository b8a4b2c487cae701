import { Unconfirmed } from './refusal';

/**
 * Checks that SendGrid created the requested subuser. A region that SendGrid leaves out isn't
 * compared, and the case of usernames is ignored.
 * @throws Unconfirmed if it didn't
 */
export function assertSubuserConfirmed(
	{ username, region }: { username: string; region: string },
	answered: Record<string, unknown>,
): void {
	const isNamed = String(answered['username']).toLowerCase() === username.toLowerCase();
	const isInRegion = answered['region'] === undefined || answered['region'] === region;
	if (isNamed && isInRegion) return;
	const received = { username: answered['username'], region: answered['region'] };
	throw new Unconfirmed(
		`SendGrid’s response doesn’t match the request. Sent: ${JSON.stringify({ username, region })}. Received: ${JSON.stringify(received)}; a subuser may have been created`,
		'Look for both usernames with Get many subusers before you run the item again.',
	);
}
