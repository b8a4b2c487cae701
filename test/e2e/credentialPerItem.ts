import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startEmulator, type Emulator } from '../../emulator';
import { credentialType } from '../../playground/examples';
import type { Json } from '../../playground/n8nApi';
import type { Instance } from './instance';
import { runNode } from './workflows';

const FIRST = 'birchwood-bakery';
const SECOND = 'tidewater-toys';

/** Starts one URL for several emulators, which the request's API key selects. */
async function startGateway(emulators: () => Record<string, Emulator>): Promise<Server> {
	const server = createServer((incoming, response) => {
		const key = (incoming.headers.authorization ?? '').replace('Bearer ', '');
		const emulator = emulators()[key];
		if (emulator === undefined) {
			response.writeHead(401, { 'Content-Type': 'application/json' });
			response.end('{"errors":[{"message":"authorization required","field":null}]}');
			return;
		}
		const { method, headers } = incoming;
		const options = { method, headers, agent: false };
		const forwarded = request(`${emulator.url}${incoming.url}`, options, (received) => {
			response.writeHead(received.statusCode ?? 502, received.headers);
			received.pipe(response);
		});
		incoming.pipe(forwarded);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}

/** Tests a credential whose expressions have other values for each item. */
export function credentialPerItem(instance: () => Instance): void {
	let other: Emulator;
	let gateway: Server;
	let baseUrl: string;

	beforeAll(async () => {
		other = await startEmulator();
		const { emulator } = instance();
		gateway = await startGateway(() => ({ [emulator.apiKey]: emulator, [other.apiKey]: other }));
		baseUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
	});
	beforeEach(() => other.reset());
	afterAll(async () => {
		gateway.close();
		await other.close();
	});

	/** The subusers that an emulator was asked to change. */
	const changedIn = ({ requests }: Emulator) =>
		requests.filter(({ method }) => method === 'PUT').map(({ params }) => params.name);

	async function run(data: Json, items: Json[], onError?: 'continueRegularOutput') {
		const own = instance();
		const credential = { ...own.credential, name: 'With expressions' };
		const values = { ...own.credential.data, ...data };
		const saved = { ...credential, type: credentialType, data: values };
		const id = await own.api.saveCredential(saved);
		const parameters = {
			resource: 'subuserCredit',
			operation: 'update',
			subuser: { __rl: true, mode: 'username', value: '={{ $json.username }}' },
			creditType: 'nonrecurring',
			total: 700,
		};
		const node = { parameters, ...(onError === undefined ? {} : { onError }) };
		return await runNode({ ...own, credential: { ...saved, id } }, items, node);
	}

	it.each([
		['the item', '={{ $json.key }}'],
		['the item of an earlier node', "={{ $('One by One').item.json.key }}"],
		['the item, with a fallback', '={{ $json.key ?? "SG.none" }}'],
		[
			'only the position',
			'={{ $itemIndex % 2 === 0 ? $("One by One").first().json.key : $("One by One").last().json.key }}',
		],
	])('uses each item’s own key, which comes from %s', async (_source, apiKey) => {
		const { emulator } = instance();
		const { output } = await run({ apiKey, baseUrl }, [
			{ username: FIRST, key: emulator.apiKey },
			{ username: SECOND, key: other.apiKey },
		]);
		expect(output).toMatchObject([{ username: FIRST }, { username: SECOND }]);
		expect(changedIn(emulator)).toEqual([FIRST]);
		expect(changedIn(other)).toEqual([SECOND]);
	});

	it('sends each item to its own base URL', async () => {
		const { emulator } = instance();
		const data = { apiKey: '={{ $json.key }}', baseUrl: '={{ $json.url }}' };
		const { output } = await run(data, [
			{ username: FIRST, key: other.apiKey, url: other.url },
			{ username: SECOND, key: emulator.apiKey, url: `${emulator.url}/v3` },
		]);
		expect(output).toMatchObject([{ username: FIRST }, { username: SECOND }]);
		expect(changedIn(emulator)).toEqual([SECOND]);
		expect(changedIn(other)).toEqual([FIRST]);
	});

	it('uses one key for all items if the expression has one value', async () => {
		const { emulator } = instance();
		const apiKey = "={{ $('One by One').first().json.key }}";
		await run({ apiKey, baseUrl }, [
			{ username: FIRST, key: emulator.apiKey },
			{ username: SECOND, key: other.apiKey },
		]);
		expect(changedIn(emulator).sort()).toEqual([FIRST, SECOND]);
		expect(changedIn(other)).toEqual([]);
	});

	it('fails only the item that has no key', async () => {
		const items = [{ username: FIRST }, { username: SECOND, key: other.apiKey }];
		const data = { apiKey: '={{ $json.key }}', baseUrl };
		const { output } = await run(data, items, 'continueRegularOutput');
		expect(output).toMatchObject([
			{ username: FIRST, error: expect.stringContaining('The API key is empty') as unknown },
			{ username: SECOND, remain: 700 },
		]);
		expect(changedIn(instance().emulator)).toEqual([]);
		expect(changedIn(other)).toEqual([SECOND]);
	});
}
