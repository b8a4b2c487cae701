import type { INodeParameters } from 'n8n-workflow';
import { table } from './processOfN8n';
import { ACCOUNTS, OFFERINGS, containing, updateOfferings, world } from './world';

const here = world();

beforeEach(() => table.reset());

const { birchwood, lowmoor } = ACCOUNTS;
const ESSENTIALS = { name: 'demo.ei.essentials-50k.v1', type: 'package', quantity: 1 };
const PRO_300 = { name: 'demo.ei.pro-300k.v1', type: 'package', quantity: 1 };
const IP = 'demo.x.ip.v1';
const ips = (quantity: number) => ({ name: IP, type: 'addon', quantity });
const subusers = (quantity: number) => ({ name: 'demo.x.subusers-10.v1', type: 'addon', quantity });

const increase = (account: string, more: INodeParameters) =>
	updateOfferings(account, { change: 'increase', ...more });
const rows = (...addon: Array<{ name: string; quantity: unknown }>) =>
	({ addons: { addon } }) as INodeParameters;
const json = (offerings: unknown): INodeParameters => ({
	specifyOfferings: 'json',
	offeringsJson: JSON.stringify(offerings),
});
const oneIp = rows({ name: IP, quantity: 1 });

function offeringsOf(account: string): unknown {
	return here.emulator.state.accounts.get(account)?.offerings;
}

describe('an increase', () => {
	it.each<[string, INodeParameters]>([
		['rows', rows({ name: IP, quantity: 2 }, { name: 'demo.x.subusers-10.v1', quantity: '1' })],
		['JSON', json([ips(2), { name: 'demo.x.subusers-10.v1', type: 'addon' }])],
	])('adds the quantities of %s to those that are there', async (_what, offerings) => {
		const before = [PRO_300, ips(3), subusers(2)];
		const output = {
			account_id: lowmoor,
			summary: 'demo.x.ip.v1 3 → 5; demo.x.subusers-10.v1 2 → 3',
			changed: true,
			added: [],
			removed: [],
			updated: [
				{ name: IP, from: 3, to: 5 },
				{ name: 'demo.x.subusers-10.v1', from: 2, to: 3 },
			],
			offerings: [PRO_300, ips(5), subusers(3)],
			before,
		};
		const dry = await here.run(increase(lowmoor, { ...offerings, dryRun: true }));
		const summary = `would be: ${output.summary}`;
		expect(dry.items).toEqual([{ ...output, summary, dry_run: true }]);
		expect(offeringsOf(lowmoor)).toEqual(before);
		const { items, error } = await here.run(increase(lowmoor, offerings));
		expect(error).toBeUndefined();
		expect(items).toEqual([{ ...output, dry_run: false }]);
		expect(offeringsOf(lowmoor)).toEqual(output.offerings);
	});

	it('gives an account an add-on that it hasn’t, and adds again each time', async () => {
		const { items } = await here.run(increase(birchwood, rows({ name: IP, quantity: 2 })), {
			items: [{}, {}, {}],
		});
		expect(items.map((item) => [item['added'], item['updated']])).toEqual([
			[[IP], []],
			[[], [{ name: IP, from: 2, to: 4 }]],
			[[], [{ name: IP, from: 4, to: 6 }]],
		]);
		expect(offeringsOf(birchwood)).toEqual([ESSENTIALS, ips(6)]);
	});

	it.each<[string, INodeParameters, string]>([
		['a package in JSON', json([PRO_300, ips(1)]), 'demo.ei.pro-300k.v1 is a package'],
		[
			'a package beside an expression for the change',
			{ ...oneIp, change: '={{ "increase" }}', package: PRO_300.name },
			'demo.ei.pro-300k.v1 is a package',
		],
		['nothing', { addons: {} }, 'No offerings are specified'],
		['a quantity below 1', rows({ name: IP, quantity: 0 }), IP],
		['an empty quantity', rows({ name: IP, quantity: '' }), IP],
		['a name twice', json([ips(1), ips(2)]), 'twice'],
		['an unknown key', json([{ ...ips(1), qty: 2 }]), 'qty'],
		['a type that the account has otherwise', json([{ ...ips(1), name: PRO_300.name }]), 'type'],
	])('of %s is refused before a change', async (_what, more, words) => {
		const { error } = await here.run(increase(lowmoor, more));
		expect(error).toMatchObject({ name: 'NodeOperationError', message: containing(words) });
		expect(here.bodies('PUT')).toEqual([]);
	});

	it('is refused while “Retry On Fail” is on, item by item', async () => {
		const { items } = await here.run(
			updateOfferings('={{ $json.account }}', { change: '={{ $json.change }}', ...oneIp }),
			{
				items: [
					{ account: birchwood, change: 'increase' },
					{ account: birchwood, change: 'merge' },
				],
				node: { retryOnFail: true, waitBetweenTries: 0, onError: 'continueRegularOutput' },
			},
		);
		expect(items).toMatchObject([
			{ error: containing('“Retry On Fail” is on'), account_id: birchwood },
			{ account_id: birchwood, offerings: [ESSENTIALS, ips(1)] },
		]);
		expect(offeringsOf(birchwood)).toEqual([ESSENTIALS, ips(1)]);
	});

	it('runs once for each key while “Retry On Fail” is on', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, after: 1, kind: 'status', status: 400 });
		const { items, error } = await here.run(
			increase('={{ $json.account }}', { ...oneIp, onceKey: '={{ $json.key }}' }),
			{
				items: [
					{ account: lowmoor, key: 'in_1' },
					{ account: lowmoor, key: 'in_2' },
				],
				node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 },
			},
		);
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ already_done: true }, { updated: [{ name: IP, from: 4 }] }]);
		expect(offeringsOf(lowmoor)).toEqual([PRO_300, ips(5), subusers(2)]);
	});

	it('is refused together with a check for overwrites', async () => {
		const { error } = await here.run(
			increase(birchwood, { ...oneIp, options: { confirmAfterSeconds: 5 } }),
		);
		expect(error?.message).toContain('Confirm After');
		expect(here.sent()).toEqual([]);
	});
});

describe('an increase whose answer is lost', () => {
	it('is sent again as the same list', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'appliedThenLost' });
		const { items } = await here.run(increase(lowmoor, oneIp));
		expect(items).toMatchObject([{ updated: [{ name: IP, from: 3, to: 4 }] }]);
		expect(here.bodies('PUT')).toHaveLength(2);
		expect(offeringsOf(lowmoor)).toEqual([PRO_300, ips(4), subusers(2)]);
	});

	it('fails with words against running the item again', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'appliedThenLost', times: Infinity });
		const { error } = await here.run(increase(lowmoor, oneIp));
		expect(error?.message).toContain('the quantities may have been increased');
		expect(error?.description).toContain('running the item again would add to the quantities');
		expect(offeringsOf(lowmoor)).toEqual([PRO_300, ips(4), subusers(2)]);
	});

	it('fails so, too, if it looks applied after a timeout, since that can be another increase', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'slow', delayMs: 4000 });
		const { error } = await here.run(
			increase(lowmoor, { ...oneIp, options: { timeoutSeconds: 2 } }),
		);
		expect(error?.message).toContain('the quantities may have been increased');
		expect(here.bodies('PUT')).toHaveLength(1);
		expect(offeringsOf(lowmoor)).toEqual([PRO_300, ips(4), subusers(2)]);
	});

	it('goes on if it wasn’t applied', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'hang' });
		const { items } = await here.run(
			increase(lowmoor, { ...oneIp, options: { timeoutSeconds: 2 } }),
		);
		expect(items).toMatchObject([{ updated: [{ name: IP, from: 3, to: 4 }] }]);
		expect(offeringsOf(lowmoor)).toEqual([PRO_300, ips(4), subusers(2)]);
	});

	it('leaves its key in doubt', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'appliedThenLost', times: Infinity });
		const keyed = increase(lowmoor, { ...oneIp, onceKey: 'in_1' });
		const { error } = await here.run(keyed);
		here.emulator.clearFaults();
		const again = await here.run(keyed);
		expect(error?.message).toContain('its key “in_1” is in doubt now');
		expect(again.error?.message).toContain('Key “in_1” is in doubt');
		expect(offeringsOf(lowmoor)).toEqual([PRO_300, ips(4), subusers(2)]);
	});

	it('says the same of an answer that doesn’t match', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'alterOffering', name: IP, quantity: 9 });
		const { error } = await here.run(increase(lowmoor, oneIp));
		expect(error?.message).toContain('may have been applied');
		expect(error?.description).toContain('Running the item again would add to the quantities');
	});
});
