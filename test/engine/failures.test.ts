import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { startEmulator } from '../../emulator';
import type { Fault } from '../../emulator';
import type { NodeRun } from './engine';
import { logLines } from './log';
import {
	ACCOUNTS,
	CREDITS,
	byUsername,
	updateCredits,
	updateOfferings,
	world,
	containing,
	matching,
	someWords,
} from './world';

const here = world();

const NAME = 'orchard-lane';
const GET = `GET /v3/subusers/${NAME}/credits`;
const PUT = `PUT /v3/subusers/${NAME}/credits`;
const { birchwood } = ACCOUNTS;

/** One PUT, with no GET before it. */
const nonrecurring = (total = 5, more: INodeParameters = {}) =>
	updateCredits(NAME, { creditType: 'nonrecurring', total, ...more });
/** One GET. */
const read = (more: INodeParameters = {}): INodeParameters => ({
	...updateCredits(NAME, more),
	operation: 'get',
});

beforeEach(() => {
	here.addSubuser(NAME);
});

/** Every failure names the customer, and says what to do next. */
function expectWords({ error }: NodeRun, ...words: string[]): void {
	expect(error?.message).toContain(NAME);
	for (const word of words) expect(error?.message).toContain(word);
	expect(error?.description).toMatch(/\w+ \w+/);
	expect(error?.description).not.toBe(error?.message);
}

describe('a field that SendGrid refuses', () => {
	const subuser = byUsername(NAME);
	const key = { resource: 'subuserApiKey', operation: 'create', subuser, name: 'Shop' };
	const stats = { resource: 'subuser', operation: 'getStats', report: 'monthly' };

	it.each<[string, string, string, INodeParameters]>([
		['total', 'Total Credits', PUT, nonrecurring()],
		['type', 'Credit Type', PUT, nonrecurring()],
		['scopes[0]', 'Scope Names or IDs', 'POST /v3/api_keys', { ...key, access: 'mailSend' }],
		[
			'ips',
			'IP Names or IDs',
			`PUT /v3/subusers/${NAME}/ips`,
			{
				...{ resource: 'subuser', operation: 'updateIps', subuser },
				...{ change: 'replace', ips: ['192.0.2.77'] },
			},
		],
		['date', 'Month', 'GET /v3/subusers/stats/monthly', { ...stats, month: '2026-01-01' }],
	])('has the form’s label in the hint: %s is %s', async (field, label, match, parameters) => {
		const body = { errors: [{ message: 'not good', field }] };
		here.fail({ match, kind: 'status', status: 400, body });
		const { error } = await here.run(parameters);
		const [name] = field.split('[');
		expect(error?.description).toBe(
			`Correct ${label}, which SendGrid calls “${name}”, and run the item again.`,
		);
	});
});

describe('a failing item', () => {
	it('that SendGrid refuses stops the node with a NodeApiError that names the item and the subuser', async () => {
		const { error, items } = await here.run(
			updateCredits('={{ $json.name }}', { creditType: 'unlimited' }),
			{ items: [{ name: NAME }, { name: 'nobody' }, { name: 'tidewater-toys' }] },
		);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '400',
			context: { itemIndex: 1 },
		});
		expect(error?.message).toContain('nobody');
		expect(error?.description).toBeTruthy();
		expect(items).toEqual([]);
	});

	it('that is refused before sending stops the node with a NodeOperationError', async () => {
		const { error } = await here.run(
			updateCredits(NAME, { creditType: 'nonrecurring', total: '={{ $json.total }}' }),
			{ items: [{ total: 1 }, { total: 2 }, { total: 'many' }] },
		);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 2 } });
		expect(error?.message).toContain(NAME);
		expect(error?.description).toBeTruthy();
	});

	it('is the first one in input order if several fail', async () => {
		const { error } = await here.run(
			updateCredits('={{ $json.name }}', { creditType: 'unlimited' }),
			{ items: [{ name: NAME }, { name: 'nobody' }, { name: '..' }, { name: 'nobody-else' }] },
		);
		expect(error?.context).toMatchObject({ itemIndex: 1 });
	});

	it('reports which items were applied, because the node has no output for them', async () => {
		const { error } = await here.run(
			updateCredits('={{ $json.name }}', {
				creditType: 'unlimited',
				options: { concurrency: 1 },
			}),
			{ items: [{ name: NAME }, { name: 'tidewater-toys' }, { name: 'nobody' }, { name: 'x' }] },
		);
		expect(error?.context).toMatchObject({ itemIndex: 2 });
		expect(error?.description).toContain('0 to 1');
	});

	it('stops later items of the same subuser', async () => {
		here.fail({ match: `PUT ${CREDITS}`, kind: 'status', status: 400 });
		await here.run(nonrecurring('={{ $json.total }}' as unknown as number), {
			items: [{ total: 1 }, { total: 2 }],
		});
		expect(here.bodies('PUT')).toEqual([{ type: 'nonrecurring', total: 1 }]);
	});

	const three = [
		{ customer: 'C-1', name: NAME },
		{ customer: 'C-2', name: 'nobody' },
		{ customer: 'C-3', name: 'tidewater-toys' },
	];
	const failing = updateCredits('={{ $json.name }}', { creditType: 'unlimited' });

	it('becomes an output item with "Continue", and the others are not affected', async () => {
		const { items, pairs, failed, error } = await here.run(failing, {
			items: three,
			node: { onError: 'continueRegularOutput' },
		});
		expect(error).toBeUndefined();
		expect(items[0]).toMatchObject({ username: NAME, type: 'unlimited' });
		expect(items[1]).toEqual({
			error: containing('nobody'),
			description: someWords,
			http_code: 400,
			username: 'nobody',
		});
		expect(items[2]).toMatchObject({ username: 'tidewater-toys', type: 'unlimited' });
		expect(pairs).toEqual([0, 1, 2]);
		expect(failed).toEqual([]);
	});

	it('becomes an output item with the old "Continue On Fail", too', async () => {
		const { items, pairs, error } = await here.run(failing, {
			items: three,
			node: { continueOnFail: true },
		});
		expect(error).toBeUndefined();
		expect(items[1]).toEqual({
			error: containing('nobody'),
			description: someWords,
			http_code: 400,
			username: 'nobody',
		});
		expect(pairs).toEqual([0, 1, 2]);
	});

	it('goes to the error output with the fields of its input item, and the others to the main output', async () => {
		const { items, failed, pairs, error } = await here.run(failing, {
			items: three,
			node: { onError: 'continueErrorOutput' },
		});
		expect(error).toBeUndefined();
		expect(items.map(({ username }) => username)).toEqual([NAME, 'tidewater-toys']);
		expect(failed).toEqual([
			{
				customer: 'C-2',
				name: 'nobody',
				error: containing('nobody'),
				message: containing('spelling'),
			},
		]);
		expect(pairs).toEqual([0, 2, 1]);
	});

	it('that was refused before sending goes to the same outputs', async () => {
		const parameters = updateOfferings(birchwood, { package: '={{ $json.package }}' });
		const items: IDataObject[] = [{ package: '', deal: 7 }];
		const on = await here.run(parameters, { items, node: { onError: 'continueRegularOutput' } });
		const out = await here.run(parameters, { items, node: { onError: 'continueErrorOutput' } });
		expect(on.items).toEqual([
			{
				error: containing('No offerings are specified'),
				description: someWords,
				account_id: birchwood,
			},
		]);
		expect(out.items).toEqual([]);
		expect(out.failed).toEqual([
			{
				package: '',
				deal: 7,
				error: containing('No offerings are specified'),
				message: someWords,
			},
		]);
	});

	it('names no customer if the operation is about none', async () => {
		here.fail({ match: 'GET /v3/partners/offerings', kind: 'status', status: 400 });
		const { items } = await here.run(
			{ resource: 'accountOffering', operation: 'getCatalog' },
			{ node: { onError: 'continueRegularOutput' } },
		);
		expect(Object.keys(items[0] ?? {}).sort()).toEqual([
			'description',
			'error',
			'error_id',
			'http_code',
		]);
	});

	it('whose expression can’t be evaluated doesn’t affect the others', async () => {
		const { items } = await here.run(
			updateCredits('={{ $json.name.toLowerCase() }}', { creditType: 'unlimited' }),
			{ items: [{ name: NAME }, {}], node: { onError: 'continueRegularOutput' } },
		);
		expect(items[0]).toMatchObject({ type: 'unlimited' });
		expect(items).toHaveLength(2);
	});

	it('with an unknown operation is refused', async () => {
		const { error } = await here.run({
			...updateCredits(NAME, {}),
			operation: 'obliterate',
		});
		expect(error?.name).toBe('NodeOperationError');
		expect(here.sent()).toEqual([]);
	});

	it('is in n8n’s log, without the API key', async () => {
		await here.run(updateCredits('nobody', { creditType: 'unlimited' }));
		expect(logLines.join('\n')).toContain('Subuser nobody');
	});
});

describe('words that contain one of n8n’s error codes', () => {
	it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'don’t change the message (%s)',
		async (onError) => {
			const parameters = updateCredits('homeaccess', { creditType: 'unlimited' });
			const { error, items } = await here.run(parameters, { node: { onError } });
			const message = onError === 'stopWorkflow' ? error?.message : items[0]?.['error'];
			expect(message).toContain('Subuser homeaccess: SendGrid can’t find this subuser');
		},
	);

	it('don’t change the message of a refusal', async () => {
		const { error } = await here.run(updateCredits('websiteaccess', { total: 0 }));
		expect(error?.message).toContain('Subuser websiteaccess: Total Credits must be');
	});
});

describe('a key without access', () => {
	it('gets its own message if SendGrid doesn’t accept it', async () => {
		const credential = { ...here.credential, apiKey: 'SG.not-a-key' };
		const run = await here.run(nonrecurring(), { credential });
		expectWords(run, 'doesn’t accept the API key');
		expect(run.error).toMatchObject({ name: 'NodeApiError', httpCode: '401' });
		expect(run.error?.description).toContain('region');
		expect(here.sent()).toEqual([PUT]);
	});

	it('gets the name of the scope that it lacks', async () => {
		const apiKey = here.emulator.addKey({ scopes: ['subusers.credits.read'] });
		const credential = { ...here.credential, apiKey };
		const run = await here.run(nonrecurring(), { credential });
		expectWords(run, 'isn’t allowed to do this');
		expect(run.error).toMatchObject({ name: 'NodeApiError', httpCode: '403' });
		expect(`${run.error?.message} ${run.error?.description}`).toContain('subusers.credits.update');
		expect((await here.run(read(), { credential })).error).toBeUndefined();
	});

	it('gets a hint about the reseller agreement for offerings', async () => {
		const apiKey = here.emulator.addKey({ reseller: false });
		const { items } = await here.run(updateOfferings(birchwood, { package: 'demo.ei.free.v1' }), {
			credential: { ...here.credential, apiKey },
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual([
			{
				error: containing(birchwood),
				description: containing('reseller'),
				http_code: 403,
				error_id: matching(/^10-403/),
				account_id: birchwood,
			},
		]);
	});
});

describe('a failure that lasts', () => {
	it('fails the item after some repeats, says what to check, and doesn’t delay other items', async () => {
		const lasting: Array<[string, Fault, string, number | undefined]> = [
			['lasting-500', { kind: 'status', status: 500 }, 'status 500', 500],
			['lasting-page', { kind: 'html', status: 502 }, 'status 502', 502],
			['lasting-reset', { kind: 'reset' }, 'didn’t answer', undefined],
		];
		for (const [name, fault] of lasting) {
			here.addSubuser(name);
			here.fail({ match: `PUT /v3/subusers/${name}/credits`, ...fault, times: Infinity });
		}
		const { items } = await here.run(
			updateCredits('={{ $json.name }}', { creditType: 'unlimited' }),
			{
				items: lasting.map(([name]) => ({ name })),
				node: { onError: 'continueRegularOutput' },
			},
		);
		const first = here.sent().slice(0, lasting.length);
		expect(first.sort()).toEqual(
			lasting.map(([name]) => `PUT /v3/subusers/${name}/credits`).sort(),
		);
		expect(items).toEqual(
			lasting.map(([name, , words, status]) => ({
				error: matching(`^Subuser ${name}: [^<]*${words}[^<]*; the change may have been applied$`),
				description: containing('Get the subuser’s credits before you run the item again'),
				...(status === undefined ? {} : { http_code: status }),
				username: name,
			})),
		);
		for (const [name] of lasting) {
			const tries = here.sent().filter((line) => line.includes(name)).length;
			expect(tries).toBeGreaterThan(1);
			expect(tries).toBeLessThan(6);
			expect(here.emulator.state.subusers.get(name)?.credits.total).toBe(1000);
		}
	}, 20_000);
});

describe('a response that can’t be read', () => {
	it.each<[string, Fault]>([
		['a page with status 200', { kind: 'html', status: 200 }],
		['JSON that was cut off', { kind: 'truncated' }],
		['an empty body', { kind: 'emptyBody' }],
		['a list', { kind: 'status', status: 200, body: [] }],
		['text', { kind: 'status', status: 200, body: '"fine"' }],
		['null', { kind: 'status', status: 200, body: 'null' }],
		['a status without content', { kind: 'status', status: 204, body: '' }],
	])('fails the item with its status, and isn’t shown: %s', async (_name, fault) => {
		for (const [parameters, match] of [
			[read(), `GET ${CREDITS}`],
			[nonrecurring(), `PUT ${CREDITS}`],
		] as const) {
			here.fail({ match, ...fault });
			const run = await here.run(parameters);
			expect(run.error?.name).toBe('NodeApiError');
			expectWords(run, fault.kind === 'status' ? String(fault.status) : '200');
			expect(run.error?.message).not.toContain('<');
			expect(run.items).toEqual([]);
		}
		expect(here.sent()).toEqual([GET, PUT]);
	});
});

describe('a redirect', () => {
	it.each([301, 302, 303, 307, 308])(
		'with status %i isn’t followed, and its host is named',
		async (status) => {
			const elsewhere = await startEmulator();
			try {
				const location = `${elsewhere.url}/v3/scopes?token=secret`;
				here.fail({ match: `PUT ${CREDITS}`, kind: 'redirect', location, status, times: Infinity });
				const run = await here.run(nonrecurring());
				expect(run.error?.name).toBe('NodeApiError');
				expectWords(run, String(status), new URL(elsewhere.url).host);
				expect(run.error?.message).not.toContain('secret');
				expect(elsewhere.requests).toEqual([]);
				expect(here.sent()).toEqual([PUT]);
			} finally {
				await elsewhere.close();
			}
		},
	);

	it('without a host is an error, too', async () => {
		here.fail({ match: `PUT ${CREDITS}`, kind: 'redirect', location: '/sign-in', status: 302 });
		const run = await here.run(nonrecurring());
		expectWords(run, '302');
	});
});

describe('the API key', () => {
	const noCredits = { reset_frequency: null, remain: null, total: null, used: null };
	const refused = (entry: object): Fault => ({
		kind: 'status',
		status: 400,
		body: { errors: [{ message: 'odd', ...entry }] },
	});

	it.each<[string, (key: string) => Fault]>([
		['the message', (key) => refused({ message: `Bearer ${key}?` })],
		['the field', (key) => refused({ field: key })],
		['the error ID', (key) => refused({ error_id: `10-${key}` })],
		[
			'a page',
			(key) => ({ kind: 'status', status: 400, body: `<p>Authorization: Bearer ${key}</p>` }),
		],
		['a success', (key) => ({ kind: 'status', status: 200, body: { key } })],
		[
			'the type of the credits',
			(key) => ({ kind: 'status', status: 200, body: { type: key, ...noCredits } }),
		],
		[
			'a redirect',
			(key) => ({ kind: 'redirect', location: `https://gateway.example/${key}?key=${key}` }),
		],
	])(
		'is in no message, log, or stored data, even if SendGrid’s response repeats it in %s',
		async (_name, faultFor) => {
			const apiKey = here.credential.apiKey;
			here.fail({ match: `PUT ${CREDITS}`, ...faultFor(apiKey), times: Infinity });
			const stopped = await here.run(nonrecurring());
			const output = await here.run(nonrecurring(), { node: { onError: 'continueRegularOutput' } });
			const failed = await here.run(nonrecurring(), { node: { onError: 'continueErrorOutput' } });
			expect(stopped.error?.name).toBe('NodeApiError');
			expect(output.items).toHaveLength(1);
			expect(failed.failed).toHaveLength(1);
			for (const run of [stopped, output, failed]) expect(run.stored).not.toContain(apiKey);
		},
	);
});
