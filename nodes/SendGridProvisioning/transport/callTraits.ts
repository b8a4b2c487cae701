/** The parts of a call that decide whether it's retried, and what its error says. */
export interface CallTraits {
	method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
	/** Whether it creates the customer, so that "not found" can't be about the customer. */
	creates?: true;
	/** Whether a 404 can be its result, so that it doesn't mean that a new subuser isn't visible yet. */
	mayFindNothing?: true;
	/** Whether sending it twice leaves SendGrid in the same state as sending it once. */
	repeatable: boolean;
	/**
	 * The permission that the API key requires, for the message of a 403; absent if any key works.
	 */
	needs?: Permission;
	/** The subuser that it acts for, made by `onBehalfOf`. */
	onBehalfOf?: string;
	/** The customer that it's about, if it isn't the customer of the item. */
	about?: Subject;
	/**
	 * What to do about a field of the request that SendGrid refuses, by its name there, if the form
	 * calls it something else.
	 */
	fieldHints?: Readonly<Record<string, string>>;
	/** Replaces the general text about a call that may have been applied. */
	ifInDoubt?: DoubtText;
}

/** The part of an error that's about a call that may have been applied. */
export interface DoubtText {
	/** Added to the message, such as "the account may have been created". */
	message: string;
	/** What to do next. */
	nextStep: string;
}

/** A customer: an account of the reseller, or a subuser of the parent account. */
export interface Subject {
	/** As users read it: "account" or "subuser". */
	noun: string;
	/** Its key in outputs: `account_id` or `username`. */
	key: string;
	value: string;
	/** As the list showed it when it was picked, such as "owner@shop.example (sg0123)". */
	picked?: string;
}

/** A customer's name in messages. */
export function shownNameOf({ value, picked }: Subject): string {
	return picked ?? value;
}

/** A scope of an API key, or the reseller agreement, which partner endpoints require. */
export type Permission = { scope: string } | 'reseller agreement';
