import type { IDataObject } from 'n8n-workflow';
import { isAbout, recall, stored } from '../../domain/memory';
import type { Format } from '../../domain/memory';
import { readStates, stateChangesIn, writeStates } from '../../domain/stateChanges';
import type { States } from '../../domain/stateChanges';
import { account } from '../../fields/account';
import { allAccounts } from '../../sendgrid/accountPages';
import { getState } from '../../sendgrid/accounts';
import type { Account } from '../../sendgrid/accounts';
import type { TriggerEvent, EventContext, Polled } from '../event';

export const accountStateChanged: TriggerEvent = {
	option: {
		name: 'Account State Changed',
		value: 'accountStateChanged',
		action: 'On account state changed',
		description:
			'When an account is activated, deactivated, suspended or banned. Takes one request per account and round; a round through many accounts takes several polls.',
	},
	description: [],
	nothing: 'There is no account',
	poll,
};

const event = accountStateChanged.option.value;
const format: Format<States> = { event, read: readStates, write: writeStates };
const NONE_KNOWN: States = new Map();

async function poll(context: EventContext): Promise<Polled> {
	const { api, credential, manual, readEach } = context;
	const { rows, complete } = await context.list<Account>(
		async (lister, found) => await allAccounts(lister, Infinity, found),
	);
	const listed = new Map(rows.map((row) => [row.id, row]));

	const before = recall(manual ? undefined : context.memory, format);
	const names = [...listed.keys()];
	const first =
		typeof before === 'string' || !isAbout(before.data.keys(), before, { credential, names });
	const known = first ? NONE_KNOWN : before.data;
	const reading = await readEach({
		listed: names,
		remembered: [...known.keys()],
		from: first ? undefined : before.next,
		subject: (id) => ({ noun: account.noun, key: account.key, value: id }),
		read: async (id) => await api.send(getState(id)),
	});

	const recording = first || before.recording;
	const seen = reading.seen.map(({ name, value }) => ({ id: name, state: value }));
	const unread = reading.unread.map(({ subject }) => subject.value);
	const { changes, states } = stateChangesIn(known, seen, { recording, unread });
	const there = seen.flatMap(({ id, state }) =>
		state === undefined ? [] : [{ id, from: null, to: state }],
	);
	const { next } = reading;
	const memory = { data: states, credential, recording: recording && next !== undefined, next };
	return {
		items: (manual ? there : changes).map(({ id, from, to }): IDataObject => {
			return { event, account_id: id, ...listed.get(id), id, state: to, from, to };
		}),
		remember: stored(memory, format) as IDataObject,
		reading: { noun: 'accounts', complete, ...reading },
	};
}
