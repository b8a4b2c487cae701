import fc from 'fast-check';
import {
	readStates,
	stateChangesIn,
	writeStates,
} from '../../../nodes/SendGridProvisioning/domain/stateChanges';
import type { States } from '../../../nodes/SendGridProvisioning/domain/stateChanges';

const none: States = new Map();
const afterRecording = { recording: false, unread: [] };

describe('the state of an account has changed', () => {
	it('if it differs from the last time', () => {
		const { changes, states } = stateChangesIn(
			new Map([
				['sg1', 'activated'],
				['sg2', 'activated'],
			]),
			[
				{ id: 'sg1', state: 'suspended' },
				{ id: 'sg2', state: 'activated' },
			],
			afterRecording,
		);
		expect(changes).toEqual([{ id: 'sg1', from: 'activated', to: 'suspended' }]);
		expect(states).toEqual(
			new Map([
				['sg1', 'suspended'],
				['sg2', 'activated'],
			]),
		);
	});

	it('but not if it’s seen for the first time while the first round records', () => {
		const seen = [{ id: 'sg1', state: 'banned' }];
		const recorded = stateChangesIn(none, seen, { recording: true, unread: [] });
		expect(recorded.changes).toEqual([]);
		expect(stateChangesIn(recorded.states, seen, afterRecording).changes).toEqual([]);
	});

	it('even while the first round records, if the account was recorded already', () => {
		const states = new Map([['sg1', 'activated']]);
		const { changes } = stateChangesIn(states, [{ id: 'sg1', state: 'banned' }], {
			recording: true,
			unread: [],
		});
		expect(changes).toEqual([{ id: 'sg1', from: 'activated', to: 'banned' }]);
	});

	it('but not if it’s first read after the others were recorded', () => {
		const recorded = stateChangesIn(none, [], { recording: true, unread: ['sg1'] });
		expect(readStates(JSON.parse(JSON.stringify(writeStates(recorded.states))))).toEqual(
			recorded.states,
		);
		const read = stateChangesIn(recorded.states, [{ id: 'sg1', state: 'banned' }], afterRecording);
		expect(read).toEqual({ changes: [], states: new Map([['sg1', 'banned']]) });
		const later = stateChangesIn(read.states, [{ id: 'sg1', state: 'activated' }], afterRecording);
		expect(later.changes).toEqual([{ id: 'sg1', from: 'banned', to: 'activated' }]);
	});

	it('but not if it can’t be read: the last state is remembered', () => {
		const states = new Map([['sg1', 'banned']]);
		for (const recording of [true, false]) {
			const after = stateChangesIn(states, [], { recording, unread: ['sg1'] });
			expect(after).toEqual({ changes: [], states });
		}
	});

	it('if a new account isn’t activated', () => {
		const seen = [
			{ id: 'sg1', state: 'activated' },
			{ id: 'sg2', state: 'suspended' },
		];
		expect(stateChangesIn(none, seen, afterRecording).changes).toEqual([
			{ id: 'sg2', from: null, to: 'suspended' },
		]);
	});

	it('but not if the account was deleted: it’s forgotten', () => {
		const states = new Map([['sg1', 'banned']]);
		expect(stateChangesIn(states, [{ id: 'sg1', state: undefined }], afterRecording)).toEqual({
			changes: [],
			states: none,
		});
	});
});

describe('with an n8n that only saves polls with items', () => {
	const step = fc.oneof(
		fc.record({ set: fc.constantFrom('activated', 'suspended', 'banned', 'deactivated') }),
		fc.constantFrom('poll' as const, 'restart' as const),
	);

	it('each change that a poll can see is reported once', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				let state = 'activated';
				// The account is new: no poll has seen it yet.
				let memory = none;
				let saved = none;
				let lastSeen = 'activated';
				const reported: string[] = [];
				const expected: string[] = [];
				const poll = (): void => {
					const { changes, states } = stateChangesIn(
						memory,
						[{ id: 'sg1', state }],
						afterRecording,
					);
					memory = states;
					if (changes.length > 0) saved = memory;
					reported.push(...changes.map(({ to }) => to));
					if (state !== lastSeen) expected.push(state);
					lastSeen = state;
				};
				for (const next of steps) {
					if (typeof next === 'object') state = next.set;
					else if (next === 'poll') poll();
					else if (next === 'restart') {
						memory = saved;
						poll();
						saved = memory;
					}
				}
				expect(reported).toEqual(expected);
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe('stored states', () => {
	it('are read as they were written', () => {
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
	])('aren’t read from anything else: %j', (other) => {
		expect(readStates(other)).toBeUndefined();
	});
});
