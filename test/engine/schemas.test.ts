import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { publishDns } from '../../emulator/dns';
import { resources } from '../../nodes/SendGridProvisioning/resources';
import type { RunOptions } from './engine';
import { addNeeds, customerOperations, IP, listOperations, numberOf } from './faultOperations';
import type { OperationUnderFault } from './faultOperations';
import {
	isUpdate,
	operationOf,
	SCHEMA_FOLDER,
	schemaFile,
	schemaOf,
	schemaText,
	unknownContents,
} from './outputSchema';
import { table } from './processOfN8n';
import { ACCOUNTS, byId, byUsername, updateCredits, updateOfferings, world } from './world';

const here = world();

const operations = resources.flatMap((resource) =>
	resource.operations.map((operation) => ({
		name: `${resource.option.value}/${operation.option.value}`,
		hasKey: operation.onceKey !== undefined,
	})),
);

const rows: OperationUnderFault[] = [...customerOperations, ...listOperations];
const rowsOf = (name: string) =>
	rows.filter(({ operation }) => operation.split(',')[0] === name.replace('/', ' '));

/** The customer of an operation's first row. */
const FIRST = 'customer-0';

const creditOperation = (username: string, operation: string, more: INodeParameters = {}) => ({
	...updateCredits(username, more),
	operation,
});

/** Runs that show what an output can contain, besides those in faultOperations.ts. */
const MORE: INodeParameters[] = [
	{
		resource: 'account',
		operation: 'create',
		package: 'demo.ei.free.v1',
		profile: {
			firstName: 'Ada',
			lastName: 'Moor',
			companyName: 'Orchard Lane',
			companyWebsite: 'https://orchard-lane.example',
			email: 'ada@orchard-lane.example',
			phone: '+15555550100',
			timezone: 'Europe/London',
		},
	},
	{
		resource: 'accountIp',
		operation: 'add',
		account: byId(ACCOUNTS.lowmoor),
		count: 1,
		region: 'global',
	},
	updateOfferings(ACCOUNTS.lowmoor, {
		change: 'replace',
		package: 'demo.ei.pro-100k.v1',
		addons: { addon: [{ name: 'demo.x.ip.v1', quantity: 2 }] },
	}),
	{
		resource: 'subuser',
		operation: 'create',
		username: 'orchard-lane',
		email: 'mail@orchard-lane.example',
		password: 'not-a-real-one',
		region: 'eu',
	},
	{
		resource: 'subuser',
		operation: 'updateIps',
		subuser: byUsername('birchwood-bakery'),
		change: 'replace',
		ips: IP,
	},
	{
		resource: 'subuser',
		operation: 'upsert',
		username: 'birchwood-bakery',
		email: 'new@birchwood-bakery.example',
		ips: IP,
		updateFields: { status: 'disabled', updateEmail: true },
	},
	// Nonrecurring and unlimited credits.
	creditOperation('saltmarsh-books', 'get'),
	creditOperation('tidewater-toys', 'get'),
	creditOperation('saltmarsh-books', 'adjust', { adjustment: 7 }),
	creditOperation('saltmarsh-books', 'topUp', { minimum: 5000 }),
	creditOperation('tidewater-toys', 'topUp', { minimum: 5000 }),
	updateCredits('saltmarsh-books', { creditType: 'unlimited' }),
	updateCredits('tidewater-toys', { total: 50 }),
	{
		resource: 'subuserDomain',
		operation: 'validate',
		subuser: byUsername(FIRST),
		domainId: numberOf(FIRST),
	},
	{
		resource: 'subuserLink',
		operation: 'validate',
		subuser: byUsername(FIRST),
		linkId: numberOf(FIRST),
	},
];

/** What an operation returns, the real runs first: their order of fields is the schema’s. */
async function outputsOf({ name, hasKey }: (typeof operations)[number]): Promise<IDataObject[]> {
	const run = async (parameters: INodeParameters, options: Partial<RunOptions> = {}) => {
		const { items, error } = await here.run(parameters, options);
		expect(error?.message).toBeUndefined();
		return items;
	};
	const first: IDataObject[] = [];
	const later: IDataObject[] = [];
	const runBoth = async (parameters: INodeParameters) => {
		later.push(...(await run({ ...parameters, dryRun: true })));
		first.push(...(await run(parameters)));
	};

	for (const [index, { prepare, parameters }] of rowsOf(name).entries()) {
		const target = `customer-${index}`;
		prepare?.(here.emulator, target);
		await runBoth({ ...parameters(target), onceKey: target });
		// Now the key is done.
		if (hasKey) later.push(...(await run({ ...parameters(target), onceKey: target })));
	}
	publishDns(here.emulator.state, `${FIRST}.example`);
	for (const parameters of MORE) {
		if (operationOf(parameters) === name) await runBoth(parameters);
	}
	if (name === 'apiKey/check') {
		const apiKey = here.emulator.addKey({ scopes: [], reseller: false });
		const credential = { ...here.credential, apiKey };
		first.push(...(await run({ resource: 'apiKey', operation: 'check' }, { credential })));
	}
	return [...first, ...later];
}

beforeEach(() => {
	table.reset();
	addNeeds(here.emulator);
});

describe('the output schemas, which UPDATE_SCHEMAS=1 updates,', () => {
	it.each(operations)('describe what $name returns', async (operation) => {
		const schema = schemaOf(await outputsOf(operation));
		expect(schema.type).toBe('object');
		expect(unknownContents(schema)).toEqual([]);
		const file = schemaFile(operation.name);
		if (isUpdate) {
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, schemaText(schema));
		}
		expect(existsSync(file) ? readFileSync(file, 'utf8') : 'no file').toBe(schemaText(schema));
	});

	it('are there for operations only', () => {
		const folder = dirname(SCHEMA_FOLDER);
		const files = readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map(({ parentPath, name }) => join(parentPath, name));
		const others = files.filter(
			(file) => !operations.some(({ name }) => schemaFile(name).split('/').join(sep) === file),
		);
		if (isUpdate) others.forEach((file) => rmSync(file));
		else expect(others).toEqual([]);
	});
});
