import type { INodeParameters } from 'n8n-workflow';
import { assignIps } from '../../emulator';
import { world } from './world';

const here = world({ subusers: 20 });

const NAME = 'orchard-lane';
const EMAIL = 'mail@orchard-lane.example';
const PASSWORD = 'S3cret "quoted" pass';
const POST = 'POST /v3/subusers';

function upsert(more: INodeParameters = {}): INodeParameters {
	return {
		resource: 'subuser',
		operation: 'upsert',
		username: NAME,
		email: EMAIL,
		password: PASSWORD,
		...more,
	};
}

const subuser = () => here.emulator.state.subusers.get(NAME);
const writes = () => here.sent().filter((sent) => !sent.startsWith('GET '));

/** A subuser of this name, with the wanted email address. */
function present(): NonNullable<ReturnType<typeof subuser>> {
	const added = here.addSubuser(NAME);
	added.email = EMAIL;
	return added;
}

/** The output for a subuser that isn’t changed. */
const UNCHANGED = {
	username: NAME,
	summary: 'unchanged',
	email: EMAIL,
	email_differs: false,
	region: 'global',
	created: false,
	changed: false,
	dry_run: false,
	updated: [],
};

describe('Create or update subuser', () => {
	it('creates a subuser that doesn’t exist', async () => {
		const { items, error } = await here.run(upsert({ ips: '192.0.2.1', region: 'eu' }));
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				...UNCHANGED,
				summary: 'created: EU region, 192.0.2.1',
				region: 'eu',
				created: true,
				changed: true,
			},
		]);
		expect(subuser()).toMatchObject({ email: EMAIL, region: 'eu', ips: ['192.0.2.1'] });
	});

	it('changes nothing when it runs again, in any case of the name and the email', async () => {
		const updateFields = { status: 'disabled', updateEmail: true };
		const parameters = upsert({ ips: '192.0.2.1', updateFields });
		await here.run(parameters);
		const before = writes().length;
		const { items } = await here.run(
			upsert({
				ips: '192.0.2.1',
				updateFields,
				username: NAME.toUpperCase(),
				email: EMAIL.toUpperCase(),
			}),
		);
		expect(items).toEqual([UNCHANGED]);
		expect(writes()).toHaveLength(before);
	});

	it('requires no password for a subuser that exists', async () => {
		present();
		const { items } = await here.run(upsert({ password: '' }));
		expect(items).toEqual([UNCHANGED]);
	});

	it('refuses to create one without a password, before anything is sent', async () => {
		const { error } = await here.run(upsert({ password: '' }));
		expect(error?.message).toContain('Password is empty');
		expect(writes()).toEqual([]);
	});

	it('creates a subuser that is disabled from the start', async () => {
		const { items } = await here.run(upsert({ updateFields: { status: 'disabled' } }));
		expect(items).toEqual([
			{
				...UNCHANGED,
				summary: 'created: global region; status enabled → disabled',
				created: true,
				changed: true,
				updated: [{ field: 'status', from: 'enabled', to: 'disabled' }],
			},
		]);
		expect(subuser()?.disabled).toBe(true);
	});

	it('brings status, IPs, and email in line, each only where it differs', async () => {
		const old = present();
		old.email = 'old@orchard-lane.example';
		old.disabled = true;
		assignIps(here.emulator.state, old, ['192.0.2.1']);
		const { items, error } = await here.run(
			upsert({
				ips: '192.0.2.2',
				updateFields: { status: 'enabled', updateEmail: true },
			}),
		);
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				...UNCHANGED,
				summary: `status disabled → enabled; email old@orchard-lane.example → ${EMAIL}; added 192.0.2.2`,
				changed: true,
				updated: [
					{ field: 'status', from: 'disabled', to: 'enabled' },
					{ field: 'email', from: 'old@orchard-lane.example', to: EMAIL },
					{ field: 'ips', from: ['192.0.2.1'], to: ['192.0.2.1', '192.0.2.2'] },
				],
			},
		]);
		expect(subuser()).toMatchObject({
			email: EMAIL,
			disabled: false,
			ips: ['192.0.2.1', '192.0.2.2'],
		});
	});

	it('leaves the status, the IPs, and the email as they are where nothing is said of them', async () => {
		const old = present();
		old.email = 'old@orchard-lane.example';
		old.disabled = true;
		assignIps(here.emulator.state, old, ['192.0.2.1']);
		const { items } = await here.run(upsert());
		expect(items).toEqual([
			{
				...UNCHANGED,
				summary: 'unchanged (its email address differs)',
				email: 'old@orchard-lane.example',
				email_differs: true,
			},
		]);
		expect(writes()).toEqual([]);
	});

	it('disables after everything else', async () => {
		present().email = 'old@orchard-lane.example';
		await here.run(
			upsert({ ips: '192.0.2.2', updateFields: { status: 'disabled', updateEmail: true } }),
		);
		expect(writes()).toEqual([
			'PUT /v3/user/email',
			`PUT /v3/subusers/${NAME}/ips`,
			`PATCH /v3/subusers/${NAME}`,
		]);
	});

	it('fails for a subuser in another region, and changes nothing', async () => {
		present().region = 'eu';
		const { error } = await here.run(upsert({ updateFields: { status: 'disabled' } }));
		expect(error?.message).toContain('exists in region eu, not in global');
		expect(writes()).toEqual([]);
	});

	it('fails if the email address only changes after a confirmation', async () => {
		here.emulator.state.behavior.emailNeedsConfirmation = true;
		present().email = 'old@orchard-lane.example';
		const { error } = await here.run(upsert({ updateFields: { updateEmail: true } }));
		expect(error?.message).toMatch(/old@orchard-lane.example instead of .*may have been applied/);
	});

	it('changes no email address if SendGrid would change its own account’s', async () => {
		here.emulator.state.behavior.ignoredOnBehalfOf = 'all';
		present().email = 'old@orchard-lane.example';
		const { error } = await here.run(upsert({ updateFields: { updateEmail: true } }));
		expect(error?.message).toContain('instead of this subuser');
		expect(writes()).toEqual([]);
	});

	it('says what was applied if the rest of the change fails', async () => {
		present().disabled = true;
		here.fail({ match: `PUT /v3/subusers/${NAME}/ips`, kind: 'status', status: 400 });
		const parameters = upsert({ ips: '192.0.2.2', updateFields: { status: 'enabled' } });
		const { error } = await here.run(parameters);
		expect(error?.message).toMatch(
			/refused.*; before that, this was applied: status disabled → enabled$/,
		);
		// Running it again completes the change.
		const { items } = await here.run(parameters);
		expect(items[0]).toMatchObject({ summary: 'added 192.0.2.2' });
	});

	it('says that the subuser was created if it can’t be disabled', async () => {
		here.fail({ match: `PATCH /v3/subusers/${NAME}`, kind: 'status', status: 400 });
		const parameters = upsert({ updateFields: { status: 'disabled' } });
		const { error } = await here.run(parameters);
		expect(error?.message).toMatch(/; before that, this was applied: created$/);
		const { items } = await here.run(parameters);
		expect(items[0]).toMatchObject({ created: false, summary: 'status enabled → disabled' });
	});

	it('says that the email was changed if it can’t be read again', async () => {
		present().email = 'old@orchard-lane.example';
		here.fail({ match: 'GET /v3/user/email', kind: 'status', status: 403, after: 1 });
		const { error } = await here.run(upsert({ updateFields: { updateEmail: true } }));
		expect(error?.message).toContain(
			`before that, this was applied: email old@orchard-lane.example → ${EMAIL}`,
		);
	});

	it('mentions nothing that was applied in a dry run', async () => {
		present().disabled = true;
		here.fail({ match: 'GET /v3/ips', kind: 'status', status: 403 });
		const { error } = await here.run(
			upsert({ dryRun: true, ips: '192.0.2.2', updateFields: { status: 'enabled' } }),
		);
		expect(error?.message).toContain('isn’t allowed');
		expect(error?.message).not.toContain('applied');
	});

	it('finds the subuser that a request without a response has created', async () => {
		here.fail({ match: POST, kind: 'appliedThenLost' });
		const { items, error } = await here.run(upsert());
		expect(error).toBeUndefined();
		expect(items[0]).toMatchObject({ created: true, email: EMAIL });
		expect(here.sent().filter((sent) => sent === POST)).toHaveLength(1);
	});

	it('fails if the name belongs to another SendGrid customer', async () => {
		here.emulator.state.foreignUsernames.add(NAME);
		const { error } = await here.run(upsert());
		expect(error?.message).toMatch(/orchard-lane.*exists/);
	});

	it('shows in a dry run what it would do', async () => {
		const created = await here.run(upsert({ dryRun: true }));
		expect(created.items[0]).toMatchObject({
			summary: 'would be created: global region',
			created: true,
			changed: true,
			dry_run: true,
		});
		present().email = 'old@orchard-lane.example';
		const updateFields = { status: 'disabled', updateEmail: true };
		const updated = await here.run(upsert({ dryRun: true, ips: '192.0.2.2', updateFields }));
		expect(updated.items[0]).toMatchObject({
			summary: `would be: email old@orchard-lane.example → ${EMAIL}; added 192.0.2.2; status enabled → disabled`,
			created: false,
			changed: true,
			dry_run: true,
		});
		expect(writes()).toEqual([]);
	});
});

describe('a new subuser', () => {
	it('is waited for where SendGrid doesn’t know it everywhere yet', async () => {
		here.emulator.state.behavior.newSubuserDelayMs = 12_000;
		const { items, error } = await here.run(upsert({ updateFields: { status: 'disabled' } }));
		expect(error).toBeUndefined();
		expect(items[0]).toMatchObject({ created: true });
		expect(here.sent().filter((sent) => sent.startsWith('PATCH '))).toHaveLength(4);
	});

	it('is waited for in the next nodes too, for 30 seconds at most', async () => {
		here.emulator.state.behavior.newSubuserDelayMs = 50_000;
		await here.run(upsert());
		const { error } = await here.run({
			resource: 'subuserCredit',
			operation: 'get',
			subuser: { __rl: true, mode: 'username', value: NAME },
		});
		expect(error?.message).toContain('created less than a minute earlier');
		expect(here.sent().filter((sent) => sent.endsWith('/credits'))).toHaveLength(7);
	});
});

describe('a new subuser that isn’t in the list yet', () => {
	it('is not called unknown if SendGrid doesn’t act for it yet', async () => {
		Object.assign(here.emulator.state.behavior, {
			newSubuserDelayMs: 50_000,
			newSubuserUnlistedMs: 50_000,
		});
		await here.run(upsert());
		const { error } = await here.run({
			resource: 'subuserApiKey',
			operation: 'getAll',
			subuser: { __rl: true, mode: 'username', value: NAME },
		});
		expect(error?.message).toContain('created less than a minute earlier');
	});
});

describe('Get subuser', () => {
	const get = (name: string) => ({
		resource: 'subuser',
		operation: 'get',
		subuser: { __rl: true, mode: 'username', value: name },
	});

	it('returns the subuser of exactly this name, in any case', async () => {
		here.addSubuser(`${NAME}-2`);
		present();
		const { items } = await here.run(get(NAME.toUpperCase()));
		expect(items).toEqual([
			{
				id: subuser()?.id,
				username: NAME,
				email: EMAIL,
				disabled: false,
				region: 'global',
			},
		]);
	});

	it('fails if there is none of this name', async () => {
		here.addSubuser(`${NAME}-2`);
		const { error } = await here.run(get(NAME));
		expect(error?.message).toContain('SendGrid can’t find this subuser');
	});
});
