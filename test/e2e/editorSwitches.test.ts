import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { currentLine, olderLine } from '../../playground/paths';
import { Editor } from './editor';
import { START_TIMEOUT_MS } from './instance';
import type { NodeForm } from './nodeForm';

const accountId = 'sg72512bc12e92b1d8b7ddac90b675f020';
const account = { __rl: true, mode: 'id', value: accountId };
const subuser = { __rl: true, mode: 'username', value: 'birchwood-bakery' };
const updateOfferings = { resource: 'accountOffering', operation: 'update', account };
const updateCredits = { resource: 'subuserCredit', operation: 'update', subuser };
const getStats = { resource: 'subuser', operation: 'getStats' };

const pro300k = { name: 'demo.ei.pro-300k.v1', type: 'package', quantity: 1 };
const ips = { name: 'demo.x.ip.v1', type: 'addon', quantity: 3 };
const campaigns = { name: 'demo.x.marketing-campaigns.v1', type: 'addon', quantity: 1 };
const filled = {
	...updateOfferings,
	package: pro300k.name,
	addons: {
		addon: [
			{ name: ips.name, quantity: ips.quantity },
			{ name: campaigns.name, quantity: campaigns.quantity },
		],
	},
};

/**
 * n8n's editor drops the values of fields that a choice hides. Fields that stay visible must keep theirs:
 * if a form kept its package but lost its add-ons, a run would remove the add-ons from the account.
 */
describe.each([currentLine, olderLine])("In n8n $version's editor", (line) => {
	let editor: Editor;

	beforeAll(async () => {
		editor = await Editor.start(line);
	}, START_TIMEOUT_MS);

	afterAll(async () => await editor?.close());

	beforeEach(() => editor.instance.emulator.reset());

	interface FormOfferings {
		package: string;
		addons: string[];
		quantities: string[];
	}

	const none: FormOfferings = { package: '[Choose a Package]', addons: [], quantities: [] };
	const both: FormOfferings = {
		package: pro300k.name,
		addons: [ips.name, campaigns.name],
		quantities: ['3', '1'],
	};

	async function offeringsIn(form: NodeForm): Promise<FormOfferings> {
		return {
			package: await form.valueOf('package'),
			addons: await form.valuesOf('name'),
			quantities: await form.valuesOf('quantity'),
		};
	}

	/** Expects that the form has these offerings within two seconds. */
	async function expectOfferings(form: NodeForm, expected: FormOfferings): Promise<void> {
		for (let tries = 1; tries < 20; tries += 1) {
			// A field can't be read while the editor redraws it.
			const actual = await offeringsIn(form).catch(() => undefined);
			if (isDeepStrictEqual(actual, expected)) return;
			await setTimeout(100);
		}
		expect(await offeringsIn(form)).toEqual(expected);
	}

	function writes(): Array<{ method: string; body: unknown }> {
		return editor.instance.emulator.requests
			.filter(({ method }) => method !== 'GET')
			.map(({ method, body }) => ({ method, body }));
	}

	it('another Change keeps package and add-ons that were entered in the form', async () => {
		const form = await editor.openNode({ parameters: updateOfferings });
		await form.choose('package', pro300k.name);
		await form.add('Add Add-On');
		await form.choose('name', ips.name);
		await form.fill('quantity', '3');
		const entered = { package: pro300k.name, addons: [ips.name], quantities: ['3'] };
		await expectOfferings(form, entered);

		await form.choose('change', 'Replace All');
		await expectOfferings(form, entered);
		await editor.screenshot(`replace-all-${line.version}`);
		await form.choose('change', 'Add or Update');
		await expectOfferings(form, entered);
		await form.choose('change', 'Replace All');
		await expectOfferings(form, entered);

		await form.run();
		expect(writes()).toEqual([{ method: 'PUT', body: { offerings: [pro300k, ips] } }]);
	});

	it('another Change keeps and sends the offerings of a saved workflow', async () => {
		const form = await editor.openNode({ parameters: { ...filled, change: 'replace' } });
		await expectOfferings(form, both);
		await form.choose('change', 'Add or Update');
		await expectOfferings(form, both);
		await form.run();
		expect(writes()).toEqual([{ method: 'PUT', body: { offerings: [pro300k, ips, campaigns] } }]);
	});

	it('Increase Quantities keeps the add-ons, and asks for the number to add', async () => {
		const form = await editor.openNode({ parameters: { ...filled, change: 'merge' } });
		await expectOfferings(form, both);
		const total = editor.page.getByText('Quantity in Total', { exact: true });
		const toAdd = editor.page.getByText('Quantity to Add', { exact: true });
		expect([await total.count(), await toAdd.count()]).toEqual([2, 0]);

		await form.choose('change', 'Increase Quantities');
		await toAdd.first().waitFor();
		expect([await total.count(), await toAdd.count()]).toEqual([0, 2]);
		expect(await form.valuesOf('name')).toEqual(both.addons);
		expect(await form.valuesOf('quantity')).toEqual(both.quantities);
		await editor.screenshot(`increase-${line.version}`);
		await form.run();
		const increased = [
			{ ...ips, quantity: 4 },
			{ ...campaigns, quantity: 2 },
		];
		expect(writes()).toEqual([
			{ method: 'PUT', body: { offerings: expect.arrayContaining(increased) as unknown } },
		]);

		await form.choose('change', 'Add or Update');
		await expectOfferings(form, { ...both, package: '[Keep Current]' });
	});

	it.each([
		['change', 'Remove', 'Replace All'],
		['specifyOfferings', 'Using JSON', 'Using Fields Below'],
		['resource', 'Account', 'Account Offering'],
	])(
		'%s drops both package and add-ons when set to %s and back to %s',
		async (field, away, back) => {
			const form = await editor.openNode({ parameters: { ...filled, change: 'replace' } });
			await expectOfferings(form, both);
			await form.choose(field, away);
			await form.choose(field, back);
			if (field === 'resource') await form.choose('operation', 'Update');
			const isNew = field === 'resource';
			await expectOfferings(form, isNew ? { ...none, package: '[Keep Current]' } : none);
			await form.run();
			expect(writes()).toEqual([]);
		},
	);

	it('another Change keeps an expression for how offerings are specified', async () => {
		const offeringsJson = JSON.stringify([pro300k, ips]);
		const specifyOfferings = "={{ 'json' }}";
		const form = await editor.openNode({
			parameters: { ...updateOfferings, change: 'merge', specifyOfferings, offeringsJson },
		});
		await form.choose('change', 'Replace All');
		await form.run();
		expect(writes()).toEqual([{ method: 'PUT', body: { offerings: [pro300k, ips] } }]);
	});

	it('another credit type keeps the total, the dry run, and the options', async () => {
		const form = await editor.openNode({
			parameters: { ...updateCredits, total: 50000, dryRun: true, options: { concurrency: 5 } },
		});
		for (const type of ['Nonrecurring (One-Time)', 'Recurring', 'Nonrecurring (One-Time)']) {
			await form.choose('creditType', type);
		}
		expect(await form.isOn('dryRun')).toBe(true);
		const subtitle = editor.page.getByText('Dry run: Update subuser credits', { exact: true });
		await subtitle.waitFor({ state: 'attached' });
		expect(await form.valueOf('total')).toBe('50000');
		expect(await form.valueOf('concurrency')).toBe('5');
		await form.run();
		expect(await form.row()).toMatchObject({
			dry_run: 'true',
			request: 'type:nonrecurring total:50000',
		});
		expect(writes()).toEqual([]);
	});

	it('another report keeps the sorting', async () => {
		const form = await editor.openNode({
			parameters: {
				...getStats,
				report: 'monthly',
				month: '2026-10-01',
				sorting: { sortBy: 'bounces', sortDirection: 'asc' },
				options: { concurrency: 5 },
			},
		});
		await form.choose('report', 'Month of One Subuser');
		await form.choose('report', 'Month of All Subusers');
		expect(await form.valueOf('sortBy')).toBe('Bounces');
		expect(await form.valueOf('sortDirection')).toBe('Ascending');
		expect(await form.valueOf('concurrency')).toBe('5');
		await form.run();
		expect(editor.instance.emulator.requests.at(-1)?.query).toMatchObject({
			sort_by_metric: 'bounces',
			sort_by_direction: 'asc',
		});
	});

	it('another threshold unit keeps the trigger’s filters, and another event drops them', async () => {
		const form = await editor.openTrigger({
			event: 'creditsLow',
			threshold: 500,
			filters: { username: 'birch' },
		});
		await form.choose('thresholdUnit', 'Percent');
		expect(await form.valueOf('threshold')).toBe('500');
		expect(await form.valueOf('username')).toBe('birch');

		await form.choose('event', 'Subuser Created');
		await form.choose('event', 'Credits Low');
		expect(Number(await form.valueOf('threshold'))).toBe(0);
		expect(await form.valuesOf('username')).toEqual([]);
	});
});
