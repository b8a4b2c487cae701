import type { LoggedRequest } from '../../emulator';
import { EXCEPTIONS } from './exceptions';
import { documentsFolder } from './openapi';
import { contractProblems, published } from './traffic';

/** A request as the emulator logs it; what is not given does not matter here. */
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
	it('the contract with SendGrid is not checked: SENDGRID_OPENAPI_DIR names no folder with its OpenAPI documents', () => {
		expect(documentsFolder ?? '').toBe('');
		expect(contractProblems([logged('GET', '/v3/anything')])).toEqual([]);
	});
} else {
	describe('the check that every request of the engine tests passes', () => {
		const places = (request: LoggedRequest, faulty?: string[]) =>
			contractProblems([request], faulty).map(({ at }) => at);

		it('has nothing against what SendGrid publishes', () => {
			const total = { type: 'recurring', reset_frequency: 'daily', total: 5 };
			expect(places(logged('PUT', CREDITS, { body: total }))).toEqual([]);
			expect(places(logged('PUT', OFFERINGS, { body: { offerings: [addon] } }))).toEqual([]);
			const query = { limit: '100', offset: 'sg01' };
			expect(places(logged('GET', '/v3/partners/accounts', { query }))).toEqual([]);
		});

		it.each<[string, LoggedRequest, string]>([
			['another path', logged('GET', '/v3/subusers/someone/credit'), 'path'],
			['a name that was not encoded', logged('GET', '/v3/subusers/a/b/credits'), 'path'],
			['another method', logged('POST', CREDITS), 'path'],
			[
				'a key too many',
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
			[
				'a parameter that there is not',
				logged('GET', CREDITS, { query: { page: '2' } }),
				'query page',
			],
			[
				'a page that is too large',
				logged('GET', '/v3/partners/accounts', { query: { limit: '500' } }),
				'query limit',
			],
			[
				'an offset that is no number',
				logged('GET', '/v3/subusers', { query: { offset: 'sg01' } }),
				'query offset',
			],
		])('finds a request with %s', (_name, request, place) => {
			expect(places(request)).toContain(place);
		});

		it('finds an answer that SendGrid would not give, unless it was spoilt on purpose', () => {
			const credits = { type: 'unlimited', reset_frequency: null, remain: null, total: null };
			const answer = logged('GET', CREDITS, { status: 200, responseBody: credits });
			expect(places(answer)).toEqual(['body']);
			expect(places(answer, [`GET ${CREDITS}`])).toEqual([]);
			expect(places(answer, [`PUT ${CREDITS}`])).toEqual(['body']);
		});

		it('takes a new subuser without IPs, as SendGrid’s guide to EU subusers creates it', () => {
			const body = {
				username: 'orchard-lane',
				email: 'mail@orchard-lane.example',
				password: 'not-a-real-one',
				region: 'eu',
				include_region: true,
			};
			expect(places(logged('POST', '/v3/subusers', { body }))).toEqual([]);
			const { email, ...without } = body;
			expect(email).toBeTruthy();
			expect(places(logged('POST', '/v3/subusers', { body: without }))).toContain('body');
			expect(places(logged('POST', '/v3/subusers', { body: { ...body, ips: '' } }))).not.toEqual(
				[],
			);
		});

		it('finds a spoilt request even where the answer was spoilt on purpose', () => {
			const request = logged('PUT', CREDITS, { body: { type: 'sometimes' }, status: 500 });
			expect(places(request, [`PUT ${CREDITS}`])).toEqual(['body/type']);
		});
	});
}

it('each exception from what SendGrid publishes says where it is known from', () => {
	for (const { source } of EXCEPTIONS) expect(source).toMatch(/\w+ \w+|https:/);
});
