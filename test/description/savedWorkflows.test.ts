import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { resources } from '../../nodes/SendGridProvisioning/resources';
import { ROOT, choicesOf, credential, description, fieldsIn, nodes, operations } from './forms';

/** The names in saved workflows and users' searches: resource → operation → action. */
const ACTIONS: Record<string, Record<string, string>> = {
	account: {
		create: 'Create account',
		createSsoLink: 'Create account sign-in link',
		delete: 'Delete account',
		getAll: 'Get many accounts',
		getState: 'Get account state',
		updateState: 'Update account state',
	},
	accountIp: {
		add: 'Add account IPs',
		getAll: 'Get many account IPs',
		remove: 'Remove account IPs',
	},
	accountOffering: {
		getAll: 'Get many account offerings',
		getCatalog: 'Get offering catalog',
		update: 'Update account offerings',
	},
	apiKey: { check: 'Check API key permissions' },
	subuser: {
		create: 'Create subuser',
		delete: 'Delete subuser',
		get: 'Get subuser',
		getAll: 'Get many subusers',
		getReputation: 'Get subuser reputation',
		getStats: 'Get subuser stats',
		updateIps: 'Update subuser IPs',
		updateStatus: 'Update subuser status',
		updateWebsiteAccess: 'Update subuser website access',
		upsert: 'Create or update subuser',
	},
	subuserApiKey: {
		create: 'Create subuser API key',
		delete: 'Delete subuser API key',
		getAll: 'Get many subuser API keys',
		update: 'Update subuser API key',
	},
	subuserCredit: {
		adjust: 'Adjust subuser credits',
		get: 'Get subuser credits',
		topUp: 'Top up subuser credits',
		update: 'Update subuser credits',
	},
	subuserDomain: {
		authenticate: 'Authenticate subuser domain',
		delete: 'Delete subuser domain',
		getAll: 'Get many subuser domains',
		validate: 'Validate subuser domain',
	},
	subuserLink: {
		brand: 'Brand subuser links',
		delete: 'Delete subuser link branding',
		getAll: 'Get many subuser link brandings',
		validate: 'Validate subuser link branding',
	},
};

/** These aren't read-only, but change nothing that a dry run could show. */
const WITHOUT_DRY_RUN = ['account createSsoLink', 'subuserDomain validate', 'subuserLink validate'];

function readJson(path: string): Record<string, unknown> {
	return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, unknown>;
}

function fieldsOf(resource: string, operation: string): INodeProperties[] {
	return description.properties.filter(
		({ displayOptions }) =>
			displayOptions?.show?.['resource']?.includes(resource) &&
			displayOptions.show['operation']?.includes(operation),
	);
}

function field(resource: string, operation: string, name: string): INodeProperties {
	const found = fieldsOf(resource, operation).find((entry) => entry.name === name);
	if (found === undefined) throw new Error(`${resource} ${operation} has no field ${name}`);
	return found;
}

function valuesOf(property: INodeProperties | undefined): unknown[] {
	return property === undefined ? [] : choicesOf(property).map(({ value }) => value);
}

function namesIn({ options = [] }: INodeProperties): string[] {
	return options.map(({ name }) => name);
}

/** The missing icon files, one for the light and one for the dark theme. */
function missingIcons(folder: string, icon: INodeTypeDescription['icon']): string[] {
	const files = typeof icon === 'object' ? Object.values(icon) : [icon];
	expect(files).toHaveLength(2);
	return files
		.map((file) => join(ROOT, folder, String(file).replace('file:', '')))
		.filter((path) => !existsSync(path));
}

describe('the node', () => {
	it('has the name that saved workflows refer to', () => {
		expect(description).toMatchObject({ name: 'sendGridProvisioning', version: 1 });
	});

	it('requires the credential', () => {
		expect(description.credentials).toEqual([{ name: 'sendGridProvisioningApi', required: true }]);
		expect(credential.name).toBe('sendGridProvisioningApi');
	});

	it.each([
		'sub-account',
		'onboarding',
		'API key',
		'DNS',
		'domain',
		'link branding',
		'dedicated IP',
	])('is found by a search for %s', (words) => {
		const { alias } = readJson('nodes/SendGridProvisioning/SendGridProvisioning.node.json');
		expect(alias).toContain(words);
	});

	it('can be used by AI agents', () => {
		expect(description.usableAsTool).toBe(true);
	});
});

describe.each(nodes)('$file', ({ file, type }) => {
	it('has icons for the light and the dark theme', () => {
		expect(missingIcons(dirname(file), type.description.icon)).toEqual([]);
	});

	it('has exactly the methods that its lists use', () => {
		const fields = fieldsIn(type.description.properties, file);
		const named = fields.flatMap(({ field }) => [
			field.typeOptions?.loadOptionsMethod ?? [],
			...(field.modes ?? []).map((mode) => mode.typeOptions?.searchListMethod ?? []),
		]);
		const { loadOptions = {}, listSearch = {} } = type.methods ?? {};
		const known = [...Object.keys(loadOptions), ...Object.keys(listSearch)];
		expect([...new Set(named.flat())].sort()).toEqual(known.sort());
	});

	it('is named in its codex file', () => {
		const { node } = readJson(file.replace(/\.ts$/, '.json'));
		expect(node).toBe(`${String(readJson('package.json')['name'])}.${type.description.name}`);
	});
});

describe('the credential', () => {
	it('has icons for the light and the dark theme', () => {
		expect(missingIcons('credentials', credential.icon)).toEqual([]);
	});

	it('is named SendGrid Provisioning API', () => {
		expect(credential.displayName).toBe('SendGrid Provisioning API');
	});

	it('has key, region, and base URL', () => {
		const shown = credential.properties.filter(({ type }) => type !== 'hidden');
		expect(shown.map(({ name }) => name)).toEqual(['apiKey', 'region', 'baseUrl']);
		const [apiKey, region, baseUrl] = credential.properties;
		expect(apiKey?.typeOptions?.password).toBe(true);
		expect(valuesOf(region).sort()).toEqual(['custom', 'eu', 'global']);
		expect(region?.default).toBe('global');
		expect(baseUrl?.displayOptions).toEqual({ show: { region: ['custom'] } });
	});
});

describe('the operations', () => {
	it('include the two updates and the reads that they depend on', () => {
		const names = operations.map(({ resource, operation }) => `${resource} ${operation}`);
		expect(names).toEqual(
			expect.arrayContaining([
				'accountOffering getAll',
				'accountOffering getCatalog',
				'accountOffering update',
				'subuserCredit get',
				'subuserCredit update',
			]),
		);
	});

	it.each(operations)(
		'$resource › $operation has its action',
		({ resource, operation, option }) => {
			expect(option.action).toBe(ACTIONS[resource]?.[operation]);
		},
	);

	it('are the rows of the table in docs/operations.md', () => {
		const text = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');
		const table = text.split('\n\n').find((part) => part.startsWith('| action ')) ?? '';
		const rows = [...table.matchAll(/^\| \*\*(.+?)\*\* /gm)].map(([, action]) => action);
		expect(rows.sort()).toEqual(operations.map(({ option }) => option.action).sort());
	});

	it.each(operations)('$resource › $operation has options', ({ resource, operation }) => {
		const { options = [], default: empty } = field(resource, operation, 'options');
		expect(empty).toEqual({});
		const defaults = options.map((option) => [
			option.name,
			'default' in option ? option.default : undefined,
		]);
		expect(Object.fromEntries(defaults)).toMatchObject({
			concurrency: 0,
			maxWaitSeconds: 300,
			timeoutSeconds: 30,
		});
	});

	it('that change something have a dry run, which is off, right below the customer; others have none', () => {
		const changing = resources.flatMap((resource) =>
			resource.operations
				.filter(({ readOnly }) => readOnly !== true)
				.map((operation) => `${resource.option.value} ${operation.option.value}`),
		);
		const withDryRun = operations.filter(({ resource, operation }) =>
			fieldsOf(resource, operation).some(({ name }) => name === 'dryRun'),
		);
		const names = withDryRun.map(({ resource, operation }) => `${resource} ${operation}`);
		expect(names).toEqual(changing.filter((name) => !WITHOUT_DRY_RUN.includes(name)));
		for (const { resource, operation } of withDryRun) {
			const fields = fieldsOf(resource, operation).filter(({ type }) => type !== 'notice');
			expect(fields[1]).toMatchObject({ name: 'dryRun', type: 'boolean', default: false });
			expect(fields.at(-1)?.name).toBe('options');
		}
	});
});

describe('the customer', () => {
	it.each([
		['accountIp', 'account', ['list', 'id']],
		['accountOffering', 'account', ['list', 'id']],
		['subuserApiKey', 'subuser', ['list', 'username']],
		['subuserCredit', 'subuser', ['list', 'username']],
		['subuserDomain', 'subuser', ['list', 'username']],
		['subuserLink', 'subuser', ['list', 'username']],
	])('of %s is chosen from a list or entered', (resource, name, modes) => {
		for (const { operation } of operations.filter((entry) => entry.resource === resource)) {
			const customer = fieldsOf(resource, operation).find((entry) => entry.name === name);
			if (operation === 'getCatalog') {
				expect(customer).toBeUndefined();
				continue;
			}
			expect(customer).toMatchObject({ type: 'resourceLocator', required: true });
			expect(customer?.modes?.map((mode) => mode.name)).toEqual(modes);
		}
	});
});

describe('updating account offerings', () => {
	const [resource, operation] = ['accountOffering', 'update'];

	it('has the fields that saved workflows refer to', () => {
		const names = fieldsOf(resource, operation).map(({ name }) => name);
		expect(names).toEqual(
			expect.arrayContaining([
				'account',
				'change',
				'specifyOfferings',
				'package',
				'addons',
				'offeringNames',
				'offeringsJson',
				'dryRun',
				'options',
			]),
		);
	});

	it('has the changes and ways that saved workflows refer to', () => {
		const change = field(resource, operation, 'change');
		expect(choicesOf(change).map(({ name, value }) => [value, name])).toEqual(
			expect.arrayContaining([
				['merge', 'Add or Update'],
				['increase', 'Increase Quantities'],
				['replace', 'Replace All'],
				['remove', 'Remove'],
			]),
		);
		expect(change.default).toBe('merge');
		const specify = field(resource, operation, 'specifyOfferings');
		expect(valuesOf(specify).sort()).toEqual(['fields', 'json']);
		expect(specify.default).toBe('fields');
	});

	it('has rows of add-ons with name and quantity', () => {
		const [row] = field(resource, operation, 'addons').options ?? [];
		expect(row?.name).toBe('addon');
		const names = row !== undefined && 'values' in row ? row.values.map(({ name }) => name) : [];
		expect([...new Set(names)]).toEqual(['name', 'quantity']);
	});

	it('can refuse removals', () => {
		expect(namesIn(field(resource, operation, 'options'))).toContain('refuseRemovals');
	});

	it.each([
		[resource, operation],
		['subuser', 'updateIps'],
	])('and IPs can be confirmed later: %s %s', (...of) => {
		expect(namesIn(field(...of, 'options'))).toContain('confirmAfterSeconds');
	});
});

describe('updating subuser credits', () => {
	const [resource, operation] = ['subuserCredit', 'update'];

	it('has the fields that saved workflows refer to', () => {
		const names = fieldsOf(resource, operation).map(({ name }) => name);
		expect(names).toEqual(
			expect.arrayContaining([
				'subuser',
				'creditType',
				'resetFrequency',
				'total',
				'refill',
				'dryRun',
				'options',
			]),
		);
	});

	it('has SendGrid’s types and frequencies', () => {
		const creditType = field(resource, operation, 'creditType');
		expect(valuesOf(creditType).sort()).toEqual(['nonrecurring', 'recurring', 'unlimited']);
		expect(creditType.default).toBe('recurring');
		const frequency = field(resource, operation, 'resetFrequency');
		expect(valuesOf(frequency).sort()).toEqual(['daily', 'monthly', 'weekly']);
		expect(frequency.default).toBe('monthly');
	});
});

describe('onboarding a subuser', () => {
	it.each([
		['accountIp', 'add', ['account', 'count', 'region', 'onceKey', 'dryRun']],
		['accountIp', 'remove', ['account', 'ips', 'dryRun']],
		[
			'subuser',
			'upsert',
			['username', 'email', 'password', 'ips', 'region', 'updateFields', 'dryRun'],
		],
		['subuserApiKey', 'create', ['subuser', 'name', 'access', 'scopes', 'onceKey', 'dryRun']],
		['subuserApiKey', 'delete', ['subuser', 'apiKeyId', 'dryRun']],
		['subuserApiKey', 'update', ['subuser', 'apiKeyId', 'name', 'access', 'scopes', 'dryRun']],
		['subuserDomain', 'authenticate', ['subuser', 'domain', 'subdomain', 'dryRun']],
		['subuserDomain', 'delete', ['subuser', 'domainId', 'dryRun']],
		['subuserDomain', 'validate', ['subuser', 'domainId']],
		['subuserLink', 'brand', ['subuser', 'domain', 'subdomain', 'dryRun']],
		['subuserLink', 'delete', ['subuser', 'linkId', 'dryRun']],
		['subuserLink', 'validate', ['subuser', 'linkId']],
	])('has the fields that saved workflows refer to: %s %s', (resource, operation, names) => {
		const fields = fieldsOf(resource, operation)
			.filter(({ type }) => type !== 'notice')
			.map(({ name }) => name);
		expect(fields.filter((name) => name !== 'options').sort()).toEqual([...names].sort());
	});

	it.each([
		['subuser', 'upsert', 'updateFields', ['status', 'updateEmail']],
		[
			'subuserDomain',
			'authenticate',
			'options',
			['automaticSecurity', 'customDkimSelector', 'customSpf', 'default', 'ips', 'region'],
		],
		['subuserLink', 'brand', 'options', ['default', 'region']],
	])('has the options that saved workflows refer to: %s %s', (resource, operation, name, names) => {
		const options = namesIn(field(resource, operation, name));
		expect(options).toEqual(expect.arrayContaining(names));
	});

	it('asks for the access of an API key, and never grants full access unless it’s chosen', () => {
		const access = field('subuserApiKey', 'create', 'access');
		expect(valuesOf(access)).toEqual(['custom', 'full', 'mailSend']);
		expect(access.default).toBe('mailSend');
		const newAccess = field('subuserApiKey', 'update', 'access');
		expect(valuesOf(newAccess)).toEqual(['custom', 'mailSend', 'unchanged']);
		expect(newAccess.default).toBe('unchanged');
	});
});
