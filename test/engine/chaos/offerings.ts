import { PACKAGE } from '../customers';
import { byId } from '../world';
import { accountsWith, fatesInTwo, fatesOf, ITEMS, lastOf, ofTarget, targetsNamed } from './fates';
import { below, range } from './random';
import { here } from './sendGrid';

const ADDONS = ['ip', 'marketing-campaigns', 'subusers-10', 'teammates-5'].map(
	(name) => `demo.x.${name}.v1`,
);

export async function merging(round: number): Promise<void> {
	const ids = targetsNamed('merge', round, 6);
	accountsWith(ids);
	const items = range(ITEMS).map((index) => ({
		target: ids[index % ids.length],
		addon: ADDONS[below(ADDONS.length)],
		quantity: 1 + index,
	}));
	const found = await fatesInTwo(
		{
			resource: 'accountOffering',
			operation: 'update',
			account: byId('={{ $json.target }}'),
			addons: { addon: [{ name: '={{ $json.addon }}', quantity: '={{ $json.quantity }}' }] },
		},
		items,
		// The order of what is said of one add-on is known within an execution alone.
		({ addon }) => addon === ADDONS[0] || addon === ADDONS[1],
	);
	for (const id of ids) {
		const { offerings = [] } = here.emulator.state.accounts.get(id) ?? {};
		expect(offerings).toContainEqual(PACKAGE);
		for (const addon of ADDONS) {
			const steps = ofTarget(items, found, id)
				.filter(({ item }) => item['addon'] === addon)
				.map(({ item, fate }) => ({ value: item['quantity'], fate }));
			expect(lastOf<unknown>(steps, undefined)).toContain(
				offerings.find(({ name }) => name === addon)?.quantity,
			);
		}
	}
}

/** Each item replaces the list or takes something out of it: a plain model follows them in order. */
export async function replacing(round: number): Promise<void> {
	const ids = targetsNamed('replace', round, 6);
	accountsWith(ids);
	const items = range(ITEMS / 2).map((index) => {
		const name = ADDONS[below(ADDONS.length)];
		const offering = { name, type: 'addon', quantity: 1 + index };
		const target = ids[index % ids.length];
		return below(3) === 0
			? { target, change: 'remove', offerings: [name] }
			: { target, change: 'replace', offerings: [PACKAGE, offering] };
	});
	const found = await fatesOf(
		{
			resource: 'accountOffering',
			operation: 'update',
			account: byId('={{ $json.target }}'),
			change: '={{ $json.change }}',
			specifyOfferings: 'json',
			offeringsJson: '={{ JSON.stringify($json.offerings) }}',
		},
		items,
	);
	for (const id of ids) {
		let possible = [JSON.stringify([PACKAGE])];
		for (const { item, fate } of ofTarget(items, found, id)) {
			if (fate === 'certainly not') continue;
			const { change, offerings } = item as (typeof items)[number];
			const after = possible.map((before) => {
				if (change === 'replace') return JSON.stringify(offerings);
				const list = JSON.parse(before) as Array<{ name: string }>;
				return JSON.stringify(list.filter(({ name }) => name !== offerings[0]));
			});
			possible = fate === 'done' ? after : [...new Set([...possible, ...after])];
		}
		const now = here.emulator.state.accounts.get(id)?.offerings;
		expect(possible).toContain(JSON.stringify(now));
	}
}
