/** What of a call decides how it is repeated, and what is said when it fails. */
export interface CallTraits {
	method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
	/** Whether it is about a customer who isn't there yet. */
	creates?: true;
	/** Whether sending it twice leaves SendGrid in the same state as sending it once. */
	repeatable: boolean;
	/** What the API key must be allowed to do, for the message of a 403; absent where any key will do. */
	needs?: Permission;
	/** The customer it is about, if that isn't the customer of the item. */
	about?: Subject;
	/** What to say where the call may have been applied, if there is more to say than the default. */
	ifInDoubt?: DoubtText;
}

/** The words for a call that may have been applied. */
export interface DoubtText {
	/** Ends the message, such as "the account may have been created". */
	message: string;
	/** What to do next. */
	nextStep: string;
}

/** A customer of the reseller or the parent account. */
export interface Subject {
	/** As a person says it: "account", "subuser". */
	noun: string;
	/** The key under which outputs name it. */
	key: string;
	value: string;
}

/** A scope of SendGrid's API keys, or the agreement that partner endpoints take. */
export type Permission = { scope: string } | 'reseller agreement';
