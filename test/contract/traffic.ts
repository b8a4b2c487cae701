import type { LoggedRequest } from '../../emulator';
import { unexplained } from './exceptions';
import { documentsFolder, PublishedApi } from './openapi';
import type { Problem } from './openapi';

/** SendGrid's published API; undefined if `SENDGRID_OPENAPI_DIR` isn't set. */
export const published =
	documentsFolder === undefined || documentsFolder === ''
		? undefined
		: PublishedApi.load(documentsFolder);

/**
 * The problems of these requests and their responses, except for responses of `faulty` endpoints, such as
 * `PUT /v3/subusers/{name}/credits`, which a fault has changed.
 */
export function contractProblems(requests: LoggedRequest[], faulty: string[] = []): Problem[] {
	if (published === undefined) return [];
	const api = published;
	return unexplained(
		requests.flatMap((request) => [
			...api.requestProblems(request),
			...(isFaulty(request, faulty) ? [] : api.responseProblems(request)),
		]),
	);
}

function isFaulty({ method, path, template }: LoggedRequest, faulty: string[]): boolean {
	return faulty.includes(`${method} ${template}`) || faulty.includes(`${method} ${path}`);
}
