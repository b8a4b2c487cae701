import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { currentLine, olderLine } from '../../playground/paths';
import { Editor } from './editor';
import { START_PATIENCE_MS } from './instance';
import type { NodeForm } from './nodeForm';

const always = { before: ['resource', 'operation'], after: ['dryRun', 'options'] };
const updateCredits = { resource: 'subuserCredit', operation: 'update' };
const updateOfferings = { resource: 'accountOffering', operation: 'update' };
const subuser = { __rl: true, mode: 'username', value: 'birchwood-bakery' };

/** More of each than SendGrid gives in one page. */
const customers = { accounts: 250, subusers: 250 };

describe.each([currentLine, olderLine])("The form in n8n $version's editor", (line) => {
	let editor: Editor;

	beforeAll(async () => {
		editor = await Editor.start(line, customers);
	}, START_PATIENCE_MS);

	afterAll(async () => await editor?.close());

	beforeEach(() => editor.instance.emulator.reset());

	/** That the form shows these fields, a moment after what was done to it at the latest. */
	async function shows(form: NodeForm, fields: string[]): Promise<void> {
		const all = [...always.before, ...fields, ...always.after];
		for (let tries = 1; tries < 20 && !isDeepStrictEqual(await form.fields(), all); tries += 1) {
			await setTimeout(100);
		}
		expect(await form.fields()).toEqual(all);
	}

	/** The bodies of all that was sent to change something. */
	function sent(): unknown[] {
		return editor.instance.emulator.requests
			.filter(({ method }) => method !== 'GET')
			.map(({ body }) => body);
	}

	it('shows what the credit type takes; what stays keeps its value, what comes back is as new', async () => {
		const form = await editor.openNode({ parameters: updateCredits });
		const recurring = ['subuser', 'creditType', 'resetFrequency', 'total', 'refill'];
		await shows(form, recurring);
		await form.choose('resetFrequency', 'Weekly');
		await form.fill('total', '12345');
		await form.toggle('refill');

		await form.choose('creditType', 'Nonrecurring');
		await shows(form, ['subuser', 'creditType', 'total']);
		expect(await form.valueOf('total')).toBe('12345');

		await form.choose('creditType', 'Unlimited');
		await shows(form, ['subuser', 'creditType']);

		await form.choose('creditType', 'Recurring');
		await shows(form, recurring);
		// n8n forgets the value of a field that it hides; that of Refill must then be off.
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
		'shows every field while an expression has no data yet, then those of %s credits, and sends only these',
		async (type, fields, body) => {
			const parameters = { ...updateCredits, subuser, creditType: '={{ $json.plan.credits }}' };
			const form = await editor.openNode({ parameters });
			const all = ['subuser', 'creditType', 'resetFrequency', 'total', 'refill'];
			await shows(form, all);
			await form.choose('resetFrequency', 'Weekly');
			await form.fill('total', '12345');
			await form.toggle('refill');
			await shows(form, all);

			await form.express('creditType', `{{ "${type}" }}`, type);
			await shows(form, ['subuser', 'creditType', ...fields]);
			await form.run();
			expect(sent()).toEqual([body]);
		},
	);

	it('sends nothing before somebody has entered the total', async () => {
		const form = await editor.openNode({ parameters: { ...updateCredits, subuser } });
		await form.run();

		const { message } = await form.failure();
		expect(message).toContain('Total Credits must be a whole number of at least 1');
		expect(sent()).toEqual([]);
	});

	it('shows what the kind of change takes', async () => {
		const form = await editor.openNode({ parameters: updateOfferings });
		const fields = ['account', 'change', 'specifyOfferings'];
		await shows(form, [...fields, 'package', 'addons']);

		await form.choose('change', 'Replace All');
		await shows(form, [...fields, 'package', 'addons']);

		await form.choose('change', 'Match Another Account');
		await shows(form, ['account', 'change', 'matchAccount']);

		await form.choose('change', 'Remove');
		await shows(form, [...fields, 'offeringNames']);

		await form.choose('specifyOfferings', 'Using JSON');
		await shows(form, [...fields, 'offeringsJson']);

		await form.choose('change', 'Add or Update');
		await shows(form, [...fields, 'offeringsJson']);
	});

	it('picks package and add-on from lists of the catalog that hold only their own kind', async () => {
		const form = await editor.openNode({ parameters: updateOfferings });
		const { state } = editor.instance.emulator;
		const named = (kind: string) =>
			state.catalog
				.filter(({ offering }) => offering.type === kind)
				.map(({ offering }) => offering.name)
				.sort();

		const [none, ...packages] = await form.list('package');
		expect(none).toContain('None');
		expect(packages.map((entry) => entry.split('\n')[0])).toEqual(named('package'));
		await form.pick('demo.ei.pro-300k.v1');
		expect(await form.valueOf('package')).toBe('demo.ei.pro-300k.v1');

		await form.add('Add Add-On');
		const addons = await form.list('name');
		expect(addons.map((entry) => entry.split('\n')[0])).toEqual(named('addon'));
		await form.pick('demo.x.ip.v1');
		expect(await form.valueOf('name')).toBe('demo.x.ip.v1');
	});

	it('scrolls through subusers past the first page, and searches them', async () => {
		const form = await editor.openNode({ parameters: updateCredits });
		const first = await form.list('subuser');
		// A page has a hundred; the editor may have asked for the second one already.
		expect(first.length % 100).toBe(0);
		const more = await form.scrollOn();
		expect(more.length).toBeGreaterThan(first.length);
		expect(new Set(more).size).toBe(more.length);
		const beyond = more.at(-1) ?? '';
		await form.pick(beyond);
		expect(await form.valueOf('subuser')).toBe(beyond);

		const anew = await editor.openNode({ parameters: updateCredits });
		await anew.list('subuser');
		expect(await anew.search('birchwood-b')).toEqual([
			'birchwood-bakery',
			'birchwood-bakery-eu',
			'Birchwood-Brewing',
		]);
	});

	it('scrolls through accounts past the first page, and finds one that is not on it', async () => {
		const form = await editor.openNode({ parameters: updateOfferings });
		const first = await form.list('account');
		expect(first.length % 100).toBe(0);

		const more = await form.scrollOn();
		expect(more.length).toBeGreaterThan(first.length);
		expect(new Set(more).size).toBe(more.length);

		const last = editor.instance.emulator.state.accounts.list().at(-1)?.id ?? '';
		expect(first.join()).not.toContain(last);
		expect(await form.search(last)).toEqual([expect.stringContaining(last)]);
		await form.pick(last);
		expect(await form.valueOf('account')).toContain('@');
	});
});
