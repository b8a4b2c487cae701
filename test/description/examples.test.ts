import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outdatedParts, pictureOf } from '../../playground/examplePictures';
import { readExample } from '../../playground/examples';
import { startNodes, unpinnedSources } from '../../playground/exampleStarts';
import { packageName } from '../../playground/paths';

const folder = join(__dirname, '..', '..', 'examples');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

describe.each(files)('The example %s', (file) => {
	const text = readFileSync(join(folder, file), 'utf8');

	it('has a section in the README, with a picture of it as it is now', () => {
		expect(readme).toContain(`](${file})`);
		expect(readme).toContain(`](pictures/${pictureOf(file)})`);
		// To draw it anew: UPDATE_PICTURES=1 npm run test:e2e -- e2e/examples.test -t editor
		expect(outdatedParts(file)).toEqual([]);
	});

	it('begins with a pinned sample, so that trying it changes no other customer', () => {
		const workflow = readExample(file);
		expect(startNodes(workflow)).not.toEqual([]);
		expect(unpinnedSources(workflow)).toEqual([]);
	});

	it('changes no customers that it finds in SendGrid itself', () => {
		const lists = readExample(file).nodes.filter(
			({ type, parameters: { resource, operation } }) =>
				type === `${packageName}.sendGridProvisioning` &&
				['account', 'subuser'].includes(String(resource)) &&
				operation === 'getAll',
		);
		expect(lists.map(({ name }) => name)).toEqual([]);
	});

	it('limits what a model may change in the tool itself', () => {
		const tools = readExample(file).nodes.filter(
			({ type, parameters: { operation } }) =>
				type === `${packageName}.sendGridProvisioningTool` &&
				!/^(get|check)/.test(String(operation)),
		);
		const free = tools.filter(({ parameters }) => {
			const customer = parameters.subuser ?? parameters.account;
			return !JSON.stringify(customer).includes("$('Chat')");
		});
		expect(free.map(({ name }) => name)).toEqual([]);
	});

	it('names no address but those that are reserved for examples', () => {
		const addresses = text.match(/[\w.-]+@[\w-]+(\.[\w-]+)+/g) ?? [];
		expect(addresses.filter((address) => !/[@.]example(\.com|\.org)?$/.test(address))).toEqual([]);
	});

	it('is switched off, and brings no credential of its own', () => {
		const { active, nodes } = JSON.parse(text) as {
			active: boolean;
			nodes: Array<{ credentials?: Record<string, { id: string | null }> }>;
		};
		const ids = nodes.flatMap(({ credentials }) => Object.values(credentials ?? {}));
		expect(active).toBe(false);
		expect(ids.filter(({ id }) => id !== null)).toEqual([]);
	});
});
