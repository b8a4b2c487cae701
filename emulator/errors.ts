/** One entry of an error answer; `subCode` are the last two digits of a partner `error_id`. */
export interface Complaint {
	message: string;
	field?: string;
	subCode?: string;
}

/** Thrown by a route to refuse a request; rendered in the error shape of its endpoint family. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		readonly complaints: Complaint[],
	) {
		super(complaints.map((complaint) => complaint.message).join('; '));
	}
}

/** Throws a refusal with one complaint. */
export function refuse(status: number, message: string, field?: string): never {
	throw new Refusal(status, [field === undefined ? { message } : { message, field }]);
}

/** The body as an object, or a 400: SendGrid's write operations take JSON objects. */
export function bodyObject(body: unknown): Record<string, unknown> {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		refuse(400, 'the request body must be a JSON object');
	}
	return body as Record<string, unknown>;
}

/** SendGrid answers errors in two shapes, one for partner endpoints and one for all others. */
export type Family = 'partner' | 'general';

/** The family that a request path belongs to. */
export function familyOf(path: string): Family {
	return path.startsWith('/v3/partners') ? 'partner' : 'general';
}

/**
 * The error body of a family. Partner errors always have a `field` ("" where none is meant) and an
 * `error_id` made of 10, the status and a sub-code; others have a `field` that may be null.
 */
export function errorBody(family: Family, status: number, complaints: Complaint[]): object {
	if (family === 'general') {
		return { errors: complaints.map(({ message, field }) => ({ field: field ?? null, message })) };
	}
	return {
		errors: complaints.map(({ message, field, subCode }) => ({
			message,
			field: field ?? '',
			error_id: `10-${status}${subCode ?? '00'}`,
		})),
	};
}

const PLAIN_WORDS: Record<number, string> = {
	400: 'the request is not valid',
	401: 'authorization is required',
	403: 'access is forbidden for this key',
	404: 'resource not found',
	429: 'too many requests',
	500: 'something broke on the server',
	502: 'bad gateway',
	503: 'the service is unavailable',
	504: 'the request timed out on the server',
};

/**
 * The answer to an unknown address.
 * https://github.com/sendgrid/docs/issues/1569, and SendGrid's OpenAPI document of the partner API
 */
export function unknownRouteBody(family: Family): object {
	const message = family === 'partner' ? 'No such endpoint' : 'resource not found';
	return errorBody(family, 404, [{ message }]);
}

/**
 * The error body for a status nobody gave reasons for. That of 429 has the general form on partner
 * endpoints, too (assumed): only that form is documented.
 */
export function plainErrorBody(family: Family, status: number): object {
	const message = PLAIN_WORDS[status] ?? `the request failed with status ${status}`;
	return errorBody(status === 429 ? 'general' : family, status, [{ message }]);
}
