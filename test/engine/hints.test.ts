import type { INodeParameters } from 'n8n-workflow';
import { ACCOUNTS, byId, byUsername, updateCredits, updateOfferings, world } from './world';

const here = world();
const { lowmoor } = ACCOUNTS;
const NAME = 'orchard-lane';
const rows = (...addon: INodeParameters[]): INodeParameters => ({ addon });
const oneIp = { addons: rows({ name: 'demo.x.ip.v1', quantity: 1 }) };

beforeEach(() => here.addSubuser(NAME));

describe('the hint above the output', () => {
	it.each<[string, INodeParameters, string, string]>([
		[
			'a lowered quantity',
			updateOfferings(lowmoor, oneIp),
			`${lowmoor}: demo.x.ip.v1 3 → 1.`,
			`${lowmoor}: demo.x.ip.v1 3 → 1`,
		],
		[
			'removed add-ons',
			updateOfferings(lowmoor, { change: 'remove', offeringNames: ['demo.x.ip.v1'] }),
			`${lowmoor}: demo.x.ip.v1 removed.`,
			`${lowmoor}: removed demo.x.ip.v1 (3)`,
		],
		[
			'a lower total',
			updateCredits(NAME, { total: 100 }),
			`${NAME}: total 1,000 → 100, remaining 600 → 100.`,
			`${NAME}: recurring, monthly, 1,000 → 100, balance reset from 600 to 100`,
		],
		[
			'a negative adjustment',
			{
				resource: 'subuserCredit',
				operation: 'adjust',
				subuser: byUsername(NAME),
				adjustment: -50,
			},
			`${NAME}: remaining 600 → 550.`,
			`${NAME}: remaining 600 → 550`,
		],
	])('shows %s, in a dry run too', async (_what, parameters, lost, change) => {
		const dry = await here.run({ ...parameters, dryRun: true });
		expect(dry.hints).toEqual([
			`Nothing was sent. 1 would change. ${change}.`,
			`This would remove or lower something. ${lost}`,
		]);
		const wet = await here.run(parameters);
		expect(wet.hints).toEqual([`This removed or lowered something. ${lost}`]);
	});

	it('says that unlimited credits don’t limit anything, and names the limit that a dry run removes', async () => {
		const parameters = updateCredits(NAME, { creditType: 'unlimited' });
		const dry = await here.run({ ...parameters, dryRun: true });
		expect(dry.hints).toEqual([
			`Nothing was sent. 1 would change. ${NAME}: recurring → unlimited.`,
			`This would remove or lower something. ${NAME}: limit removed, 1,000 monthly → unlimited.`,
		]);
		const wet = await here.run(parameters, { items: [{}, {}] });
		expect(wet.hints).toEqual([
			'Credits were set to unlimited: they no longer limit what these subusers can send.',
		]);
	});

	it('names the new total of credits that were unlimited', async () => {
		await here.run(updateCredits(NAME, { creditType: 'unlimited' }));
		const { hints } = await here.run(updateCredits(NAME, { total: 50 }));
		expect(hints).toEqual([`This removed or lowered something. ${NAME}: unlimited → 50 monthly.`]);
	});

	it('says that nonrecurring credits end the recurring ones, and that more is removed than remains', async () => {
		const dryRun = true;
		const once = updateCredits(NAME, { creditType: 'nonrecurring', total: 700, dryRun });
		expect((await here.run(once)).hints).toContain(
			`This would remove or lower something. ${NAME}: 1,000 monthly → 700 nonrecurring.`,
		);
		const about = { resource: 'subuserCredit', operation: 'adjust', subuser: byUsername(NAME) };
		const less = { ...about, adjustment: -601, dryRun };
		expect((await here.run(less)).hints.at(-1)).toMatch(/^More credits would be removed than/);
		expect((await here.run({ ...less, adjustment: -600 })).hints).toHaveLength(2);
	});

	it('says that a dry run ignores keys, if there is one', async () => {
		const parameters = updateCredits(NAME, { total: 2000, dryRun: true });
		expect((await here.run(parameters)).hints).toHaveLength(1);
		const { hints } = await here.run({ ...parameters, onceKey: 'in_1' });
		expect(hints.at(-1)).toMatch(/^A dry run doesn’t check Run Once per Key\./);
	});

	it('shows removed IPs of a subuser', async () => {
		const subuser = here.emulator.state.subusers.get(NAME);
		if (subuser !== undefined) subuser.ips = ['192.0.2.1', '192.0.2.2'];
		const parameters = { resource: 'subuser', operation: 'updateIps', subuser: byUsername(NAME) };
		const { hints } = await here.run({ ...parameters, change: 'remove', ips: ['192.0.2.2'] });
		expect(hints).toEqual([`This removed or lowered something. ${NAME}: 192.0.2.2 removed.`]);
	});

	it('shows removed scopes of an API key', async () => {
		const about = { resource: 'subuserApiKey', subuser: byUsername(NAME) };
		const scopes = ['mail.send', 'stats.read'];
		const create = { ...about, operation: 'create', name: 'Shop', access: 'custom', scopes };
		const apiKeyId = (await here.run(create)).items[0]?.['api_key_id'] as string;
		const { hints } = await here.run({
			...about,
			operation: 'update',
			apiKeyId,
			access: 'mailSend',
		});
		expect(hints).toEqual([`This removed or lowered something. ${NAME}: stats.read removed.`]);
	});

	it('doesn’t come up where a package replaces another, and nothing else is lost', async () => {
		const change = { package: 'demo.ei.pro-100k.v1' };
		expect((await here.run(updateOfferings(lowmoor, change))).hints).toEqual([]);
	});

	it('counts what a dry run of several items would change', async () => {
		const { hints } = await here.run(
			updateCredits('={{ $json.name }}', { total: '={{ $json.total }}', dryRun: true }),
			{
				items: [
					{ name: NAME, total: 2000 },
					{ name: NAME, total: 1000 },
				],
			},
		);
		expect(hints).toEqual([
			'Nothing was sent. 1 would change, 1 would stay unchanged. ' +
				`${NAME}: recurring, monthly, 1,000 → 2,000, balance reset from 600 to 2,000.`,
		]);
	});
});

describe('an account that was picked from the list', () => {
	const picked = (value: string, cachedResultName: string) => ({
		...{ __rl: true, mode: 'list', value, cachedResultName },
	});
	const getState = (account: INodeParameters) => ({
		...{ resource: 'account', operation: 'getState', account },
	});

	it('is named in errors as it was picked, with email and ID', async () => {
		const account = picked('sg-gone', 'owner@gone.example (sg-gone)');
		const { error } = await here.run(getState(account));
		expect(error?.message).toContain(
			'Account owner@gone.example (sg-gone): SendGrid can’t find this account',
		);
		const { items } = await here.run(getState(account), {
			node: { onError: 'continueRegularOutput' },
		});
		expect(items[0]?.['account_id']).toBe('sg-gone');
	});

	it('is named as it was picked where another account should match it', async () => {
		const matchAccount = picked('sg-gone', 'owner@gone.example (sg-gone)');
		const { error } = await here.run(updateOfferings(lowmoor, { change: 'match', matchAccount }));
		expect(error?.message).toContain('owner@gone.example (sg-gone)');
		expect(error?.message).toContain(lowmoor);
	});

	it.each([
		['an earlier choice', 'owner@birchwood.example (sg-birchwood)'],
		['an ID that only ends like it', 'owner@birchwood.example (my-sg-gone)'],
	])('is named by its ID alone where n8n still has the name of %s', async (_what, name) => {
		const { error } = await here.run(getState(picked('sg-gone', name)));
		expect(error?.message).toContain('Account sg-gone: ');
	});

	it('is named by its ID alone where it was entered', async () => {
		const { error } = await here.run(getState(byId('sg-gone')));
		expect(error?.message).toContain('Account sg-gone: ');
	});
});
