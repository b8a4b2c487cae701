import { publishDns, type Emulator } from './index';

/** The fields of response bodies that later requests use. */
export interface Answer {
	id: number;
	api_key_id: string;
}

/** Sends a request such as `GET /v3/scopes`, and returns the response's body. */
type Send = (
	call: string,
	data?: unknown,
	headers?: Record<string, string>,
) => Promise<Partial<Answer>>;

const ACCOUNTS = '/v3/partners/accounts';
const FOR_SUBUSER = { 'On-Behalf-Of': 'tidewater-toys' };

/** Sends valid requests on behalf of a subuser, and of a reseller to an account's IPs. */
export async function sendOnboarding(emulator: Emulator, send: Send): Promise<void> {
	const sendFor = (call: string, data?: unknown) => send(call, data, FOR_SUBUSER);
	await sendFor('GET /v3/scopes');
	await sendFor('GET /v3/user/username');
	await sendFor('GET /v3/user/email');
	await sendFor('PUT /v3/user/email', { email: 'new@tidewater-toys.example' });

	const scopes = ['mail.send', 'api_keys.read'];
	const { api_key_id: key } = await sendFor('POST /v3/api_keys', { name: 'CRM', scopes });
	await sendFor('POST /v3/api_keys', { name: 'CRM' });
	await sendFor('GET /v3/api_keys');
	await sendFor('GET /v3/api_keys?limit=1');
	await sendFor(`GET /v3/api_keys/${key}`);
	emulator.state.behavior.apiKeyBody = 'list';
	await sendFor(`GET /v3/api_keys/${key}`);
	await sendFor(`PATCH /v3/api_keys/${key}`, { name: 'Shop' });
	await sendFor(`PUT /v3/api_keys/${key}`, { name: 'Shop', scopes: ['mail.send'] });
	await sendFor(`DELETE /v3/api_keys/${key}`);

	await sendBrandings(emulator, send, 'domains', { automatic_security: true, region: 'global' });
	await sendBrandings(emulator, send, 'links', { region: 'us' });
	const manual = { domain: 'manual.example', automatic_security: false, custom_spf: true };
	for (const manualDomainSpf of [false, true]) {
		Object.assign(emulator.state.behavior, {
			manualDomainSpf,
			misspelledValidation: manualDomainSpf,
		});
		const ips = [[...emulator.state.ips.keys()][0]];
		const { id } = await sendFor('POST /v3/whitelabel/domains', { ...manual, ips });
		await sendFor(`GET /v3/whitelabel/domains/${id}`);
		await sendFor(`POST /v3/whitelabel/domains/${id}/validate`);
	}

	const ipsOf = `${ACCOUNTS}/${emulator.state.accounts.list()[3]?.id}/ips`;
	await send(`POST ${ipsOf}`, { count: 2, region: 'eu' });
	await send(`GET ${ipsOf}?limit=2`);
	const ip = emulator.state.accounts.list()[3]?.ips.at(-1);
	await send(`GET ${ipsOf}?offset=${ip}`);
	await send(`DELETE ${ipsOf}`, { ips: [ip] });
}

/** Sends valid requests about the subuser's own domain or link, and the parent's, which it is assigned. */
async function sendBrandings(
	emulator: Emulator,
	send: Send,
	kind: 'domains' | 'links',
	more: object,
): Promise<void> {
	const path = `/v3/whitelabel/${kind}`;
	const names = { domain: 'toys.example', subdomain: kind };
	const { id } = await send(`POST ${path}`, { ...names, ...more, default: true }, FOR_SUBUSER);
	await send(`GET ${path}/${id}`, undefined, FOR_SUBUSER);
	await send(`POST ${path}/${id}/validate`, undefined, FOR_SUBUSER);
	await send(`PATCH ${path}/${id}`, { default: false }, FOR_SUBUSER);
	emulator.state.behavior.updatedDomainBody = 'list';
	await send(`PATCH ${path}/${id}`, { default: true }, FOR_SUBUSER);

	const { id: parents = 0 } = await send(`POST ${path}`, { domain: 'parent.example' });
	publishDns(emulator.state, 'parent.example');
	await send(`POST ${path}/${parents}/validate`);
	await send(`POST ${path}/${parents}/subuser`, { username: 'tidewater-toys' });
	emulator.state.behavior.assignedLinkStatus = 201;
	await send(`POST ${path}/${parents}/subuser`, { username: 'tidewater-toys' });
	await send(`GET ${path}?limit=10`);
	await send(`GET ${path}/subuser?username=tidewater-toys`);
	await send(`DELETE ${path}/subuser?username=tidewater-toys`);
	if (kind === 'domains') {
		await send(`POST ${path}/${parents}/subuser:add`, { username: 'tidewater-toys' });
		await send(`GET ${path}/subuser/all?username=tidewater-toys`);
		await send(`DELETE ${path}/${parents}/subuser?username=tidewater-toys`);
	}
	const filters = 'username=tidewater-toys&domain=toys&offset=0&exclude_subusers=false';
	await send(`GET ${path}?${filters}`);

	await send(`DELETE ${path}/${id}`, undefined, FOR_SUBUSER);
}

/** Sends requests about subusers, keys, domains, links, and IPs that are refused for each reason. */
export async function sendRefusedOnboarding(emulator: Emulator, send: Send): Promise<void> {
	const ipsOf = `${ACCOUNTS}/${emulator.state.accounts.list()[0]?.id}/ips`;
	for (const status of [401, 403, 404] as const) {
		emulator.state.behavior.unknownSubuserStatus = status;
		for (const path of ['api_keys', 'user/email', 'whitelabel/domains', 'whitelabel/links']) {
			await send(`GET /v3/${path}`, undefined, { 'On-Behalf-Of': 'nobody' });
		}
	}
	await send('GET /v3/user/username', undefined, { 'On-Behalf-Of': 'fernhollow-florist' });
	await send('PUT /v3/user/email', { email: 'nobody' });
	await send('POST /v3/api_keys', {});
	await send('POST /v3/api_keys', { name: 'a', scopes: [] });
	for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
		await send(`${method} /v3/api_keys/nothing`, { name: 'a' });
		if (method === 'PUT') continue;
		await send(`${method} /v3/whitelabel/domains/1`, {});
		await send(`${method} /v3/whitelabel/links/1`, {});
	}
	for (const kind of ['domains', 'links']) {
		const path = `/v3/whitelabel/${kind}`;
		await send(`POST ${path}`, { domain: 'no domain' });
		const { id } = await send(`POST ${path}`, { domain: 'a.example', subdomain: kind });
		await send(`POST ${path}`, { domain: 'a.example', subdomain: kind });
		await send(`POST ${path}/${id}/subuser`, { username: 'tidewater-toys' });
		await send(`POST ${path}/1/validate`);
		await send(`GET ${path}/subuser?username=tidewater-toys`);
		await send(`DELETE ${path}/subuser?username=nobody`);
	}
	await send(`GET ${ipsOf}?limit=5001`);
	await send(`POST ${ipsOf}`, { count: 11, region: 'us' });
	await send(`DELETE ${ipsOf}`, { ips: ['192.0.2.1'] });
	await send(`GET ${ACCOUNTS}/nobody/ips`);
}
