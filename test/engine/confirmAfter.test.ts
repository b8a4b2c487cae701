import type { INodeParameters } from 'n8n-workflow';
import { assignIps } from '../../emulator';
import type { Offering } from '../../emulator';
import { customersWatched } from '../../nodes/SendGridProvisioning/runner/ownWrites';
import { skippingClock } from './clock';
import { ESSENTIALS, MARKETING, ips } from './offerings';
import { table } from './processOfN8n';
import { ACCOUNTS, OFFERINGS, byUsername, containing, updateOfferings, world } from './world';

/** Changes that are checked a while later: has another process's list overwritten them? */
const here = world();

beforeEach(() => table.reset());

const { birchwood, saltmarsh, tidewater } = ACCOUNTS;
const GET = (account: string) => `GET /v3/partners/accounts/${account}/offerings`;
const PUT = (account: string) => `PUT /v3/partners/accounts/${account}/offerings`;
const TEAMMATES: Offering = { name: 'demo.x.teammates-5.v1', type: 'addon', quantity: 1 };

const addTo = (account: string, quantity: unknown, more: INodeParameters = {}) =>
	updateOfferings(account, {
		addons: { addon: [{ name: 'demo.x.ip.v1', quantity }] } as INodeParameters,
		options: { confirmAfterSeconds: 5 },
		...more,
	});
const byJson = (offerings: Offering[]): INodeParameters => ({
	specifyOfferings: 'json',
	offeringsJson: JSON.stringify(offerings),
});

function accountNamed(id: string) {
	const account = here.emulator.state.accounts.get(id);
	if (account === undefined) throw new Error(`There is no account ${id}`);
	return account;
}

/** Resolves when the node waits to check the change of this account. */
async function applied(account: string): Promise<void> {
	const isAnswered = () =>
		here.emulator.requests.some(
			({ method, params, endedAt }) =>
				method === 'PUT' && params.id === account && endedAt !== undefined,
		);
	while (!isAnswered()) await skippingClock.sleep(20);
	await skippingClock.sleep(500);
}

afterEach(() => expect(customersWatched()).toBe(0));

describe('a change that is checked later', () => {
	it('succeeds with the usual output if it is still there', async () => {
		const started = skippingClock.now();
		const { items, error } = await here.run(addTo(birchwood, 2));
		expect(error).toBeUndefined();
		expect(skippingClock.now() - started).toBeGreaterThanOrEqual(5000);
		expect(here.sent()).toEqual([GET(birchwood), PUT(birchwood), GET(birchwood)]);
		const unchecked = await here.run(addTo(tidewater, 2, { options: {} }));
		expect(Object.keys(items[0] ?? {})).toEqual(Object.keys(unchecked.items[0] ?? {}));
		expect(items).toMatchObject([{ changed: true, offerings: [ESSENTIALS, ips(2)] }]);
	});

	it('succeeds beside what another process adds to it', async () => {
		const running = here.run(addTo(birchwood, 2));
		await applied(birchwood);
		accountNamed(birchwood).offerings = [ESSENTIALS, ips(2), MARKETING];
		expect((await running).error).toBeUndefined();
	});

	it('fails if another process’s list has overwritten it, and says that running it again is safe', async () => {
		const running = here.run(addTo(birchwood, 2), { node: { onError: 'continueRegularOutput' } });
		await applied(birchwood);
		accountNamed(birchwood).offerings = [ESSENTIALS, MARKETING];
		const { items, hints } = await running;
		expect(items).toEqual([
			{
				error: `Account ${birchwood}: The change was applied, but then another process overwrote it: demo.x.ip.v1 is missing`,
				description: containing('Run the item again: this is safe'),
				account_id: birchwood,
			},
		]);
		expect(hints.join()).not.toContain('updated');
		await here.run(addTo(birchwood, 2));
		expect(accountNamed(birchwood).offerings).toEqual([ESSENTIALS, MARKETING, ips(2)]);
	});

	it('stops the node with an error that “Retry On Fail” reacts to', async () => {
		const running = here.run(addTo(birchwood, 2));
		await applied(birchwood);
		accountNamed(birchwood).offerings = [ESSENTIALS];
		const { error } = await running;
		expect(error).toMatchObject({ name: 'NodeApiError', context: { itemIndex: 0 } });
	});

	it('isn’t checked where nothing was sent', async () => {
		await here.run(addTo(birchwood, 2, { dryRun: true }));
		await here.run(addTo(saltmarsh, 1));
		expect(here.sent()).toEqual([GET(birchwood), GET(saltmarsh)]);
	});

	it('says that it was applied if it can’t be checked', async () => {
		here.fail({ match: `GET ${OFFERINGS}`, kind: 'status', status: 403, after: 1 });
		const { error } = await here.run(addTo(birchwood, 2));
		expect(error).toMatchObject({
			message: containing('the change was applied, but the node couldn’t check'),
			description: containing('Run the item again: this is safe.'),
			httpCode: '403',
		});
	});

	it.each(['-1', 'soon', ''])('is refused for %j seconds', async (confirmAfterSeconds) => {
		const { error } = await here.run(addTo(birchwood, 2, { options: { confirmAfterSeconds } }));
		expect(error?.message).toContain('Confirm After must be a whole number of at least 0');
		expect(here.sent()).toEqual([]);
	});
});

describe('the key of a change that is checked later', () => {
	const keyed = addTo(birchwood, 2, { onceKey: 'in_1' });

	it('is done if the change is still there', async () => {
		const { error } = await here.run(keyed);
		const { items } = await here.run(keyed);
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ already_done: true }]);
	});

	it.each<[string, () => void]>([
		['is overwritten', () => (accountNamed(birchwood).offerings = [ESSENTIALS])],
		[
			'can’t be checked',
			() => here.fail({ match: `GET ${OFFERINGS}`, kind: 'status', status: 403 }),
		],
	])('may run again if the change %s', async (_what, happens) => {
		const running = here.run(keyed);
		await applied(birchwood);
		happens();
		const { error } = await running;
		accountNamed(birchwood).offerings = [ESSENTIALS];
		const again = await here.run(keyed);
		expect(error?.description).not.toContain('in doubt');
		expect(again.error).toBeUndefined();
		expect(again.items).toMatchObject([{ changed: true, offerings: [ESSENTIALS, ips(2)] }]);
	});

	it('isn’t done before the check: another item with this key waits for it', async () => {
		const running = here.run(keyed);
		await applied(birchwood);
		const second = here.run(keyed);
		accountNamed(birchwood).offerings = [ESSENTIALS];
		expect((await running).error?.message).toContain('another process overwrote it');
		expect((await second).items).toMatchObject([{ changed: true }]);
		expect(accountNamed(birchwood).offerings).toEqual([ESSENTIALS, ips(2)]);
	});

	it('keeps no item with another key of the same customer waiting', async () => {
		const started = skippingClock.now();
		const { items } = await here.run(
			addTo(birchwood, '={{ $json.quantity }}', {
				onceKey: '={{ $json.quantity }}',
				options: { confirmAfterSeconds: 200 },
			}),
			{ items: [{ quantity: 2 }, { quantity: 3 }, { quantity: 2 }] },
		);
		expect(items).toMatchObject([{ changed: true }, { changed: true }, { already_done: true }]);
		// In order, it would be 400 s. The clock skips ahead while keys are asked in real time.
		expect(skippingClock.now() - started).toBeLessThan(350_000);
	});
});

describe('later changes by the same process', () => {
	it('of the same add-on are no overwrites, in the same execution and in others', async () => {
		const running = here.run(addTo(birchwood, '={{ $json.quantity }}'), {
			items: [{ quantity: 2 }, { quantity: 3 }],
		});
		await applied(birchwood);
		await here.run(
			updateOfferings(birchwood, { change: 'remove', offeringNames: ['demo.x.ip.v1'] }),
		);
		const { items, error } = await running;
		expect(error).toBeUndefined();
		expect(items).toHaveLength(2);
	});

	it('of other add-ons don’t excuse what another process has overwritten', async () => {
		const running = here.run(addTo(birchwood, 2));
		await applied(birchwood);
		accountNamed(birchwood).offerings = [ESSENTIALS];
		await here.run(updateOfferings(birchwood, byJson([TEAMMATES])));
		expect((await running).error?.message).toContain('demo.x.ip.v1 is missing');
		expect(accountNamed(birchwood).offerings).toEqual([ESSENTIALS, TEAMMATES]);
	});

	it('that came before the change are no excuse either', async () => {
		await here.run(addTo(birchwood, 1, { options: {} }));
		const running = here.run(addTo(birchwood, 2));
		await skippingClock.sleep(500);
		accountNamed(birchwood).offerings = [ESSENTIALS, ips(1)];
		expect((await running).error?.message).toContain('is 1, not 2');
	});
});

describe('the wait for a check', () => {
	it.each([0, 1])('is one for all items with a concurrency of %i', async (concurrency) => {
		const started = skippingClock.now();
		const { items } = await here.run(
			addTo('={{ $json.account }}', '={{ $json.quantity }}', {
				options: { confirmAfterSeconds: 20, concurrency },
			}),
			{
				items: [birchwood, saltmarsh, tidewater].flatMap((account) =>
					[2, 3, 4, 5].map((quantity) => ({ account, quantity })),
				),
			},
		);
		expect(items.map((item) => item['changed'])).toEqual(Array(12).fill(true));
		expect(skippingClock.now() - started).toBeLessThan(35_000);
	});

	it('keeps no other change of the customer, and no other request, waiting', async () => {
		here.emulator.setRateLimit({ limit: 600, windowMs: 60_000 });
		const running = here.run(addTo(birchwood, 2, { options: { confirmAfterSeconds: 120 } }));
		await applied(birchwood);
		const started = skippingClock.now();
		await here.run(updateOfferings(birchwood, byJson([TEAMMATES])));
		expect(skippingClock.now() - started).toBeLessThan(60_000);
		expect((await running).error).toBeUndefined();
	});

	it('ends within half a second of a stop, with words that the change was applied', async () => {
		const run = await here.run(addTo(birchwood, 2, { options: { confirmAfterSeconds: 600 } }), {
			cancelAfterMs: 3000,
		});
		expect(run.stoppedAfterMs).toBeLessThan(600);
		expect(run.error?.message).toContain('The execution was stopped; the change was applied');
		expect(run.error?.description).toContain('Run the item again: this is safe.');
		expect(here.sent()).toEqual([GET(birchwood), PUT(birchwood)]);
	});

	it('ends when another item stops the node, whose error names this one', async () => {
		const { error } = await here.run(addTo('={{ $json.account }}', 2), {
			items: [{ account: birchwood }, { account: 'nobody' }, { account: tidewater }],
		});
		expect(error).toMatchObject({
			message: containing('Account nobody: SendGrid can’t find this account'),
			context: { itemIndex: 1 },
		});
		expect(error?.message).toMatch(/other items? may have been applied/);
		expect(error?.description).toMatch(/May have been applied: 0/);
	});
});

describe('a subuser’s IPs', () => {
	const [A, B] = ['192.0.2.1', '192.0.2.2'] as const;
	const add = (confirmAfterSeconds: number): INodeParameters => ({
		resource: 'subuser',
		operation: 'updateIps',
		subuser: byUsername('orchard-lane'),
		ips: B,
		options: { confirmAfterSeconds },
	});

	it('are checked, too', async () => {
		const subuser = here.addSubuser('orchard-lane');
		assignIps(here.emulator.state, subuser, [A]);
		const good = await here.run(add(5));
		expect(good.error).toBeUndefined();
		assignIps(here.emulator.state, subuser, [A]);
		const running = here.run(add(30));
		while (!subuser.ips.includes(B)) await skippingClock.sleep(20);
		await skippingClock.sleep(500);
		assignIps(here.emulator.state, subuser, [A]);
		expect((await running).error).toMatchObject({
			message: containing('another process overwrote it: 192.0.2.2 is missing'),
			description: containing('Run the item again: this is safe'),
		});
	});
});
