import fc from 'fast-check';
import {
	readStates,
	stateChangesIn,
	writeStates,
} from '../../../nodes/SendGridProvisioning/domain/stateChanges';
import type { States } from '../../../nodes/SendGridProvisioning/domain/stateChanges';

const nobody: States = new Map();
const going = { recording: false, unread: [] };

describe('the state of an account has changed', () => {
	it('when it is another than the last time', () => {
		const { changes, states } = stateChangesIn(
			new Map([
				['sg1', 'activated'],
				['sg2', 'activated'],
			]),
			[
				{ id: 'sg1', state: 'suspended' },
				{ id: 'sg2', state: 'activated' },
			],
			going,
		);
		expect(changes).toEqual([{ id: 'sg1', from: 'activated', to: 'suspended' }]);
		expect(states).toEqual(
			new Map([
				['sg1', 'suspended'],
				['sg2', 'activated'],
			]),
		);
	});

	it('not when it is seen for the first time, while the first round records', () => {
		const seen = [{ id: 'sg1', state: 'banned' }];
		const recorded = stateChangesIn(nobody, seen, { recording: true, unread: [] });
		expect(recorded.changes).toEqual([]);
		expect(stateChangesIn(recorded.states, seen, going).changes).toEqual([]);
	});

	it('while the first round records, too, if it was recorded already', () => {
		const states = new Map([['sg1', 'activated']]);
		const { changes } = stateChangesIn(states, [{ id: 'sg1', state: 'banned' }], {
			recording: true,
			unread: [],
		});
		expect(changes).toEqual([{ id: 'sg1', from: 'activated', to: 'banned' }]);
	});

	it('not when it could not be read while the others were recorded, and is read at last', () => {
		const recorded = stateChangesIn(nobody, [], { recording: true, unread: ['sg1'] });
		expect(readStates(JSON.parse(JSON.stringify(writeStates(recorded.states))))).toEqual(
			recorded.states,
		);
		const read = stateChangesIn(recorded.states, [{ id: 'sg1', state: 'banned' }], going);
		expect(read).toEqual({ changes: [], states: new Map([['sg1', 'banned']]) });
		const later = stateChangesIn(read.states, [{ id: 'sg1', state: 'activated' }], going);
		expect(later.changes).toEqual([{ id: 'sg1', from: 'banned', to: 'activated' }]);
	});

	it('of one that cannot be read: its state is as it was', () => {
		const states = new Map([['sg1', 'banned']]);
		for (const recording of [true, false]) {
			const after = stateChangesIn(states, [], { recording, unread: ['sg1'] });
			expect(after).toEqual({ changes: [], states });
		}
	});

	it('when a new account is seen in another state than the usual one', () => {
		const seen = [
			{ id: 'sg1', state: 'activated' },
			{ id: 'sg2', state: 'suspended' },
		];
		expect(stateChangesIn(nobody, seen, going).changes).toEqual([
			{ id: 'sg2', from: null, to: 'suspended' },
		]);
	});

	it('not when the account is gone, which is forgotten', () => {
		const states = new Map([['sg1', 'banned']]);
		expect(stateChangesIn(states, [{ id: 'sg1', state: undefined }], going)).toEqual({
			changes: [],
			states: nobody,
		});
	});
});

describe('whatever happens to n8n between polls', () => {
	const step = fc.oneof(
		fc.record({ set: fc.constantFrom('activated', 'suspended', 'banned', 'deactivated') }),
		fc.constantFrom('poll' as const, 'restart' as const),
	);

	it('each change that a poll can see is reported once, where n8n keeps only polls with items', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				let state = 'activated';
				// The account is new: nobody has seen it yet.
				let memory = nobody;
				let kept = nobody;
				let lastSeen = 'activated';
				const reported: string[] = [];
				const wanted: string[] = [];
				const poll = (): void => {
					const { changes, states } = stateChangesIn(memory, [{ id: 'sg1', state }], going);
					memory = states;
					if (changes.length > 0) kept = memory;
					reported.push(...changes.map(({ to }) => to));
					if (state !== lastSeen) wanted.push(state);
					lastSeen = state;
				};
				for (const next of steps) {
					if (typeof next === 'object') state = next.set;
					else if (next === 'poll') poll();
					else if (next === 'restart') {
						memory = kept;
						poll();
						kept = memory;
					}
				}
				expect(reported).toEqual(wanted);
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe('what is stored of them', () => {
	it('is read again as it was', () => {
		const states = fc
			.array(fc.tuple(fc.string({ minLength: 1 }), fc.constantFrom('activated', 'banned', 'x y')))
			.map((entries) => new Map(entries));
		fc.assert(
			fc.property(states, (map) => {
				expect(readStates(JSON.parse(JSON.stringify(writeStates(map))))).toEqual(map);
			}),
		);
	});

	it.each([
		[undefined],
		[null],
		[[]],
		['x'],
		[{ activated: 'sg1' }],
		[{ activated: [1] }],
		[{ activated: [''] }],
	])('is not taken for it: %j', (other) => {
		expect(readStates(other)).toBeUndefined();
	});
});
