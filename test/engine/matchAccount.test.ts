import type { INodeParameters } from 'n8n-workflow';
import { ACCOUNTS, byId, containing, updateOfferings, world } from './world';

const here = world();
const { birchwood, lowmoor, saltmarsh, tidewater } = ACCOUNTS;

const match = (account: string, pattern: string, more: INodeParameters = {}) =>
	updateOfferings(account, { change: 'match', matchAccount: byId(pattern), ...more });
const has = (id: string) => here.emulator.state.accounts.get(id)?.offerings;
const read = (id: string) => `GET /v3/partners/accounts/${id}/offerings`;

describe('Match Another Account', () => {
	it('reads both accounts and replaces everything', async () => {
		const before = has(saltmarsh);
		const { items, error } = await here.run(match(saltmarsh, lowmoor));
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				account_id: saltmarsh,
				summary:
					'demo.ei.pro-100k.v1 → demo.ei.pro-300k.v1; demo.x.ip.v1 1 → 3; added demo.x.subusers-10.v1 (2); removed demo.x.marketing-campaigns.v1',
				dry_run: false,
				changed: true,
				before,
				offerings: has(lowmoor),
				added: ['demo.ei.pro-300k.v1', 'demo.x.subusers-10.v1'],
				removed: ['demo.ei.pro-100k.v1', 'demo.x.marketing-campaigns.v1'],
				updated: [{ name: 'demo.x.ip.v1', from: 1, to: 3 }],
			},
		]);
		expect(has(saltmarsh)).toEqual(has(lowmoor));
		expect(here.sent()).toEqual([
			read(lowmoor),
			read(saltmarsh),
			`PUT /v3/partners/accounts/${saltmarsh}/offerings`,
		]);
	});

	it('only reports in a dry run what it would send', async () => {
		const before = has(saltmarsh);
		const { items } = await here.run(match(saltmarsh, lowmoor, { dryRun: true }));
		expect(items).toMatchObject([
			{ dry_run: true, changed: true, before, offerings: has(lowmoor) },
		]);
		expect(has(saltmarsh)).toEqual(before);
		expect(here.bodies('PUT')).toEqual([]);
	});

	it('refuses a removal if Fail on Removal is on', async () => {
		const options = { refuseRemovals: true };
		const { error } = await here.run(match(lowmoor, birchwood, { options }));
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: containing('would reduce the account’s offerings'),
		});
		expect(here.bodies('PUT')).toEqual([]);
	});

	it('changes nothing if an account is to match itself', async () => {
		const { items } = await here.run(match(lowmoor, lowmoor));
		expect(items).toMatchObject([{ changed: false, added: [], removed: [], updated: [] }]);
		expect(here.bodies('PUT')).toEqual([]);
	});

	it('names both accounts if the one to match is unknown', async () => {
		const { error } = await here.run(match(birchwood, 'sg-nobody'));
		expect(error?.message).toContain('sg-nobody');
		expect(error?.message).toContain(birchwood);
		expect(here.sent()).toEqual([read('sg-nobody')]);
	});

	it('names only the account to change if that one is unknown', async () => {
		const { error } = await here.run(match('sg-nobody', birchwood));
		expect(error?.message).toContain('sg-nobody');
		expect(error?.message).not.toContain(birchwood);
	});

	it('refuses an empty account to match, and one without a package', async () => {
		expect((await here.run(match(birchwood, '={{ "" }}'))).error?.message).toContain(
			'Account to Match',
		);
		expect(here.sent()).toEqual([]);
		const pattern = here.emulator.state.accounts.get(tidewater);
		if (pattern !== undefined) pattern.offerings = [];
		expect((await here.run(match(birchwood, tidewater))).error?.message).toContain(
			'without a package',
		);
		expect(here.bodies('PUT')).toEqual([]);
	});

	it('can match another account in each item, next to items with other changes', async () => {
		const { items, error } = await here.run(
			updateOfferings('={{ $json.id }}', {
				change: '={{ $json.change }}',
				matchAccount: byId('={{ $json.pattern }}'),
				package: '={{ $json.package }}',
			}),
			{
				items: [
					{ id: birchwood, change: 'match', pattern: lowmoor },
					{ id: saltmarsh, change: 'match', pattern: tidewater },
					{ id: tidewater, change: 'merge', package: 'demo.ei.pro-100k.v1' },
				],
			},
		);
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ changed: true }, { changed: true }, { changed: true }]);
		expect(has(birchwood)).toEqual(has(lowmoor));
	});
});
