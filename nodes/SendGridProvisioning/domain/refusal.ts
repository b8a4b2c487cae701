/** An error that says what happened (`message`) and what to do next (`description`). */
abstract class Explained extends Error {
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
	}
}

/** The input, or its effect, isn't acceptable. Thrown before anything is changed in SendGrid. */
export class Refusal extends Explained {
	override readonly name = 'Refusal';
}

/** SendGrid's response doesn't match the request. */
export class Unconfirmed extends Explained {
	override readonly name = 'Unconfirmed';
}

/** The change was made, and undone again by another process that replaced the whole list. */
export class Overwritten extends Explained {
	override readonly name = 'Overwritten';
}

/** The change was made, but a later look at it failed; `reason` is what it threw. */
export class Unchecked extends Error {
	override readonly name = 'Unchecked';
	constructor(readonly reason: unknown) {
		super('Unchecked');
	}
}

/**
 * Checks a deletion whose retry was answered “not found”, which can also mean that the address is
 * wrong. `found` is the customer, if a lookup found it.
 * @throws Unconfirmed if it did
 */
export function assertDeleted(found: object | undefined, noun: string): void {
	if (found === undefined) return;
	throw new Unconfirmed(
		`SendGrid answered the repeated deletion with “not found”, but still lists the ${noun}; the deletion may have been applied`,
		`Look for the ${noun} again in a minute. If it is still there, check the credential’s region or base URL, then run the item again: this is safe.`,
	);
}

/**
 * Refuses an item about a subuser that was looked up by its name and not found.
 * @throws Refusal
 */
export function assertSubuserKnown<Found extends object>(
	found: Found | undefined,
): asserts found is Found {
	if (found !== undefined) return;
	throw new Refusal(
		'SendGrid can’t find this subuser',
		'Check the spelling of the username, and that it belongs to the SendGrid account of the credential. It may have been deleted.',
	);
}
