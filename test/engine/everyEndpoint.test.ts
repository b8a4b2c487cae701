import type { INodeParameters } from 'n8n-workflow';
import { documentsFolder } from '../contract/openapi';
import { published } from '../contract/traffic';
import { ACCOUNTS, byId, byUsername, world } from './world';

const here = world();

const DOCUMENTS = [
	'tsg_account_provisioning_v3.json',
	'tsg_ip_provisioning_v3.json',
	'tsg_subusers_v3.json',
];

/** Published, but no operation of the node: none, since the node has all of these APIs. */
const LEFT_OUT: Array<{ operation: string; because: string }> = [];

const NAME = 'birchwood-bakery';
const account = byId(ACCOUNTS.birchwood);
const subuser = byUsername(NAME);
const all = { returnAll: true };

const everyOperation: INodeParameters[] = [
	{ resource: 'account', operation: 'getAll', ...all },
	{ resource: 'account', operation: 'create', package: 'demo.ei.free.v1' },
	{ resource: 'account', operation: 'getState', account },
	{ resource: 'account', operation: 'updateState', account, state: 'deactivated' },
	{ resource: 'account', operation: 'createSsoLink', account },
	{ resource: 'accountOffering', operation: 'getCatalog' },
	{ resource: 'accountOffering', operation: 'getAll', account },
	{ resource: 'accountOffering', operation: 'update', account, package: 'demo.ei.pro-100k.v1' },
	{ resource: 'accountIp', operation: 'add', account, count: 1, region: 'global' },
	{ resource: 'accountIp', operation: 'getAll', account, ...all },
	{ resource: 'accountIp', operation: 'remove', account, ips: '={{ $json.ip }}' },
	{ resource: 'account', operation: 'delete', account },
	{ resource: 'subuser', operation: 'getAll', ...all },
	{
		resource: 'subuser',
		operation: 'create',
		username: 'orchard-lane',
		email: 'mail@orchard-lane.example',
		password: 'not-a-real-one',
		ips: '192.0.2.1',
	},
	{ resource: 'subuser', operation: 'getReputation', subuser },
	{
		resource: 'subuser',
		operation: 'getStats',
		report: 'bySubuser',
		subusers: NAME,
		startDate: '2026-03-01',
	},
	{ resource: 'subuser', operation: 'getStats', report: 'sums', startDate: '2026-03-01' },
	{ resource: 'subuser', operation: 'getStats', report: 'monthly', month: '2026-03-01' },
	{
		resource: 'subuser',
		operation: 'getStats',
		report: 'monthlyBySubuser',
		month: '2026-03-01',
		subuser,
	},
	{ resource: 'subuser', operation: 'updateIps', subuser, change: 'replace', ips: '192.0.2.3' },
	{ resource: 'subuser', operation: 'updateStatus', subuser, status: 'disabled' },
	{ resource: 'subuser', operation: 'updateWebsiteAccess', subuser, websiteAccess: 'disabled' },
	{ resource: 'subuserCredit', operation: 'get', subuser },
	{ resource: 'subuserCredit', operation: 'adjust', subuser, adjustment: 5 },
	{ resource: 'subuserCredit', operation: 'topUp', subuser, minimum: 1_000_000 },
	{ resource: 'subuserCredit', operation: 'update', subuser, creditType: 'unlimited' },
	{ resource: 'subuser', operation: 'delete', subuser },
];

const api = published;

if (api === undefined) {
	it('whether the node speaks every operation that SendGrid publishes is not checked: SENDGRID_OPENAPI_DIR names no folder with the documents', () => {
		expect(documentsFolder ?? '').toBe('');
	});
} else {
	it('SendGrid gets every operation that it publishes for these APIs', async () => {
		for (const parameters of everyOperation) {
			const ip = here.emulator.state.accounts.get(ACCOUNTS.birchwood)?.ips[0];
			const { error } = await here.run(parameters, { items: [{ ip }] });
			expect([parameters, error?.message]).toEqual([parameters, undefined]);
		}
		const got = new Set(
			here.emulator.requests.map(({ method, path }) => api.find(method, path)?.name),
		);
		const wanted = api.operations
			.filter(({ document }) => DOCUMENTS.includes(document))
			.map(({ name }) => name);
		expect(wanted.length).toBeGreaterThanOrEqual(23);
		const leftOut = LEFT_OUT.map(({ operation }) => operation);
		expect(wanted.filter((name) => !got.has(name) && !leftOut.includes(name))).toEqual([]);
		expect(leftOut.filter((name) => got.has(name) || !wanted.includes(name))).toEqual([]);
	});
}
