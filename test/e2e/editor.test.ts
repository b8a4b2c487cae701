import type { Browser } from 'playwright-core';
import { currentLine } from '../../playground/paths';
import { NodeForm, openBrowser } from './editor';
import { START_PATIENCE_MS, startInstance, type Instance } from './instance';
import { nodeType } from './workflows';

const always = { before: ['resource', 'operation'], after: ['options', 'batching'] };

describe(`The node's form in the editor of n8n ${currentLine.version}`, () => {
	let browser: Browser;
	let instance: Instance;
	let form: NodeForm;

	beforeAll(async () => {
		browser = await openBrowser();
		instance = await startInstance(currentLine);
	}, START_PATIENCE_MS);

	afterAll(async () => {
		await browser?.close();
		await instance?.stop();
	});

	async function open(parameters: Record<string, unknown>): Promise<void> {
		const { api, credential } = instance;
		const workflow = await api.replaceWorkflow({
			name: 'In the editor',
			connections: {},
			nodes: [
				{
					id: 'under-test',
					name: 'SendGrid Provisioning',
					type: nodeType,
					typeVersion: 1,
					position: [0, 0],
					parameters,
					credentials: { [credential.type]: { id: credential.id, name: credential.name } },
				},
			],
		});
		form = await NodeForm.open(browser, instance, {
			workflowId: workflow.id,
			nodeId: 'under-test',
		});
	}

	async function shown(): Promise<string[]> {
		const all = await form.fields();
		expect(all.slice(0, 2)).toEqual(always.before);
		expect(all.slice(-2)).toEqual(always.after);
		return all.slice(2, -2);
	}

	afterEach(async () => await form?.close());

	it('follows the credit type', async () => {
		await open({ resource: 'subuserCredit', operation: 'update' });

		expect(await shown()).toEqual(['subuser', 'creditType', 'resetFrequency', 'total', 'refill']);
		await form.screenshot('credits-recurring');

		await form.choose('creditType', 'Nonrecurring');
		expect(await shown()).toEqual(['subuser', 'creditType', 'total']);
		await form.screenshot('credits-nonrecurring');

		await form.choose('creditType', 'Unlimited');
		expect(await shown()).toEqual(['subuser', 'creditType']);
		await form.screenshot('credits-unlimited');
	});

	it('lists subusers and searches them by the beginning of their name', async () => {
		await open({ resource: 'subuserCredit', operation: 'update' });

		expect(await form.list('subuser')).toContain('пекарня-берёза');
		await form.screenshot('subusers');
		expect(await form.search('birchwood-bakery')).toEqual([
			'birchwood-bakery',
			'birchwood-bakery-eu',
		]);
	});

	it('follows the kind of change to offerings', async () => {
		await open({ resource: 'accountOffering', operation: 'update' });
		const fields = ['account', 'change', 'specifyOfferings'];

		expect(await shown()).toEqual([...fields, 'package', 'addons']);
		await form.screenshot('offerings-merge');

		await form.choose('change', 'Replace All');
		expect(await shown()).toEqual([...fields, 'package', 'addons']);
		await form.screenshot('offerings-replace');

		await form.choose('change', 'Match Another Account');
		expect(await shown()).toEqual(['account', 'change', 'matchAccount']);
		await form.screenshot('offerings-match');

		await form.choose('change', 'Remove');
		expect(await shown()).toEqual([...fields, 'offeringNames']);
		await form.screenshot('offerings-remove');

		await form.choose('specifyOfferings', 'Using JSON');
		expect(await shown()).toEqual([...fields, 'offeringsJson']);
		await form.screenshot('offerings-json');

		await form.choose('change', 'Add or Update');
		expect(await shown()).toEqual([...fields, 'offeringsJson']);
	});

	it('picks accounts, packages and add-ons from lists that hold only their own kind', async () => {
		await open({ resource: 'accountOffering', operation: 'update' });

		expect(await form.list('account')).toHaveLength(12);
		await form.screenshot('accounts');
		expect(await form.search('saltmarsh')).toEqual([
			expect.stringContaining('sg72512bc12e92b1d8b7ddac90b675f020'),
		]);
		await form.pick('saltmarsh');

		const [none, ...packages] = await form.list('package');
		await form.screenshot('packages');
		expect(none).toContain('None');
		expect(packages).toHaveLength(4);
		expect(packages.join()).not.toContain('demo.x.');
		await form.pick('demo.ei.pro-300k.v1');

		await form.add('Add Add-On');
		const addons = await form.list('name');
		await form.screenshot('addons');
		expect(addons).toHaveLength(5);
		expect(addons.join()).not.toContain('demo.ei.');
		await form.pick('demo.x.ip.v1');
		await form.screenshot('offerings-filled');
	});
});
