import type { INodeParameters } from 'n8n-workflow';
import { ACCOUNTS, byId, world } from './world';

const here = world({ accounts: 12 });

const ID = ACCOUNTS.lowmoor;
const TEMPLATE = '/v3/partners/accounts/{id}/ips';

function about(operation: string, more: INodeParameters = {}): INodeParameters {
	return { resource: 'accountIp', operation, account: byId(ID), ...more };
}

const account = () => here.emulator.state.accounts.get(ID);
const ips = () => [...(account()?.ips ?? [])];
const writes = () => here.sent().filter((sent) => !sent.startsWith('GET '));

describe('Get many account IPs', () => {
	it('returns one item per IP, the newest first, with the region in the node’s words', async () => {
		const all = ips();
		const found = account();
		if (found !== undefined) found.euIps = all.slice(0, 1);
		const { items } = await here.run(about('getAll', { returnAll: true }));
		expect(items).toEqual(
			all.reverse().map((ip) => ({
				account_id: ID,
				ip,
				region: ip === all.at(-1) ? 'eu' : 'global',
			})),
		);
	});

	it('returns at most as many as wanted', async () => {
		const { items } = await here.run(about('getAll', { returnAll: false, limit: 2 }));
		expect(items).toHaveLength(2);
	});

	it('reads on if SendGrid or a gateway caps a page', async () => {
		here.emulator.fail({ match: `GET ${TEMPLATE}`, kind: 'shortPages', rows: 1, times: Infinity });
		const { items } = await here.run(about('getAll', { returnAll: true }));
		expect(items).toHaveLength(ips().length);
	});
});

describe('Add account IPs', () => {
	it('adds IPs in a region, and returns them', async () => {
		const before = ips();
		const { items, error } = await here.run(about('add', { count: 2, region: 'global' }));
		expect(error).toBeUndefined();
		const added = ips().filter((ip) => !before.includes(ip));
		expect(items).toEqual([
			{
				account_id: ID,
				summary: `added ${added.join(', ')}`,
				dry_run: false,
				changed: true,
				region: 'global',
				ips: added,
			},
		]);
		expect(here.bodies('POST')).toEqual([{ count: 2, region: 'us' }]);
	});

	it('never repeats a request whose response is lost: it compares the lists', async () => {
		const before = ips().length;
		here.fail({ match: `POST ${TEMPLATE}`, kind: 'appliedThenLost' });
		const { items, error } = await here.run(about('add', { count: 2, region: 'eu' }));
		expect(error).toBeUndefined();
		expect(items[0]?.['ips']).toHaveLength(2);
		expect(ips()).toHaveLength(before + 2);
		expect(writes()).toHaveLength(1);
	});

	it('fails if the lists don’t tell whether a lost request was applied', async () => {
		here.fail({ match: `POST ${TEMPLATE}`, kind: 'reset' });
		const { error } = await here.run(about('add', { count: 2, region: 'eu' }));
		expect(error?.message).toContain('the IPs may have been added');
		expect(writes()).toHaveLength(1);
	});

	it('names the IPs that were added if another item stops the run', async () => {
		const before = ips();
		const items = [{ count: 2 }, { count: 0 }];
		const { error } = await here.run(about('add', { count: '={{ $json.count }}', region: 'eu' }), {
			items,
		});
		const added = ips().filter((ip) => !before.includes(ip));
		expect(added).toHaveLength(2);
		expect(error?.description).toContain(`Created: IPs ${added.join(', ')} of account ${ID}.`);
	});

	it.each([
		[{ count: 0 }, 'Count must be a whole number of at least 1'],
		[{ count: 11 }, 'Count must be at most 10'],
		[{ count: 1, region: 'us' }, 'Region must be one of global, eu'],
	])('refuses %j before anything is sent', async (more, words) => {
		const { error } = await here.run(about('add', more));
		expect(error?.message).toContain(words);
		expect(here.sent()).toEqual([]);
	});

	it('shows the request in a dry run', async () => {
		const { items } = await here.run(about('add', { count: 1, region: 'global', dryRun: true }));
		expect(items[0]).toMatchObject({
			account_id: ID,
			summary: 'would be: added 1 IP in the global region',
			dry_run: true,
			changed: true,
			request: { count: 1, region: 'us' },
		});
		expect(writes()).toEqual([]);
	});

	it('says what SendGrid’s contract refuses', async () => {
		here.emulator.state.behavior.ipAddonQuantity = 'limits';
		const { error } = await here.run(about('add', { count: 10, region: 'global' }));
		expect(error?.message).toContain('no IP add-on for this many IPs');
	});
});

describe('Remove account IPs', () => {
	it('removes particular IPs with a request that has a body', async () => {
		const [first = '', ...rest] = ips();
		const { items, error } = await here.run(about('remove', { ips: first }));
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				account_id: ID,
				summary: `removed ${first}`,
				dry_run: false,
				changed: true,
				removed: [first],
			},
		]);
		expect(here.bodies('DELETE')).toEqual([{ ips: [first] }]);
		expect(ips()).toEqual(rest);
	});

	it('says which were removed if a later request fails', async () => {
		await here.run(about('add', { count: 10, region: 'global' }));
		const all = ips();
		here.fail({ match: `DELETE ${TEMPLATE}`, kind: 'status', status: 400, after: 1 });
		const { error } = await here.run(about('remove', { ips: all.join(',') }));
		expect(error?.message).toContain('before that, this was applied: removed ');
		expect(ips()).toEqual(all.slice(10));
	});

	it('sends nothing for IPs that the account doesn’t have', async () => {
		const { items } = await here.run(about('remove', { ips: '192.0.2.250' }));
		expect(items[0]).toMatchObject({ summary: 'unchanged', changed: false, removed: [] });
		expect(writes()).toEqual([]);
	});

	it('looks whether they are gone if the response is lost', async () => {
		const [first = ''] = ips();
		here.fail({ match: `DELETE ${TEMPLATE}`, kind: 'appliedThenLost' });
		const { items, error } = await here.run(about('remove', { ips: first }));
		expect(error).toBeUndefined();
		expect(items[0]).toMatchObject({ removed: [first] });
	});

	it('removes more than ten in several requests', async () => {
		await here.run(about('add', { count: 10, region: 'global' }));
		const all = ips();
		const { items } = await here.run(about('remove', { ips: all.join(',') }));
		expect(items[0]?.['removed']).toEqual(all);
		expect(here.bodies('DELETE')).toHaveLength(Math.ceil(all.length / 10));
		expect(ips()).toEqual([]);
	});

	it('shows the request in a dry run', async () => {
		const [first = ''] = ips();
		const { items } = await here.run(about('remove', { ips: first, dryRun: true }));
		expect(items[0]).toMatchObject({ dry_run: true, removed: [first], request: { ips: [first] } });
		expect(writes()).toEqual([]);
	});
});
