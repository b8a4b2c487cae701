import { Refusal, Unconfirmed } from './refusal';

/** A field of a subuser that was, or would be, brought in line. */
export type FieldChange =
	| { field: 'status' | 'email'; from: string; to: string }
	| { field: 'ips'; from: string[]; to: string[] };

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

/**
 * Refuses a subuser that exists in another region than the wanted one: it can't be moved. A region
 * that SendGrid leaves out isn't compared.
 * @throws Refusal
 */
export function assertInRegion(region: string, present: unknown): void {
	if (typeof present !== 'string' || present === region) return;
	throw new Refusal(
		`The subuser exists in region ${present}, not in ${region}`,
		'Set Region to the subuser’s own, or choose another username. A subuser’s region can’t be changed.',
	);
}

/** Checks the email address of a subuser after its change. @throws Unconfirmed */
export function assertEmailConfirmed(wanted: string, answered: string): void {
	if (isSameEmail(wanted, answered)) return;
	throw new Unconfirmed(
		`SendGrid shows the email address ${answered} instead of ${wanted}; the change may have been applied`,
		'Look at the subuser in SendGrid. The new address may have to be confirmed by email first.',
	);
}

/** Whether two email addresses are the same, ignoring case. */
export function isSameEmail(one: string, other: string): boolean {
	return one.toLowerCase() === other.toLowerCase();
}
