import fc from 'fast-check';
import {
	errorEntriesOf,
	networkFailure,
} from '../../../nodes/SendGridProvisioning/transport/failure';

describe('SendGrid’s errors', () => {
	it('of partner endpoints have an ID', () => {
		const body = {
			errors: [{ message: 'not authorized', field: '', error_id: '10-40300' }],
		};
		expect(errorEntriesOf(body)).toEqual([{ message: 'not authorized', errorId: '10-40300' }]);
	});

	it('of other endpoints may have a field', () => {
		const body = {
			errors: [{ message: 'invalid type', field: 'type', help: {} }],
			id: 'c0ffee',
		};
		expect(errorEntriesOf(body)).toEqual([{ message: 'invalid type', field: 'type' }]);
	});

	it.each([null, '', undefined, 3])('have no field where it is %j', (field) => {
		expect(errorEntriesOf({ errors: [{ message: 'no', field, error_id: field }] })).toEqual([
			{ message: 'no' },
		]);
	});

	it('are all read, in their order', () => {
		const body = { errors: [{ message: 'one' }, { message: 'two', field: 'total' }] };
		expect(errorEntriesOf(body)).toEqual([{ message: 'one' }, { message: 'two', field: 'total' }]);
	});

	it('may lack a message', () => {
		expect(errorEntriesOf({ errors: [{ field: 'total' }, { message: null }] })).toEqual([
			{ message: '', field: 'total' },
			{ message: '' },
		]);
	});

	it.each([
		['an empty body', ''],
		['no body', undefined],
		['null', null],
		['an HTML page', '<html><body>Bad gateway</body></html>'],
		['another object', { message: 'not found' }],
		['errors that are no list', { errors: 'broken' }],
		['errors that are null', { errors: null }],
		['an empty list', { errors: [] }],
		['a list of other things', { errors: ['broken', null, 1] }],
		['bytes', Buffer.from('{"errors":[]}')],
	])('are none in %s', (_what, body) => {
		expect(errorEntriesOf(body)).toEqual([]);
	});

	it('are read from any body without failing', () => {
		const body = fc.oneof(fc.anything(), fc.record({ errors: fc.anything() }));
		fc.assert(
			fc.property(body, (given) => {
				for (const { message } of errorEntriesOf(given)) expect(typeof message).toBe('string');
			}),
		);
	});
});

describe('a request that brought no answer', () => {
	it.each([
		'ECONNREFUSED',
		'ENOTFOUND',
		'EAI_AGAIN',
		'EAI_FAIL',
		'CERT_HAS_EXPIRED',
		'DEPTH_ZERO_SELF_SIGNED_CERT',
		'SELF_SIGNED_CERT_IN_CHAIN',
		'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
		'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
		'ERR_TLS_CERT_ALTNAME_INVALID',
		'ERR_INVALID_CHAR',
		'ERR_INVALID_URL',
	])('was not sent after %s', (code) => {
		expect(networkFailure(code)).toEqual({ kind: 'unsent', code });
	});

	it.each(['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'ERR_BAD_RESPONSE', 'HPE_INVALID'])(
		'may have been done after %s',
		(code) => {
			expect(networkFailure(code)).toEqual({ kind: 'lost', code });
		},
	);

	it.each([
		'EPROTO',
		'ERR_SSL_WRONG_VERSION_NUMBER',
		'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
		'ERR_TLS_HANDSHAKE_TIMEOUT',
		'EHOSTUNREACH',
		'ENETUNREACH',
		'ENETDOWN',
		'EADDRNOTAVAIL',
	])('was not sent after %s only where the connection was still to be made', (code) => {
		expect(networkFailure(code, 'connect')).toEqual({ kind: 'unsent', code });
		expect(networkFailure(code, 'getaddrinfo')).toEqual({ kind: 'unsent', code });
		for (const syscall of ['read', 'write', undefined]) {
			expect(networkFailure(code, syscall)).toEqual({ kind: 'lost', code });
		}
	});

	it('may have been done where nobody says why it failed', () => {
		expect(networkFailure(undefined)).toEqual({ kind: 'lost', code: 'unknown' });
	});

	it('was stopped where the execution was', () => {
		expect(networkFailure('ERR_CANCELED')).toEqual({ kind: 'cancelled', sent: true });
	});
});
