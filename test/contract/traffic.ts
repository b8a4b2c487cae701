import type { LoggedRequest } from '../../emulator';
import { unexplained } from './exceptions';
import { documentsFolder, PublishedApi } from './openapi';
import type { Problem } from './openapi';

/** SendGrid's published API; undefined where no folder with its documents is named. */
export const published =
	documentsFolder === undefined || documentsFolder === ''
		? undefined
		: PublishedApi.load(documentsFolder);

/**
 * What the published documents do not allow in these requests and their answers. Answers to what
 * `faulty` names, such as `PUT /v3/subusers/{name}/credits`, were spoilt on purpose.
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
