import fc from 'fast-check';
import {
	isAboutUnknownCustomer,
	readAnswer,
} from '../../../../nodes/SendGridProvisioning/transport/errors/answer';

/** Error bodies that SendGrid is known to send, and their messages. */
const SENDGRID_BODIES: Array<[string, unknown, string[]]> = [
	['a list', { errors: [{ message: 'odd', field: null }] }, ['odd']],
	['several entries', { errors: [{ message: 'odd' }, { message: 'bad' }] }, ['odd', 'bad']],
	['a partner’s list', { errors: [{ message: 'no', field: '', error_id: '10-40300' }] }, ['no']],
	['help and an ID', { errors: [{ message: 'odd', help: {} }], id: 'c0ffee' }, ['odd']],
	['entries with other keys', { errors: [{ message: 'odd', parameter: 'x' }] }, ['odd']],
	['texts', { errors: ['odd', 'bad'], message: 'error' }, ['odd', 'bad']],
	['one error as an object', { errors: { error: 'odd', field: 'email' } }, ['odd']],
	['errors by field', { errors: { email: ['odd', 'bad'], name: 'long' } }, ['odd', 'bad', 'long']],
	['one text', { errors: 'odd' }, ['odd']],
	['a list without words', { errors: [{ message: null }] }, []],
	['an error as text', { error: 'subuser is not active' }, ['subuser is not active']],
	['an error as object', { error: { code: 404, message: 'no user found' } }, ['no user found']],
	['a message', { message: 'Maximum credits exceeded' }, ['Maximum credits exceeded']],
	['a bare field and message', { field: 'x', message: 'access forbidden' }, ['access forbidden']],
	['problem details', { title: 'Bad', detail: 'the offering is gone' }, ['the offering is gone']],
];

/** Bodies that other products send. */
const OTHER_PRODUCTS: Array<[string, unknown, string]> = [
	['a page', '<html><head><title>403 Forbidden</title></head></html>', 'an HTML page'],
	['a page after blank lines', '\r\n  <!DOCTYPE html>\n<html>', 'an HTML page'],
	['XML', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', 'an HTML page'],
	['Envoy’s text', 'RBAC: access denied', 'plain text, “RBAC: access denied”'],
	['a long text', 'no '.repeat(100), `plain text, “${'no '.repeat(100).slice(0, 80)}…”`],
	['nothing', '', 'an empty answer'],
	['no body', undefined, 'an empty answer'],
	['null', null, 'an empty answer'],
	['blanks', ' \r\n', 'an empty answer'],
	['an empty object', {}, 'an empty answer'],
	['JSON that broke off', '{"errors":[{"mess', 'JSON that is cut off'],
	['a list', [1], 'JSON'],
	['a number', 403, 'JSON'],
	['AWS’s gateway', { message: 'Forbidden' }, 'JSON'],
	['Kong', { message: 'No API key found in request' }, 'JSON'],
	[
		'Azure’s gateway',
		{ statusCode: 401, message: 'Access denied due to missing subscription key' },
		'JSON',
	],
	['Google', { error: { code: 403, status: 'PERMISSION_DENIED', message: 'Denied' } }, 'JSON'],
	['Spring', { timestamp: 1, status: 404, error: 'Not Found', path: '/v3/x' }, 'JSON'],
	['Cloudflare', { success: false, errors: [{ code: 1000, message: 'no' }], result: null }, 'JSON'],
	['GraphQL', { errors: [{ message: 'no', locations: [], extensions: {} }] }, 'JSON'],
	['ASP.NET', { type: 'about:blank', title: 'Bad', errors: { Name: ['no'] } }, 'JSON'],
	['other JSON', { ok: false }, 'JSON'],
];

describe('a response from SendGrid', () => {
	it.each(SENDGRID_BODIES)('is recognized and read: %s', (_name, body, messages) => {
		const { isSendGrid, entries } = readAnswer(400, body);
		expect(isSendGrid).toBe(true);
		expect(entries.map(({ message }) => message)).toEqual(messages);
	});

	it('has the field and error ID that it names', () => {
		const [first, second] = readAnswer(400, {
			errors: [
				{ message: 'no', field: '', error_id: '10-40300' },
				{ message: 'odd', field: 'total' },
			],
		}).entries;
		expect(first).toEqual({ message: 'no', errorId: '10-40300' });
		expect(second).toEqual({ message: 'odd', field: 'total' });
		expect(readAnswer(400, { errors: { email: ['odd'] } }).entries).toEqual([
			{ message: 'odd', field: 'email' },
		]);
	});

	it.each([null, '', 'null', undefined, 3])('has no field if that’s %j', (field) => {
		expect(readAnswer(400, { errors: [{ message: 'no', field, error_id: 3 }] }).entries).toEqual([
			{ message: 'no' },
		]);
	});

	it('only lists errors if there is at least one', () => {
		expect(readAnswer(400, { errors: [{ message: 'no' }] }).hasErrors).toBe(true);
		expect(readAnswer(400, { errors: [], offerings: [] }).hasErrors).toBe(false);
		expect(readAnswer(400, { message: 'no subuser' }).hasErrors).toBe(false);
	});
});

describe('a response from something else', () => {
	it.each(OTHER_PRODUCTS)('is recognized, and described: %s', (_name, body, form) => {
		const answer = readAnswer(403, body);
		expect(answer.isSendGrid).toBe(false);
		expect(answer.bodyKind).toContain(form);
	});

	it.each([
		[403, 'Access to api.sendgrid.com denied by policy'],
		[404, 'Route DELETE:/v3/subusers/bob not found'],
		[404, 'The route v3/subusers/bob could not be found.'],
		[404, 'Cannot GET /v3/subusers/bob/credits'],
		[401, 'User not found'],
		[403, 'Invalid user agent'],
	])(
		'isn’t mistaken for SendGrid’s because it contains the host or path: %i “%s”',
		(status, message) => {
			const { isSendGrid, entries } = readAnswer(status, { message });
			expect(isSendGrid).toBe(false);
			expect(isAboutUnknownCustomer(entries[0]?.message ?? '') && status === 404).toBe(false);
		},
	);

	it('doesn’t reveal links, which may have a one-time code', () => {
		const { bodyKind } = readAnswer(
			403,
			'See Other: https://app.sendgrid.com/sso?code=ONETIME now',
		);
		expect(bodyKind).toBe('plain text, “See Other: [link] now”');
	});

	it('is quoted if it has a message', () => {
		expect(readAnswer(400, { message: 'Forbidden' }).entries).toEqual([{ message: 'Forbidden' }]);
		expect(readAnswer(400, { detail: 'quota used up', title: 'Quota' }).entries).toEqual([
			{ message: 'quota used up' },
		]);
	});
});

it('can have any body', () => {
	const body = fc.oneof(
		fc.anything(),
		fc.record({ errors: fc.anything() }),
		fc.record({ error: fc.anything(), message: fc.anything(), detail: fc.anything() }),
	);
	fc.assert(
		fc.property(body, (json) => {
			const { entries, bodyKind } = readAnswer(404, json);
			expect(bodyKind).not.toBe('');
			for (const { message } of entries) expect(typeof message).toBe('string');
		}),
	);
});
