import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { startEmulator } from '../../emulator';
import type { Fault } from '../../emulator';
import type { NodeRun } from './engine';
import { logLines } from './log';
import {
	ACCOUNTS,
	CREDITS,
	OFFERINGS,
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

/** One PUT without a look before it. */
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

/** What every failure must say: to whom it happened, and what to do next. */
function expectWords({ error }: NodeRun, ...words: string[]): void {
	expect(error?.message).toContain(NAME);
	for (const word of words) expect(error?.message).toContain(word);
	expect(error?.description).toMatch(/\w+ \w+/);
	expect(error?.description).not.toBe(error?.message);
}

describe('a failing item', () => {
	it('that SendGrid refuses stops the node with a NodeApiError that names item and subuser', async () => {
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

	it('is the first one in the order of the input, where several fail', async () => {
		const { error } = await here.run(
			updateCredits('={{ $json.name }}', { creditType: 'unlimited' }),
			{ items: [{ name: NAME }, { name: 'nobody' }, { name: '..' }, { name: 'nobody-else' }] },
		);
		expect(error?.context).toMatchObject({ itemIndex: 1 });
	});

	it('tells which items had gone through: they are in SendGrid, but not in the output', async () => {
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

	it('keeps later items of the same subuser from being sent', async () => {
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

	it('goes to the error output with the fields of its input item, the others to the main output', async () => {
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

	it('that was refused before sending goes the same ways', async () => {
		const parameters = updateOfferings(birchwood, { package: '={{ $json.package }}' });
		const items: IDataObject[] = [{ package: '', deal: 7 }];
		const on = await here.run(parameters, { items, node: { onError: 'continueRegularOutput' } });
		const out = await here.run(parameters, { items, node: { onError: 'continueErrorOutput' } });
		expect(on.items).toEqual([
			{
				error: containing('names no offering'),
				description: someWords,
				account_id: birchwood,
			},
		]);
		expect(out.items).toEqual([]);
		expect(out.failed).toEqual([
			{
				package: '',
				deal: 7,
				error: containing('names no offering'),
				message: someWords,
			},
		]);
	});

	it('in an operation about nobody names nobody', async () => {
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

	it('whose expression cannot be evaluated does not affect the others', async () => {
		const { items } = await here.run(
			updateCredits('={{ $json.name.toLowerCase() }}', { creditType: 'unlimited' }),
			{ items: [{ name: NAME }, {}], node: { onError: 'continueRegularOutput' } },
		);
		expect(items[0]).toMatchObject({ type: 'unlimited' });
		expect(items).toHaveLength(2);
	});

	it('for an unknown operation says so', async () => {
		const { error } = await here.run({
			...updateCredits(NAME, {}),
			operation: 'obliterate',
		});
		expect(error?.name).toBe('NodeOperationError');
		expect(here.sent()).toEqual([]);
	});

	it('is told in n8n’s log, without the API key', async () => {
		await here.run(updateCredits('nobody', { creditType: 'unlimited' }));
		expect(logLines.join('\n')).toContain('Subuser nobody');
	});
});

describe('words that n8n would take for an error code', () => {
	it.each(['homeaccess', 'websiteaccess', 'epipe-pipes', 'enotfound-lost-and-found'])(
		'stand in the message as they are: a subuser named %s',
		async (name) => {
			for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
				const { error, items } = await here.run(updateCredits(name, { creditType: 'unlimited' }), {
					node: { onError },
				});
				const message = onError === 'stopWorkflow' ? error?.message : items[0]?.['error'];
				expect(message).toContain(`Subuser ${name}: SendGrid can’t find this subuser`);
			}
		},
	);

	it.each(['homeaccess', 'websiteaccess'])(
		'stand in a refusal as they are: a subuser named %s',
		async (name) => {
			const { error } = await here.run(updateCredits(name, { total: 0 }));
			expect(error?.message).toContain(`Subuser ${name}: Total Credits must be`);
		},
	);

	it('stand in the message as they are: a text from SendGrid', async () => {
		const text = 'upstream gave ECONNRESET and ETIMEDOUT, no EACCES';
		const body = { errors: [{ message: text, field: null }] };
		here.fail({ match: `PUT ${CREDITS}`, kind: 'status', status: 422, body });
		const run = await here.run(nonrecurring());
		expectWords(run, text, '422');
	});
});

describe('a key that may not', () => {
	it('is told apart when SendGrid does not know it', async () => {
		const credential = { ...here.credential, apiKey: 'SG.not-a-key' };
		const run = await here.run(nonrecurring(), { credential });
		expectWords(run, 'doesn’t accept the API key');
		expect(run.error).toMatchObject({ name: 'NodeApiError', httpCode: '401' });
		expect(run.error?.description).toContain('region');
		expect(here.sent()).toEqual([PUT]);
	});

	it('is told which scope it lacks', async () => {
		const apiKey = here.emulator.addKey({ scopes: ['subusers.credits.read'] });
		const credential = { ...here.credential, apiKey };
		const run = await here.run(nonrecurring(), { credential });
		expectWords(run, 'isn’t allowed to do this');
		expect(run.error).toMatchObject({ name: 'NodeApiError', httpCode: '403' });
		expect(`${run.error?.message} ${run.error?.description}`).toContain('subusers.credits.update');
		expect((await here.run(read(), { credential })).error).toBeUndefined();
	});

	it('is told that offerings take a reseller’s key', async () => {
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

describe('a failure that passes', () => {
	const passing: Array<[string, Fault]> = [
		['passing-500', { kind: 'status', status: 500 }],
		['passing-page', { kind: 'html', status: 502 }],
		['passing-503', { kind: 'status', status: 503 }],
		['passing-504', { kind: 'status', status: 504 }],
		['passing-408', { kind: 'status', status: 408 }],
		['passing-reset', { kind: 'reset' }],
	];

	it.each([
		['a read', 'GET', { operation: 'get' }],
		['a change', 'PUT', { creditType: 'unlimited' }],
	])('is not seen in %s', async (_name, method, more) => {
		for (const [name, fault] of passing) {
			here.addSubuser(name);
			here.fail({ match: `${method} /v3/subusers/${name}/credits`, ...fault });
		}
		const { items, error } = await here.run(
			{ ...updateCredits('={{ $json.name }}', {}), ...more },
			{ items: passing.map(([name]) => ({ name })) },
		);
		expect(error).toBeUndefined();
		expect(items.map(({ username }) => username)).toEqual(passing.map(([name]) => name));
		const twice = passing.flatMap(([name]) =>
			Array<string>(2).fill(`${method} /v3/subusers/${name}/credits`),
		);
		expect(here.sent().sort()).toEqual(twice.sort());
	});

	it('is not seen where an answer takes longer than allowed, once', async () => {
		here.fail({ match: `GET ${CREDITS}`, kind: 'hang' });
		const started = Date.now();
		const { error } = await here.run(read({ options: { timeoutSeconds: 1 } }));
		expect(error).toBeUndefined();
		expect(here.sent()).toEqual([GET, GET]);
		expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
	});

	it('after SendGrid had set the credits leaves them set, once', async () => {
		here.fail({ match: `PUT ${CREDITS}`, kind: 'appliedThenLost' });
		const { items, error } = await here.run(updateCredits(NAME, { total: 30 }));
		expect(error).toBeUndefined();
		expect(items[0]).toMatchObject({ changed: true, total: 30, remain: 30, used: 0 });
		expect(here.sent()).toEqual([GET, PUT, PUT]);
		expect(here.emulator.state.subusers.get(NAME)?.credits).toMatchObject({
			total: 30,
			remain: 30,
		});
	});

	it.each<[string, Fault]>([
		['the connection died', { kind: 'appliedThenLost' }],
		['the status was 500', { kind: 'appliedThenStatus' }],
		['a gateway answered', { kind: 'appliedThenStatus', status: 504, html: true }],
	])('after SendGrid had changed the offerings leaves them right: %s', async (_name, fault) => {
		here.fail({ match: `PUT ${OFFERINGS}`, ...fault });
		const { items, error } = await here.run(
			updateOfferings(birchwood, { addons: { addon: [{ name: 'demo.x.ip.v1', quantity: 2 }] } }),
		);
		expect(error).toBeUndefined();
		expect(items[0]).toMatchObject({ changed: true, added: ['demo.x.ip.v1'] });
		expect(here.bodies('PUT')).toHaveLength(2);
		expect(here.emulator.state.accounts.get(birchwood)?.offerings).toMatchObject([
			{ name: 'demo.ei.essentials-50k.v1' },
			{ name: 'demo.x.ip.v1', quantity: 2 },
		]);
	});
});

describe('a failure that lasts', () => {
	it('fails a change after some repeats, says what to check, and holds up no other item', async () => {
		const lasting: Array<[string, Fault, string, number | undefined]> = [
			['lasting-500', { kind: 'status', status: 500 }, 'status 500', 500],
			['lasting-page', { kind: 'html', status: 502 }, 'status 502', 502],
			['lasting-reset', { kind: 'reset' }, 'didn’t answer', undefined],
			['lasting-hang', { kind: 'hang' }, 'didn’t answer', undefined],
		];
		for (const [name, fault] of lasting) {
			here.addSubuser(name);
			here.fail({ match: `PUT /v3/subusers/${name}/credits`, ...fault, times: Infinity });
		}
		const { items } = await here.run(
			updateCredits('={{ $json.name }}', {
				creditType: 'unlimited',
				options: { timeoutSeconds: 1 },
			}),
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

	it('about which there is no doubt leaves none: of a read, and of the connection itself', async () => {
		const gone = await startEmulator();
		await gone.close();
		here.fail({ match: `GET ${CREDITS}`, kind: 'status', status: 503, times: Infinity });
		const [ofRead, ofConnection] = await Promise.all([
			here.run(read()),
			here.run(nonrecurring(), { credential: { ...here.credential, baseUrl: gone.url } }),
		]);
		expectWords(ofRead, '503');
		expectWords(ofConnection, 'couldn’t be reached', 'connection refused', 'nothing was sent');
		for (const { error } of [ofRead, ofConnection]) {
			expect(error?.name).toBe('NodeApiError');
			expect(error?.message).not.toContain('may have been applied');
		}
		expect(ofConnection.error?.description).toMatch(/base URL.*ECONNREFUSED/);
	});
});

describe('an answer that cannot be read', () => {
	it.each<[string, Fault]>([
		['a page with status 200', { kind: 'html', status: 200 }],
		['JSON that was cut off', { kind: 'truncated' }],
		['an empty body', { kind: 'emptyBody' }],
		['a list', { kind: 'status', status: 200, body: [] }],
		['text', { kind: 'status', status: 200, body: '"fine"' }],
		['null', { kind: 'status', status: 200, body: 'null' }],
		['a status without content', { kind: 'status', status: 204, body: '' }],
	])('fails the item with its status, and nothing of it is put out: %s', async (_name, fault) => {
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

	it('to a change says that it may have been applied', async () => {
		here.fail({ match: `PUT ${OFFERINGS}`, kind: 'truncated' });
		const { error } = await here.run(updateOfferings(birchwood, { package: 'demo.ei.free.v1' }));
		expect(error?.message).toContain('may have been applied');
	});

	it('to the look stops the change', async () => {
		here.fail({ match: `GET ${OFFERINGS}`, kind: 'truncated' });
		await here.run(updateOfferings(birchwood, { package: 'demo.ei.free.v1' }));
		expect(here.bodies('PUT')).toEqual([]);
	});
});

describe('an error answer', () => {
	it.each<[string, unknown, IDataObject]>([
		['with a field', { errors: [{ message: 'odd', field: 'total' }] }, { field: 'total' }],
		['with a field that is null', { errors: [{ message: 'odd', field: null }] }, {}],
		[
			'with an empty field',
			{ errors: [{ message: 'odd', field: '', error_id: '10-40099' }] },
			{ error_id: '10-40099' },
		],
		['without a field', { errors: [{ message: 'odd' }] }, {}],
		['with help', { errors: [{ message: 'odd', field: null, help: {} }], id: 'x' }, {}],
		['with several entries', { errors: [{ message: 'odd' }, { message: 'strange' }] }, {}],
	])('is read %s', async (_name, body, more) => {
		here.fail({ match: `PUT ${CREDITS}`, kind: 'status', status: 400, body });
		const { items } = await here.run(nonrecurring(), {
			node: { onError: 'continueRegularOutput' },
		});
		expect(items).toEqual([
			{
				error: containing('odd'),
				description: someWords,
				http_code: 400,
				...more,
				username: NAME,
			},
		]);
	});

	it.each<[string, unknown]>([
		['no errors', { ok: false }],
		['errors that are no list', { errors: 'odd' }],
		['entries that are no objects', { errors: ['odd', null] }],
		['a message that is no text', { errors: [{ message: { text: 'odd' } }] }],
		['an empty list', { errors: [] }],
		['text', 'odd'],
		['an empty body', ''],
	])('needs no readable body: %s', async (_name, body) => {
		here.fail({ match: `PUT ${CREDITS}`, kind: 'status', status: 400, body });
		const run = await here.run(nonrecurring());
		expectWords(run, '400');
		expect(run.error?.message).not.toMatch(/undefined|\[object|“”/);
	});

	it.each([400, 402, 404, 409, 413, 422])('with status %i is not sent again', async (status) => {
		here.fail({ match: `PUT ${CREDITS}`, kind: 'status', status, times: Infinity });
		const run = await here.run(nonrecurring());
		expect(run.error).toMatchObject({ name: 'NodeApiError', httpCode: String(status) });
		expectWords(run);
		expect(here.sent()).toEqual([PUT]);
	});
});

describe('a redirect', () => {
	it.each([301, 302, 303, 307, 308])(
		'with status %i is not followed, and its host is named',
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

	it('to nowhere is an error, too', async () => {
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
		'is in no message, log or stored data although SendGrid’s answer repeats it in %s',
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
