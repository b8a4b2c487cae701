import {
	onBehalfOf,
	onBehalfOfHeader,
} from '../../../nodes/SendGridProvisioning/transport/onBehalfOf';
import { refusalOf } from '../refusals';

const READ = { method: 'GET', repeatable: true } as const;

it.each(['birchwood-bakery', 'Birchwood Bakery', '12345', 'a', 'mail@birchwood.example', '~!#'])(
	'acts for the subuser %s, with the header spelled as SendGrid reads it',
	(username) => {
		const call = { ...READ, ...onBehalfOf(username) };
		expect(onBehalfOfHeader(call)).toEqual({ 'On-Behalf-Of': username });
	},
);

it('sends no header for the API key’s own account', () => {
	expect(onBehalfOfHeader(READ)).toEqual({});
});

// A name that is empty, or changes on its way, could act for the parent account.
it.each([
	['empty', ''],
	['only a space', ' '],
	['with a space at its start', ' birchwood'],
	['with a space at its end', 'birchwood '],
	['with an accent', 'bäckerei'],
	['in another script', 'пекарня'],
	['with a line break', 'birchwood\r\nX-Other: 1'],
	['with a tab', 'birch\twood'],
	['with an invisible character', 'birch\u200bwood'],
	['with a control character', 'birch\u007fwood'],
	['that SendGrid reads as an account', 'account-id sg123'],
	['that SendGrid may read as an account', 'Account-ID sg123'],
])('refuses a name %s', (_kind, username) => {
	expect(refusalOf(() => onBehalfOf(username)).message).toContain('on behalf of a subuser');
});
