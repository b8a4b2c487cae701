import type { INode, INodeParameters } from 'n8n-workflow';
import { skippingClock } from './clock';
import { containing, CREDITS, updateCredits, world, matching, someWords } from './world';

const here = world();

const NAME = 'orchard-lane';

beforeEach(() => {
	here.addSubuser(NAME);
});

const unlimited = (name: string, options: INodeParameters = {}): INodeParameters =>
	updateCredits(name, { creditType: 'unlimited', options });

/** As many items as told, each for a subuser of its own. */
const some = (count: number) =>
	here.emulator.state.subusers.list(0, count).map(({ username }) => ({ name: username }));

/** Lets SendGrid refuse the next update of credits with 429, or as many as told. */
function refuse(headers: Record<string, string>, times = 1): void {
	here.fail({ match: `PUT ${CREDITS}`, kind: 'status', status: 429, headers, times });
}

function answers(status: number): number {
	const ends = ` ${status}`;
	return Object.entries(here.emulator.counters.byAnswer)
		.filter(([answer]) => answer.endsWith(ends))
		.reduce((sum, [, count]) => sum + count, 0);
}

describe('a 429', () => {
	// From two to three seconds, as long as it does not take a second until the request is sent.
	const inTwoSeconds = () => String(Math.ceil(skippingClock.now() / 1000) + 2);
	const spent = { 'x-ratelimit-limit': '600', 'x-ratelimit-remaining': '0' };

	it('is waited for and sent again, in whatever form its headers say how long', async () => {
		const forms: Array<[string, Record<string, string>, number]> = [
			['time of day', { ...spent, 'x-ratelimit-reset': inTwoSeconds() }, 950],
			['seconds left', { ...spent, 'x-ratelimit-reset': '1' }, 950],
			['Retry-After', { 'retry-after': '1' }, 950],
			['Retry-After first', { ...spent, 'x-ratelimit-reset': '30', 'retry-after': '1' }, 950],
			['nothing', {}, 300],
			['nonsense', { 'x-ratelimit-reset': '-5', 'retry-after': 'soon' }, 300],
			['a reset that has passed', { ...spent, 'x-ratelimit-reset': '1392815263' }, 300],
		];
		const runs = forms.map(async ([form, headers, atLeastMs], index) => {
			const name = `form-${index}`;
			const path = `/v3/subusers/${name}/credits`;
			here.addSubuser(name);
			here.fail({ match: `PUT ${path}`, kind: 'status', status: 429, headers });
			// A key of its own, so that none waits for another's limit.
			const credential = { ...here.credential, apiKey: here.emulator.addKey() };
			const { items } = await here.run(unlimited(name), { credential });
			const times = here.emulator.requests.filter((request) => request.path === path);
			const gap = (times[1]?.at ?? 0) - (times[0]?.at ?? 0);
			return {
				form,
				sent: times.length,
				type: items[0]?.['type'],
				inTime: gap >= atLeastMs && gap < 10_000,
			};
		});
		expect(await Promise.all(runs)).toEqual(
			forms.map(([form]) => ({ form, sent: 2, type: 'unlimited', inTime: true })),
		);
	});

	it('is sent again more often than other failures, as long as the wait allows', async () => {
		refuse({ 'x-ratelimit-remaining': '5', 'retry-after': '0.2' }, 6);
		const { error } = await here.run(unlimited(NAME));
		expect(error).toBeUndefined();
		expect(here.sent()).toHaveLength(7);
	});

	it('that asks for a longer wait than allowed fails the item at once and names the wait', async () => {
		refuse({ 'retry-after': '120' }, Infinity);
		const started = skippingClock.now();
		const { error } = await here.run(unlimited(NAME, { maxWaitSeconds: 60 }));
		expect(skippingClock.now() - started).toBeLessThan(10_000);
		expect(error).toMatchObject({ name: 'NodeApiError', context: { itemIndex: 0 } });
		expect(error?.message).toContain(`Subuser ${NAME}`);
		expect(error?.message).toMatch(/12\d s/);
		expect(error?.description).toContain('Max Wait');
		expect(here.sent()).toHaveLength(1);
	});

	it('that asks for longer than the five minutes that are allowed unless told fails, too', async () => {
		refuse({ 'retry-after': '3600' }, Infinity);
		const { items } = await here.run(unlimited(NAME), {
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual([
			{
				error: matching(/3,6\d\d s/),
				description: someWords,
				http_code: 429,
				username: NAME,
			},
		]);
	});

	it('is not waited for at all where no wait is allowed', async () => {
		refuse({ 'retry-after': '1' });
		const { error } = await here.run(unlimited(NAME, { maxWaitSeconds: 0 }));
		expect(error?.message).toMatch(/wait \d s/);
		expect(here.sent()).toHaveLength(1);
	});

	it('is waited for, but the repeat of a failure is no such wait', async () => {
		here.fail({ match: `PUT ${CREDITS}`, kind: 'status', status: 503, times: 2 });
		const { error } = await here.run(unlimited(NAME, { maxWaitSeconds: 0 }));
		expect(error).toBeUndefined();
		expect(here.sent()).toHaveLength(3);
	});

	it('of one key does not hold back another', async () => {
		refuse({ 'retry-after': '60' });
		await here.run(unlimited(NAME, { maxWaitSeconds: 1 }));
		const credential = { ...here.credential, apiKey: here.emulator.addKey() };
		const { error } = await here.run(unlimited(NAME, { maxWaitSeconds: 1 }), { credential });
		expect(error).toBeUndefined();
	});

	it('of one endpoint does not hold back another', async () => {
		refuse({ 'retry-after': '60' });
		await here.run(unlimited(NAME, { maxWaitSeconds: 1 }));
		const get = { ...unlimited(NAME, { maxWaitSeconds: 1 }), operation: 'get' };
		expect((await here.run(get)).error).toBeUndefined();
		// The wait is known by now, and nothing is sent into it.
		const again = await here.run(unlimited(NAME, { maxWaitSeconds: 1 }));
		expect(again.error?.message).toMatch(/\d\d s/);
		expect(here.bodies('PUT')).toHaveLength(1);
	});
});

describe('a limit of requests', () => {
	it.each([
		['epoch', 'clock', false, 12],
		['countdown', 'first-request', true, 12],
		['none', 'first-request', false, 25],
	] as const)(
		'is kept, and all items get through: headers %s, windows %s, limits as a list %s',
		async (headers, windows, listed, mostRefused) => {
			here.emulator.setRateLimit({ limit: 5, windowMs: 1000, windows, listed }, headers);
			const items = some(20);
			const run = await here.run(unlimited('={{ $json.name }}'), { items });
			expect(run.error).toBeUndefined();
			expect(run.items.map(({ username }) => username)).toEqual(items.map(({ name }) => name));
			expect(run.pairs).toEqual([...items.keys()]);
			expect(answers(200)).toBe(20);
			// Half of the ten that are sent before the first answer, and a few on a busy machine; without
			// headers, what is in flight in each window, and probes.
			expect(answers(429)).toBeLessThanOrEqual(mostRefused);
		},
		30_000,
	);

	it.each([
		['epoch', 'clock'],
		['countdown', 'first-request'],
	] as const)(
		'is not run into when one request follows another: headers %s, windows %s',
		async (headers, windows) => {
			here.emulator.setRateLimit({ limit: 2, windowMs: 1000, windows }, headers);
			const options = { concurrency: 1 };
			const run = await here.run(unlimited('={{ $json.name }}', options), { items: some(13) });
			expect(run.items).toHaveLength(13);
			expect(answers(200)).toBe(13);
			// Without looking at the headers, three or more; two where a process is new, or a machine busy.
			expect(answers(429)).toBeLessThanOrEqual(2);
		},
		30_000,
	);

	it('fails what would have to wait too long, and nothing else', async () => {
		here.emulator.setRateLimit({ limit: 2, windowMs: 60_000 }, 'countdown');
		const run = await here.run(
			unlimited('={{ $json.name }}', { maxWaitSeconds: 1, concurrency: 1 }),
			{ items: some(4), node: { onError: 'continueRegularOutput' } },
		);
		expect(run.items.map(({ error }) => error !== undefined)).toEqual([false, false, true, true]);
		expect(run.items[2]?.['error']).toMatch(/\d\d s/);
		expect(answers(200)).toBe(2);
		expect(answers(429)).toBe(0);
	});

	it('is shared by executions that run at once', async () => {
		here.emulator.setRateLimit({ limit: 3, windowMs: 1000 }, 'countdown');
		const [first, ...others] = some(9).map(({ name }) => name);
		// From its answer all others know the limit.
		await here.run(unlimited(String(first)));
		const runs = await Promise.all(others.map((name) => here.run(unlimited(name))));
		expect(runs.map(({ error }) => error)).toEqual(runs.map(() => undefined));
		expect(answers(200)).toBe(9);
		// Each for itself, six would be refused.
		expect(answers(429)).toBeLessThanOrEqual(1);
	}, 30_000);

	it('that all endpoints share is got through, too', async () => {
		here.emulator.setRateLimit({ limit: 6, windowMs: 1000, shared: true }, 'countdown');
		const items = some(10);
		const runs = await Promise.all(
			['get', 'update'].map((operation) =>
				here.run({ ...unlimited('={{ $json.name }}'), operation }, { items }),
			),
		);
		expect(runs.map(({ error }) => error)).toEqual([undefined, undefined]);
		expect(runs.map(({ items: output }) => output.length)).toEqual([10, 10]);
		expect(answers(200)).toBe(20);
	}, 30_000);
});

describe('a cancelled execution', () => {
	it('ends a wait for the rate limit, and nothing more is sent', async () => {
		refuse({ 'retry-after': '3' });
		const run = await here.run(unlimited(NAME), { cancelAfterMs: 300 });
		expect(run.stoppedAfterMs).toBeLessThan(2000);
		await skippingClock.sleep(3200);
		expect(here.sent()).toHaveLength(1);
		expect(here.emulator.state.subusers.get(NAME)?.credits.type).toBe('recurring');
	});

	it('ends a pause before a repeat', async () => {
		here.fail({
			match: `PUT ${CREDITS}`,
			kind: 'status',
			status: 503,
			headers: { 'retry-after': '30' },
			times: Infinity,
		});
		const run = await here.run(unlimited(NAME), { cancelAfterMs: 200 });
		expect(run.stoppedAfterMs).toBeLessThan(2000);
		expect(here.sent()).toHaveLength(1);
	});

	it('ends a request that is under way', async () => {
		here.fail({ match: `PUT ${CREDITS}`, kind: 'hang', times: Infinity });
		const run = await here.run(unlimited(NAME), { cancelAfterMs: 300 });
		expect(run.stoppedAfterMs).toBeLessThan(2000);
		expect(here.sent()).toHaveLength(1);
		await skippingClock.sleep(100);
		expect(here.emulator.counters.inFlight).toBe(0);
	});

	it.each<[string, Partial<INode>]>([
		['stops at a failure', {}],
		['goes on after failures', { onError: 'continueRegularOutput' }],
	])('leaves the items that had not begun, where the node %s', async (_name, node) => {
		here.emulator.setLatency(200);
		const run = await here.run(unlimited('={{ $json.name }}', { concurrency: 1 }), {
			items: some(20),
			cancelAfterMs: 500,
			node,
		});
		expect(run.stoppedAfterMs).toBeLessThan(2000);
		expect(here.sent().length).toBeLessThan(6);
	});
});

describe('what is told of a run as a whole', () => {
	it('is what it did, waited for and sent again, in one line', async () => {
		refuse({ 'retry-after': '1' });
		const credits = here.emulator.state.subusers.get(NAME)?.credits;
		const unchanged = { creditType: 'recurring', resetFrequency: 'monthly', total: credits?.total };
		const { hints } = await here.run(
			updateCredits('={{ $json.name }}', { ...unchanged, creditType: '={{ $json.type }}' }),
			{
				items: [
					{ name: NAME, type: 'recurring' },
					...some(2).map((item) => ({ ...item, type: 'unlimited' })),
				],
			},
		);
		expect(hints).toEqual([
			matching(
				/^2 updated, 1 unchanged; waited [1-9] s for SendGrid’s rate limit; retried 1 request$/,
			),
			matching(/^Credits were set to unlimited/),
		]);
	});

	it('is nothing where all went straight through', async () => {
		const more = Number(here.emulator.state.subusers.get(NAME)?.credits.total) + 1000;
		const raised = { creditType: 'recurring', resetFrequency: 'monthly', total: more };
		const { items, hints } = await here.run(updateCredits(NAME, raised));
		expect(items).toEqual([expect.objectContaining({ changed: true })]);
		expect(hints).toEqual([]);
	});
});

describe('options', () => {
	it.each<[string, INodeParameters, string]>([
		['a timeout of 0', { timeoutSeconds: 0 }, 'Timeout'],
		['a timeout that is a word', { timeoutSeconds: '={{ "long" }}' }, 'Timeout'],
		['a timeout of more than an hour', { timeoutSeconds: 3601 }, 'Timeout'],
		['a wait below 0', { maxWaitSeconds: -1 }, 'Max Wait'],
		['half a second of wait', { maxWaitSeconds: 0.5 }, 'Max Wait'],
		['a concurrency below 0', { concurrency: -1 }, 'Concurrency'],
		['half a request at once', { concurrency: 1.5 }, 'Concurrency'],
	])('refuses %s before anything is sent', async (_name, options, field) => {
		const { error } = await here.run(unlimited(NAME, options));
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain(field);
		expect(here.sent()).toEqual([]);
	});

	it.each([
		['Concurrency', 'concurrency', 0],
		['Concurrency', 'concurrency', 2],
		['Max Wait', 'maxWaitSeconds', 1],
		['Timeout', 'timeoutSeconds', 0],
	])('fails the one item whose %s is wrong (%s of item %i)', async (label, field, wrong) => {
		const items = some(3).map(({ name }, index) => ({ name, value: index === wrong ? '' : 30 }));
		const run = await here.run(unlimited('={{ $json.name }}', { [field]: '={{ $json.value }}' }), {
			items,
			node: { onError: 'continueRegularOutput' },
		});
		expect(run.items).toMatchObject(
			items.map(({ name }, index) => ({
				username: name,
				...(index === wrong ? { error: containing(label) } : { type: 'unlimited' }),
			})),
		);
	});

	it('keeps to the concurrency that is set', async () => {
		here.emulator.setLatency(20);
		await here.run(unlimited('={{ $json.name }}', { concurrency: 3 }), { items: some(12) });
		expect(here.emulator.counters.maxInFlight).toBeLessThanOrEqual(3);
		expect(here.emulator.counters.maxInFlight).toBeGreaterThan(1);
	});

	it('sends several requests at once unless told', async () => {
		here.emulator.setLatency(50);
		const items = some(20);
		const { items: output } = await here.run(unlimited('={{ $json.name }}'), { items });
		expect(output.map(({ username }) => username)).toEqual(items.map(({ name }) => name));
		expect(here.emulator.counters.maxInFlight).toBeGreaterThan(3);
	});

	it('is the same for each form of 0, which means automatic', async () => {
		for (const concurrency of [0, '0']) {
			expect((await here.run(unlimited(NAME, { concurrency }))).error).toBeUndefined();
		}
	});
});
