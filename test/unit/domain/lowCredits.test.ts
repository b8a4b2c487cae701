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

const nobody: ReportedLow = new Map();
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

/** Polls one subuser through a list of what it has; which polls report it. */
function reports(seen: Credits[], limit = threshold): boolean[] {
	let reported = nobody;
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
	it('may be text that is exactly a number, as expressions give it', () => {
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
	])('is refused where it is %j %s', (amount, unit) => {
		expect(() => thresholdFrom(amount, unit)).toThrow(Refusal);
	});
});

describe('a subuser is low', () => {
	it('with less than the threshold, not with exactly as much', () => {
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

	it('never by percent unless its credits are recurring, whatever total it has', () => {
		expect(isLow(once(0), { amount: 100, unit: 'percent' })).toBe(false);
		expect(isLow({ ...once(0), total: 100 }, { amount: 100, unit: 'percent' })).toBe(false);
		expect(isLow({ ...recurring(0), total: null }, { amount: 100, unit: 'percent' })).toBe(false);
	});

	it('never with unlimited credits, whatever numbers they carry', () => {
		const zero = { ...unlimited, remain: 0, total: 0, used: 0 };
		expect(isLow(zero, threshold)).toBe(false);
		expect(isLow(unlimited, threshold)).toBe(false);
		expect(isLow(unlimited, { amount: 100, unit: 'percent' })).toBe(false);
	});
});

describe('a subuser that runs low', () => {
	it('is reported once, however long it stays low', () => {
		expect(reports([500, 99, 99, 60, 0, 0].map((remain) => recurring(remain)))).toEqual([
			false,
			true,
			false,
			false,
			false,
			false,
		]);
	});

	it('is reported the first time that anybody looks', () => {
		expect(reports([recurring(5)])).toEqual([true]);
	});

	it('is reported again after it has recovered', () => {
		expect(reports([99, 1000, 99, 1000, 5].map(once))).toEqual([true, false, true, false, true]);
	});

	it('is reported again if it has more than when it was reported, although still too little', () => {
		expect(reports([once(20), once(60), once(60), once(30)])).toEqual([true, true, false, false]);
	});

	it('is reported again if credits worth the threshold were added and used up unseen', () => {
		// 90 left of 1,000; 500 are added, 540 are sent.
		expect(reports([recurring(90), recurring(50, 1450)])).toEqual([true, true]);
		const tenPercent: Threshold = { amount: 10, unit: 'percent' };
		expect(reports([recurring(90), recurring(50, 1450)], tenPercent)).toEqual([true, true]);
	});

	it('is reported again if credits were handed out anew and used up unseen, as its lower count shows', () => {
		// 500 were added to 1,000 and used; after the reset, all of its 1,000 but 30.
		expect(reports([recurring(50, 1450), recurring(30, 970)])).toEqual([true, true]);
		// A total below the threshold gives nobody enough.
		expect(reports([recurring(50, 1450), recurring(30, 20, 50)])).toEqual([true, false]);
	});

	it('is reported again if it was put on recurring credits worth the threshold meanwhile', () => {
		expect(reports([once(50), recurring(30, 970)])).toEqual([true, true]);
		expect(reports([once(50), recurring(30, 20, 50)])).toEqual([true, false]);
	});

	it('is not reported again because SendGrid’s two counts are a little apart', () => {
		expect(reports([recurring(90), recurring(80, 935), recurring(70, 1029)])).toEqual([
			true,
			false,
			false,
		]);
	});

	it('counts as recovered once it has unlimited credits, or is gone', () => {
		expect(reports([once(5), unlimited, once(5)])).toEqual([true, false, true]);
		const gone = newlyLow(
			new Map([['a', { remain: 5, granted: null }]]),
			[{ username: 'a', credits: undefined }],
			{ threshold, recording: false },
		);
		expect(gone).toEqual({ low: [], reported: nobody });
	});

	it('is only remembered while recording, and reported at the next crossing', () => {
		const seen: SeenCredits[] = [{ username: 'a', credits: once(5) }];
		const recorded = newlyLow(nobody, seen, { threshold, recording: true });
		expect(recorded.low).toEqual([]);
		expect(newlyLow(recorded.reported, seen, { threshold, recording: false }).low).toEqual([]);
	});

	it('is not reported anew because the threshold was raised, others are', () => {
		const before = newlyLow(nobody, [{ username: 'a', credits: once(5) }], {
			threshold,
			recording: false,
		});
		const raised: Threshold = { amount: 1000, unit: 'credits' };
		const seen = ['a', 'b'].map((username) => ({ username, credits: once(5) }));
		const after = newlyLow(before.reported, seen, { threshold: raised, recording: false });
		expect(after.low.map(({ username }) => username)).toEqual(['b']);
	});

	it('is reported when it falls below a threshold that was lowered meanwhile', () => {
		const high: Threshold = { amount: 500, unit: 'credits' };
		const before = newlyLow(nobody, [{ username: 'a', credits: once(300) }], {
			threshold: high,
			recording: false,
		});
		expect(before.low).toHaveLength(1);
		const quiet = newlyLow(before.reported, [{ username: 'a', credits: once(250) }], {
			threshold,
			recording: false,
		});
		expect(quiet).toEqual({ low: [], reported: nobody });
	});
});

/** What happens to a subuser with recurring credits, and to the n8n that watches it. */
type Step =
	| { kind: 'send'; count: number }
	/** At least the threshold, as the README asks for. */
	| { kind: 'topUp'; count: number }
	/** The period is over, or somebody hands the credits out anew: the total remains, nothing is used. */
	| { kind: 'reset' }
	| { kind: 'poll' }
	/** n8n dies and starts again: it polls at once and keeps what this poll remembers. */
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

/** Plays the steps; how often the subuser was reported, and how often a poll saw a new crossing. */
function play(list: Step[], keepsQuietPolls: boolean): { reported: number; crossed: number } {
	// Much was added to its total of 1,000 before.
	let [remain, used] = [500, 1_500];
	let memory = nobody;
	let kept = nobody;
	let [reported, crossed] = [0, 0];
	/** Whether it had enough at some time since the last crossing that a poll saw. */
	let recovered = true;
	/** What it had at the last report, and whether credits were handed out anew since. */
	let [remainThen, usedThen, handedOut] = [Infinity, 0, false];
	/** Numbers as if it had only gone on sending: nobody can tell that there was a reset. */
	const leavesNoTrace = (): boolean =>
		handedOut &&
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
		if (after.low.length > 0 || keepsQuietPolls) kept = memory;
		if (after.low.length > 0) [remainThen, usedThen, handedOut] = [remain, used, false];
	};
	for (const step of list) {
		if (step.kind === 'send') {
			const count = Math.min(step.count, remain);
			remain -= count;
			used += count;
		} else if (step.kind === 'topUp') {
			remain += step.count;
		} else if (step.kind === 'reset') {
			[remain, used, handedOut] = [1000, 0, true];
		} else if (step.kind === 'poll') poll();
		else if (step.kind === 'restart') {
			memory = kept;
			poll();
			kept = memory;
		}
		recovered ||= remain >= threshold.amount;
	}
	return { reported, crossed };
}

describe('whatever happens between polls, and to n8n', () => {
	it.each([
		['keeps only polls that reported something', false],
		['keeps every poll', true],
	])('each crossing that a poll sees is reported exactly once, where n8n %s', (_what, keeps) => {
		fc.assert(
			fc.property(steps, (list) => {
				const { reported, crossed } = play(list, keeps);
				expect(reported).toBe(crossed);
			}),
			{ numRuns: 2_000 },
		);
	});

	it('many subusers are judged as each would be alone', () => {
		const amounts = fc.dictionary(
			fc.constantFrom('a', 'b', 'c', '__proto__', '7'),
			fc.array(fc.nat(300), { minLength: 5, maxLength: 5 }),
		);
		fc.assert(
			fc.property(amounts, (base) => {
				const alone = Object.entries(base).flatMap(([username, remains]) =>
					reports(remains.map(once)).flatMap((low, poll) => (low ? [`${poll} ${username}`] : [])),
				);
				let reported = nobody;
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

describe('what is stored of them', () => {
	const reported = fc
		.array(
			fc.tuple(
				fc.string({ minLength: 1 }),
				fc.record({ remain: fc.nat(), granted: fc.option(fc.nat()) }),
			),
		)
		.map((entries) => new Map(entries));

	it('is read again as it was', () => {
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
	])('is not taken for it: %j', (other) => {
		expect(readReported(other)).toBeUndefined();
	});
});
