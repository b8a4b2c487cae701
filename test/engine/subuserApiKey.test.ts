import type { INodeParameters } from 'n8n-workflow';
import type { Fault } from '../../emulator';
import { addApiKey } from '../../emulator/keys';
import { byUsername, containing, world } from './world';

const here = world({ subusers: 20 });

const NAME = 'orchard-lane';
const PROOF = 'GET /v3/user/username';
const POST = 'POST /v3/api_keys';

function about(operation: string, more: INodeParameters = {}): INodeParameters {
	return { resource: 'subuserApiKey', operation, subuser: byUsername(NAME), ...more };
}

const create = (more: INodeParameters = {}) => about('create', { name: 'Newsletter', ...more });
const keysOf = (owner: string) =>
	[...here.emulator.state.keys.values()].filter((key) => key.owner.username === owner);
const writes = () => here.sent().filter((sent) => !sent.startsWith('GET '));
/** The `On-Behalf-Of` header of each request. */
const actedFor = () => here.emulator.requests.map(({ headers }) => headers['on-behalf-of']);

/** A key that the subuser has. */
function present(scopes = ['mail.send']) {
	const { state } = here.emulator;
	const owner = state.subusers.get(NAME) ?? state.parent;
	return addApiKey(state, { name: 'Old key', scopes, owner, reseller: false });
}

beforeEach(() => void here.addSubuser(NAME));

describe('Create subuser API key', () => {
	it('creates a key that may only send email, after a proof of whom it’s for', async () => {
		const { items, error, hints } = await here.run(create());
		expect(error).toBeUndefined();
		const [key] = keysOf(NAME);
		expect(items).toEqual([
			{
				username: NAME,
				api_key_id: key?.id,
				summary: 'created: Newsletter (mail.send)',
				dry_run: false,
				changed: true,
				name: 'Newsletter',
				scopes: ['mail.send', '2fa_required', 'sender_verification_eligible'],
				api_key: key?.key,
			},
		]);
		expect(here.sent()).toEqual([PROOF, POST]);
		expect(here.bodies('POST')).toEqual([{ name: 'Newsletter', scopes: ['mail.send'] }]);
		expect(actedFor()).toEqual([NAME, NAME]);
		expect(hints.join()).toContain('n8n keeps new API keys in the execution’s data');
	});

	it('never leaves out the scopes, but for full access', async () => {
		await here.run(create({ access: 'full' }));
		await here.run(create({ access: 'custom', scopes: ['mail.send', 'stats.read'] }));
		expect(here.bodies('POST')).toEqual([
			{ name: 'Newsletter' },
			{ name: 'Newsletter', scopes: ['mail.send', 'stats.read'] },
		]);
	});

	it.each([
		[{ access: 'custom', scopes: [] }, 'No scopes are selected'],
		[{ access: 'custom', scopes: '' }, 'No scopes are selected'],
		[{ access: 'everything' }, 'Access must be one of'],
		[{ access: 'custom', scopes: ['2fa_required'] }, 'can’t be requested'],
		[{ access: 'custom', scopes: ['billing.read', 'mail.send'] }, 'billing scopes'],
		[{ name: ' ' }, 'Name is empty'],
	])('refuses %j before anything is sent', async (more, words) => {
		const { error } = await here.run(create(more));
		expect(error?.message).toContain(words);
		expect(here.sent()).toEqual([]);
	});

	it('says which scopes SendGrid has left out, and still returns the key', async () => {
		const { items, hints } = await here.run(
			create({ access: 'custom', scopes: ['mail.send', 'no.such.scope'] }),
		);
		expect(items[0]?.['api_key']).toBe(keysOf(NAME)[0]?.key);
		expect(hints.join()).toContain('without these requested scopes: no.such.scope');
	});

	it('says which scopes SendGrid has added, aside from its usual ones', async () => {
		here.emulator.state.behavior.addedScopes = ['2fa_required', 'stats.read'];
		const { hints } = await here.run(create());
		expect(hints.join()).toContain('with scopes that weren’t requested: stats.read.');
		expect((await here.run(create({ access: 'full' }))).hints.join()).not.toContain('requested');
	});

	it('names the keys that were created if another item stops the run', async () => {
		const items = [{ name: 'First' }, { name: '' }, { name: 'Third' }];
		const { error, stored } = await here.run(create({ name: '={{ $json.name }}' }), { items });
		const keys = keysOf(NAME);
		expect(error?.message).toContain('Name is empty');
		expect(keys.length).toBeGreaterThan(0);
		const created = keys.map(({ id }) => `API key ${id} of subuser ${NAME}`);
		expect(error?.description).toContain(`Created: ${created.join('; ')}.`);
		for (const { key } of keys) expect(stored).not.toContain(key);
	});

	it('creates nothing if SendGrid would act for its own account', async () => {
		here.emulator.state.behavior.ignoredOnBehalfOf = 'all';
		const { error } = await here.run(create());
		expect(error?.message).toContain('instead of this subuser');
		expect(writes()).toEqual([]);
	});

	it('proves the identity once for all items of a run', async () => {
		const items = [{}, {}, {}];
		await here.run(create(), { items });
		expect(here.sent().filter((sent) => sent === PROOF)).toHaveLength(1);
		expect(keysOf(NAME)).toHaveLength(3);
	});

	it('is not repeated after a lost response, and says what may be left behind', async () => {
		here.fail({ match: POST, kind: 'appliedThenLost' });
		const { error } = await here.run(create());
		expect(error?.message).toContain(
			'an API key named “Newsletter” may have been created whose secret no one has',
		);
		expect(error?.description).toContain('delete it');
		expect(keysOf(NAME)).toHaveLength(1);
	});

	it.each<Fault>([
		{ kind: 'truncated' },
		{ kind: 'appliedThenStatus', status: 201, body: { api_key: 'SG.secret', name: 'Newsletter' } },
		{ kind: 'appliedThenStatus', status: 400, body: 'SG.secret' },
	])('shows no part of a secret if the response is wrong: %j', async (fault) => {
		here.fail({ match: POST, ...fault });
		const { error, stored } = await here.run(create());
		const [key] = keysOf(NAME);
		expect(error?.message).toMatch(/\w+ \w+/);
		expect(stored).not.toContain(key?.key.slice(0, 12));
		expect(stored).not.toContain('SG.secret');
	});

	it('says what to do about the limit of 100 keys', async () => {
		for (let count = 0; count < 100; count += 1) present();
		const { error } = await here.run(create());
		expect(error?.message).toContain('Cannot create more than 100 API Keys');
		expect(error?.description).toContain('Delete API keys that the subuser doesn’t use anymore');
	});

	it('shows the request in a dry run', async () => {
		const { items } = await here.run(create({ dryRun: true }));
		expect(items).toEqual([
			{
				username: NAME,
				summary: 'would be created: Newsletter (mail.send)',
				dry_run: true,
				changed: true,
				request: { name: 'Newsletter', scopes: ['mail.send'] },
			},
		]);
		expect(writes()).toEqual([]);
	});

	it.each(['naïve', 'account-id sg1', 'Ωmega'])(
		'refuses the name %s, which no header can carry',
		async (name) => {
			const { error } = await here.run(create({ subuser: byUsername(name) }));
			expect(error?.message).toContain('can’t be called on behalf of a subuser with this name');
			expect(here.sent()).toEqual([]);
		},
	);
});

describe('Get many subuser API keys', () => {
	it('returns names and IDs, after a proof of whose they are', async () => {
		const { id } = present();
		const { items } = await here.run(about('getAll', { returnAll: true }));
		expect(items).toEqual([{ username: NAME, api_key_id: id, name: 'Old key' }]);
		expect(here.sent()).toEqual([PROOF, 'GET /v3/api_keys']);
	});

	it('returns no keys of the parent account', async () => {
		here.emulator.state.behavior.ignoredOnBehalfOf = 'all';
		const { error } = await here.run(about('getAll', { returnAll: true }));
		expect(error?.message).toContain('instead of this subuser');
	});
});

describe('Update subuser API key', () => {
	it('renames a key, and sends no scopes', async () => {
		const { id } = present();
		const { items } = await here.run(about('update', { apiKeyId: id, name: 'New name' }));
		expect(items).toEqual([
			{
				username: NAME,
				api_key_id: id,
				summary: 'name Old key → New name',
				dry_run: false,
				changed: true,
				name: 'New name',
				scopes: ['mail.send'],
			},
		]);
		expect(here.bodies('PATCH')).toEqual([{ name: 'New name' }]);
	});

	it('replaces the scopes, and keeps the name', async () => {
		const { id } = present(['mail.send', 'stats.read']);
		const { items } = await here.run(about('update', { apiKeyId: id, access: 'mailSend' }));
		expect(items[0]).toMatchObject({ summary: 'removed stats.read', name: 'Old key' });
		expect(here.bodies('PUT')).toEqual([{ name: 'Old key', scopes: ['mail.send'] }]);
	});

	it('sends nothing if nothing differs', async () => {
		const { id } = present(['mail.send', '2fa_required']);
		const { items } = await here.run(
			about('update', { apiKeyId: id, name: 'Old key', access: 'mailSend' }),
		);
		expect(items[0]).toMatchObject({ summary: 'unchanged', changed: false });
		expect(writes()).toEqual([]);
	});

	it('fails if SendGrid leaves out scopes', async () => {
		const { id } = present();
		const { error } = await here.run(
			about('update', { apiKeyId: id, access: 'custom', scopes: ['mail.send', 'no.such.scope'] }),
		);
		expect(error?.message).toContain('it lacks the scopes no.such.scope');
	});

	it('reads the key again if the response leaves out its scopes', async () => {
		const { id } = present(['mail.send', 'stats.read']);
		const replace = about('update', { apiKeyId: id, access: 'mailSend' });
		const body = { api_key_id: id, name: 'Old key' };
		here.fail({ match: `PUT /v3/api_keys/${id}`, kind: 'appliedThenStatus', status: 200, body });
		const { items } = await here.run(replace);
		expect(items[0]).toMatchObject({ changed: true, scopes: keysOf(NAME)[0]?.scopes });
		expect(items[0]?.['scopes']).not.toContain('stats.read');
	});

	it('says what was applied if the key can’t be read again', async () => {
		const { id } = present(['mail.send', 'stats.read']);
		const body = { api_key_id: id, name: 'Old key' };
		here.fail({ match: `PUT /v3/api_keys/${id}`, kind: 'appliedThenStatus', status: 200, body });
		here.fail({ match: `GET /v3/api_keys/${id}`, kind: 'status', status: 403, after: 1 });
		const { error } = await here.run(about('update', { apiKeyId: id, access: 'mailSend' }));
		expect(error?.message).toContain('before that, this was applied: removed stats.read');
	});

	it('reads a key that comes in a list, as published', async () => {
		here.emulator.state.behavior.apiKeyBody = 'list';
		const { id } = present();
		const { items } = await here.run(about('update', { apiKeyId: id, name: 'New name' }));
		expect(items[0]).toMatchObject({ name: 'New name', scopes: ['mail.send'] });
	});

	it('fails for an unknown key', async () => {
		const { error } = await here.run(about('update', { apiKeyId: 'unknown', name: 'New name' }));
		expect(error?.message).toContain('SendGrid can’t find this API key unknown');
	});

	it.each([
		[{ apiKeyId: 'x' }, 'Nothing to change'],
		[{ apiKeyId: 'x', access: 'full' }, 'Access must be one of'],
		[{ apiKeyId: 'SG.abc.def', name: 'New name' }, 'API Key must be the ID of a key'],
	])('refuses %j before anything is sent', async (more, words) => {
		const { error } = await here.run(about('update', more));
		expect(error?.message).toContain(words);
		expect(error?.message).not.toContain('abc');
		expect(here.sent()).toEqual([]);
	});
});

describe('Delete subuser API key', () => {
	it('deletes the key', async () => {
		const { id } = present();
		const { items } = await here.run(about('delete', { apiKeyId: id }));
		expect(items).toEqual([
			{ username: NAME, api_key_id: id, summary: 'deleted', dry_run: false, deleted: true },
		]);
		expect(keysOf(NAME)).toEqual([]);
	});

	it('looks whether the key is gone if a retry isn’t answered with success', async () => {
		const { id } = present();
		here.fail({ match: 'DELETE /v3/api_keys/{id}', kind: 'appliedThenLost' });
		const { items, error } = await here.run(about('delete', { apiKeyId: id }));
		expect(error).toBeUndefined();
		expect(items[0]).toMatchObject({ deleted: true });
	});

	it('shows the name in a dry run', async () => {
		const { id } = present();
		const { items } = await here.run(about('delete', { apiKeyId: id, dryRun: true }));
		expect(items[0]).toMatchObject({
			summary: containing('Old key'),
			dry_run: true,
			deleted: false,
		});
		expect(keysOf(NAME)).toHaveLength(1);
	});

	it('deletes no key of the parent account', async () => {
		const { state } = here.emulator;
		const options = { name: 'Own', scopes: ['mail.send'], owner: state.parent, reseller: false };
		const { id } = addApiKey(state, options);
		state.behavior.ignoredOnBehalfOf = 'all';
		const { error } = await here.run(about('delete', { apiKeyId: id }));
		expect(error?.message).toContain('instead of this subuser');
		expect(writes()).toEqual([]);
	});
});
