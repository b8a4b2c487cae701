import type { LoggedRequest } from '../../emulator';
import { EXCEPTIONS } from './exceptions';
import { documentsFolder } from './openapi';
import { contractProblems, published } from './traffic';

/** A request in the emulator's log, with defaults for all other fields. */
function logged(method: string, path: string, more: Partial<LoggedRequest> = {}): LoggedRequest {
	return {
		method,
		path,
		template: path,
		params: {},
		query: {},
		headers: {},
		body: undefined,
		status: undefined,
		responseHeaders: undefined,
		responseBody: undefined,
		at: 0,
		endedAt: undefined,
		...more,
	};
}

const CREDITS = '/v3/subusers/someone/credits';
const OFFERINGS = '/v3/partners/accounts/sg01/offerings';
const addon = { name: 'demo.x.ip.v1', type: 'addon', quantity: 2 };

if (published === undefined) {
	it('the contract isn’t checked, because SENDGRID_OPENAPI_DIR is not set', () => {
		expect(documentsFolder ?? '').toBe('');
		expect(contractProblems([logged('GET', '/v3/anything')])).toEqual([]);
	});
} else {
	describe('the contract check of the engine tests', () => {
		const problemsIn = (request: LoggedRequest, faulty?: string[]) =>
			contractProblems([request], faulty).map(({ at }) => at);

		it('accepts what SendGrid publishes', () => {
			const total = { type: 'recurring', reset_frequency: 'daily', total: 5 };
			expect(problemsIn(logged('PUT', CREDITS, { body: total }))).toEqual([]);
			expect(problemsIn(logged('PUT', OFFERINGS, { body: { offerings: [addon] } }))).toEqual([]);
			const query = { limit: '100', offset: 'sg01' };
			expect(problemsIn(logged('GET', '/v3/partners/accounts', { query }))).toEqual([]);
		});

		it.each<[string, LoggedRequest, string]>([
			['another path', logged('GET', '/v3/subusers/someone/credit'), 'path'],
			['a name that isn’t encoded', logged('GET', '/v3/subusers/a/b/credits'), 'path'],
			['another method', logged('POST', CREDITS), 'path'],
			[
				'an unknown key',
				logged('PUT', CREDITS, { body: { type: 'unlimited', all: 1 } }),
				'body/all',
			],
			[
				'a total that is text',
				logged('PUT', CREDITS, { body: { type: 'unlimited', total: '5' } }),
				'body/total',
			],
			[
				'a total of 0',
				logged('PUT', CREDITS, { body: { type: 'nonrecurring', total: 0 } }),
				'body/total',
			],
			['no body', logged('PUT', CREDITS), 'body'],
			['a list as body', logged('PUT', OFFERINGS, { body: [addon] }), 'body'],
			[
				'an offering without a type',
				logged('PUT', OFFERINGS, { body: { offerings: [{ name: 'x' }] } }),
				'body/offerings/0',
			],
			['an unknown parameter', logged('GET', CREDITS, { query: { page: '2' } }), 'query page'],
			[
				'a page that is too large',
				logged('GET', '/v3/partners/accounts', { query: { limit: '500' } }),
				'query limit',
			],
			[
				'an offset that isn’t a number',
				logged('GET', '/v3/subusers', { query: { offset: 'sg01' } }),
				'query offset',
			],
		])('finds a request with %s', (_name, request, at) => {
			expect(problemsIn(request)).toContain(at);
		});

		it('finds a response that SendGrid doesn’t publish, unless a fault caused it', () => {
			const credits = { type: 'unlimited', reset_frequency: null, remain: null, total: null };
			const response = logged('GET', CREDITS, { status: 200, responseBody: credits });
			expect(problemsIn(response)).toEqual(['body']);
			expect(problemsIn(response, [`GET ${CREDITS}`])).toEqual([]);
			expect(problemsIn(response, [`PUT ${CREDITS}`])).toEqual(['body']);
		});

		it('accepts a new subuser without IPs, as in SendGrid’s guide to EU subusers', () => {
			const body = {
				username: 'orchard-lane',
				email: 'mail@orchard-lane.example',
				password: 'not-a-real-one',
				region: 'eu',
				include_region: true,
			};
			expect(problemsIn(logged('POST', '/v3/subusers', { body }))).toEqual([]);
			const { email, ...without } = body;
			expect(email).toBeTruthy();
			expect(problemsIn(logged('POST', '/v3/subusers', { body: without }))).toContain('body');
			expect(
				problemsIn(logged('POST', '/v3/subusers', { body: { ...body, ips: '' } })),
			).not.toEqual([]);
		});

		it('finds an invalid request even if a fault caused the response', () => {
			const request = logged('PUT', CREDITS, { body: { type: 'sometimes' }, status: 500 });
			expect(problemsIn(request, [`PUT ${CREDITS}`])).toEqual(['body/type']);
		});
	});
}

it('each exception from SendGrid’s documents names its source', () => {
	for (const { source } of EXCEPTIONS) expect(source).toMatch(/\w+ \w+|https:/);
});
