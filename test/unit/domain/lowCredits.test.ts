import fc from 'fast-check';
import type { Credits } from '../../../nodes/SendGridProvisioning/domain/credits';
import {
	isLow,
	newlyLow,
	readReported,
	thresholdFrom,
	writeReported,
} from '../../../nodes/SendGridProvisioning/domain/lowCredits';
import type {
	ReportedLow,
	SeenCredits,
	Threshold,
} from '../../../nodes/SendGridProvisioning/domain/lowCredits';
import { Refusal } from '../../../nodes/SendGridProvisioning/domain/refusal';

const none: ReportedLow = new Map();
const threshold: Threshold = { amount: 100, unit: 'credits' };

function recurring(remain: number, used = 1000 - remain, total = 1000): Credits {
	return { type: 'recurring', reset_frequency: 'monthly', remain, total, used };
}

function once(remain: number): Credits {
	return { type: 'nonrecurring', reset_frequency: null, remain, total: null, used: null };
}

const unlimited: Credits = {
	type: 'unlimited',
	reset_frequency: null,
	remain: null,
	total: null,
	used: null,
};

/** Polls a subuser once with each of these credits. Returns whether each poll reports it. */
function reports(seen: Credits[], limit = threshold): boolean[] {
	let reported = none;
	return seen.map((credits) => {
		const polled = newlyLow(reported, [{ username: 'a', credits }], {
			threshold: limit,
			recording: false,
		});
		reported = polled.reported;
		return polled.low.length > 0;
	});
}

describe('the threshold', () => {
	it('can be text that is exactly a number, as from an expression', () => {
		expect(thresholdFrom('250', 'credits')).toEqual({ amount: 250, unit: 'credits' });
	});

	it.each([
		[0, 'credits'],
		['', 'credits'],
		['about 10', 'credits'],
		[1.5, 'percent'],
		[101, 'percent'],
		[10, 'mails'],
		[10, undefined],
	])('is refused if it’s %j %s', (amount, unit) => {
		expect(() => thresholdFrom(amount, unit)).toThrow(Refusal);
	});
});

describe('a subuser is low', () => {
	it('with less than the threshold, but not with exactly the threshold', () => {
		expect(isLow(recurring(99), threshold)).toBe(true);
		expect(isLow(recurring(100), threshold)).toBe(false);
		expect(isLow(once(0), threshold)).toBe(true);
	});

	it('by percent of its total, without rounding', () => {
		const third: Threshold = { amount: 33, unit: 'percent' };
		expect(isLow(recurring(329), third)).toBe(true);
		expect(isLow(recurring(330), third)).toBe(false);
		expect(isLow(recurring(0, 3, 3), { amount: 1, unit: 'percent' })).toBe(true);
	});

	it('never by percent unless its credits are recurring, even if it has a total', () => {
		expect(isLow(once(0), { amount: 100, unit: 'percent' })).toBe(false);
		expect(isLow({ ...once(0), total: 100 }, { amount: 100, unit: 'percent' })).toBe(false);
		expect(isLow({ ...recurring(0), total: null }, { amount: 100, unit: 'percent' })).toBe(false);
	});

	it('never with unlimited credits, even if they have numbers', () => {
		const zero = { ...unlimited, remain: 0, total: 0, used: 0 };
		expect(isLow(zero, threshold)).toBe(false);
		expect(isLow(unlimited, threshold)).toBe(false);
		expect(isLow(unlimited, { amount: 100, unit: 'percent' })).toBe(false);
	});
});

describe('a subuser that runs low', () => {
	it('is reported only once while it stays low', () => {
		expect(reports([500, 99, 99, 60, 0, 0].map((remain) => recurring(remain)))).toEqual([
			false,
			true,
			false,
			false,
			false,
			false,
		]);
	});

	it('is reported by the first poll', () => {
		expect(reports([recurring(5)])).toEqual([true]);
	});

	it('is reported again after it has recovered', () => {
		expect(reports([99, 1000, 99, 1000, 5].map(once))).toEqual([true, false, true, false, true]);
	});

	it('is reported again if it has more than when it was reported, but still too little', () => {
		expect(reports([once(20), once(60), once(60), once(30)])).toEqual([true, true, false, false]);
	});

	it('is reported again if enough credits were added and used up between two polls', () => {
		// 90 left of 1,000; 500 are added, 540 are sent.
		expect(reports([recurring(90), recurring(50, 1450)])).toEqual([true, true]);
		const tenPercent: Threshold = { amount: 10, unit: 'percent' };
		expect(reports([recurring(90), recurring(50, 1450)], tenPercent)).toEqual([true, true]);
	});

	it('is reported again if credits were reset and used up between two polls', () => {
		// 500 were added to 1,000 and used; after the reset, all of its 1,000 but 30.
		expect(reports([recurring(50, 1450), recurring(30, 970)])).toEqual([true, true]);
		// A total below the threshold isn't enough to recover.
		expect(reports([recurring(50, 1450), recurring(30, 20, 50)])).toEqual([true, false]);
	});

	it('is reported again if its credits have become recurring, with a large enough total', () => {
		expect(reports([once(50), recurring(30, 970)])).toEqual([true, true]);
		expect(reports([once(50), recurring(30, 20, 50)])).toEqual([true, false]);
	});

	it('isn’t reported again because SendGrid’s numbers are slightly off', () => {
		expect(reports([recurring(90), recurring(80, 935), recurring(70, 1029)])).toEqual([
			true,
			false,
			false,
		]);
	});

	it('has recovered if it has unlimited credits, and is forgotten if it was deleted', () => {
		expect(reports([once(5), unlimited, once(5)])).toEqual([true, false, true]);
		const deleted = newlyLow(
			new Map([['a', { remain: 5, granted: null }]]),
			[{ username: 'a', credits: undefined }],
			{ threshold, recording: false },
		);
		expect(deleted).toEqual({ low: [], reported: none });
	});

	it('is only remembered while recording', () => {
		const seen: SeenCredits[] = [{ username: 'a', credits: once(5) }];
		const recorded = newlyLow(none, seen, { threshold, recording: true });
		expect(recorded.low).toEqual([]);
		expect(newlyLow(recorded.reported, seen, { threshold, recording: false }).low).toEqual([]);
	});

	it('isn’t reported again because the threshold was raised, but others are', () => {
		const before = newlyLow(none, [{ username: 'a', credits: once(5) }], {
			threshold,
			recording: false,
		});
		const raised: Threshold = { amount: 1000, unit: 'credits' };
		const seen = ['a', 'b'].map((username) => ({ username, credits: once(5) }));
		const after = newlyLow(before.reported, seen, { threshold: raised, recording: false });
		expect(after.low.map(({ username }) => username)).toEqual(['b']);
	});

	it('has recovered if the threshold was lowered below what it has', () => {
		const high: Threshold = { amount: 500, unit: 'credits' };
		const before = newlyLow(none, [{ username: 'a', credits: once(300) }], {
			threshold: high,
			recording: false,
		});
		expect(before.low).toHaveLength(1);
		const later = newlyLow(before.reported, [{ username: 'a', credits: once(250) }], {
			threshold,
			recording: false,
		});
		expect(later).toEqual({ low: [], reported: none });
	});
});

/** What happens to a subuser with recurring credits, and to n8n. */
type Step =
	| { kind: 'send'; count: number }
	/** Adds at least the threshold, as the docs recommend. */
	| { kind: 'topUp'; count: number }
	/** The period ends, or someone resets the credits: the total remains, and nothing is used. */
	| { kind: 'reset' }
	| { kind: 'poll' }
	/** n8n is killed and starts again. It polls immediately and saves what this poll remembers. */
	| { kind: 'restart' };

const steps = fc.array(
	fc.oneof(
		{
			weight: 4,
			arbitrary: fc.record({
				kind: fc.constant('send' as const),
				count: fc.integer({ min: 1, max: 600 }),
			}),
		},
		fc.record({ kind: fc.constant('topUp' as const), count: fc.integer({ min: 100, max: 900 }) }),
		fc.record({ kind: fc.constant('poll' as const) }),
		fc.record({ kind: fc.constant('reset' as const) }),
		fc.record({ kind: fc.constant('restart' as const) }),
	),
	{ maxLength: 60 },
);

/** Plays the steps. Counts reports, and the polls that saw a new crossing. */
function play(list: Step[], savesEveryPoll: boolean): { reported: number; crossed: number } {
	// Credits were added to its total of 1,000 before.
	let [remain, used] = [500, 1_500];
	let memory = none;
	let saved = none;
	let [reported, crossed] = [0, 0];
	/** Whether it had enough at any time since the last crossing that a poll saw. */
	let recovered = true;
	/** What it had at the last report, and whether credits were reset since. */
	let [remainThen, usedThen, wasReset] = [Infinity, 0, false];
	/** Whether the numbers look as if it had only kept sending, so that the reset can't be seen. */
	const leavesNoTrace = (): boolean =>
		wasReset &&
		remain <= remainThen &&
		used > usedThen - threshold.amount &&
		remain + used < remainThen + usedThen + threshold.amount;
	const poll = (): void => {
		const credits = recurring(remain, used);
		const after = newlyLow(memory, [{ username: 'a', credits }], { threshold, recording: false });
		const forgotten = memory.has('a') && leavesNoTrace();
		if (remain < threshold.amount && recovered && !forgotten) crossed += 1;
		if (remain < threshold.amount) recovered = false;
		memory = after.reported;
		reported += after.low.length;
		if (after.low.length > 0 || savesEveryPoll) saved = memory;
		if (after.low.length > 0) [remainThen, usedThen, wasReset] = [remain, used, false];
	};
	for (const step of list) {
		if (step.kind === 'send') {
			const count = Math.min(step.count, remain);
			remain -= count;
			used += count;
		} else if (step.kind === 'topUp') {
			remain += step.count;
		} else if (step.kind === 'reset') {
			[remain, used, wasReset] = [1000, 0, true];
		} else if (step.kind === 'poll') poll();
		else if (step.kind === 'restart') {
			memory = saved;
			poll();
			saved = memory;
		}
		recovered ||= remain >= threshold.amount;
	}
	return { reported, crossed };
}

describe('with all that can happen between polls, and to n8n', () => {
	it.each([
		['saves only polls with items', false],
		['saves every poll', true],
	])('each crossing that a poll sees is reported exactly once if n8n %s', (_what, saves) => {
		fc.assert(
			fc.property(steps, (list) => {
				const { reported, crossed } = play(list, saves);
				expect(reported).toBe(crossed);
			}),
			{ numRuns: 2_000 },
		);
	});

	it('each of many subusers is reported as if it were the only one', () => {
		const amounts = fc.dictionary(
			fc.constantFrom('a', 'b', 'c', '__proto__', '7'),
			fc.array(fc.nat(300), { minLength: 5, maxLength: 5 }),
		);
		fc.assert(
			fc.property(amounts, (base) => {
				const alone = Object.entries(base).flatMap(([username, remains]) =>
					reports(remains.map(once)).flatMap((low, poll) => (low ? [`${poll} ${username}`] : [])),
				);
				let reported = none;
				const together = [0, 1, 2, 3, 4].flatMap((poll) => {
					const seen = Object.entries(base).map(([username, remains]) => ({
						username,
						credits: once(remains[poll] ?? 0),
					}));
					const polled = newlyLow(reported, seen, { threshold, recording: false });
					reported = polled.reported;
					return polled.low.map(({ username }) => `${poll} ${username}`);
				});
				expect(together.sort()).toEqual(alone.sort());
			}),
		);
	});
});

describe('stored subusers', () => {
	const reported = fc
		.array(
			fc.tuple(
				fc.string({ minLength: 1 }),
				fc.record({ remain: fc.nat(), granted: fc.option(fc.nat()) }),
			),
		)
		.map((entries) => new Map(entries));

	it('are read as they were written', () => {
		fc.assert(
			fc.property(reported, (map) => {
				const text = JSON.stringify(writeReported(map));
				expect(readReported(JSON.parse(text))).toEqual(map);
			}),
		);
	});

	it.each([
		[undefined],
		[null],
		['a'],
		[{}],
		[['a']],
		[['a', 1]],
		[['a', '1', null]],
		[[1, 1, 1]],
		[['', 1, 1]],
		[['a', 1, 'x']],
	])('aren’t read from anything else: %j', (other) => {
		expect(readReported(other)).toBeUndefined();
	});
});
