import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outdatedIn, pictureOf } from '../../playground/examplePictures';

const folder = join(__dirname, '..', '..', 'examples');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

describe.each(files)('The example %s', (file) => {
	const text = readFileSync(join(folder, file), 'utf8');

	it('has a section in the README, with a picture of it as it is now', () => {
		expect(readme).toContain(`](${file})`);
		expect(readme).toContain(`](pictures/${pictureOf(file)})`);
		// To draw it anew: UPDATE_PICTURES=1 npm run test:e2e -- e2e/examples.test -t editor
		expect(outdatedIn(file)).toEqual([]);
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
