import { Refusal } from '../domain/refusal';
import type { CallTraits } from './callTraits';

/** Printable ASCII. A header would lose spaces at its ends, and change other characters. */
const PRINTABLE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;
/** With this prefix, the header would name an account of the reseller. */
const ACCOUNT_PREFIX = /^account-id /i;

/**
 * Lets a call act for a subuser of the API key's account.
 * @throws Refusal for a name that the header can't carry
 */
export function onBehalfOf(username: string): Pick<CallTraits, 'onBehalfOf'> {
	if (PRINTABLE.test(username) && !ACCOUNT_PREFIX.test(username)) return { onBehalfOf: username };
	throw new Refusal(
		'SendGrid can’t be called on behalf of a subuser with this name',
		'Check the name for accents, other scripts, and invisible characters. It’s sent in a request header, which accepts only printable ASCII characters.',
	);
}

/**
 * The header of a call that acts for a subuser. In lower case, SendGrid has ignored it before: the
 * call then ran on the API key's own account, without an error.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/on-behalf-of
 * @see https://github.com/sendgrid/docs/issues/3751
 */
export function onBehalfOfHeader({ onBehalfOf }: CallTraits): Record<string, string> {
	return onBehalfOf === undefined ? {} : { 'On-Behalf-Of': onBehalfOf };
}
