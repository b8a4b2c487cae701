import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	darkPictureOf,
	outdatedParts,
	pictureOf,
	pictureSizes,
} from '../../playground/examplePictures';
import { readExample } from '../../playground/examples';
import { startNodes, unpinnedSources } from '../../playground/exampleStarts';
import { packageName } from '../../playground/paths';
import { crossingLines, type Canvas } from './canvasLines';

const folder = join(__dirname, '..', '..', 'examples');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
/** The size of a picture that a page with all of them can still load quickly. */
const LARGEST_BYTES = 150_000;
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

describe.each(files)('The example %s', (file) => {
	const text = readFileSync(join(folder, file), 'utf8');

	it('has a section in the README, with up-to-date pictures', () => {
		expect(readme).toContain(`](${file})`);
		// A thumbnail, and the picture in the section.
		expect(readme.split(`src="pictures/${pictureOf(file)}"`)).toHaveLength(3);
		expect(readme.split(`srcset="pictures/${darkPictureOf(file)}"`)).toHaveLength(3);
		expect(pictureSizes(file).filter((bytes) => bytes > LARGEST_BYTES)).toEqual([]);
		// To update it: UPDATE_PICTURES=1 npm run test:e2e -- e2e/examples.test -t editor
		expect(outdatedParts(file)).toEqual([]);
	});

	it('has no lines that cross', () => {
		expect(crossingLines(JSON.parse(text) as Canvas)).toEqual([]);
	});

	it('starts with pinned data, so that a trial run changes no other customer', () => {
		const workflow = readExample(file);
		expect(startNodes(workflow)).not.toEqual([]);
		expect(unpinnedSources(workflow)).toEqual([]);
	});

	it('changes no customers from a list in SendGrid', () => {
		const lists = readExample(file).nodes.filter(
			({ type, parameters: { resource, operation } }) =>
				type === `${packageName}.sendGridProvisioning` &&
				['account', 'subuser'].includes(String(resource)) &&
				operation === 'getAll',
		);
		expect(lists.map(({ name }) => name)).toEqual([]);
	});

	it('restricts the customers that a model can change', () => {
		const tools = readExample(file).nodes.filter(
			({ type, parameters: { operation } }) =>
				type === `${packageName}.sendGridProvisioningTool` &&
				!/^(get|check)/.test(String(operation)),
		);
		const unrestricted = tools.filter(({ parameters }) => {
			const customer = parameters.subuser ?? parameters.account;
			return !JSON.stringify(customer).includes("$('Chat')");
		});
		expect(unrestricted.map(({ name }) => name)).toEqual([]);
	});

	it('gives a new API key only to the service for one-time links, and saves no execution with it', () => {
		const { nodes, settings } = readExample(file);
		const readers = nodes.filter(({ parameters }) => /api_key\b/.test(JSON.stringify(parameters)));
		const creators = nodes.filter(
			({ parameters: { resource, operation } }) =>
				resource === 'subuserApiKey' && operation === 'create',
		);
		expect(readers.map(({ name }) => name)).toEqual(creators.map(() => 'Create One-Time Link'));
		if (creators.length === 0) return;
		expect(settings).toMatchObject({
			saveDataErrorExecution: 'none',
			saveDataSuccessExecution: 'none',
			saveManualExecutions: false,
		});
	});

	it('has only email addresses that are reserved for examples', () => {
		const addresses = text.match(/[\w.-]+@[\w-]+(\.[\w-]+)+/g) ?? [];
		expect(addresses.filter((address) => !/[@.]example(\.com|\.org)?$/.test(address))).toEqual([]);
	});

	it('is unpublished and has no credential', () => {
		const { active, nodes } = JSON.parse(text) as {
			active: boolean;
			nodes: Array<{ credentials?: Record<string, { id: string | null }> }>;
		};
		const ids = nodes.flatMap(({ credentials }) => Object.values(credentials ?? {}));
		expect(active).toBe(false);
		expect(ids.filter(({ id }) => id !== null)).toEqual([]);
	});
});
