import type { Locator } from 'playwright-core';
import { currentLine } from '../../playground/paths';
import { animate, dealWon } from './animation';
import { Editor, nodeName } from './editor';
import { START_TIMEOUT_MS } from './instance';
import {
	comparePicture,
	compareText,
	darkFile,
	isUpdate,
	linkedPictures,
	pictureSize,
	picturesChangedWithoutText,
	record,
	savedPictures,
} from './pictures';

const LARGEST_BYTES = 125_000;
const ANIMATION = 'deal-won.png';
const LARGEST_ANIMATION_BYTES = 1_000_000;
const VIEWPORT = { width: 1900, height: 1000 };

const fromList = (value: string, cachedResultName: string) => ({
	__rl: true,
	mode: 'list',
	value,
	cachedResultName,
});
const updateOfferings = {
	resource: 'accountOffering',
	operation: 'update',
	account: fromList('sg72512bc12e92b1d8b7ddac90b675f020', 'hello@saltmarsh-books.example'),
	package: 'demo.ei.pro-300k.v1',
	addons: { addon: [{ name: 'demo.x.ip.v1', quantity: 2 }] },
	dryRun: true,
};
const updateCredits = {
	resource: 'subuserCredit',
	operation: 'update',
	subuser: fromList('birchwood-bakery', 'birchwood-bakery'),
	total: 20000,
};

/** The part of the editor that a picture shows. */
interface Subject {
	part: Locator;
	/** Maximum height from the top, in pixels. */
	height?: number;
	/** Pixels around the part, to include a frame at its edge. */
	margin?: number;
}

/** Opens the editor for each of the README's pictures, and returns the part to show. */
const pictures: Record<string, (editor: Editor) => Promise<Subject>> = {
	'actions.png': async (editor) => {
		const { page } = editor;
		// High enough for all actions.
		await page.setViewportSize({ ...VIEWPORT, height: 2300 });
		await editor.openCanvas();
		await page.getByTestId('node-creator-plus-button').click();
		await page.getByTestId('node-creator-search-bar').fill('subuser');
		await page.getByTestId('node-creator-item-name').getByText(nodeName).first().click();
		await page.getByText('Update subuser credits').waitFor();
		return { part: page.getByTestId('node-creator'), height: 2080 };
	},

	'update-account-offerings.png': async (editor) => {
		await editor.openNode({ parameters: updateOfferings });
		return { part: editor.page.getByTestId('node-parameters'), height: 786 };
	},

	'update-subuser-credits.png': async (editor) => {
		await editor.openNode({ parameters: updateCredits });
		return { part: editor.page.getByTestId('node-parameters'), height: 830 };
	},

	'dry-run.png': async (editor) => {
		// Wide enough for the whole table.
		await editor.page.setViewportSize({ ...VIEWPORT, width: 2600 });
		const form = await editor.openNode({
			parameters: { ...updateCredits, dryRun: true },
		});
		await form.run();
		await form.row();
		return { part: form.output(), height: 345 };
	},

	'error.png': async (editor) => {
		const parameters = {
			...updateCredits,
			subuser: fromList('birchwood-bakry', 'birchwood-bakry'),
		};
		const form = await editor.openNode({ parameters });
		await form.run();
		await form.failure();
		return { part: form.output(), height: 300 };
	},

	'credential.png': async (editor) => {
		const { page } = editor;
		await editor.openNode({ parameters: updateCredits });
		await page.getByTestId('node-credentials-select').click();
		await page.getByTestId('node-credentials-select-item-new').click();
		const dialog = page.getByTestId('editCredential-modal');
		await dialog.getByTestId('parameter-input-region').waitFor();
		return { part: dialog, height: 460 };
	},
};

describe("The README's pictures", () => {
	let editor: Editor;

	beforeAll(async () => {
		const deviceScaleFactor = isUpdate ? 2 : 1;
		editor = await Editor.start(currentLine, {}, { viewport: VIEWPORT, deviceScaleFactor });
	}, START_TIMEOUT_MS);

	afterAll(async () => await editor?.close());

	beforeEach(async () => {
		editor.instance.emulator.reset();
		// Closes what the test before has left open.
		await editor.page.goto('about:blank');
		await editor.page.setViewportSize(VIEWPORT);
	});

	it.each(Object.entries(pictures))('%s is up to date', async (file, open) => {
		const { part, ...clip } = await open(editor);
		await comparePicture(editor, file, part, clip);
	});

	it('the animation is up to date', async () => {
		const scenes = await dealWon(editor);
		const text = scenes.map((scene) => `${scene.caption}\n${scene.text}`).join('\n\n');
		if (isUpdate) {
			const { light, dark } = await animate(editor, scenes);
			record(ANIMATION, text, { [ANIMATION]: light, [darkFile(ANIMATION)]: dark });
		}
		compareText(ANIMATION, text);
	});

	it('are all created by this test, and small enough for a page', () => {
		const created = [...Object.keys(pictures), ANIMATION]
			.flatMap((file) => [file, darkFile(file)])
			.sort();
		expect([...new Set(linkedPictures())].sort()).toEqual(created);
		expect(savedPictures().sort()).toEqual(created);
		const animations = [ANIMATION, darkFile(ANIMATION)];
		const limitOf = (file: string) =>
			animations.includes(file) ? LARGEST_ANIMATION_BYTES : LARGEST_BYTES;
		expect(created.filter((file) => pictureSize(file) > limitOf(file))).toEqual([]);
		expect(picturesChangedWithoutText()).toEqual([]);
	});
});
