import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { currentLine, olderLine } from '../../playground/paths';
import { Editor } from './editor';
import { START_TIMEOUT_MS } from './instance';
import type { NodeForm } from './nodeForm';

const always = { before: ['resource', 'operation'], after: ['onceKey', 'options'] };
const updateCredits = { resource: 'subuserCredit', operation: 'update' };
const updateOfferings = { resource: 'accountOffering', operation: 'update' };
const subuser = { __rl: true, mode: 'username', value: 'birchwood-bakery' };

/** More than SendGrid returns in one page. */
const customers = { accounts: 250, subusers: 250 };

describe.each([currentLine, olderLine])("The form in n8n $version's editor", (line) => {
	let editor: Editor;

	beforeAll(async () => {
		editor = await Editor.start(line, customers);
	}, START_TIMEOUT_MS);

	afterAll(async () => await editor?.close());

	beforeEach(() => editor.instance.emulator.reset());

	/** Expects that the form shows the customer and these fields within two seconds. */
	async function expectFields(form: NodeForm, [customer = '', ...fields]: string[]): Promise<void> {
		const all = [...always.before, customer, 'dryRun', ...fields, ...always.after];
		for (let tries = 1; tries < 20 && !isDeepStrictEqual(await form.fields(), all); tries += 1) {
			await setTimeout(100);
		}
		expect(await form.fields()).toEqual(all);
	}

	/** The bodies of all requests that change something. */
	function sentBodies(): unknown[] {
		return editor.instance.emulator.requests
			.filter(({ method }) => method !== 'GET')
			.map(({ body }) => body);
	}

	it('shows the fields of the credit type, keeps values of fields that stay, and resets the others', async () => {
		const form = await editor.openNode({ parameters: updateCredits });
		const recurring = ['subuser', 'creditType', 'resetFrequency', 'total', 'refill'];
		await expectFields(form, recurring);
		await form.choose('resetFrequency', 'Weekly');
		await form.fill('total', '12345');
		await form.toggle('refill');

		await form.choose('creditType', 'Nonrecurring (One-Time)');
		await expectFields(form, ['subuser', 'creditType', 'total']);
		expect(await form.valueOf('total')).toBe('12345');

		await form.choose('creditType', 'Unlimited');
		await expectFields(form, ['subuser', 'creditType']);

		await form.choose('creditType', 'Recurring');
		await expectFields(form, recurring);
		// n8n drops the value of a hidden field. For `refill`, the default must be off.
		expect(await form.valueOf('resetFrequency')).toBe('Monthly');
		expect(Number(await form.valueOf('total'))).toBe(0);
		expect(await form.isOn('refill')).toBe(false);
	});

	it.each([
		[
			'recurring',
			['resetFrequency', 'total', 'refill'],
			{ type: 'recurring', reset_frequency: 'weekly', total: 12345 },
		],
		['nonrecurring', ['total'], { type: 'nonrecurring', total: 12345 }],
		['unlimited', [], { type: 'unlimited' }],
	])(
		'shows all fields for an expression without data, then those of %s credits, and sends only these',
		async (type, fields, body) => {
			const parameters = { ...updateCredits, subuser, creditType: '={{ $json.plan.credits }}' };
			const form = await editor.openNode({ parameters });
			const all = ['subuser', 'creditType', 'resetFrequency', 'total', 'refill'];
			await expectFields(form, all);
			await form.choose('resetFrequency', 'Weekly');
			await form.fill('total', '12345');
			await form.toggle('refill');
			await expectFields(form, all);

			await form.setExpression('creditType', `{{ "${type}" }}`, type);
			await expectFields(form, ['subuser', 'creditType', ...fields]);
			await form.run();
			expect(sentBodies()).toEqual([body]);
		},
	);

	it('sends nothing without a total', async () => {
		const form = await editor.openNode({ parameters: { ...updateCredits, subuser } });
		await form.run();

		const { message } = await form.failure();
		expect(message).toContain('Total Credits must be a whole number of at least 1');
		expect(sentBodies()).toEqual([]);
	});

	it('shows the fields of the kind of change', async () => {
		const form = await editor.openNode({ parameters: updateOfferings });
		const fields = ['account', 'change', 'specifyOfferings'];
		await expectFields(form, [...fields, 'package', 'addons']);

		await form.choose('change', 'Replace All');
		await expectFields(form, [...fields, 'package', 'addons']);

		await form.choose('change', 'Match Another Account');
		await expectFields(form, ['account', 'change', 'matchAccount']);

		await form.choose('change', 'Remove');
		await expectFields(form, [...fields, 'offeringNames']);

		await form.choose('specifyOfferings', 'Using JSON');
		await expectFields(form, [...fields, 'offeringsJson']);

		await form.choose('change', 'Add or Update');
		await expectFields(form, [...fields, 'offeringsJson']);
	});

	it('lists only packages or only add-ons from the catalog', async () => {
		const form = await editor.openNode({ parameters: updateOfferings });
		const { state } = editor.instance.emulator;
		const named = (kind: string) =>
			state.catalog
				.filter(({ offering }) => offering.type === kind)
				.map(({ offering }) => offering.name)
				.sort();

		const [current, ...packages] = await form.list('package');
		expect(current).toContain('[Keep Current]');
		expect(packages.map((entry) => entry.split('\n')[0])).toEqual(named('package'));
		await form.pick('demo.ei.pro-300k.v1');
		expect(await form.valueOf('package')).toBe('demo.ei.pro-300k.v1');

		await form.add('Add Add-On');
		const addons = await form.list('name');
		expect(addons.map((entry) => entry.split('\n')[0])).toEqual(named('addon'));
		await form.pick('demo.x.ip.v1');
		expect(await form.valueOf('name')).toBe('demo.x.ip.v1');
	});

	it('lists the chosen subuser’s API keys, and the scopes of the credential’s key', async () => {
		const { emulator } = editor.instance;
		for (const name of ['Newsletter', 'Production']) {
			emulator.addKey({ subuser: subuser.value, name });
			emulator.addKey({ subuser: 'saltmarsh-books', name: `Other ${name}` });
		}
		const form = await editor.openNode({
			parameters: { resource: 'subuserApiKey', operation: 'update', subuser, access: 'custom' },
		});
		const names = async () => (await form.list('apiKeyId')).map((entry) => entry.split('\n')[0]);

		expect(await names()).toEqual(['Newsletter', 'Production']);
		await form.pick('Production');
		expect(await form.valueOf('apiKeyId')).toBe('Production');
		const scopes = await form.list('scopes');
		expect(scopes).toContain('mail.send');
		expect(scopes).not.toContain('2fa_required');
		await form.close();

		await form.fill('subuser', 'saltmarsh-books');
		let others = await names();
		for (let tries = 1; tries < 10 && others.includes('Production'); tries += 1) {
			// The editor loads the new list a moment later.
			await form.close();
			others = await names();
		}
		expect(others).toEqual(['Other Newsletter', 'Other Production']);
	});

	it('scrolls through subusers past the first page, and searches them', async () => {
		const form = await editor.openNode({ parameters: updateCredits });
		const first = await form.list('subuser');
		// A page has 100 entries, and the editor may already have loaded the second one.
		expect(first.length % 100).toBe(0);
		const more = await form.scrollToMore();
		expect(more.length).toBeGreaterThan(first.length);
		expect(new Set(more).size).toBe(more.length);
		const beyond = more.at(-1) ?? '';
		await form.pick(beyond);
		expect(await form.valueOf('subuser')).toBe(beyond);

		const reopened = await editor.openNode({ parameters: updateCredits });
		await reopened.list('subuser');
		expect(await reopened.search('birchwood-b')).toEqual([
			'birchwood-bakery',
			'birchwood-bakery-eu',
			'Birchwood-Brewing',
		]);
	});

	it('scrolls through accounts past the first page, and finds an account on a later page', async () => {
		const form = await editor.openNode({ parameters: updateOfferings });
		const first = await form.list('account');
		expect(first.length % 100).toBe(0);

		const more = await form.scrollToMore();
		expect(more.length).toBeGreaterThan(first.length);
		expect(new Set(more).size).toBe(more.length);

		const last = editor.instance.emulator.state.accounts.list().at(-1)?.id ?? '';
		expect(first.join()).not.toContain(last);
		expect(await form.search(last)).toEqual([expect.stringContaining(last)]);
		await form.pick(last);
		expect(await form.valueOf('account')).toContain('@');
	});
});
