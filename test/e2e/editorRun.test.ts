import { currentLine } from '../../playground/paths';
import { Editor } from './editor';
import { START_TIMEOUT_MS } from './instance';
import { Keyboard } from './keyboard';

const updateCredits = { resource: 'subuserCredit', operation: 'update' };
const updateOfferings = { resource: 'accountOffering', operation: 'update' };
const subuser = { __rl: true, mode: 'username', value: 'birchwood-bakery' };
const accountId = 'sg72512bc12e92b1d8b7ddac90b675f020';
const account = { __rl: true, mode: 'id', value: accountId };

describe(`Running the node in n8n ${currentLine.version}'s editor`, () => {
	let editor: Editor;

	beforeAll(async () => {
		editor = await Editor.start(currentLine);
	}, START_TIMEOUT_MS);

	afterAll(async () => await editor?.close());

	beforeEach(() => editor.instance.emulator.reset());

	/** Requests that change something. */
	function writes(): Array<{ method: string; template: string; body: unknown }> {
		return editor.instance.emulator.requests
			.filter(({ method }) => method !== 'GET')
			.map(({ method, template, body }) => ({ method, template, body }));
	}

	it('shows what would happen to credits in a dry run, and then changes them', async () => {
		const { sendGrid } = editor.instance;
		const parameters = { ...updateCredits, subuser, total: 50000, dryRun: true };
		const form = await editor.openNode({ parameters });

		await form.run();
		expect(await form.row()).toEqual({
			username: 'birchwood-bakery',
			summary: 'would be: recurring, monthly, 10,000 → 50,000, balance reset from 7,500 to 50,000',
			dry_run: 'true',
			changed: 'true',
			request: 'type:recurring reset_frequency:monthly total:50000',
			expected: 'type:recurring reset_frequency:monthly remain:50000 total:50000 used:0',
			before: 'type:recurring reset_frequency:monthly remain:7500 total:10000 used:2500',
		});
		expect(await form.output().innerText()).toContain('Nothing was sent. 1 would change.');
		expect(writes()).toEqual([]);
		expect(await sendGrid.credits('birchwood-bakery')).toMatchObject({ total: 10000 });

		await form.toggle('dryRun');
		await form.run();
		expect(await form.row()).toMatchObject({ dry_run: 'false', changed: 'true', total: '50000' });
		expect(await sendGrid.credits('birchwood-bakery')).toMatchObject({ total: 50000 });
	});

	it('shows what would happen to offerings in a dry run, and then changes them', async () => {
		const { sendGrid } = editor.instance;
		const before = await sendGrid.offerings(accountId);
		const addons = { addon: [{ name: 'demo.x.ip.v1', quantity: 2 }] };
		const form = await editor.openNode({
			parameters: { ...updateOfferings, account, addons, dryRun: true },
		});

		await form.run();
		expect(await form.row()).toMatchObject({
			account_id: accountId,
			dry_run: 'true',
			changed: 'true',
			updated: '0 name:demo.x.ip.v1 from:1 to:2',
		});
		expect(await sendGrid.offerings(accountId)).toEqual(before);

		await form.toggle('dryRun');
		await form.run();
		expect(await form.row()).toMatchObject({ dry_run: 'false', changed: 'true' });
		const quantity = (name: string) => (name === 'demo.x.ip.v1' ? 2 : 1);
		expect(await sendGrid.offerings(accountId)).toEqual(
			before?.map((offering) => ({ ...offering, quantity: quantity(offering.name) })),
		);
	});

	it('shows an error with its solution', async () => {
		const unknown = { ...subuser, value: 'nobody-here' };
		const form = await editor.openNode({
			parameters: { ...updateCredits, subuser: unknown, total: 50000 },
		});
		await form.run();

		expect(await form.failure()).toEqual({
			message:
				'Subuser nobody-here: SendGrid can’t find this subuser: “no user found by this name”',
			description:
				'Check the spelling of the username, and that it belongs to the SendGrid account of the ' +
				'credential. It may have been deleted.',
		});
	});

	describe('with only the keyboard', () => {
		beforeEach(async () => {
			await editor.openNode({ parameters: {} });
		});

		it('updates account offerings', async () => {
			const keyboard = new Keyboard(editor.page);
			const form = editor.form();
			await keyboard.choose('resource', 'Account Offering');
			await keyboard.choose('operation', 'Update');
			await keyboard.find('account', 'saltmarsh');
			await keyboard.choose('package', 'pro-300k');
			await keyboard.press(editor.page.getByTestId('fixed-collection-add'));
			await keyboard.choose('name', 'demo.x.ip', 'Shift+Tab');
			await keyboard.write('quantity', '3');
			await form.runBy(async () => await keyboard.press(form.executeInOutput()));

			expect(await form.row()).toMatchObject({ account_id: accountId, changed: 'true' });
			expect(await editor.instance.sendGrid.offerings(accountId)).toEqual(
				expect.arrayContaining([
					{ name: 'demo.ei.pro-300k.v1', type: 'package', quantity: 1 },
					{ name: 'demo.x.ip.v1', type: 'addon', quantity: 3 },
				]),
			);
		});

		it('updates subuser credits', async () => {
			const keyboard = new Keyboard(editor.page);
			const form = editor.form();
			await keyboard.choose('resource', 'Subuser Credit');
			await keyboard.choose('operation', 'Update');
			await keyboard.find('subuser', 'saltmarsh-books');
			await keyboard.choose('creditType', 'Nonrecurring (One-Time)');
			await keyboard.write('total', '4000');
			await form.runBy(async () => await keyboard.press(form.executeInOutput()));

			expect(await form.row()).toMatchObject({ username: 'saltmarsh-books', remain: '4000' });
			expect(writes()).toEqual([
				{
					method: 'PUT',
					template: '/v3/subusers/{name}/credits',
					body: { type: 'nonrecurring', total: 4000 },
				},
			]);
		});
	});

	/** The errors of a run, of a menu, and of the lists of subusers and accounts. */
	async function failures(credential?: { id: string; name: string }) {
		const credits = await editor.openNode({
			parameters: { ...updateCredits, subuser: { ...subuser, mode: 'list' }, total: 50000 },
			credential,
		});
		await credits.run();
		const run = await credits.failure();
		const subusers = await credits.listFailure('subuser');
		const offerings = await editor.openNode({ parameters: updateOfferings, credential });
		const menu = await offerings.menuFailure('package');
		const accounts = await offerings.listFailure('account');
		return { run, menu, lists: [subusers, accounts] };
	}

	it('explains what to do about a wrong key', async () => {
		const credential = await editor.credentialWith('Wrong key', { apiKey: 'SG.wrong' });
		const { run, lists, menu } = await failures(credential);

		for (const text of [...lists, menu, run.message]) {
			expect(text).toContain('SendGrid doesn’t accept the API key');
		}
		for (const text of [...lists, menu, run.description]) {
			expect(text).toContain('Check the API key and the credential’s region');
		}
	});

	it('explains what to do if SendGrid can’t be reached', async () => {
		await editor.instance.emulator.close();
		const { run, lists, menu } = await failures();

		for (const text of [...lists, menu, run.message]) {
			expect(text).toContain('SendGrid couldn’t be reached');
			expect(text).not.toContain('API key');
		}
		for (const text of [...lists, menu, run.description]) {
			expect(text).toContain('the credential’s region or base URL');
		}
	});
});
