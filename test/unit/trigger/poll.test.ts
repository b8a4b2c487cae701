import { creditsLow } from '../../../nodes/SendGridProvisioning/trigger/events/creditsLow';
import { subuserCreated } from '../../../nodes/SendGridProvisioning/trigger/events/subuserCreated';
import { pollEvent } from '../../../nodes/SendGridProvisioning/trigger/poll';
import type { EventPoll } from '../../../nodes/SendGridProvisioning/trigger/poll';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';
import type { SendGridApi } from '../../../nodes/SendGridProvisioning/transport/client';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/errors/failure';

const names = Array.from({ length: 700 }, (_, index) => `customer-${1000 + index}`);
const settings: Record<string, unknown> = { threshold: 100, thresholdUnit: 'credits', filters: {} };
const credits = { type: 'nonrecurring', reset_frequency: null, remain: 5 };

/** 700 subusers with low credits, and time for this many requests. */
function apiWith(requests: number): SendGridApi {
	let left = requests;
	const send = async <Result>({ path, query, read }: Call<Result>): Promise<Result | undefined> => {
		await Promise.resolve();
		if (left === 0) throw new SendGridError({ kind: 'wait', waitMs: 60_000 });
		left -= 1;
		const offset = Number(query?.['offset']);
		const rows = names.slice(offset, offset + 500).map((username) => ({ username }));
		return read(path.encoded.endsWith('/credits') ? credits : rows, undefined, 0);
	};
	return { send } as SendGridApi;
}

function poll(more: Pick<EventPoll, 'manual' | 'listApi'>): EventPoll {
	const api = apiWith(Infinity);
	const param = (name: string): unknown => settings[name];
	return { api, timeIsUp: () => false, param, stored: undefined, credential: 'key', ...more };
}

describe('a list of customers that takes more time than a poll has', () => {
	// The first page has 500 of the 700 subusers.
	const listApi = (): SendGridApi => apiWith(1);

	it('fails a poll on schedule, which would take the others for deleted', async () => {
		const polled = pollEvent(creditsLow, poll({ manual: false, listApi: listApi() }));
		await expect(polled).rejects.toBeInstanceOf(SendGridError);
	});

	it('is used in part by a manual test', async () => {
		const polled = await pollEvent(creditsLow, poll({ manual: true, listApi: listApi() }));
		expect(polled.items).toHaveLength(500);
		expect(polled.reading).toMatchObject({ total: 500, complete: false });
	});
});

describe('an event that only reads the list', () => {
	it('shows at most 100 customers in a manual test', async () => {
		const { items } = await pollEvent(subuserCreated, poll({ manual: true, listApi: apiWith(0) }));
		expect(items).toHaveLength(100);
	});
});
