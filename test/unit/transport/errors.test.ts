import fc from 'fast-check';
import type { INode } from 'n8n-workflow';
import { Refusal, Unconfirmed } from '../../../nodes/SendGridProvisioning/domain/refusal';
import {
	explain,
	failedJson,
	withFinished,
} from '../../../nodes/SendGridProvisioning/transport/errors';
import type { Explanation } from '../../../nodes/SendGridProvisioning/transport/errors';
import type { Subject } from '../../../nodes/SendGridProvisioning/transport/call';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/failure';
import type { ApiErrorEntry, Failure } from '../../../nodes/SendGridProvisioning/transport/failure';

const ACCOUNT: Subject = { noun: 'account', key: 'account_id', value: 'sg123' };
const SUBUSER: Subject = { noun: 'subuser', key: 'username', value: 'birchwood' };

type SentCall = SendGridError['call'];
const READ: SentCall = {
	method: 'GET',
	repeatable: true,
	needs: { scope: 'subusers.credits.read' },
};
const PUT: SentCall = {
	method: 'PUT',
	repeatable: true,
	needs: { scope: 'subusers.credits.update' },
};
const CREATE: SentCall = { method: 'POST', repeatable: false, needs: 'reseller agreement' };

function status(code: number, ...entries: ApiErrorEntry[]): Failure {
	return { kind: 'status', status: code, entries };
}

function explained(failure: Failure, call: SentCall = PUT, subject?: Subject): Explanation {
	return explain(new SendGridError(failure, call), subject);
}

const entry = fc.record(
	{
		message: fc.string(),
		field: fc.string({ minLength: 1 }),
		errorId: fc.string({ minLength: 1 }),
	},
	{ requiredKeys: ['message'] },
);
const anyFailure: fc.Arbitrary<Failure> = fc.oneof(
	fc.record(
		{
			kind: fc.constant('status' as const),
			status: fc.integer({ min: 100, max: 599 }),
			entries: fc.array(entry),
			location: fc.domain(),
		},
		{ requiredKeys: ['kind', 'status', 'entries'] },
	),
	fc.record({ kind: fc.constant('shape' as const), status: fc.integer({ min: 200, max: 299 }) }),
	fc.record({ kind: fc.constantFrom('unsent' as const, 'lost' as const), code: fc.string() }),
	fc.record(
		{
			kind: fc.constant('wait' as const),
			waitMs: fc.nat(),
			waitedMs: fc.nat(),
			status: fc.constant(429 as const),
		},
		{ requiredKeys: ['kind', 'waitMs'] },
	),
	fc.record(
		{ kind: fc.constant('cancelled' as const), sent: fc.constant(true as const) },
		{ requiredKeys: ['kind'] },
	),
);

describe('every failure', () => {
	it('has a message that names the customer and a description that says what to do', () => {
		const call = fc.constantFrom(READ, PUT, CREATE);
		fc.assert(
			fc.property(anyFailure, call, fc.constantFrom(ACCOUNT, SUBUSER), (failure, sent, subject) => {
				const { message, description } = explained(failure, sent, subject);
				const about = subject === ACCOUNT ? 'Account sg123: ' : 'Subuser birchwood: ';
				expect(message.startsWith(about)).toBe(true);
				expect(message.length).toBeGreaterThan(about.length);
				expect(description).toMatch(/^[A-Z].*\.$/s);
				expect(message + description).not.toContain('undefined');
			}),
		);
	});

	it('has words without a customer, too', () => {
		fc.assert(
			fc.property(anyFailure, (failure) => {
				const { message, description } = explained(failure);
				expect(message).toMatch(/^(SendGrid|The execution)/);
				expect(description).not.toBe('');
			}),
		);
	});

	it('comes from SendGrid or the network', () => {
		fc.assert(
			fc.property(anyFailure, (failure) => {
				expect(explained(failure).fromApi).toBe(true);
			}),
		);
	});
});

describe('what SendGrid said', () => {
	it('stands in the message, each of its errors', () => {
		const { message } = explained(
			status(400, { message: 'bad total' }, { message: ' ' }, { message: ' bad type ' }),
		);
		expect(message).toBe('SendGrid refused the request with status 400: “bad total; bad type”');
	});

	it('gives status, field and error ID of the first error as data', () => {
		const first = { message: 'no', field: 'offerings', errorId: '10-40000' };
		expect(explained(status(400, first, { message: 'other', field: 'x' }))).toMatchObject({
			httpCode: 400,
			field: 'offerings',
			errorId: '10-40000',
			description:
				'SendGrid names the field “offerings”. Correct its value and run the item again.',
		});
	});

	it('gives no field and no ID where there is none', () => {
		const explanation = explained(status(400, { message: 'no' }));
		expect(explanation).not.toHaveProperty('field');
		expect(explanation).not.toHaveProperty('errorId');
		expect(explained({ kind: 'lost', code: 'ECONNRESET' })).not.toHaveProperty('httpCode');
	});
});

describe('the words for a status', () => {
	it('401 points at key and region', () => {
		const { message, description } = explained(status(401));
		expect(message).toBe('SendGrid does not accept the API key');
		expect(description).toContain('region');
	});

	it('403 names the scope that is missing', () => {
		const { message, description } = explained(status(403, { message: 'access forbidden' }));
		expect(message).toBe('SendGrid forbids this to the API key: “access forbidden”');
		expect(description).toContain('subusers.credits.update');
	});

	it('403 of a partner endpoint speaks of the reseller agreement', () => {
		expect(explained(status(403), CREATE).description).toContain('reseller agreement');
	});

	it.each([
		'no user found',
		'unable to find user',
		'User not found',
		'subuser does not exist',
		'unknown user',
		'invalid username',
		'could not find the subuser',
		'Cannot find username',
		'The user birchwood was not found',
	])('400 “%s” is an unknown subuser', (message) => {
		const explanation = explained(status(400, { message }), READ, SUBUSER);
		expect(explanation.message).toBe(
			`Subuser birchwood: SendGrid knows no such subuser: “${message}”`,
		);
		expect(explanation.description).toContain('spelling');
	});

	it.each([
		'invalid type',
		'total must be greater than 0',
		'the user may not have more credits than the plan has',
		'not enough credits left',
		'invalid account offering',
		'Unknown account package',
		'The user limit of the package is unknown',
		'no account state was found',
	])('400 “%s” is a refused request', (message) => {
		expect(explained(status(400, { message }), PUT, SUBUSER).message).toContain(
			'SendGrid refused the request with status 400',
		);
	});

	it('404 is an unknown account where the item has one', () => {
		const message = 'no such thing';
		expect(explained(status(404, { message }), READ, ACCOUNT).message).toBe(
			'Account sg123: SendGrid knows no such account: “no such thing”',
		);
	});

	it('404 without SendGrid’s list of errors is nobody’s word on the account', () => {
		const { message, description } = explained(status(404), READ, ACCOUNT);
		expect(message).toBe('Account sg123: SendGrid found nothing there');
		expect(description).toContain('gateway');
		expect(description).toContain('base URL');
	});

	it.each([400, 404])('%i is no word on a subuser that is to be created', (code) => {
		const entry = { message: 'invalid username', field: 'username' };
		const create: SentCall = { method: 'POST', repeatable: false, creates: true };
		expect(explained(status(code, entry), create, SUBUSER).message).not.toContain('knows no such');
	});

	it('404 without a customer points at the base URL', () => {
		const { message, description } = explained(status(404), READ);
		expect(message).toBe('SendGrid found nothing there');
		expect(description).toContain('base URL');
	});

	it('429 says that the limit was reached', () => {
		expect(explained(status(429)).message).toContain('rate limit');
	});

	it('a redirect names where it leads', () => {
		const failure: Failure = {
			kind: 'status',
			status: 302,
			entries: [],
			location: 'login.example.com',
		};
		expect(explained(failure).message).toContain('a redirect to login.example.com');
	});

	it.each([500, 502, 503, 504, 408])('%d of a read says to try later', (code) => {
		const { message, description } = explained(status(code), READ);
		expect(message).toBe(`SendGrid failed with status ${code}`);
		expect(description).toContain('Try again later');
	});
});

describe('doubt whether SendGrid has done it', () => {
	const unclear: Failure[] = [
		status(500),
		status(408),
		{ kind: 'lost', code: 'ECONNRESET' },
		{ kind: 'shape', status: 200 },
		{ kind: 'cancelled', sent: true },
	];

	it.each(unclear)('is told after a write that ended in %j', (failure) => {
		expect(explained(failure, PUT, SUBUSER).description).toContain(
			'SendGrid may have applied this all the same. Running the item again is safe.',
		);
		expect(explained(failure, CREATE).description).toContain('Look in SendGrid first');
	});

	it.each(unclear)('warns of doing it twice where twice is not once (%j)', (failure) => {
		expect(explained(failure, CREATE).description).toContain('a second time');
		expect(explained(failure, PUT).description).not.toContain('a second time');
	});

	it('is not told after a read, nor where nothing was sent or it was refused', () => {
		for (const failure of unclear) {
			expect(explained(failure, READ).description).not.toContain('may have applied');
		}
		for (const failure of [
			status(400),
			status(401),
			status(403),
			status(404),
			status(429),
			{ kind: 'unsent', code: 'ECONNREFUSED' } as const,
			{ kind: 'wait', waitMs: 1 } as const,
			{ kind: 'cancelled' } as const,
		]) {
			expect(explained(failure, CREATE).description).not.toContain('may have applied');
		}
	});
});

describe('the words for a request without an answer', () => {
	it('say that nothing was sent where that is so', () => {
		expect(explained({ kind: 'unsent', code: 'ENOTFOUND' }).message).toBe(
			'SendGrid could not be reached (ENOTFOUND), nothing was sent',
		);
	});

	it('say how long SendGrid asked to wait', () => {
		const { message, description } = explained({ kind: 'wait', waitMs: 1_234_500 });
		expect(message).toBe('SendGrid’s rate limit asks to wait 1,235 s, longer than allowed');
		expect(description).toContain('Max Wait');
	});

	it('say how long it had been waited before', () => {
		const { message } = explained({ kind: 'wait', waitMs: 61_000, waitedMs: 244_300 });
		expect(message).toBe(
			'SendGrid’s rate limit asks to wait another 61 s after 244 s of waiting, longer than allowed in all',
		);
	});
});

describe('a failure of a call about somebody', () => {
	it('names them where the item has no customer', () => {
		const call = { ...READ, about: SUBUSER };
		expect(explained(status(404, { message: '' }), call).message).toBe(
			'Subuser birchwood: SendGrid knows no such subuser',
		);
	});
});

describe('what the first failure tells of the other items', () => {
	const done = { outcome: { value: [] } };
	const failed = (failure: Failure, call: SendGridError['call'] = PUT, unclear = false) => ({
		outcome: { error: new SendGridError(failure, call, unclear) },
	});
	const described = (...results: Parameters<typeof withFinished>[1]) =>
		withFinished({ message: 'No', description: 'Look.', fromApi: true }, results).description;

	it('is nothing where there are none', () => {
		expect(described(failed(status(500)))).toBe('Look.');
	});

	it('is which have gone through, and which may have', () => {
		expect(
			described(
				done,
				failed(status(400)),
				failed(status(503)),
				failed({ kind: 'cancelled', sent: true }),
				failed({ kind: 'cancelled' }),
				failed(status(400), PUT, true),
				failed({ kind: 'lost', code: 'ECONNRESET' }, READ),
				undefined,
				{ outcome: { error: new Unconfirmed('It differs', 'Ask.') } },
				{ outcome: { error: new Refusal('It is empty', 'Fill it in.') } },
			),
		).toBe(
			'Look. Items that went through, although the node has no output: 0. May have been applied: 2 to 3, 5, 8.',
		);
		expect(described(failed(status(400)), undefined)).toBe('Look. No item went through.');
	});
});

describe('what stopped an item before sending', () => {
	it('keeps its own words', () => {
		expect(explain(new Refusal('Total is empty', 'Fill in Total.'), SUBUSER)).toEqual({
			message: 'Subuser birchwood: Total is empty',
			description: 'Fill in Total.',
			fromApi: false,
			subject: SUBUSER,
		});
	});

	it('is SendGrid’s doing where its answer differs from what was sent', () => {
		expect(explain(new Unconfirmed('It differs', 'Ask.')).fromApi).toBe(true);
	});

	it('may come from n8n, such as an expression that fails', () => {
		expect(explain(new Error('Invalid syntax'), SUBUSER)).toMatchObject({
			message: 'Subuser birchwood: Invalid syntax',
			description: 'Check the fields of this node.',
			fromApi: false,
		});
		const described = Object.assign(new Error('Invalid'), { description: 'Look there.' });
		expect(explain(described).description).toBe('Look there.');
		expect(explain(Object.assign(new Error('No'), { description: null })).description).toBe(
			'Check the fields of this node.',
		);
		expect(explain('thrown text').message).toBe('The item could not be read');
	});
});

describe('the output of an item that failed', () => {
	const node: INode = {
		id: '1',
		name: 'SendGrid',
		type: 'sendGridProvisioning',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const explanation = explained(
		status(400, { message: 'no', field: 'total', errorId: '10-40000' }),
		PUT,
		ACCOUNT,
	);

	it('has exactly two texts with an error output, so that n8n sends it there', () => {
		const json = failedJson({ ...node, onError: 'continueErrorOutput' }, explanation);
		expect(json).toEqual({ error: explanation.message, message: explanation.description });
	});

	it('tells all that is known without one, the status as a number', () => {
		const json = failedJson({ ...node, onError: 'continueRegularOutput' }, explanation);
		expect(json).toStrictEqual({
			error: explanation.message,
			description: explanation.description,
			http_code: 400,
			error_id: '10-40000',
			field: 'total',
			account_id: 'sg123',
		});
	});

	it('names a subuser by its name, and leaves out what is not known', () => {
		const lost = explained({ kind: 'lost', code: 'ECONNRESET' }, PUT, SUBUSER);
		expect(Object.keys(failedJson(node, lost))).toEqual(['error', 'description', 'username']);
		const nobody = explained({ kind: 'lost', code: 'ECONNRESET' }, PUT);
		expect(Object.keys(failedJson(node, nobody))).toEqual(['error', 'description']);
	});
});
