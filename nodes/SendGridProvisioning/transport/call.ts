import { Refusal } from '../domain/refusal';
import type { CallTraits } from './callTraits';
import type { StatusFailure } from './errors/failure';

/** A path whose parts are safe to send, and its template, in which the parts have names' places only. */
export interface Path {
	sent: string;
	/** Requests that share it (and the method) share SendGrid's rate limit. */
	template: string;
}

/** One request to SendGrid, as data. Sending it is `api.ts`'s business. */
export interface Call<Result> extends CallTraits {
	path: Path;
	/** A list is sent as the key repeated. */
	query?: Record<string, string | number | boolean | string[]>;
	headers?: Record<string, string>;
	body?: object;
	/** What of the request no message or output may repeat, besides the API key. */
	secrets?: string[];
	/** The status of success where it is not one of the 200s. */
	success?: number;
	/**
	 * Whether this refusal of a call that was sent again may only say that an earlier attempt went
	 * through. `unclear` says that an earlier attempt got no clear answer; otherwise all were refused.
	 */
	echo?: (refusal: StatusFailure, unclear: boolean) => boolean;
	/** What a call relies on that changes a list which SendGrid only replaces whole. */
	basis?: Basis<Result>;
	/**
	 * Takes the result out of the answer; undefined where it has another shape. `sentAt` is when the
	 * request left, in epoch milliseconds.
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
 * Builds a path; each part is encoded.
 * @throws Refusal for parts that encoding cannot make safe: empty, `.`, `..` (they would address
 * another endpoint) and broken Unicode (it has no encoding)
 */
export function path(texts: TemplateStringsArray, ...parts: string[]): Path {
	const encoded = parts.map(encodedPart);
	return {
		sent: texts.reduce((sent, written, index) => sent + encoded[index - 1] + written),
		template: texts.join('{}'),
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

/** Whether the text has no lone surrogate, for which `encodeURIComponent` throws. */
export function isWellFormed(part: string): boolean {
	return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(part);
}
