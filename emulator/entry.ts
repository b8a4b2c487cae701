import type { FastifyRequest } from 'fastify';
import type { LoggedRequest } from './requestLog';

/** The log entry of a request that has just arrived; `at` is real time, epoch ms. */
export function entryOf(request: FastifyRequest, at: number): LoggedRequest {
	const headers = { ...request.headers };
	delete headers.authorization;
	return {
		method: request.method,
		path: request.url.split('?', 1)[0] ?? '',
		template: templateOf(request.routeOptions.url),
		params: { ...(request.params as Record<string, string>) },
		query: { ...(request.query as Record<string, string | string[]>) },
		headers,
		body: undefined,
		status: undefined,
		responseHeaders: undefined,
		responseBody: undefined,
		at,
		endedAt: undefined,
	};
}

const templates = new Map<string, string>();

function templateOf(route: string | undefined): string {
	if (route === undefined) return '(unknown)';
	let template = templates.get(route);
	if (template === undefined) {
		template = route.replace(/\/:(\w+)/g, '/{$1}').replace('::', ':');
		templates.set(route, template);
	}
	return template;
}
