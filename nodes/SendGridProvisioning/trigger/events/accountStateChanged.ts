import { readStates, stateChangesIn, writeStates } from '../../domain/stateChanges';
import type { States } from '../../domain/stateChanges';
import { account } from '../../fields/account';
import { allAccounts } from '../../sendgrid/accountPages';
import { getState } from '../../sendgrid/accounts';
import type { Account } from '../../sendgrid/accounts';
import type { Diff, DiffMode, Snapshot, TriggerEvent } from '../event';

export const accountStateChanged: TriggerEvent<Account, string, string> = {
	option: {
		name: 'Account State Changed',
		value: 'accountStateChanged',
		action: 'On account state changed',
		description:
			'When an account is activated, deactivated, suspended, or banned. Each round sends one request per account; with many accounts, it takes several polls.',
	},
	description: [],
	nothing: 'There is no account',
	memory: { firstRound: 'records', read: readStates, write: writeStates },
	watch: () => ({
		list: allAccounts,
		customerOf: (row) => ({ name: row.id, id: undefined, fields: row }),
		each: { target: account, plural: 'accounts', isWatched: () => true, call: getState },
		diff,
	}),
};

function diff(
	before: States,
	{ listed, seen, unread }: Snapshot<string>,
	mode: DiffMode,
): Diff<string> {
	const found = seen.map(({ name, value }) => ({ id: name, state: value }));
	const recording = mode === 'record';
	const { changes, states } = stateChangesIn(before, found, { recording, unread });
	const present = found.flatMap(({ id, state }) =>
		state === undefined ? [] : [{ id, from: null, to: state }],
	);
	const fields = new Map(listed.map((row) => [row.name, row.fields]));
	const items = (mode === 'show' ? present : changes).map(({ id, from, to }) => ({
		account_id: id,
		...fields.get(id),
		id,
		state: to,
		from,
		to,
	}));
	return { items, customers: states };
}
