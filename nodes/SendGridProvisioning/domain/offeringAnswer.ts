import { differenceBetween, isChange } from './offerings';
import type { Offering } from './offerings';
import { Unconfirmed } from './refusal';

/**
 * Holds SendGrid's answer against the list that was sent. `cumulative` says that running the item again
 * would change the list once more.
 * @throws Unconfirmed where an offering was dropped, altered or put in
 */
export function assertConfirmed(
	sent: Offering[],
	answered: Offering[],
	{ cumulative } = { cumulative: false },
): void {
	const types = new Map(answered.map(({ name, type }) => [name, type]));
	const sameTypes = sent.every(({ name, type }) => types.get(name) === type);
	const same = sameTypes && !isChange(differenceBetween(sent, answered));
	if (same && sent.length === answered.length) return;
	throw new Unconfirmed(
		`SendGrid’s response doesn’t match the request. Sent: ${listed(sent)}. Received: ${listed(answered)}; the change may have been applied`,
		'Read the account’s offerings, and ask SendGrid why it treats these differently. ' +
			(cumulative
				? 'Running the item again would add to the quantities that the account has then.'
				: 'Running the item again compares with what the account has then.'),
	);
}

function listed(offerings: Offering[]): string {
	const entries = offerings.map(({ name, type, quantity }) => `${type} ${name} × ${quantity}`);
	return entries.join(', ') || 'nothing';
}
