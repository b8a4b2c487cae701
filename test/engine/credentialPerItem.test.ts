import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';
import { startEmulator } from '../../emulator';
import type { Emulator } from '../../emulator';
import { runNode } from './engine';
import type { NodeRun, Reroute, RunOptions } from './engine';
import { ACCOUNTS, byId, containing, updateCredits, world } from './world';

const here = world();

const FIRST = 'birchwood-bakery';
const SECOND = 'tidewater-toys';
const THIRD = 'saltmarsh-books';
const nonrecurring = updateCredits('={{ $json.name }}', { creditType: 'nonrecurring', total: 5 });

/** A second SendGrid, with the same customers in it. */
let other: Emulator;
/** A key of the first SendGrid, besides that of its own credential, and one of the second. */
let secondKey: string;
let otherKey: string;

beforeAll(async () => {
	other = await startEmulator();
});
beforeEach(() => {
	other.reset();
	secondKey = here.emulator.addKey();
	otherKey = other.addKey();
});
afterAll(async () => await other.close());

const key = () => here.credential.apiKey;

/** Runs the node, and notes with which key each request was signed. Its items carry keys. */
async function runWith(
	credential: ICredentialDataDecryptedObject,
	items: IDataObject[],
	{ parameters = nonrecurring, node = {} }: Partial<RunOptions> = {},
): Promise<NodeRun & { signed: string[]; hosts: string[] }> {
	const signed: string[] = [];
	const hosts: string[] = [];
	const reroute: Reroute = (request) => {
		const { origin, pathname } = new URL(request.url);
		hosts.push(origin);
		const { Authorization } = { ...request.headers };
		signed.push(`${nameOf(Authorization)} ${pathname}`);
		return { ...request, url: `${homeOf(origin)}${pathname}` };
	};
	const given = { ...here.credential, ...credential };
	const run = await runNode({ credential: given, parameters, items, node, reroute });
	return { ...run, signed, hosts };
}

function nameOf(authorization: unknown): string {
	if (typeof authorization !== 'string') return 'no key';
	const names = new Map([
		[key(), 'first key'],
		[secondKey, 'second key'],
		[otherKey, 'other key'],
	]);
	return names.get(authorization.replace('Bearer ', '')) ?? authorization;
}

/** SendGrid's own hosts are played by the emulators. */
function homeOf(origin: string): string {
	if (origin === 'https://api.sendgrid.com') return here.emulator.url;
	if (origin === 'https://api.eu.sendgrid.com') return other.url;
	return origin;
}

const path = (name: string) => `/v3/subusers/${name}/credits`;

describe('an API key that depends on the item', () => {
	it.each([
		['$json', '={{ $json.key }}'],
		['$json, without brackets around all of it', '=SG.{{ $json.key.slice(3) }}'],
		['the item of an earlier node', "={{ $('Source').item.json.key }}"],
		['the item of an earlier node in the old form', '={{ $node["Source"].json.key }}'],
		['$input', '={{ $input.item.json.key }}'],
		['the matching item', "={{ $('Source').itemMatching($itemIndex).json.key }}"],
		['a list of all items', '={{ $input.all()[$itemIndex].json.key }}'],
		['a fallback', '={{ $json.key ?? $json.spare }}'],
		['a fallback that is constant', '={{ $json.key || "SG.spare" }}'],
		['a choice', '={{ $json.name === "tidewater-toys" ? $json.spare : $json.key }}'],
	])('is each item’s own: %s', async (_how, apiKey) => {
		const { error, items, pairs, signed } = await runWith({ apiKey }, [
			{ name: FIRST, key: key(), spare: key() },
			{ name: SECOND, key: secondKey, spare: secondKey },
			{ name: THIRD, key: key(), spare: key() },
		]);
		expect(error).toBeUndefined();
		expect(items.map(({ username }) => username)).toEqual([FIRST, SECOND, THIRD]);
		expect(pairs).toEqual([0, 1, 2]);
		expect(signed.sort()).toEqual([
			`first key ${path(FIRST)}`,
			`first key ${path(THIRD)}`,
			`second key ${path(SECOND)}`,
		]);
	});

	it.each([
		[
			'is the first one or not',
			(one: string, two: string) => `$itemIndex === 0 ? "${one}" : "${two}"`,
		],
		['is even or odd', (one: string, two: string) => `$itemIndex % 2 === 0 ? "${one}" : "${two}"`],
		['points into a list', (one: string, two: string) => `["${one}", "${two}"][$itemIndex]`],
		['turns around a list', (one: string, two: string) => `["${one}", "${two}"][$itemIndex % 2]`],
	])('is each item’s own where only its position decides: it %s', async (_how, expression) => {
		const apiKey = `={{ ${expression(key(), secondKey)} }}`;
		const { error, signed } = await runWith({ apiKey }, [{ name: FIRST }, { name: SECOND }]);
		expect(error).toBeUndefined();
		expect(signed.sort()).toEqual([`first key ${path(FIRST)}`, `second key ${path(SECOND)}`]);
	});

	it('costs one more read per item', async () => {
		const items = Array.from({ length: 20 }, () => ({ name: FIRST, key: key() }));
		const { error, credentialReads } = await runWith({ apiKey: '={{ $json.key }}' }, items);
		expect(error).toBeUndefined();
		expect(credentialReads).toBe(22);
	});

	it('is read once where there is one item', async () => {
		const items = [{ name: FIRST, key: secondKey }];
		const { signed, credentialReads } = await runWith({ apiKey: '={{ $json.key }}' }, items);
		expect(signed).toEqual([`second key ${path(FIRST)}`]);
		expect(credentialReads).toBe(1);
	});

	it('keeps the order of items about the same subuser', async () => {
		here.emulator.fail({ match: `PUT ${path(FIRST)}`, kind: 'slow', delayMs: 200 });
		const parameters = updateCredits(FIRST, {
			creditType: 'nonrecurring',
			total: '={{ $json.total }}',
		});
		const items = [1, 2, 3].map((total) => ({ total, key: key() }));
		await runWith({ apiKey: '={{ $json.key }}' }, items, { parameters });
		expect(here.bodies('PUT')).toEqual(
			[1, 2, 3].map((total) => expect.objectContaining({ total }) as unknown),
		);
	});
});

describe('a host that depends on the item', () => {
	it('is each item’s own base URL, with its own key', async () => {
		const credential = { apiKey: '={{ $json.key }}', baseUrl: '={{ $json.base }}' };
		const { error } = await runWith(credential, [
			{ name: FIRST, key: key(), base: here.emulator.url },
			{ name: SECOND, key: otherKey, base: other.url },
		]);
		expect(error).toBeUndefined();
		expect(here.sent()).toEqual([`PUT ${path(FIRST)}`]);
		expect(other.requests.map(({ path: sent }) => sent)).toEqual([path(SECOND)]);
	});

	it('is each item’s own region', async () => {
		const credential = { apiKey: '={{ $json.key }}', region: '={{ $json.region }}' };
		const { error, hosts } = await runWith(credential, [
			{ name: FIRST, key: otherKey, region: 'eu' },
			{ name: SECOND, key: key(), region: 'global' },
		]);
		expect(error).toBeUndefined();
		expect(hosts.sort()).toEqual(['https://api.eu.sendgrid.com', 'https://api.sendgrid.com']);
		expect(here.sent()).toEqual([`PUT ${path(SECOND)}`]);
		expect(other.requests.map(({ path: sent }) => sent)).toEqual([path(FIRST)]);
	});
});

describe('an expression that does not depend on the item', () => {
	it.each([
		['a constant', () => `={{ "${key()}" }}`],
		['text around it', () => `={{ "${key().slice(0, 9)}" }}${key().slice(9)}`],
		['the first item', () => '={{ $input.first().json.key }}'],
		['the first item of an earlier node', () => "={{ $('Source').first().json.key }}"],
		['the number of items', () => `={{ $input.all().length > 0 ? "${key()}" : "" }}`],
		['the execution', () => `={{ $execution.mode ? "${key()}" : "" }}`],
	])('is read twice for a run: %s', async (_what, apiKey) => {
		const items = Array.from({ length: 20 }, (_, index) => ({
			name: FIRST,
			key: index === 0 ? key() : secondKey,
		}));
		const { error, signed, credentialReads } = await runWith({ apiKey: apiKey() }, items);
		expect(error).toBeUndefined();
		expect(new Set(signed)).toEqual(new Set([`first key ${path(FIRST)}`]));
		expect(credentialReads).toBe(2);
	});
});

describe('an item without a usable credential', () => {
	const onward = { node: { onError: 'continueRegularOutput' as const } };

	it.each<[string, unknown, string]>([
		['no key', undefined, 'The API key is empty'],
		['null as key', null, 'The API key is empty'],
		['a number as key', 42, 'The API key is empty'],
		['a key with a space', 'SG.with space', 'The API key has a space'],
	])('fails alone with %s, and says why', async (_what, broken, words) => {
		for (const at of [0, 1, 2]) {
			const names = [FIRST, SECOND, THIRD];
			const items = names.map((name, index) => ({
				name,
				key: index === at ? broken : secondKey,
			})) as IDataObject[];
			const run = await runWith({ apiKey: '={{ $json.key }}' }, items, onward);
			expect(run.items).toHaveLength(3);
			expect(run.items[at]).toEqual({
				error: containing(words),
				description: containing('credential'),
				username: names[at],
			});
			const others = names.filter((_name, index) => index !== at);
			expect(run.signed.sort()).toEqual(others.map((name) => `second key ${path(name)}`).sort());
		}
	});

	it('fails alone with a base URL without encryption, before its key is sent', async () => {
		const credential = { apiKey: '={{ $json.key }}', baseUrl: '={{ $json.base }}' };
		const items = [
			{ name: FIRST, key: secondKey, base: 'http://gateway.example.com' },
			{ name: SECOND, key: key(), base: here.emulator.url },
		];
		const run = await runWith(credential, items, onward);
		expect(run.items).toMatchObject([{ error: containing('unencrypted') }, { username: SECOND }]);
		expect(run.signed).toEqual([`first key ${path(SECOND)}`]);
	});

	it('stops the node before anything is sent with another item’s key', async () => {
		const run = await runWith({ apiKey: '={{ $json.key }}' }, [
			{ name: FIRST },
			{ name: FIRST, key: key() },
		]);
		expect(run.error?.message).toContain('The API key is empty');
		expect(run.error?.context['itemIndex']).toBe(0);
		expect(run.signed).toEqual([]);
	});

	it('fails with n8n’s own words where the expression names a node that does not exist', async () => {
		const items = [{ name: FIRST }, { name: SECOND }];
		const run = await runWith({ apiKey: "={{ $('Gone').item.json.key }}" }, items, onward);
		expect(run.items).toHaveLength(2);
		for (const { error, description } of run.items) {
			expect(error).toMatch(/: The credential can’t be read: Referenced node doesn't exist$/);
			expect(description).toEqual(containing('expressions'));
		}
		expect(run.signed).toEqual([]);
	});
});

describe('what a run reads only once', () => {
	const two = () => [
		{ key: key(), base: here.emulator.url, name: FIRST },
		{ key: otherKey, base: other.url, name: SECOND },
	];
	const perItem = { apiKey: '={{ $json.key }}', baseUrl: '={{ $json.base }}' };

	it('are the scopes of each key', async () => {
		const limited = here.emulator.addKey({ scopes: ['subusers.credits.read'], reseller: false });
		const parameters = { resource: 'apiKey', operation: 'check' };
		const items = [{ key: limited }, { key: key() }, { key: limited }];
		const run = await runWith({ apiKey: '={{ $json.key }}' }, items, { parameters });
		const allowed = (item: number): number =>
			run.items.filter((row, index) => run.pairs[index] === item && row['allowed'] === true).length;
		expect(allowed(0)).toBeLessThan(allowed(1));
		expect(allowed(2)).toBe(allowed(0));
		expect(here.sent().filter((sent) => sent === 'GET /v3/scopes')).toHaveLength(2);
	});

	it.each<[string, INodeParameters, (emulator: Emulator) => unknown]>([
		[
			'accounts',
			{ resource: 'account', operation: 'getAll', returnAll: true },
			({ state }) => state.accounts.delete(ACCOUNTS.birchwood),
		],
		[
			'subusers',
			{ resource: 'subuser', operation: 'getAll', returnAll: true },
			({ state }) => state.subusers.delete(FIRST),
		],
		[
			'offerings of an account',
			{
				resource: 'accountOffering',
				operation: 'getAll',
				account: byId(ACCOUNTS.saltmarsh),
				returnAll: true,
			},
			({ state }) => state.accounts.get(ACCOUNTS.saltmarsh)?.offerings.pop(),
		],
	])('are the %s of each host', async (_what, parameters, lose) => {
		lose(other);
		const run = await runWith(perItem, two(), { parameters });
		expect(run.error).toBeUndefined();
		const counts = [0, 1].map((item) => run.pairs.filter((pair) => pair === item).length);
		expect(counts[0]).toBe((counts[1] ?? 0) + 1);
	});

	it('are shared by the items of the same key', async () => {
		const parameters = { resource: 'account', operation: 'getAll', returnAll: true };
		const items = [{ key: key() }, { key: secondKey }, { key: key() }];
		const { signed } = await runWith({ apiKey: '={{ $json.key }}' }, items, { parameters });
		const count = (name: string) => signed.filter((each) => each.startsWith(name)).length;
		expect(count('first key')).toBeGreaterThan(0);
		expect(count('first key')).toBe(count('second key'));
	});
});
