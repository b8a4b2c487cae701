import { Refusal } from '../domain/refusal';

/** A path whose parts are safe to send, and its template, in which the parts have names' places only. */
export interface Path {
	sent: string;
	/** Requests that share it (and the method) share SendGrid's rate limit. */
	template: string;
}

/** One request to SendGrid, as data. Sending it is `api.ts`'s business. */
export interface Call<Result> {
	method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
	path: Path;
	query?: Record<string, string | number | boolean>;
	body?: object;
	/** Whether sending it twice leaves SendGrid in the same state as sending it once. */
	repeatable: boolean;
	/** What the API key must be allowed to do, for the message of a 403. */
	needs: Permission;
	/** Takes the result out of the answer's body; undefined where the body has another shape. */
	read(body: unknown): Result | undefined;
}

/** A scope of SendGrid's API keys, or the agreement that partner endpoints take. */
export type Permission = { scope: string } | 'reseller agreement';

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
function isWellFormed(part: string): boolean {
	return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(part);
}
