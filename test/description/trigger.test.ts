import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeHelpers } from 'n8n-workflow';
import type { INode, INodeParameters } from 'n8n-workflow';
import { events } from '../../nodes/SendGridProvisioning/trigger/events';
import { choicesOf, description, ruleOf, trigger } from './forms';

const ROOT = join(__dirname, '..', '..');

/** The names in saved workflows and users' searches: event → action. */
const ACTIONS: Record<string, string> = {
	accountCreated: 'On account created',
	accountStateChanged: 'On account state changed',
	creditsLow: 'On subuser credits low',
	subuserCreated: 'On subuser created',
};

function readJson(path: string): Record<string, unknown> {
	return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, unknown>;
}

/** The names of the fields that the form shows for these values. */
function shownFor(values: INodeParameters): string[] {
	const node: INode = {
		id: '1',
		name: trigger.displayName,
		type: trigger.name,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	return Object.keys(
		NodeHelpers.getNodeParameters(trigger.properties, values, true, false, node, trigger) ?? {},
	);
}

describe('the trigger', () => {
	it('has the name that saved workflows refer to, and polls', () => {
		expect(trigger).toMatchObject({
			name: 'sendGridProvisioningTrigger',
			version: 1,
			group: ['trigger'],
			polling: true,
			inputs: [],
		});
	});

	it('has the credential and the icons of the node', () => {
		expect(trigger.credentials).toEqual(description.credentials);
		expect(trigger.icon).toEqual(description.icon);
	});

	it('isn’t a tool for AI agents', () => {
		expect(trigger.usableAsTool).toBeUndefined();
	});

	it('is named in its codex file, with aliases for search', () => {
		const codex = readJson('nodes/SendGridProvisioning/SendGridProvisioningTrigger.node.json');
		expect(codex['node']).toBe(`${String(readJson('package.json')['name'])}.${trigger.name}`);
		expect(codex['alias']).toEqual(expect.arrayContaining(['SendGrid', 'subuser', 'credits']));
	});

	it('is loaded by n8n', () => {
		const { nodes } = readJson('package.json')['n8n'] as { nodes: string[] };
		const sources = nodes.map((file) => file.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
		expect(sources.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
		expect(sources.join()).toContain('SendGridProvisioningTrigger.node.ts');
	});
});

describe('the events', () => {
	const menu = trigger.properties.find(({ name }) => name === 'event');
	const options = menu === undefined ? [] : choicesOf(menu);

	it('have the names that saved workflows refer to, and their actions', () => {
		expect(Object.fromEntries(options.map(({ value, action }) => [value, action]))).toEqual(
			ACTIONS,
		);
	});

	it('have actions that start with “On”, as n8n’s own triggers', () => {
		expect(options.filter(({ action = '' }) => !action.startsWith('On '))).toEqual([]);
	});

	it('are sorted from A to Z, with Credits Low as the default', () => {
		const names = options.map(({ name }) => name);
		expect(names).toEqual([...names].sort());
		expect(menu?.default).toBe('creditsLow');
	});

	it('are all in the README and in a table in docs/trigger.md', () => {
		const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
		expect(options.filter(({ name }) => !readme.includes(`**${name}**`))).toEqual([]);
		const page = readFileSync(join(ROOT, 'docs', 'trigger.md'), 'utf8');
		const rows = [...page.matchAll(/^\| \*\*(.+?)\*\* /gm)].map(([, name]) => name);
		expect(rows.sort()).toEqual(options.map(({ name }) => name).sort());
	});

	it('show only their own fields', () => {
		const own = ['threshold', 'thresholdUnit', 'filters'];
		expect(shownFor({ event: 'creditsLow' })).toEqual(['event', ...own]);
		for (const event of Object.keys(ACTIONS).filter((name) => name !== 'creditsLow')) {
			expect(shownFor({ event })).toEqual(['event']);
		}
	});

	it('don’t define their own display rules', () => {
		for (const { description: fields } of events) {
			expect(fields.flatMap((field) => ruleOf(field, 'event'))).toEqual([]);
		}
	});

	it('that send a request per customer say so', () => {
		const texts = events
			.filter(({ option }) => ['creditsLow', 'accountStateChanged'].includes(option.value))
			.map(({ option, description: fields }) =>
				[option.description, ...fields.map((field) => field.description)].join(' '),
			);
		expect(texts).toHaveLength(2);
		for (const text of texts)
			expect(text).toMatch(/Each round sends one request per (subuser|account);/);
	});
});
