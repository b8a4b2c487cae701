import { nextReset } from './credits';
import { startTestClient, type TestClient } from './testClient';

const NO_USER: unknown = expect.stringMatching(/no user found/i);
const DAY_MS = 86_400_000;

let test: TestClient;
beforeEach(async () => {
	// Tuesday, 09:00.
	test = await startTestClient({ now: Date.UTC(2026, 2, 10, 9) });
});
afterEach(() => test.close());

const get = async (name: string) => (await test.send(`GET /v3/subusers/${name}/credits`)).data;
const put = (name: string, body: unknown) => test.send(`PUT /v3/subusers/${name}/credits`, body);
const adjust = (name: string, update: unknown) =>
	test.send(`PATCH /v3/subusers/${name}/credits/remaining`, { allocation_update: update });

describe('credits', () => {
	it('have the null fields of their type', async () => {
		expect(await get('tidewater-toys')).toEqual({
			type: 'unlimited',
			reset_frequency: null,
			remain: null,
			total: null,
			used: null,
		});
		expect(await get('saltmarsh-books')).toEqual({
			type: 'nonrecurring',
			reset_frequency: null,
			remain: 4200,
			total: null,
			used: null,
		});
		expect(await get('birchwood-bakery')).toEqual({
			type: 'recurring',
			reset_frequency: 'monthly',
			remain: 7500,
			total: 10000,
			used: 2500,
		});
	});

	it('are reset by a PUT, even if it changes nothing else', async () => {
		const body = { type: 'recurring', reset_frequency: 'monthly', total: 10000 };
		const { status, data } = await put('birchwood-bakery', body);
		expect([status, data]).toEqual([200, { ...body, remain: 10000, used: 0 }]);
		expect(await get('birchwood-bakery')).toEqual(data);
	});

	it('of type nonrecurring only show what remains', async () => {
		const { data } = await put('birchwood-bakery', { type: 'nonrecurring', total: 70 });
		expect(data).toMatchObject({ remain: 70, total: null, used: null, reset_frequency: null });
	});

	it.each([
		[{}, 'type'],
		[{ type: 'weekly' }, 'type'],
		[{ type: 'unlimited', total: 5 }, 'total'],
		[{ type: 'unlimited', reset_frequency: 'daily' }, 'reset_frequency'],
		[{ type: 'nonrecurring', total: 5, reset_frequency: 'daily' }, 'reset_frequency'],
		[{ type: 'nonrecurring' }, 'total'],
		[{ type: 'recurring', reset_frequency: 'daily' }, 'total'],
		[{ type: 'recurring', total: 5 }, 'reset_frequency'],
		[{ type: 'recurring', total: 5, reset_frequency: 'yearly' }, 'reset_frequency'],
		[{ type: 'recurring', total: 0, reset_frequency: 'daily' }, 'total'],
		[{ type: 'recurring', total: '5', reset_frequency: 'daily' }, 'total'],
		[{ type: 'recurring', total: 1.5, reset_frequency: 'daily' }, 'total'],
	])('can’t be set to %j', async (body, field) => {
		const { status, data } = await put('birchwood-bakery', body);
		expect([status, data.errors[0]?.field]).toEqual([400, field]);
		expect(await get('birchwood-bakery')).toMatchObject({ total: 10000, used: 2500 });
	});

	it('are adjusted by a difference, but never below 0', async () => {
		expect((await adjust('birchwood-bakery', 100)).data).toMatchObject({
			remain: 7600,
			used: 2500,
		});
		expect((await adjust('birchwood-bakery', -600)).data.remain).toBe(7000);
		expect((await adjust('birchwood-bakery', -9999)).data.remain).toBe(0);
		expect((await adjust('saltmarsh-books', 1)).data).toMatchObject({ remain: 4201, total: null });
	});

	it.each([undefined, '5', 0.5])('can’t be adjusted by %j', async (update) => {
		const { status, data } = await adjust('birchwood-bakery', update);
		expect([status, data.errors[0]?.field]).toEqual([400, 'allocation_update']);
	});

	it('of type unlimited can’t be adjusted', async () => {
		expect((await adjust('tidewater-toys', 5)).status).toBe(400);
	});

	it('of an unknown subuser are a 400 with an explanation', async () => {
		for (const { status, data } of [
			await test.send('GET /v3/subusers/nobody/credits'),
			await put('nobody', { type: 'unlimited' }),
			await adjust('nobody', 1),
		]) {
			expect(status).toBe(400);
			expect(data).toEqual({
				errors: [{ field: null, message: NO_USER }],
			});
		}
	});

	it('are found regardless of case, and by names that need encoding', async () => {
		expect((await get('BIRCHWOOD-bakery')).total).toBe(10000);
		expect((await get(encodeURIComponent('カモメ製菓'))).total).toBe(3000);
		expect((await get('orders%40juniperlane-kitchens.example')).remain).toBe(50);
	});
});

describe('a reset', () => {
	it.each([
		['daily', '2026-03-10T09:00:00Z', '2026-03-11'],
		['daily', '2026-03-10T00:00:00Z', '2026-03-11'],
		['weekly', '2026-03-10T09:00:00Z', '2026-03-16'],
		['weekly', '2026-03-15T23:59:59Z', '2026-03-16'],
		['weekly', '2026-03-16T00:00:00Z', '2026-03-23'],
		['monthly', '2026-03-10T09:00:00Z', '2026-04-01'],
		['monthly', '2026-12-31T09:00:00Z', '2027-01-01'],
	] as const)('of %s credits after %s is on %s', (frequency, now, date) => {
		expect(nextReset(frequency, Date.parse(now))).toBe(Date.parse(`${date}T00:00:00Z`));
	});

	it('restores recurring credits when the clock reaches it, but not earlier', async () => {
		test.emulator.clock.advance(15 * 3_600_000 - 60_000);
		expect(await get('fernhollow-florist')).toMatchObject({ remain: 400, used: 100 });
		test.emulator.clock.advance(60_000);
		expect(await get('fernhollow-florist')).toMatchObject({ remain: 500, used: 0 });
		expect((await get('lowmoor-linens')).remain).toBe(12);
		test.emulator.clock.advance(6 * DAY_MS);
		expect((await get('lowmoor-linens')).remain).toBe(5000);
		expect((await get('birchwood-bakery')).remain).toBe(7500);
		test.emulator.clock.advance(30 * DAY_MS);
		expect((await get('birchwood-bakery')).remain).toBe(10000);
	});

	it('recurs', async () => {
		for (let time = 0; time < 3; time++) {
			await adjust('fernhollow-florist', -50);
			expect((await get('fernhollow-florist')).remain).toBeLessThan(500);
			test.emulator.clock.advance(DAY_MS);
			expect((await get('fernhollow-florist')).remain).toBe(500);
		}
	});

	it('doesn’t change other credits', async () => {
		test.emulator.clock.advance(400 * DAY_MS);
		expect((await get('saltmarsh-books')).remain).toBe(4200);
		expect((await get('tidewater-toys')).remain).toBeNull();
	});
});
