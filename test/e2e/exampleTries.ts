import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readExample, withCredential } from '../../playground/examples';
import { startNodes } from '../../playground/exampleStarts';
import { root } from '../../playground/paths';
import type { Instance } from './instance';

/** This example requires a language model, so exampleAgent.ts tests it. */
const AGENT = 'ai-agent.json';

const files = readdirSync(join(root, 'examples')).filter(
	(file) => file.endsWith('.json') && file !== AGENT,
);

/** The customers that each example changes, as in examples/README.md. */
const changedBy: Record<string, string[]> = {
	'credits-low-top-up.json': ['lowmoor-linens'],
	'crm-deal-won.json': ['sg72512bc12e92b1d8b7ddac90b675f020'],
	'customer-ready-to-send.json': ['maplecroft-ceramics'],
	'hubspot-deal-won.json': ['sg12890086d46449089b8bb53b5fdd3e91'],
	'monthly-credit-reset.json': ['saltmarsh-books', 'пекарня-берёза'],
	'offboarding-subuser.json': ['gorsebank-fitness'],
	'offboarding.json': ['sgabaf1aef569b64b70e4b9ba3bca7003b'],
	'pipedrive-deal-won.json': ['sgf9533515665d713032e63ecbc89da0bc'],
	'plan-change.json': ['birchwood-bakery'],
	'rotate-api-keys.json': ['kestrelby-kitchens', 'tidewater-toys'],
	'salesforce-deal-won.json': ['Copperleaf Cycles', 'sg67669eead6e9026eff9a2fd99d56b013'],
	'stripe-payment.json': ['heatherwick-garage'],
	'stripe-subscription.json': ['lowmoor-linens'],
};

/** Runs each example as imported, from each start node, with only the credential chosen. */
export function testManualRuns(instance: () => Instance): void {
	/** SendGrid's data of each customer, by account ID or username. */
	function customers(): Map<string, string> {
		const { accounts, subusers, keys, domains, links } = instance().emulator.state;
		const owned = [...keys.values(), ...domains.values(), ...links.values()];
		return new Map([
			...accounts.list().map((account) => [account.id, JSON.stringify(account)] as const),
			...subusers.list().map((subuser) => {
				const own = owned.filter(({ owner }) => owner === subuser);
				return [subuser.username, JSON.stringify([subuser, own])] as const;
			}),
		]);
	}

	/** The customers that have changed; new accounts by their company name. */
	function changedSince(before: Map<string, string>): string[] {
		const now = customers();
		const { accounts } = instance().emulator.state;
		return [...new Set([...before.keys(), ...now.keys()])]
			.filter((name) => before.get(name) !== now.get(name))
			.map((name) => (before.has(name) ? name : (accounts.get(name)?.profile.company_name ?? name)))
			.sort();
	}

	it.each(files)('%s changes only the customers of its sample', async (file) => {
		const { api, credential } = instance();
		const workflow = withCredential(readExample(file), credential.id);
		const saved = await api.replaceWorkflow(workflow);
		const before = customers();
		for (const { name } of startNodes(workflow)) {
			const execution = await api.runManually(saved, name);
			expect(execution.resultData.error).toBeUndefined();
		}

		const changed = changedSince(before);
		expect(changed).toEqual(changedBy[file] ?? []);
		const sample = JSON.stringify(workflow.pinData);
		expect(changed.filter((name) => !sample.includes(name))).toEqual([]);
	});
}
