import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startEmulator, type Emulator } from '../../emulator';
import { credentialType } from '../../playground/examples';
import type { Json } from '../../playground/n8nApi';
import type { Instance } from './instance';
import { runNode } from './workflows';

const FIRST = 'birchwood-bakery';
const SECOND = 'tidewater-toys';

/** A SendGrid for two resellers at one address: each key has an account of its own behind it. */
async function startGateway(homes: () => Record<string, Emulator>): Promise<Server> {
	const server = createServer((incoming, answer) => {
		const key = (incoming.headers.authorization ?? '').replace('Bearer ', '');
		const home = homes()[key];
		if (home === undefined) {
			answer.writeHead(401, { 'Content-Type': 'application/json' });
			answer.end('{"errors":[{"message":"authorization required","field":null}]}');
			return;
		}
		const { method, headers } = incoming;
		const options = { method, headers, agent: false };
		const forwarded = request(`${home.url}${incoming.url}`, options, (received) => {
			answer.writeHead(received.statusCode ?? 502, received.headers);
			received.pipe(answer);
		});
		incoming.pipe(forwarded);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}

/** What happens in a real n8n where an expression gives each item its own credential values. */
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

	/** Which subusers each SendGrid was asked to change. */
	const written = ({ requests }: Emulator) =>
		requests.filter(({ method }) => method === 'PUT').map(({ params }) => params.name);

	async function run(data: Json, items: Json[], onError?: 'continueRegularOutput') {
		const own = instance();
		const credential = { ...own.credential, name: 'Of expressions' };
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
			'the position alone',
			'={{ $itemIndex % 2 === 0 ? $("One by One").first().json.key : $("One by One").last().json.key }}',
		],
	])('writes each account with its own key, which comes from %s', async (_source, apiKey) => {
		const { emulator } = instance();
		const { output } = await run({ apiKey, baseUrl }, [
			{ username: FIRST, key: emulator.apiKey },
			{ username: SECOND, key: other.apiKey },
		]);
		expect(output).toMatchObject([{ username: FIRST }, { username: SECOND }]);
		expect(written(emulator)).toEqual([FIRST]);
		expect(written(other)).toEqual([SECOND]);
	});

	it('sends each item to its own base URL', async () => {
		const { emulator } = instance();
		const data = { apiKey: '={{ $json.key }}', baseUrl: '={{ $json.url }}' };
		const { output } = await run(data, [
			{ username: FIRST, key: other.apiKey, url: other.url },
			{ username: SECOND, key: emulator.apiKey, url: `${emulator.url}/v3` },
		]);
		expect(output).toMatchObject([{ username: FIRST }, { username: SECOND }]);
		expect(written(emulator)).toEqual([SECOND]);
		expect(written(other)).toEqual([FIRST]);
	});

	it('uses one key for all where the expression is the same for all', async () => {
		const { emulator } = instance();
		const apiKey = "={{ $('One by One').first().json.key }}";
		await run({ apiKey, baseUrl }, [
			{ username: FIRST, key: emulator.apiKey },
			{ username: SECOND, key: other.apiKey },
		]);
		expect(written(emulator).sort()).toEqual([FIRST, SECOND]);
		expect(written(other)).toEqual([]);
	});

	it('fails only the item that has no key', async () => {
		const items = [{ username: FIRST }, { username: SECOND, key: other.apiKey }];
		const data = { apiKey: '={{ $json.key }}', baseUrl };
		const { output } = await run(data, items, 'continueRegularOutput');
		expect(output).toMatchObject([
			{ username: FIRST, error: expect.stringContaining('The API key is empty') as unknown },
			{ username: SECOND, remain: 700 },
		]);
		expect(written(instance().emulator)).toEqual([]);
		expect(written(other)).toEqual([SECOND]);
	});
}
