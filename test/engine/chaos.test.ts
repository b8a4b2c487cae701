import type { RateLimitHeaders } from '../../emulator';
import { adjusting, settingCredits, toppingUp } from './chaos/credits';
import {
	addingIps,
	creatingAccounts,
	creatingSubusers,
	deleting,
	deletingAccounts,
	listing,
	signingIn,
	switching,
} from './chaos/customers';
import { ITEMS, tally } from './chaos/fates';
import { spoil } from './chaos/faults';
import { merging, replacing } from './chaos/offerings';
import { SEED } from './chaos/random';
import { here } from './chaos/sendGrid';
import { keyedLives, keyedTally } from './chaos/keyed';
import { OFFERINGS } from './world';

jest.setTimeout(120_000);

let spentWindows = 0;

const ENDPOINTS = [
	'GET /v3/subusers/{name}/credits',
	'PUT /v3/subusers/{name}/credits',
	'PATCH /v3/subusers/{name}/credits/remaining',
	`GET ${OFFERINGS}`,
	`PUT ${OFFERINGS}`,
	'GET /v3/ips',
	'PUT /v3/subusers/{name}/ips',
	'POST /v3/partners/accounts',
	'POST /v3/subusers',
	'DELETE /v3/subusers/{name}',
	'PUT /v3/partners/accounts/{id}/state',
	'PATCH /v3/subusers/{name}',
	'PATCH /v3/subusers/{name}/website_access',
	'DELETE /v3/partners/accounts/{id}',
	'POST /v3/partners/accounts/{id}/sso',
	'GET /v3/partners/accounts',
	'GET /v3/subusers',
];

const KEYED_ENDPOINTS = [
	'GET /v3/subusers/{name}/credits',
	'PATCH /v3/subusers/{name}/credits/remaining',
	'POST /v3/partners/accounts',
	'POST /v3/subusers',
];

/** The IP of the subusers that are created. */
function addSharedIp(): void {
	here.emulator.state.ips.set('203.0.113.1', {
		ip: '203.0.113.1',
		pools: [],
		warmup: false,
		assignedAt: 0,
		subusers: new Set(),
	});
}

describe(`chaos, with the seed ${SEED}`, () => {
	const forms: RateLimitHeaders[] = ['epoch', 'countdown', 'epoch', 'countdown'];

	it.each(forms.map((form, round) => [round, form] as const))(
		'loses nothing, doubles nothing and accounts for every item, round %i with %s headers',
		async (round, form) => {
			addSharedIp();
			// Low enough in the first round that it's reached on a busy machine, too.
			here.emulator.setRateLimit({ limit: round === 0 ? 12 : 40, windowMs: 500 }, form);
			spoil(ENDPOINTS, ITEMS);
			await Promise.all(
				[
					adjusting,
					toppingUp,
					settingCredits,
					merging,
					addingIps,
					creatingAccounts,
					creatingSubusers,
					deleting,
					replacing,
					switching,
					deletingAccounts,
					signingIn,
					listing,
				].map(async (work) => await work(round)),
			);
			spentWindows += here.emulator.requests.filter(
				({ responseHeaders }) => responseHeaders?.['x-ratelimit-remaining'] === '0',
			).length;
		},
	);

	it('runs each key once or says that it is in doubt, though n8n is killed and its database fails', async () => {
		addSharedIp();
		here.emulator.setRateLimit({ limit: 40, windowMs: 500 }, 'epoch');
		await keyedLives((requests) => spoil(KEYED_ENDPOINTS, requests, false));
		for (const [said, count] of Object.entries(keyedTally)) {
			expect([said, count > 3]).toEqual([said, true]);
		}
	});

	it('was at least 5,000 operations, of which some failed in each way, under a limit that was reached', () => {
		expect(tally.operations).toBeGreaterThanOrEqual(5000);
		expect(tally.fates.done).toBeGreaterThan(tally.operations / 2);
		expect(tally.fates['certainly not']).toBeGreaterThan(50);
		expect(tally.fates.maybe).toBeGreaterThan(50);
		// The windows; that they were hardly exceeded is the node's merit.
		expect(spentWindows).toBeGreaterThan(0);
	});
});
