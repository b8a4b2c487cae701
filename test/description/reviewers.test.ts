import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { INodeTypeDescription } from 'n8n-workflow';
import { rulesIn, scanEach } from '../scan/scan';
import type { Finding } from '../scan/scan';
import { literal } from '../scan/literal';
import { ROOT, choicesOf, manifest, nodes } from './forms';

const NODE = 'nodes/SendGridProvisioning/SendGridProvisioning.node.ts';
const CREDENTIAL = 'credentials/SendGridProvisioningApi.credentials.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** What the scanner finds in our sources, and in copies with planted faults. */
let found: Record<'sources' | 'badManifest' | 'badCode' | 'forms' | 'badForms', Finding[]>;
beforeAll(() => {
	const packages = [ROOT, badManifest(), badCode(), spelledOut(simplify), spelledOut(breakRules)];
	const [sources = [], ...planted] = scanEach('source', packages);
	const [badManifestFindings = [], badCodeFindings = [], forms = [], badForms = []] = planted;
	found = {
		sources,
		badManifest: badManifestFindings,
		badCode: badCodeFindings,
		forms,
		badForms,
	};
}, 120_000);

/** A copy of some sources, to plant faults in. */
function copyOf(...paths: string[]): string {
	const folder = mkdtempSync(join(tmpdir(), 'scanned-'));
	folders.push(folder);
	for (const path of ['package.json', ...paths]) {
		cpSync(join(ROOT, path), join(folder, path), { recursive: true });
	}
	return folder;
}

function edit(path: string, change: (text: string) => string): void {
	const text = readFileSync(path, 'utf8');
	const changed = change(text);
	if (changed === text) throw new Error(`The fault wasn't planted in ${path}`);
	writeFileSync(path, changed);
}

function badManifest(): string {
	const folder = copyOf();
	edit(join(folder, 'package.json'), (text) =>
		JSON.stringify({
			...(JSON.parse(text) as object),
			license: 'GPL-3.0',
			keywords: ['sendgrid'],
			dependencies: { axios: '*' },
			overrides: { axios: '1.0.0' },
			peerDependencies: { 'n8n-workflow': '^2.0.0' },
			scripts: { postinstall: 'node dist/surprise.js' },
		}),
	);
	return folder;
}

function badCode(): string {
	const folder = copyOf(dirname(NODE), 'credentials');
	edit(join(folder, NODE), (text) =>
		text
			.replace(/^/, '/* eslint-disable */\nimport { readFileSync } from "fs";\n')
			.replace(
				'const items = this.getInputData();',
				'$&\nconsole.log(process.env, readFileSync); setTimeout(() => eval("1"), 1);',
			),
	);
	edit(join(folder, CREDENTIAL), (text) => text.replace('typeOptions: { password: true },', ''));
	return folder;
}

describe('the reviewers’ scanner', () => {
	it('finds nothing in the sources', () => {
		expect(found.sources).toEqual([]);
	});

	it('would find what a package.json must not have', () => {
		expect(rulesIn(found.badManifest)).toEqual([
			'@n8n/community-nodes/no-forbidden-lifecycle-scripts',
			'@n8n/community-nodes/no-overrides-field',
			'@n8n/community-nodes/no-runtime-dependencies',
			'@n8n/community-nodes/valid-peer-dependencies',
			'n8n-nodes-base/community-package-json-keywords-without-official-tag',
			'n8n-nodes-base/community-package-json-license-not-default',
		]);
	});

	it('would find what a node must not do, whatever a comment says', () => {
		expect(rulesIn(found.badCode)).toEqual([
			'@n8n/community-nodes/credential-password-field',
			'@n8n/community-nodes/no-dangerous-functions',
			'@n8n/community-nodes/no-restricted-globals',
			'@n8n/community-nodes/no-restricted-imports',
			'no-console',
		]);
	});
});

/** A package whose nodes say in plain text what ours put together when they are loaded. */
function spelledOut(change: (description: INodeTypeDescription) => void): string {
	const folder = copyOf('credentials');
	for (const { file, type } of nodes) {
		const description = structuredClone(type.description);
		change(description);
		mkdirSync(join(folder, dirname(file)), { recursive: true });
		const icons = Object.values(description.icon as object).map(String);
		for (const icon of [file.replace(/\.ts$/, '.json'), ...icons]) {
			const path = icon.replace('file:', `${dirname(file)}/`);
			cpSync(join(ROOT, path), join(folder, path));
		}
		writeFileSync(
			join(folder, file),
			`import { NodeConnectionTypes } from 'n8n-workflow';
import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

export class ${basename(file, '.node.ts')} implements INodeType {
	description: INodeTypeDescription = ${literal(description).replaceAll("'main'", 'NodeConnectionTypes.Main')};
}
`,
		);
	}
	return folder;
}

/** Actions that the rule for sentence case rejects, which has no exception for names and hyphens. */
const SIMPLER: Record<string, string> = {
	'Add account IPs': 'Add account ips',
	'Check API key permissions': 'Check api key permissions',
	'Create account sign-in link': 'Create account sign in link',
	'Create subuser API key': 'Create subuser api key',
	'Delete subuser API key': 'Delete subuser api key',
	'Get many account IPs': 'Get many account ips',
	'Get many subuser API keys': 'Get many subuser api keys',
	'Remove account IPs': 'Remove account ips',
	'Update subuser API key': 'Update subuser api key',
	'Update subuser IPs': 'Update subuser ips',
};

function simplify({ properties }: INodeTypeDescription): void {
	for (const option of properties.flatMap(choicesOf)) {
		const simpler = SIMPLER[option.action ?? ''];
		if (simpler !== undefined) option.action = simpler;
	}
}

function breakRules({ properties }: INodeTypeDescription): void {
	properties.push(
		{ displayName: 'a label', name: 'a', type: 'string', default: '', required: false },
		{ displayName: 'B', name: 'b', type: 'boolean', default: false, description: 'If so' },
		{
			displayName: 'Colour',
			name: 'colour',
			type: 'options',
			options: ['Red', 'Green', 'Blue', 'Black', 'White'].map((name) => {
				return { name, value: name.toLowerCase() };
			}),
			default: 'pink',
		},
		{
			displayName: 'Shade',
			name: 'shade',
			type: 'options',
			typeOptions: { loadOptionsMethod: 'getShades' },
			default: '',
			description: 'A shade.',
		},
	);
}

describe('the forms as they are put together, read by the reviewers’ rules', () => {
	it('have nothing to be found', () => {
		expect(found.forms).toEqual([]);
	});

	it('would be found with fields that break n8n’s rules', () => {
		const rules = rulesIn(found.badForms);
		for (const rule of [
			'node-param-display-name-miscased',
			'node-param-required-false',
			'node-param-description-boolean-without-whether',
			'node-param-options-type-unsorted-items',
			'node-param-default-wrong-for-options',
			'node-param-display-name-wrong-for-dynamic-options',
			'node-param-description-wrong-for-dynamic-options',
		]) {
			expect(rules).toContain(`n8n-nodes-base/${rule}`);
		}
	});
});

describe('the package', () => {
	it('depends only on n8n', () => {
		const fields = Object.entries(manifest).filter(([field]) => /dependencies/i.test(field));
		expect(Object.fromEntries(fields)).toEqual({
			devDependencies: expect.any(Object) as unknown,
			peerDependencies: { 'n8n-workflow': '*' },
		});
	});

	it('registers every node and credential', () => {
		const built = [...filesIn('credentials', '.credentials.ts'), ...filesIn('nodes', '.node.ts')];
		const registered = [...manifest.n8n.credentials, ...manifest.n8n.nodes];
		expect(registered.sort()).toEqual(built.map((path) => `dist/${path.replace(/ts$/, 'js')}`));
	});
});

function filesIn(folder: string, ending: string): string[] {
	return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith(ending))
		.map((path) => join(folder, path))
		.sort();
}
