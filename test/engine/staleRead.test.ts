import type { INodeParameters } from 'n8n-workflow';
import { assignIps } from '../../emulator';
import type { Offering } from '../../emulator';
import { skippingClock } from './clock';
import { ESSENTIALS, MARKETING, ips } from './offerings';
import { table } from './processOfN8n';
import { ACCOUNTS, OFFERINGS, byUsername, updateOfferings, world } from './world';

/** A list that was read too long ago when a request that replaces it may be sent. */
const here = world();

beforeEach(() => table.reset());

const { birchwood, saltmarsh, lowmoor } = ACCOUNTS;
const GET = (account: string) => `GET /v3/partners/accounts/${account}/offerings`;
const PUT = (account: string) => `PUT /v3/partners/accounts/${account}/offerings`;

const addIps = (quantity: number, more: INodeParameters = {}) =>
	updateOfferings(birchwood, {
		addons: { addon: [{ name: 'demo.x.ip.v1', quantity }] },
		...more,
	});

function accountNamed(id: string) {
	const account = here.emulator.state.accounts.get(id);
	if (account === undefined) throw new Error(`There is no account ${id}`);
	return account;
}

/** Lets SendGrid refuse the next PUT of offerings for so long. */
function refuse(seconds: string): void {
	here.fail({
		match: `PUT ${OFFERINGS}`,
		kind: 'status',
		status: 429,
		headers: { 'retry-after': seconds },
	});
}

/** Runs the node, and lets another process set these offerings while it waits. */
async function runBeside(parameters: INodeParameters, offerings: Offering[], account = birchwood) {
	const running = here.run(parameters);
	await skippingClock.sleep(1000);
	accountNamed(account).offerings = offerings;
	return await running;
}

describe('a list that is sent', () => {
	it('within two seconds of its read, or sent again within them, isn’t read again', async () => {
		refuse('0.5');
		await here.run(addIps(2));
		expect(here.sent()).toEqual([GET(birchwood), PUT(birchwood), PUT(birchwood)]);
	});

	it('later than that is read and decided again, with what another process has added', async () => {
		refuse('2.5');
		const { items, error } = await runBeside(addIps(2), [ESSENTIALS, MARKETING]);
		expect(error).toBeUndefined();
		expect(here.sent()).toEqual([GET(birchwood), PUT(birchwood), GET(birchwood), PUT(birchwood)]);
		expect(items).toMatchObject([
			{
				changed: true,
				added: ['demo.x.ip.v1'],
				removed: [],
				offerings: [ESSENTIALS, MARKETING, ips(2)],
				before: [ESSENTIALS, MARKETING],
			},
		]);
		expect(accountNamed(birchwood).offerings).toEqual([ESSENTIALS, MARKETING, ips(2)]);
	});

	it('under a spent window of the rate limit is read again when the window opens', async () => {
		const spend = async () =>
			await fetch(`${here.emulator.url}/v3/partners/accounts/${lowmoor}/offerings`, {
				method: 'PUT',
				headers: {
					authorization: `Bearer ${here.credential.apiKey}`,
					'content-type': 'application/json',
				},
				body: JSON.stringify({ offerings: accountNamed(lowmoor).offerings }),
			});
		here.emulator.setRateLimit({ limit: 2, windowMs: 4000 });
		await Promise.all([spend(), spend()]);
		const { items } = await runBeside(addIps(2), [ESSENTIALS, MARKETING]);
		expect(items).toMatchObject([{ offerings: [ESSENTIALS, MARKETING, ips(2)] }]);
		expect(here.sent().filter((line) => line === GET(birchwood))).toHaveLength(2);
	});

	it('isn’t sent at all if another process has made the same change', async () => {
		refuse('2.5');
		const { items, hints } = await runBeside(addIps(2), [ESSENTIALS, ips(2)]);
		expect(items).toMatchObject([{ changed: false, added: [], before: [ESSENTIALS, ips(2)] }]);
		expect(here.bodies('PUT')).toHaveLength(1);
		expect(hints.join()).toContain('0 updated, 1 unchanged');
	});

	it('is refused if the change has become one that would take something away', async () => {
		refuse('2.5');
		const asked = addIps(2, { options: { refuseRemovals: true } });
		const { error } = await runBeside(asked, [ESSENTIALS, ips(5)]);
		expect(error?.message).toContain('demo.x.ip.v1 would be lowered from 5 to 2');
		expect(here.bodies('PUT')).toHaveLength(1);
	});

	it.each<[string, () => void]>([
		['is refused', () => (accountNamed(birchwood).offerings = [ESSENTIALS, ips(5)])],
		[
			'can’t be read',
			() => here.fail({ match: `GET ${OFFERINGS}`, kind: 'reset', times: Infinity }),
		],
	])('leaves its key free if it %s when it is decided again', async (_what, happens) => {
		refuse('2.5');
		const keyed = addIps(2, { onceKey: 'in_1', options: { refuseRemovals: true } });
		const running = here.run(keyed);
		while (here.bodies('PUT').length === 0) await skippingClock.sleep(0);
		happens();
		const { error } = await running;
		here.emulator.clearFaults();
		accountNamed(birchwood).offerings = [ESSENTIALS];
		const again = await here.run(keyed);
		expect(error).toBeDefined();
		expect(error?.description).not.toContain('in doubt');
		expect(again.error).toBeUndefined();
		expect(again.items).toMatchObject([{ changed: true }]);
	});

	it('for an increase adds to what is there then', async () => {
		refuse('2.5');
		await runBeside(addIps(2, { change: 'increase' }), [ESSENTIALS, ips(5)]);
		expect(accountNamed(birchwood).offerings).toEqual([ESSENTIALS, ips(7)]);
	});

	it('for a match reads the other account again, too', async () => {
		refuse('2.5');
		const asked = updateOfferings(birchwood, {
			change: 'match',
			matchAccount: { __rl: true, mode: 'id', value: saltmarsh },
		});
		await runBeside(asked, [ESSENTIALS, MARKETING], saltmarsh);
		expect(accountNamed(birchwood).offerings).toEqual([ESSENTIALS, MARKETING]);
	});

	it('after an unclear answer reports what was there before, and all that changed', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'slow', delayMs: 4000 });
		const { items } = await here.run(addIps(2, { options: { timeoutSeconds: 2 } }));
		expect(items).toMatchObject([{ changed: true, added: ['demo.x.ip.v1'], before: [ESSENTIALS] }]);
		expect(here.sent()).toEqual([GET(birchwood), PUT(birchwood), GET(birchwood), PUT(birchwood)]);
	});

	it('after an unclear answer may have been applied, even if it can’t be read again', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'slow', delayMs: 4000 });
		here.fail({ match: `GET ${OFFERINGS}`, kind: 'status', status: 403, after: 1 });
		const { error } = await here.run(addIps(2, { options: { timeoutSeconds: 2 } }));
		expect(error?.message).toContain('may have been applied');
		expect(error?.description).toContain('Run the item again: this is safe');
	});
});

describe('a subuser’s IPs', () => {
	const [A, B, C, D] = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'] as const;

	it.each([
		['merge', C, [A, D], [A, D, C]],
		['remove', A, [A, B, D], [B, D]],
	])('are read again for a late %s', async (change, asked, meanwhile, expected) => {
		const subuser = here.addSubuser('orchard-lane');
		assignIps(here.emulator.state, subuser, [A, B]);
		here.fail({
			match: 'PUT /v3/subusers/{name}/ips',
			kind: 'status',
			status: 429,
			headers: { 'retry-after': '2.5' },
		});
		const running = here.run({
			resource: 'subuser',
			operation: 'updateIps',
			subuser: byUsername('orchard-lane'),
			change,
			ips: asked,
		});
		await skippingClock.sleep(1000);
		assignIps(here.emulator.state, subuser, meanwhile);
		expect((await running).error).toBeUndefined();
		expect(subuser.ips).toEqual(expected);
	});
});
