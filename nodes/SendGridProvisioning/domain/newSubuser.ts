import { Refusal, Unconfirmed } from './refusal';

/**
 * Compares a new subuser, as SendGrid answered it, with the one that was asked for. A region that
 * SendGrid leaves out isn't compared, and usernames are the same in upper and lower case.
 * @throws Unconfirmed
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

/**
 * Refuses to create a subuser that was looked up by its name and found. A name that someone else's
 * subuser has can't be seen.
 * @throws Refusal
 */
export function assertNameFree(found: object | undefined): void {
	if (found === undefined) return;
	throw new Refusal(
		'A subuser with this username exists already',
		'Choose another username. To change the subuser that has this one, use its update operations.',
	);
}
