import fc from 'fast-check';
import type { INode } from 'n8n-workflow';
import { outcomeOf } from '../../../../nodes/SendGridProvisioning/domain/outcome';
import { PartlyApplied, doRest } from '../../../../nodes/SendGridProvisioning/domain/partlyApplied';
import { Refusal, Unconfirmed } from '../../../../nodes/SendGridProvisioning/domain/refusal';
import { withFinishedItems } from '../../../../nodes/SendGridProvisioning/runner/finishedItems';
import { explain } from '../../../../nodes/SendGridProvisioning/transport/errors/explain';
import { failedJson } from '../../../../nodes/SendGridProvisioning/transport/errors/nodeError';
import type { Explanation } from '../../../../nodes/SendGridProvisioning/transport/errors/explain';
import type { Subject } from '../../../../nodes/SendGridProvisioning/transport/callTraits';
import { SendGridError } from '../../../../nodes/SendGridProvisioning/transport/errors/failure';
import type { Failure } from '../../../../nodes/SendGridProvisioning/transport/errors/failure';
import { sendGridStatus as status, otherStatus } from './answers';

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
const answer = fc.record({
	isSendGrid: fc.boolean(),
	bodyKind: fc.constantFrom('an HTML page', 'an empty answer', 'plain text, “no”'),
	entries: fc.array(entry),
	hasErrors: fc.boolean(),
});
const anyFailure: fc.Arbitrary<Failure> = fc.oneof(
	fc.record(
		{
			kind: fc.constant('status' as const),
			status: fc.integer({ min: 100, max: 599 }),
			answer,
			location: fc.domain(),
		},
		{ requiredKeys: ['kind', 'status', 'answer'] },
	),
	fc.record(
		{ kind: fc.constant('shape' as const), status: fc.integer({ min: 200, max: 299 }), answer },
		{ requiredKeys: ['kind', 'status'] },
	),
	fc.record({ kind: fc.constant('lost' as const), code: fc.string() }),
	fc.record(
		{
			kind: fc.constant('unsent' as const),
			code: fc.string(),
			certificate: fc.constant(true as const),
		},
		{ requiredKeys: ['kind', 'code'] },
	),
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
	it('has a message with the customer, and a description with what to do', () => {
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

	it('has a text without a customer, too', () => {
		fc.assert(
			fc.property(anyFailure, (failure) => {
				const { message, description } = explained(failure);
				expect(message).toMatch(/^[A-Z]/);
				expect(description).toMatch(/^[A-Z]/);
			}),
		);
	});

	it('counts as caused by SendGrid or the network', () => {
		fc.assert(
			fc.property(anyFailure, (failure) => {
				expect(explained(failure).fromApi).toBe(true);
			}),
		);
	});
});

describe('SendGrid’s messages', () => {
	it('are all quoted in the message', () => {
		const { message } = explained(
			status(400, { message: 'bad total' }, { message: '' }, { message: 'bad type' }),
		);
		expect(message).toBe('SendGrid refused the request with status 400: “bad total; bad type”');
	});

	it('are cut if they’re very long', () => {
		const { message } = explained(status(400, { message: 'x'.repeat(5000) }));
		expect(message.length).toBeLessThan(500);
	});

	it('have status, field, and error ID of the first error as data', () => {
		const first = { message: 'no', field: 'offerings', errorId: '10-40000' };
		expect(explained(status(400, first, { message: 'other', field: 'x' }))).toMatchObject({
			httpCode: 400,
			field: 'offerings',
			errorId: '10-40000',
			description: 'Correct the field that SendGrid names, “offerings”, and run the item again.',
		});
	});

	it.each([
		['name', 'Look in the list.'],
		['offerings[0].name', 'Look in the list.'],
		[
			'offerings.0',
			'Correct the field that SendGrid names, “offerings.0”, and run the item again.',
		],
		['name.x', 'Correct the field that SendGrid names, “name.x”, and run the item again.'],
		[
			'constructor',
			'Correct the field that SendGrid names, “constructor”, and run the item again.',
		],
	])('about the field %s have the call’s own hint if there is one', (field, description) => {
		const call = { ...PUT, fieldHints: { name: 'Look in the list.' } };
		expect(explained(status(400, { message: 'no', field }), call).description).toBe(description);
	});

	it('have no field and no ID if there is none', () => {
		const explanation = explained(status(400, { message: 'no' }));
		expect(explanation).not.toHaveProperty('field');
		expect(explanation).not.toHaveProperty('errorId');
		expect(explained({ kind: 'lost', code: 'ECONNRESET' })).not.toHaveProperty('httpCode');
	});
});

describe('the text for a response that isn’t SendGrid’s', () => {
	it.each([300, 401, 403, 404, 405, 407, 413, 429, 451, 500, 502, 503])(
		'name status %i and the kind of answer, and give no hint about key, contract, or values',
		(code) => {
			for (const call of [READ, PUT, CREATE]) {
				const failure = otherStatus(code, 'an HTML page');
				const { message, description } = explained(failure, call, SUBUSER);
				expect(message).toContain(`status ${code}, an HTML page`);
				expect(message).toMatch(/proxy/);
				expect(message + description).toMatch(/proxy settings|run the item again|Look /i);
				expect(message + description).not.toMatch(
					/API key|scope|reseller|contract|spelling|Correct the values/,
				);
			}
		},
	);

	it('quotes its message', () => {
		const failure = otherStatus(403, 'JSON', { message: 'Forbidden' });
		expect(explained(failure).message).toBe(
			'A proxy, firewall, or gateway seems to have answered instead of SendGrid (status 403, JSON: “Forbidden”)',
		);
		expect(explained(failure).description).toMatch(/base URL.*firewall/);
	});

	it('says that a write may have been applied, even if a gateway answered it', () => {
		const { message } = explained(otherStatus(502, 'an HTML page'), CREATE);
		expect(message).toMatch(/; the change may have been applied$/);
	});

	it('says whose rate limit it is', () => {
		const { answer } = otherStatus(429, 'an HTML page');
		const failure: Failure = { kind: 'wait', waitMs: 9000, status: 429, answer };
		expect(explained(failure).message).toMatch(/^A proxy’s or gateway’s rate limit/);
	});
});

/** The description of a refusal, with its hints. */
function hint(code: number, message: string, call: SentCall = PUT): string {
	return explained(status(code, { message }), call).description;
}

describe('the hints for a status with several causes', () => {
	it('name key and region for a 401 without a message', () => {
		const { message, description } = explained(status(401));
		expect(message).toBe('SendGrid doesn’t accept the API key');
		expect(description).toMatch(
			/the API key and the credential’s region.*scope subusers\.credits\.update/,
		);
	});

	it.each([
		'authorization required',
		'The provided authorization grant is invalid, expired, or revoked',
		'Unauthorized',
	])('name the key for 401 “%s”', (words) => {
		expect(explained(status(401, { message: words })).message).toContain('accept the API key');
		expect(hint(401, words)).toMatch(/^Check the API key and the credential’s region/);
	});

	it.each([
		['missing required scope: subusers.read', /^Check that the API key has the scope/],
		['not authorized', /^Check that the API key has the scope/],
		['Maximum credits exceeded', /^Check the plan and usage of the SendGrid account/],
		['credits were exhausted', /^Check the plan and usage/],
		['the region of this user is another one', /^Check the credential’s region/],
	])('don’t name the key for 401 “%s”', (words, first) => {
		expect(explained(status(401, { message: words })).message).toContain(
			'SendGrid refused the request with status 401',
		);
		expect(hint(401, words)).toMatch(first);
		expect(hint(401, words)).not.toMatch(/revoked|new key|doesn’t know/);
	});

	it.each([
		['access forbidden', /^Check that the API key has the scope .*IP Access Management.*Pro/],
		['User does not have permission to create subuser', /^Check.*Pro or Premier.*scope.*IP Access/],
		['your IP address is not on the allow list', /^If IP Access Management is on/],
		['IP address 192.0.2.7 is not allowed to access this account', /^If IP Access Management/],
		['You don’t have permission to use the regional attribute', /^Check the credential’s region/],
		['upgrade your plan to use subusers', /^Check that the SendGrid plan includes subusers/],
		['invalid regional attribute', /^Check the credential’s region: [^.]*\.$/],
		['too many failed requests, temporarily blocked', /^Wait a few minutes[^.]*\.$/],
	])('start with the cause that SendGrid’s message points to: 403 “%s”', (words, order) => {
		expect(hint(403, words)).toMatch(order);
	});

	it('name the reseller agreement for a 403 of a partner endpoint', () => {
		expect(explained(status(403), CREATE).description).toContain('reseller agreement');
		expect(explained(status(403)).message).toBe('The API key isn’t allowed to do this');
	});

	it.each(['data residency rules', ''])('name the region for 451 “%s”', (words) => {
		expect(hint(451, words)).toMatch(/^Check the credential’s region/);
	});

	it.each([405, 406])('name the base URL for %i', (code) => {
		expect(hint(code, 'method not allowed')).toMatch(/^Check the credential’s region or base URL/);
	});

	it('say to try again later if SendGrid’s message does, even if it names a field', () => {
		const entry = { message: 'unable to validate IPs at this time', field: 'ips' };
		expect(explained(status(400, entry)).description).toMatch(/^Try again later/);
	});

	it('name plan and contract for a 400 without a field', () => {
		expect(hint(400, 'bad request')).toMatch(
			/^Correct the values.*plan or the reseller’s contract/,
		);
		expect(hint(400, 'not available on your plan')).toMatch(/^If the values are right, the plan/);
	});
});

describe('the text for a customer that isn’t found', () => {
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
	])('is the same for each status: “%s”', (message) => {
		for (const code of [200, 400, 404]) {
			const explanation = explained(status(code, { message }), READ, SUBUSER);
			expect(explanation.message).toContain('SendGrid can’t find this subuser');
			expect(explanation.message).toContain(`“${message}”`);
		}
		expect(explained(status(400, { message }), READ, SUBUSER).description).toContain(
			'spelling of the username',
		);
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
	])('isn’t used for 400 “%s”', (message) => {
		expect(explained(status(400, { message }), PUT, SUBUSER).message).toContain(
			'SendGrid refused the request with status 400',
		);
	});

	it.each(['resource not found', 'No such endpoint', 'Not Found', ''])(
		'are not used for the answer to an unknown address: 404 “%s”',
		(said) => {
			const { message, description } = explained(status(404, { message: said }), READ, ACCOUNT);
			expect(message).toContain('Account sg123: SendGrid found nothing at this address');
			expect(description).toMatch(
				/^Check the credential’s region or base URL.*spelling of the account ID/,
			);
		},
	);

	it.each([
		[401, 'Invalid username or password'],
		[403, 'no access for user'],
		[400, 'Invalid IP for subuser'],
		[400, 'IP 192.0.2.9 for this subuser was not found'],
		[400, 'No package on account'],
	])('isn’t used if something else is missing: %i “%s”', (code, message) => {
		expect(explained(status(code, { message }), PUT, SUBUSER).message).not.toContain('can’t find');
	});

	it('isn’t used for a subuser that doesn’t exist yet', () => {
		const entry = { message: 'invalid username', field: 'username' };
		const create: SentCall = { method: 'POST', repeatable: false, creates: true };
		for (const code of [400, 404]) {
			expect(explained(status(code, entry), create, SUBUSER).message).not.toContain('can’t find');
		}
	});
});

describe('the text for other statuses', () => {
	it('says for 429 that the limit was reached', () => {
		expect(explained(status(429)).message).toContain('rate limit');
	});

	it('names where a redirect leads', () => {
		const failure: Failure = { ...status(302), location: 'login.example.com' };
		expect(explained(failure).message).toContain('a redirect to login.example.com');
	});

	it('says that a success reports an error', () => {
		const { message } = explained(status(200, { message: 'key missing' }), PUT);
		expect(message).toBe(
			'SendGrid answered with status 200 but reports an error: “key missing”; the change may have been applied',
		);
	});

	it.each([500, 502, 503, 504, 408])('says to try later after %d for a read', (code) => {
		const { message, description } = explained(status(code, { message: 'oops' }), READ);
		expect(message).toBe(`SendGrid failed with status ${code}: “oops”`);
		expect(description).toContain('Try again later');
	});
});

describe('a write that may have been applied', () => {
	const inDoubt: Failure[] = [
		status(500),
		status(408),
		{ kind: 'lost', code: 'ECONNRESET' },
		{ kind: 'shape', status: 200 },
		{ kind: 'cancelled', sent: true },
	];

	it.each(inDoubt)('is reported in the message, which is all that AI agents see: %j', (failure) => {
		for (const call of [PUT, CREATE]) {
			expect(explained(failure, call, SUBUSER).message).toMatch(
				/; the change may have been applied$/,
			);
		}
	});

	it.each(inDoubt)('has a description with whether to run the item again: %j', (failure) => {
		expect(explained(failure, PUT).description).toContain('Run the item again: this is safe.');
		expect(explained(failure, PUT).description).not.toContain('a second time');
		expect(explained(failure, CREATE).description).toMatch(
			/^Look in SendGrid first.*a second time/,
		);
	});

	it('stays in doubt after an earlier attempt without a clear answer', () => {
		for (const failure of [status(403), { kind: 'unsent', code: 'ENOTFOUND' } as const]) {
			const { message } = explain(new SendGridError(failure, PUT, true));
			expect(message).not.toContain('nothing was sent');
			expect(message).toContain('an earlier attempt got no clear answer');
			expect(message).toContain('may have been applied');
		}
	});

	it('has the call’s own text, if any', () => {
		const ifInDoubt = { message: 'the account may have been created', nextStep: 'Look for it.' };
		const failure: Failure = { kind: 'lost', code: 'ECONNRESET' };
		expect(explained(failure, { method: 'POST', repeatable: false, ifInDoubt })).toMatchObject({
			message: 'SendGrid didn’t answer (connection closed); the account may have been created',
			description: 'Look for it.',
		});
	});

	it('isn’t reported for reads, refusals, and requests that weren’t sent', () => {
		for (const failure of inDoubt)
			expect(explained(failure, READ).message).not.toContain('may have');
		for (const failure of [
			status(400),
			status(401),
			status(403),
			status(404),
			status(429),
			otherStatus(403, 'an HTML page'),
			{ kind: 'unsent', code: 'ECONNREFUSED' } as const,
			{ kind: 'wait', waitMs: 1 } as const,
			{ kind: 'cancelled' } as const,
		]) {
			expect(explained(failure, CREATE).message).not.toContain('may have');
		}
	});
});

describe('the words for a request without an answer', () => {
	it('say that nothing was sent if that is certain, and what to check', () => {
		const { message, description } = explained({ kind: 'unsent', code: 'ECONNREFUSED' });
		expect(message).toBe('SendGrid couldn’t be reached (connection refused); nothing was sent');
		expect(description).toMatch(/base URL.*ECONNREFUSED/);
	});

	it('says how long SendGrid asks to wait', () => {
		const { message, description } = explained({ kind: 'wait', waitMs: 1_234_500 });
		expect(message).toBe('SendGrid’s rate limit asks to wait 1,235 s, longer than allowed');
		expect(description).toContain('Max Wait');
	});

	it('says how long the call has waited before', () => {
		const { message } = explained({ kind: 'wait', waitMs: 61_000, waitedMs: 244_300 });
		expect(message).toBe(
			'SendGrid’s rate limit asks to wait another 61 s after 244 s of waiting, longer than allowed in total',
		);
	});
});

describe('a failure of a call about another customer', () => {
	it('names that customer if the item has none', () => {
		const call = { ...READ, about: SUBUSER };
		expect(explained(status(404, { message: 'no user found' }), call).message).toBe(
			'Subuser birchwood: SendGrid can’t find this subuser: “no user found”',
		);
	});
});

describe('the other items in an error', () => {
	const done = { outcome: { value: [] } };
	const failed = (failure: Failure, call: SendGridError['call'] = PUT, earlierInDoubt = false) => ({
		outcome: { error: new SendGridError(failure, call, earlierInDoubt) },
	});
	const described = (...results: Parameters<typeof withFinishedItems>[1]) =>
		withFinishedItems({ message: 'No', description: 'Look.', fromApi: true }, results, 1)
			.description;

	it('aren’t mentioned if there are none', () => {
		expect(described(failed(status(500)))).toBe('Look.');
	});

	it('are listed if they went through, or may have', () => {
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

describe('an error before sending', () => {
	it('keeps its own text', () => {
		expect(explain(new Refusal('Total is empty', 'Fill in Total.'), SUBUSER)).toEqual({
			message: 'Subuser birchwood: Total is empty',
			description: 'Fill in Total.',
			fromApi: false,
			subject: SUBUSER,
		});
	});

	it('is caused by SendGrid if its response doesn’t match the request', () => {
		expect(explain(new Unconfirmed('It differs', 'Ask.')).fromApi).toBe(true);
	});

	it('can be n8n’s, such as a failed expression', () => {
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

describe('the output of a failed item', () => {
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

	it('has exactly two keys with an error output, so that n8n sends it there', () => {
		const json = failedJson({ ...node, onError: 'continueErrorOutput' }, explanation);
		expect(json).toEqual({ error: explanation.message, message: explanation.description });
	});

	it('has all details without one, and the status as a number', () => {
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

	it('has a subuser’s username, and no keys without a value', () => {
		const lost = explained({ kind: 'lost', code: 'ECONNRESET' }, PUT, SUBUSER);
		expect(Object.keys(failedJson(node, lost))).toEqual(['error', 'description', 'username']);
		const withoutSubject = explained({ kind: 'lost', code: 'ECONNRESET' }, PUT);
		expect(Object.keys(failedJson(node, withoutSubject))).toEqual(['error', 'description']);
	});
});

describe('a call on behalf of a subuser', () => {
	const onBehalf: SentCall = { ...PUT, onBehalfOf: 'birchwood' };

	it.each([401, 403])('names what may be wrong with the subuser for %i', (code) => {
		expect(hint(code, 'access forbidden', onBehalf)).toMatch(/subuser exists.*region.*disabled/);
		expect(hint(code, 'access forbidden')).not.toContain('subuser exists');
	});

	it('doesn’t name the subuser for other refusals', () => {
		expect(hint(400, 'bad request', onBehalf)).not.toContain('subuser exists');
	});

	it('says that the subuser may be too new, and when to run the item again', () => {
		const refused = status(404, { message: 'not found' });
		const { message, description } = explain(new SendGridError(refused, onBehalf, false, true));
		expect(message).toMatch(/created less than a minute earlier/);
		expect(description).toMatch(/^Run the item again in a minute\. If it fails again: \S/);
	});

	it('says only that there are too many API keys, not that a permission is missing', () => {
		const words = 'Cannot create more than 100 API Keys';
		expect(hint(403, words, onBehalf)).toMatch(/^Delete API keys/);
		expect(hint(403, words, onBehalf)).not.toMatch(/scope|plan|IP Access|subuser exists/);
		const { message } = explained(status(403, { message: words }), onBehalf);
		expect(message).not.toContain('isn’t allowed to do this');
		expect(message).toContain(words);
	});
});

describe('a call about something of a customer', () => {
	const about = { noun: 'API key', key: 'api_key_id', value: 'k1' };
	const call: SentCall = { ...PUT, about, onBehalfOf: 'birchwood' };

	it('names it if SendGrid can’t find it', () => {
		const failure = status(404, { message: 'unable to find API Key' });
		const { message, description } = explained(failure, call, SUBUSER);
		expect(message).toContain('SendGrid can’t find this API key k1');
		expect(description).toMatch(/^Check the ID of the API key.*this subuser/);
	});

	it.each(['resource not found', 'Resource not found', 'No such endpoint'])(
		'doesn’t say so for the address “%s”',
		(words) => {
			const { message } = explained(status(404, { message: words }), call, SUBUSER);
			expect(message).not.toContain('API key');
		},
	);
});

describe('a failure after part of a change was applied', () => {
	it('says what was applied', async () => {
		const refused = new SendGridError(status(400, { message: 'bad ips' }), PUT);
		const rest = async () => await Promise.reject(refused);
		const whole = await outcomeOf(async () => await doRest(undefined, rest));
		const part = await outcomeOf(async () => await doRest('status disabled → enabled', rest));
		const explainedBy = (outcome: object) =>
			explain('error' in outcome ? outcome.error : undefined, SUBUSER);
		expect(explainedBy(part)).toEqual({
			...explainedBy(whole),
			message: `${explainedBy(whole).message}; before that, this was applied: status disabled → enabled`,
		});
		expect(explainedBy(whole).message).toContain('bad ips');
	});

	it('counts the item among those that may have been applied', () => {
		const error = new PartlyApplied(new SendGridError(status(400), PUT), 'created');
		const results = [{ outcome: { value: 1 } }, { outcome: { error } }];
		const { description } = withFinishedItems(explain(error), results, 1);
		expect(description).toContain('May have been applied: 1');
	});
});
