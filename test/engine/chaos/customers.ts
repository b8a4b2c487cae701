import { PACKAGE } from '../customers';
import { byId, byUsername } from '../world';
import {
	accountsWith,
	expectThere,
	fatesOf,
	ITEMS,
	lastOf,
	ofTarget,
	subusersWith,
	tally,
	targetsNamed,
} from './fates';
import { below, range } from './random';
import { here } from './sendGrid';

export async function addingIps(round: number): Promise<void> {
	const names = targetsNamed('ips', round, 6);
	subusersWith(names, 0);
	const all = range(ITEMS / names.length).map((index) => `198.51.100.${index + 1}`);
	for (const ip of all) {
		const address = { ip, pools: [], warmup: false, assignedAt: 0, subusers: new Set<string>() };
		here.emulator.state.ips.set(ip, here.emulator.state.ips.get(ip) ?? address);
	}
	const items = range(ITEMS).map((index) => ({
		target: names[index % names.length],
		ip: all[Math.floor(index / names.length)],
	}));
	const found = await fatesOf(
		{
			resource: 'subuser',
			operation: 'updateIps',
			subuser: byUsername('={{ $json.target }}'),
			ips: '={{ $json.ip }}',
		},
		items,
	);
	for (const name of names) {
		const { ips = [] } = here.emulator.state.subusers.get(name) ?? {};
		expect(new Set(ips).size).toBe(ips.length);
		for (const { item, fate } of ofTarget(items, found, name)) {
			if (fate !== 'maybe')
				expect([item['ip'], ips.includes(item['ip'] as string)]).toEqual([
					item['ip'],
					fate === 'done',
				]);
		}
	}
}

export async function creatingAccounts(round: number): Promise<void> {
	const items = targetsNamed('Company', round, ITEMS).map((company) => ({ company }));
	const found = await fatesOf(
		{
			resource: 'account',
			operation: 'create',
			package: PACKAGE.name,
			profile: { companyName: '={{ $json.company }}' },
		},
		items,
	);
	const companies = here.emulator.state.accounts
		.list()
		.map(({ profile }) => profile['company_name']);
	expectThere(found, (index) => companies.filter((name) => name === items[index]?.company).length);
}

export async function creatingSubusers(round: number): Promise<void> {
	const items = targetsNamed('new', round, ITEMS).map((name) => ({ name }));
	const found = await fatesOf(
		{
			resource: 'subuser',
			operation: 'create',
			username: '={{ $json.name }}',
			email: '={{ $json.name }}@example.com',
			password: 'not-a-real-one',
			ips: '203.0.113.1',
		},
		items,
	);
	expectThere(found, (index) =>
		here.emulator.state.subusers.has(String(items[index]?.name)) ? 1 : 0,
	);
	const tries = new Map<string, number>();
	for (const { method, path, body, status } of here.emulator.requests) {
		if (method !== 'POST' || path !== '/v3/subusers' || status === 429) continue;
		const { username } = body as { username: string };
		tries.set(username, (tries.get(username) ?? 0) + 1);
	}
	// A second try may only follow a 429; SendGrid then says that the name is taken, or makes it. None
	// arrives where a busy machine takes all of the time that a request has.
	for (const [name, count] of tries) expect([name, count]).toEqual([name, 1]);
}

export async function deleting(round: number): Promise<void> {
	const names = targetsNamed('gone', round, ITEMS);
	subusersWith(names, 0);
	const found = await fatesOf(
		{ resource: 'subuser', operation: 'delete', subuser: byUsername('={{ $json.name }}') },
		names.map((name) => ({ name })),
	);
	expectThere(found, (index) => (here.emulator.state.subusers.has(String(names[index])) ? 0 : 1));
}

/** What has two states: the last item that was done decides. */
export async function switching(round: number): Promise<void> {
	const { accounts, subusers } = here.emulator.state;
	const kinds = [
		{
			kind: 'state',
			parameters: {
				resource: 'account',
				operation: 'updateState',
				account: byId('={{ $json.target }}'),
				state: '={{ $json.on ? "activated" : "deactivated" }}',
			},
			isOn: (target: string) => accounts.get(target)?.state === 'activated',
		},
		{
			kind: 'status',
			parameters: {
				resource: 'subuser',
				operation: 'updateStatus',
				subuser: byUsername('={{ $json.target }}'),
				status: '={{ $json.on ? "enabled" : "disabled" }}',
			},
			isOn: (target: string) => subusers.get(target)?.disabled === false,
		},
		{
			kind: 'website',
			parameters: {
				resource: 'subuser',
				operation: 'updateWebsiteAccess',
				subuser: byUsername('={{ $json.target }}'),
				websiteAccess: '={{ $json.on ? "enabled" : "disabled" }}',
			},
			isOn: (target: string) => subusers.get(target)?.websiteAccess === true,
		},
	];
	await Promise.all(
		kinds.map(async ({ kind, parameters, isOn }) => {
			const targets = targetsNamed(kind, round, 4);
			if (kind === 'state') accountsWith(targets);
			else subusersWith(targets, 0);
			const items = range(40).map((index) => ({
				target: targets[index % targets.length],
				on: below(2) === 0,
			}));
			const found = await fatesOf(parameters, items);
			for (const target of targets) {
				const steps = ofTarget(items, found, target).map(({ item, fate }) => ({
					value: item['on'] as boolean,
					fate,
				}));
				expect(lastOf(steps, true)).toContain(isOn(target));
			}
		}),
	);
}

export async function deletingAccounts(round: number): Promise<void> {
	const ids = targetsNamed('closed', round, ITEMS / 2);
	accountsWith(ids);
	const found = await fatesOf(
		{ resource: 'account', operation: 'delete', account: byId('={{ $json.id }}') },
		ids.map((id) => ({ id })),
	);
	expectThere(found, (index) =>
		here.emulator.state.accounts.get(String(ids[index])) === undefined ? 1 : 0,
	);
}

export async function signingIn(round: number): Promise<void> {
	const ids = targetsNamed('sign-in', round, ITEMS / 2);
	accountsWith(ids);
	const found = await fatesOf(
		{ resource: 'account', operation: 'createSsoLink', account: byId('={{ $json.id }}') },
		ids.map((id) => ({ id })),
	);
	const codes = [...here.emulator.state.signInCodes.values()];
	expectThere(found, (index) => codes.filter(({ accountId }) => accountId === ids[index]).length);
}

/** Lists customers while others change: each appears once, and all that were always there appear. */
export async function listing(round: number): Promise<void> {
	const targets = targetsNamed('listed', round, 30);
	accountsWith(targets);
	subusersWith(targets, 0);
	const lists = ['account', 'subuser'].flatMap((resource) => range(5).map(() => resource));
	for (const resource of lists) {
		const run = await here.run(
			{ resource, operation: 'getAll', returnAll: true, options: { timeoutSeconds: 4 } },
			{ node: { onError: 'continueRegularOutput' } },
		);
		tally.operations += 1;
		expect(run.error).toBeUndefined();
		if (run.items.some((item) => 'error' in item)) {
			expect(run.items).toHaveLength(1);
			continue;
		}
		const names = run.items.map((item) => item[resource === 'account' ? 'id' : 'username']);
		expect(new Set(names).size).toBe(names.length);
		expect(names).toEqual(expect.arrayContaining(targets));
	}
}
