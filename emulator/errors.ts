/** One entry of an error response; `subCode` is the last two digits of a partner `error_id`. */
export interface ErrorEntry {
	message: string;
	field?: string;
	subCode?: string;
	/** Leaves out `field` altogether, as some general endpoints do. */
	withoutField?: boolean;
}

/** Thrown by a route to refuse a request; the server formats it as the endpoint's family does. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		readonly entries: ErrorEntry[],
	) {
		super(entries.map((entry) => entry.message).join('; '));
	}
}

/** Throws a refusal with one entry. */
export function refuse(status: number, message: string, field?: string): never {
	throw new Refusal(status, [field === undefined ? { message } : { message, field }]);
}

/** Returns the body if it's a JSON object, as most writes require, or answers 400. */
export function bodyObject(body: unknown): Record<string, unknown> {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		refuse(400, 'the request body must be a JSON object');
	}
	return body as Record<string, unknown>;
}

/** SendGrid has two error formats, one for partner endpoints and one for all others. */
export type Family = 'partner' | 'general';

/** The family that a request path belongs to. */
export function familyOf(path: string): Family {
	return path.startsWith('/v3/partners') ? 'partner' : 'general';
}

/**
 * Formats an error body. Partner errors have a `field`, which may be empty, and an `error_id` of 10, the
 * status, and a sub-code. Other errors have a `field`, which may be null.
 */
export function errorBody(family: Family, status: number, entries: ErrorEntry[]): object {
	if (family === 'general') {
		return {
			errors: entries.map(({ message, field, withoutField }) =>
				withoutField ? { message } : { field: field ?? null, message },
			),
		};
	}
	return {
		errors: entries.map(({ message, field, subCode }) => ({
			message,
			field: field ?? '',
			error_id: `10-${status}${subCode ?? '00'}`,
		})),
	};
}

const STATUS_MESSAGES: Record<number, string> = {
	400: 'the request is not valid',
	401: 'authorization is required',
	403: 'access is forbidden for this key',
	404: 'resource not found',
	451: 'not available because of data residency rules',
	429: 'too many requests',
	500: 'something broke on the server',
	502: 'bad gateway',
	503: 'the service is unavailable',
	504: 'the request timed out on the server',
};

/**
 * The body of a 404 for an unknown address.
 * https://github.com/sendgrid/docs/issues/1569, and SendGrid's OpenAPI document of the partner API
 */
export function unknownRouteBody(family: Family): object {
	const message = family === 'partner' ? 'No such endpoint' : 'resource not found';
	return errorBody(family, 404, [{ message }]);
}

/**
 * The default error body of a status. For 429, partner endpoints use the general format too: assumed,
 * because only that one is documented.
 */
export function statusErrorBody(family: Family, status: number): object {
	const message = STATUS_MESSAGES[status] ?? `the request failed with status ${status}`;
	return errorBody(status === 429 ? 'general' : family, status, [{ message }]);
}
