import type { IDataObject } from 'n8n-workflow';
import { newlyLow, readReported, thresholdFrom, writeReported } from '../../domain/lowCredits';
import type { ReportedLow } from '../../domain/lowCredits';
import { isAbout, recall, stored } from '../../domain/memory';
import type { Format } from '../../domain/memory';
import { collection, textOrNone } from '../../domain/values';
import { subuser } from '../../fields/subuser';
import { getCredits } from '../../sendgrid/subuserCredits';
import { allSubusers } from '../../sendgrid/subuserPages';
import type { Subuser } from '../../sendgrid/subusers';
import type { TriggerEvent, EventContext, Polled } from '../event';

export const creditsLow: TriggerEvent = {
	option: {
		name: 'Credits Low',
		value: 'creditsLow',
		action: 'On subuser credits low',
		description: 'When a subuser has fewer credits left than you say',
	},
	description: [
		{
			displayName: 'Threshold',
			name: 'threshold',
			type: 'number',
			// No smallest value: n8n 1 would fill it in by itself.
			default: '',
			required: true,
			placeholder: 'e.g. 1000',
			description:
				'Reports a subuser that has less than this, and again after it had that much, or more than when reported. Takes one request per subuser and round; thousands take several polls. Test the step to see how long a round takes.',
		},
		{
			displayName: 'Threshold Unit',
			name: 'thresholdUnit',
			type: 'options',
			options: [
				{ name: 'Credits', value: 'credits', description: 'A number of emails' },
				{
					name: 'Percent',
					value: 'percent',
					description: 'Of the total, which only recurring credits have',
				},
			],
			default: 'credits',
			description: 'What the threshold counts. Unlimited credits are never low.',
		},
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Username Starts With',
					name: 'username',
					type: 'string',
					default: '',
					placeholder: 'e.g. birch',
					description: 'In upper or lower case. Fewer subusers make a round shorter.',
				},
			],
		},
	],
	nothing: 'No subuser is below the threshold',
	poll,
};

const event = creditsLow.option.value;
const format: Format<ReportedLow> = { event, read: readReported, write: writeReported };
const NONE_KNOWN: ReportedLow = new Map();

async function poll(context: EventContext): Promise<Polled> {
	const { api, param, credential, manual, readEach } = context;
	const threshold = thresholdFrom(param('threshold'), param('thresholdUnit'));
	const start = startFrom(param('filters'));

	const search = { ...(start === '' ? {} : { username: start }), limit: Infinity };
	const { rows, complete } = await context.list<Subuser>(
		async (lister, found) => await allSubusers(lister, search, found),
	);
	const names = rows.map(({ username }) => username);

	const before = recall(manual ? undefined : context.memory, format);
	const fresh =
		typeof before === 'string' || !isAbout(before.data.keys(), before, { credential, names });
	const known = fresh ? NONE_KNOWN : before.data;
	const wanted = [...known.keys()].filter((name) => startsWith(name, start));
	const reading = await readEach({
		listed: names,
		remembered: wanted,
		from: fresh ? undefined : before.next,
		subject: (name) => ({ noun: subuser.noun, key: subuser.key, value: name }),
		read: async (name) => await api.send(getCredits(name)),
	});

	// Whoever was reported by a poll whose memory cannot be read must not be reported again.
	const recording = fresh ? before === 'unreadable' : before.recording;
	const seen = reading.seen.map(({ name, value }) => ({ username: name, credits: value }));
	const { low, reported } = newlyLow(known, seen, { threshold, recording });
	const { next } = reading;
	const memory = { data: reported, credential, recording: recording && next !== undefined, next };
	const limit = { threshold: threshold.amount, threshold_unit: threshold.unit };
	return {
		items: low.map(({ username, credits }) => ({ event, username, ...limit, ...credits })),
		remember: stored(memory, format) as IDataObject,
		reading: { noun: 'subusers', complete, ...reading },
	};
}

/** How the usernames shall start; empty for all. @throws Refusal */
function startFrom(filters: unknown): string {
	const { username } = collection(filters, 'Filters');
	return textOrNone(username, 'Username Starts With') ?? '';
}

/** As SendGrid compares usernames. */
function startsWith(username: string, start: string): boolean {
	return username.toLowerCase().startsWith(start.toLowerCase());
}
