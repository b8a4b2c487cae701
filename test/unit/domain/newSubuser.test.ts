import {
	assertNameFree,
	assertSubuserConfirmed,
} from '../../../nodes/SendGridProvisioning/domain/newSubuser';
import { Unconfirmed } from '../../../nodes/SendGridProvisioning/domain/refusal';

const asked = { username: 'orchard-lane', region: 'eu', password: 'not-a-real-one' };

it.each([
	{ username: 'orchard-lane', region: 'eu' },
	{ username: 'Orchard-Lane', region: 'eu', user_id: 5 },
	{ username: 'orchard-lane' },
])('a new subuser is confirmed by %j', (answered) => {
	expect(() => assertSubuserConfirmed(asked, answered)).not.toThrow();
});

it.each([
	{ username: 'orchard-lane', region: 'global' },
	{ username: 'orchard-lane', region: null },
	{ username: 'orchard', region: 'eu' },
	{ username: 'orchard-lane-2' },
	{ region: 'eu' },
])('a new subuser is not confirmed by %j', (answered) => {
	const confirm = () => assertSubuserConfirmed(asked, answered);
	expect(confirm).toThrow(Unconfirmed);
	const received = JSON.stringify({ username: answered.username, region: answered.region });
	expect(confirm).toThrow(
		`SendGrid’s response doesn’t match the request. Sent: {"username":"orchard-lane","region":"eu"}. Received: ${received}; a subuser may have been created`,
	);
	expect(confirm).not.toThrow(asked.password);
});

it('refuses a name that a lookup has found', () => {
	expect(() => assertNameFree(undefined)).not.toThrow();
	expect(() => assertNameFree({ username: 'orchard-lane' })).toThrow('exists already');
});
