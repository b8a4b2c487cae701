import {
	assertEmailConfirmed,
	assertInRegion,
	assertNameFree,
	assertSubuserConfirmed,
} from '../../../nodes/SendGridProvisioning/domain/newSubuser';
import { Unconfirmed } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { refusalOf } from '../refusals';

const requested = { username: 'orchard-lane', region: 'eu', password: 'not-a-real-one' };

it.each([
	{ username: 'orchard-lane', region: 'eu' },
	{ username: 'Orchard-Lane', region: 'eu', user_id: 5 },
	{ username: 'orchard-lane' },
])('a new subuser is confirmed by %j', (answered) => {
	expect(() => assertSubuserConfirmed(requested, answered)).not.toThrow();
});

it.each([
	{ username: 'orchard-lane', region: 'global' },
	{ username: 'orchard-lane', region: null },
	{ username: 'orchard', region: 'eu' },
	{ username: 'orchard-lane-2' },
	{ region: 'eu' },
])('a new subuser is not confirmed by %j', (answered) => {
	const confirm = () => assertSubuserConfirmed(requested, answered);
	expect(confirm).toThrow(Unconfirmed);
	const received = JSON.stringify({ username: answered.username, region: answered.region });
	expect(confirm).toThrow(
		`SendGrid’s response doesn’t match the request. Sent: {"username":"orchard-lane","region":"eu"}. Received: ${received}; a subuser may have been created`,
	);
	expect(confirm).not.toThrow(requested.password);
});

it('refuses a name that a lookup has found', () => {
	expect(() => assertNameFree(undefined)).not.toThrow();
	expect(() => assertNameFree({ username: 'orchard-lane' })).toThrow('exists already');
});

describe('a subuser that exists', () => {
	it.each(['eu', undefined, null])('may be in the wanted region, or in none: %j', (present) => {
		expect(() => assertInRegion('eu', present)).not.toThrow();
	});

	it('can’t be moved to another region', () => {
		const { message } = refusalOf(() => assertInRegion('eu', 'global'));
		expect(message).toBe('The subuser exists in region global, not in eu');
	});

	it('has the new email address if SendGrid shows it, in any case', () => {
		expect(() => assertEmailConfirmed('Mail@birch.example', 'mail@Birch.example')).not.toThrow();
		const confirm = () => assertEmailConfirmed('new@birch.example', 'old@birch.example');
		expect(confirm).toThrow(Unconfirmed);
		expect(confirm).toThrow('old@birch.example instead of new@birch.example');
	});
});
