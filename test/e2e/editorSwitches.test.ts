import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { currentLine, olderLine } from '../../playground/paths';
import { Editor } from './editor';
import { START_PATIENCE_MS } from './instance';
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
 * n8n's editor drops the values of fields that a choice hides. What stays visible must keep its
 * value: a package that stays while its add-ons are lost would remove them from the account.
 */
describe.each([currentLine, olderLine])("Choices in n8n $version's editor", (line) => {
	let editor: Editor;

	beforeAll(async () => {
		editor = await Editor.start(line);
	}, START_PATIENCE_MS);

	afterAll(async () => await editor?.close());

	beforeEach(() => editor.instance.emulator.reset());

	interface Held {
		package: string;
		addons: string[];
		quantities: string[];
	}

	const none: Held = { package: '[None]', addons: [], quantities: [] };
	const both: Held = {
		package: pro300k.name,
		addons: [ips.name, campaigns.name],
		quantities: ['3', '1'],
	};

	async function offeringsIn(form: NodeForm): Promise<Held> {
		return {
			package: await form.valueOf('package'),
			addons: await form.valuesOf('name'),
			quantities: await form.valuesOf('quantity'),
		};
	}

	/** That the form holds these offerings, a moment after a choice at the latest. */
	async function holds(form: NodeForm, wanted: Held): Promise<void> {
		for (let tries = 1; tries < 20; tries += 1) {
			// A field that is drawn at this moment cannot be read.
			const held = await offeringsIn(form).catch(() => undefined);
			if (isDeepStrictEqual(held, wanted)) return;
			await setTimeout(100);
		}
		expect(await offeringsIn(form)).toEqual(wanted);
	}

	function writes(): Array<{ method: string; body: unknown }> {
		return editor.instance.emulator.requests
			.filter(({ method }) => method !== 'GET')
			.map(({ method, body }) => ({ method, body }));
	}

	it('of another Change keep package and add-ons that were filled in by hand', async () => {
		const form = await editor.openNode({ parameters: updateOfferings });
		await form.choose('package', pro300k.name);
		await form.add('Add Add-On');
		await form.choose('name', ips.name);
		await form.fill('quantity', '3');
		const held = { package: pro300k.name, addons: [ips.name], quantities: ['3'] };
		await holds(form, held);

		await form.choose('change', 'Replace All');
		await holds(form, held);
		await editor.screenshot(`replace-all-${line.version}`);
		await form.choose('change', 'Add or Update');
		await holds(form, held);
		await form.choose('change', 'Replace All');
		await holds(form, held);

		await form.run();
		expect(writes()).toEqual([{ method: 'PUT', body: { offerings: [pro300k, ips] } }]);
	});

	it('of another Change keep what a saved workflow has, and send it', async () => {
		const form = await editor.openNode({ parameters: { ...filled, change: 'replace' } });
		await holds(form, both);
		await form.choose('change', 'Add or Update');
		await holds(form, both);
		await form.run();
		expect(writes()).toEqual([{ method: 'PUT', body: { offerings: [pro300k, ips, campaigns] } }]);
	});

	it.each([
		['change', 'Remove', 'Replace All'],
		['specifyOfferings', 'Using JSON', 'Using Fields Below'],
		['resource', 'Account', 'Account Offering'],
	])('of %s drop package and add-ons together: to %s, and back', async (field, away, back) => {
		const form = await editor.openNode({ parameters: { ...filled, change: 'replace' } });
		await holds(form, both);
		await form.choose(field, away);
		await form.choose(field, back);
		if (field === 'resource') await form.choose('operation', 'Update');
		await holds(form, none);
		await form.run();
		expect(writes()).toEqual([]);
	});

	it('of another Change keep an expression that says how offerings are specified', async () => {
		const offeringsJson = JSON.stringify([pro300k, ips]);
		const specifyOfferings = "={{ 'json' }}";
		const form = await editor.openNode({
			parameters: { ...updateOfferings, change: 'merge', specifyOfferings, offeringsJson },
		});
		await form.choose('change', 'Replace All');
		await form.run();
		expect(writes()).toEqual([{ method: 'PUT', body: { offerings: [pro300k, ips] } }]);
	});

	it('of another credit type keep the total, the dry run, and the options', async () => {
		const form = await editor.openNode({
			parameters: { ...updateCredits, total: 50000, dryRun: true, options: { concurrency: 5 } },
		});
		for (const type of ['Nonrecurring', 'Recurring', 'Nonrecurring']) {
			await form.choose('creditType', type);
		}
		expect(await form.isOn('dryRun')).toBe(true);
		expect(await form.valueOf('total')).toBe('50000');
		expect(await form.valueOf('concurrency')).toBe('5');
		await form.run();
		expect(await form.row()).toMatchObject({
			dry_run: 'true',
			request: 'type:nonrecurring total:50000',
		});
		expect(writes()).toEqual([]);
	});

	it('of another report keep how its rows are sorted', async () => {
		const form = await editor.openNode({
			parameters: {
				...getStats,
				report: 'monthly',
				month: '2026-10-01',
				options: { sortBy: 'bounces', sortDirection: 'asc' },
			},
		});
		await form.choose('report', 'Month of One Subuser');
		await form.choose('report', 'Month of All Subusers');
		expect(await form.valueOf('sortBy')).toBe('Bounces');
		expect(await form.valueOf('sortDirection')).toBe('Ascending');
		await form.run();
		expect(editor.instance.emulator.requests.at(-1)?.query).toMatchObject({
			sort_by_metric: 'bounces',
			sort_by_direction: 'asc',
		});
	});

	it('of a threshold unit keep the filters of the trigger; those of an event drop all of them', async () => {
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
