/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { readExample, withCredential } from '../../playground/examples';
import { HIDE_CONTROLS } from './canvas';
import type { Editor } from './editor';
import type { NodeForm } from './nodeForm';
import { isUpdate, textOfArea } from './pictures';
import { animatedPng, lightAndDark, type Clip, type Pictures } from './png';

const EXAMPLE = 'crm-deal-won.json';
const NODE = 'Update Account Offerings';
const FRAME = { width: 1000, height: 440 };
const CAPTION_HEIGHT = 60;
/** The tabs over the top of the canvas, which the caption hides. */
const TABS_HEIGHT = 30;
const MILLISECONDS = 4000;
/** Wide enough for an output panel as wide as a frame. */
const VIEWPORT = { width: 2480, height: 1000 };

interface Scene {
	caption: string;
	/** The text that the picture shows. */
	text: string;
	/** Missing unless the animation is made. */
	pictures: Pictures | undefined;
}

/**
 * Runs the example in the editor: a deal is won, the dry run, the change, and the same event again.
 */
export async function dealWon(editor: Editor): Promise<Scene[]> {
	const { page, instance } = editor;
	const workflow = withCredential(readExample(EXAMPLE), instance.credential.id);
	workflow.nodes = workflow.nodes.filter(({ type }) => !type.endsWith('.stickyNote'));
	const { id } = await instance.api.replaceWorkflow(workflow);
	const node = workflow.nodes.find(({ name }) => name === NODE);

	await page.setViewportSize({ width: 1400, height: 512 });
	await editor.goTo(`/workflow/${id}`);
	await page.locator('.vue-flow__node').first().waitFor();
	await page.waitForLoadState('networkidle');
	await page.addStyleTag({ content: HIDE_CONTROLS });
	await page.locator('body').press('1');
	const won = await scene(
		page,
		page.locator('.vue-flow'),
		'1. A deal is won in your CRM',
		TABS_HEIGHT,
	);

	await page.setViewportSize(VIEWPORT);
	await editor.goTo(`/workflow/${id}/${String(node?.id)}`);
	await page.getByTestId('parameter-input-operation').waitFor();
	await page.waitForLoadState('networkidle');
	const form = editor.form();
	const run = async (caption: string, summary: RegExp): Promise<Scene> => {
		await form.run();
		await waitForSummary(form, summary);
		return await scene(page, form.output(), caption);
	};
	await form.toggle('dryRun');
	const dry = await run('2. Dry run: shows the change, and sends nothing', /^would be/);
	await form.toggle('dryRun');
	const applied = await run('3. Applied: what the deal doesn’t name is kept', /^demo/);
	const again = await run('4. The same event again: nothing is sent', /^unchanged/);
	return [won, dry, applied, again];
}

/** Joins the scenes to one animation for each theme. */
export async function animate({ browser }: Editor, scenes: Scene[]): Promise<Pictures> {
	const join = async (theme: keyof Pictures): Promise<Buffer> =>
		await animatedPng(
			browser,
			scenes.flatMap(({ pictures }) =>
				pictures ? [{ picture: pictures[theme], milliseconds: MILLISECONDS }] : [],
			),
		);
	return { light: await join('light'), dark: await join('dark') };
}

async function waitForSummary(form: NodeForm, summary: RegExp): Promise<void> {
	while (!summary.test((await form.row()).summary ?? '')) {
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
}

/** Takes a picture of the part under a caption, without the part's first `hidden` pixels. */
async function scene(page: Page, part: Locator, caption: string, hidden = 0): Promise<Scene> {
	const box = await part.boundingBox();
	if (!box) throw new Error(`There is nothing to show for “${caption}”.`);
	const clip: Clip = {
		x: box.x + Math.max(0, box.width - FRAME.width) / 2,
		y: Math.max(0, box.y + hidden - CAPTION_HEIGHT),
		...FRAME,
	};
	await page.evaluate(showCaption, { caption, clip, height: CAPTION_HEIGHT });
	const text = await textOfArea(page, part, clip);
	return { caption, text, pictures: isUpdate ? await lightAndDark(page, clip) : undefined };
}

/** Runs in the browser. */
function showCaption({ caption, clip, height }: { caption: string; clip: Clip; height: number }) {
	document.getElementById('caption')?.remove();
	const band = document.createElement('div');
	band.id = 'caption';
	band.textContent = caption;
	Object.assign(band.style, {
		position: 'fixed',
		zIndex: '100000',
		left: `${clip.x}px`,
		top: `${clip.y}px`,
		width: `${clip.width}px`,
		height: `${height}px`,
		lineHeight: `${height}px`,
		paddingLeft: '24px',
		background: '#1f3a5f',
		color: 'white',
		fontSize: '24px',
		fontWeight: '600',
	});
	document.body.append(band);
}
