import { Refusal } from '../domain/refusal';
import type { CallTraits } from './callTraits';
import type { StatusFailure } from './errors/failure';

/** A path with its parts encoded, and its template, which has `{}` in place of each part. */
export interface Path {
	encoded: string;
	/** Requests with the same method and template share one rate limit of SendGrid's. */
	template: string;
}

/** One request to SendGrid, as data. `client.ts` sends it. */
export interface Call<Result> extends CallTraits {
	path: Path;
	/** A list is sent by repeating its key. */
	query?: Record<string, string | number | boolean | string[]>;
	headers?: Record<string, string>;
	body?: object;
	/** Values that no message or output may repeat, in addition to the API key. */
	secrets?: string[];
	/** The status of a success that isn't in the 200s. */
	successStatus?: number;
	/**
	 * Whether this refusal of a retry suggests that an earlier attempt was applied, such as "username
	 * exists". `earlierInDoubt` is false if all earlier attempts were refused.
	 */
	seemsDone?: (refusal: StatusFailure, earlierInDoubt: boolean) => boolean;
	/** What a call relies on that changes a list which SendGrid only replaces whole. */
	basis?: Basis<Result>;
	/**
	 * Reads the result from a response; returns undefined if the body has another shape. `location`
	 * is a redirect's target, `sentAt` when the request was sent, in epoch milliseconds.
	 */
	read: (body: unknown, location: string | undefined, sentAt: number) => Result | undefined;
}

/** The read by which a call was decided on. If it's too old when the call is sent, it's read again. */
export interface Basis<Result> {
	/** When the read was sent, in epoch milliseconds. */
	readAt: number;
	/**
	 * Reads and decides again: returns the call to send instead, or its result if nothing is left to
	 * send. `mayBeApplied` says that an earlier attempt of this call may have been applied.
	 */
	decideAgain: (mayBeApplied: boolean) => Promise<{ call: Call<Result> } | { result: Result }>;
}

/**
 * Builds a path, and encodes each part.
 * @throws Refusal for parts that encoding can't make safe: empty ones, `.`, and `..`, which would
 * address another endpoint, and broken Unicode, which has no encoding
 */
export function path(literals: TemplateStringsArray, ...parts: string[]): Path {
	const encoded = parts.map(encodedPart);
	return {
		encoded: literals.reduce((joined, literal, index) => joined + encoded[index - 1] + literal),
		template: literals.join('{}'),
	};
}

function encodedPart(part: string): string {
	if (part === '' || part === '.' || part === '..' || !isWellFormed(part)) {
		throw new Refusal(
			`“${part}” cannot be an ID or a name in SendGrid`,
			'Check where the value comes from: it is empty, only dots, or has broken characters.',
		);
	}
	return encodeURIComponent(part);
}

/** Whether the text has no lone surrogates, which make `encodeURIComponent` throw. */
export function isWellFormed(part: string): boolean {
	return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(part);
}
