import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, description } from './forms';

const codex = JSON.parse(
	readFileSync(
		join(ROOT, 'nodes', 'SendGridProvisioning', 'SendGridProvisioning.node.json'),
		'utf8',
	),
) as { alias: string[] };

/** What n8n's nodes panel searches: display name and aliases, not the texts of actions. */
const searched = [description.displayName, ...codex.alias];

/** Whether the panel finds it: all letters of what was typed, in this order, perhaps with others between. */
function finds(typed: string, text: string): boolean {
	let from = 0;
	return [...typed.toLowerCase()].every((letter) => {
		const at = text.toLowerCase().indexOf(letter, from);
		from = at + 1;
		return at >= 0;
	});
}

describe('the search in n8n’s nodes panel', () => {
	it.each([
		'subuser',
		'subusers',
		'sub user',
		'sub-account',
		'subaccount',
		'sendgrid',
		'sendgrid account',
		'packages',
		'add-ons',
		'change plan',
		'upgrade',
		'stats',
		'reputation',
		'pause',
		'suspend',
		'deactivate',
		'top up',
		'top-up',
		'limit',
		'email limit',
		'customer',
		'reseller',
		'update subuser credits',
		'credits low',
		'DNS',
		'domain',
		'API key',
	])('finds the node by “%s”', (typed) => {
		expect(searched.filter((text) => finds(typed, text))).not.toEqual([]);
	});

	it('doesn’t find the node by other words', () => {
		expect(searched.filter((text) => finds('mailchimp', text))).toEqual([]);
	});

	it('has each alias once', () => {
		const lower = codex.alias.map((alias) => alias.toLowerCase());
		expect(lower).toEqual([...new Set(lower)]);
	});
});
