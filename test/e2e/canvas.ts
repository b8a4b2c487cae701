/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { openNewWorkflow, openWindow } from './editor';
import type { Instance } from './instance';
import { lightAndDark, type Clip, type Pictures } from './png';

const VIEWPORT = { width: 1700, height: 1000 };
/** Pixels around the workflow before the editor zooms out. */
const MARGIN = 32;

/** Hides controls over the canvas, its dots, which make pictures large, and the buttons that add nodes. */
export const HIDE_CONTROLS = `
	.vue-flow__panel, .vue-flow__minimap, .vue-flow__background, [data-test-id="canvas-controls"],
	[data-test-id="node-creator"], [data-test-id="execute-workflow-button"],
	[data-test-id="canvas-handle-plus-wrapper"], [data-test-id="canvas-handle-plus-wrapper"] * {
		visibility: hidden !important;
	}
`;

/** Shows the workflow as it looks once its credentials are chosen. */
const HIDE_WARNINGS = '[data-test-id="node-issues"] { visibility: hidden !important; }';

/** A workflow as n8n's editor draws it. */
export interface Canvas {
	/** The area of the nodes and notes, without the editor around them. */
	clip: Clip;
	/** The texts of nodes and notes, sorted. */
	words: string[];
	/** The names of nodes with a warning, sorted. */
	withWarning: string[];
	/** The beginnings of the notes whose text doesn't fit. */
	cutNotes: string[];
}

/** Opens a browser tab that is logged in to n8n. */
export async function openTab(browser: Browser, { n8n, owner }: Instance): Promise<Page> {
	const context = await openWindow(browser, {
		baseURL: n8n.url,
		viewport: VIEWPORT,
		// Larger only for pictures: drawing takes most of a test's time.
		deviceScaleFactor: process.env.UPDATE_PICTURES ? 2 : 1,
		colorScheme: 'light',
	});
	await context.request.post('/rest/login', {
		data: { emailOrLdapLoginId: owner.email, password: owner.password },
	});
	return await context.newPage();
}

/** Imports a workflow as a user does with ⋯ → Import from File, without saving it. */
export async function importFile(page: Page, file: string, nodes: number): Promise<Canvas> {
	await openNewWorkflow(page);
	await page.getByTestId('canvas-plus-button').waitFor();
	await page.waitForLoadState('networkidle');
	// The menu entry opens a dialog of the system, which a test can't use.
	await page.getByTestId('workflow-import-input').setInputFiles(file);
	await page
		.locator('.vue-flow__node')
		.nth(nodes - 1)
		.waitFor();
	// The editor's shortcut for "Fit to view".
	await page.locator('body').press('1');
	// A click on the canvas clears the selection, which the import leaves. Not beside a trigger, which
	// shows a button then.
	await page.locator('.vue-flow__pane').click({ position: { x: 3, y: 60 } });
	await page.addStyleTag({ content: HIDE_CONTROLS });
	const clip = await settledBounds(page);
	const warned = page.getByTestId('node-issues').locator('xpath=ancestor::*[@data-node-name][1]');
	const names = (await warned.all()).map(async (node) => await node.getAttribute('data-node-name'));
	const withWarning = (await Promise.all(names)).map((name) => name ?? '').sort();
	return { clip, words: await wordsOn(page), withWarning, cutNotes: await cutNotesOn(page) };
}

async function cutNotesOn(page: Page): Promise<string[]> {
	return await page
		.getByTestId('sticky')
		.evaluateAll((notes) =>
			notes
				.filter((note) =>
					Array.from(note.querySelectorAll('*')).some(
						(part) =>
							part.scrollHeight > part.clientHeight + 1 &&
							getComputedStyle(part).overflowY !== 'visible',
					),
				)
				.map((note) => (note.textContent ?? '').trim().slice(0, 40)),
		);
}

/** Takes pictures of a workflow that was imported. */
export async function picturesOf(page: Page, { clip }: Canvas): Promise<Pictures> {
	await page.addStyleTag({ content: HIDE_WARNINGS });
	return await lightAndDark(page, clip);
}

/** The workflow's bounds, once they have stopped changing. */
async function settledBounds(page: Page): Promise<Clip> {
	for (let before = ''; ; await page.waitForTimeout(250)) {
		const clip = await boundsOf(page);
		const now = JSON.stringify(clip);
		if (now === before) return clip;
		before = now;
	}
}

/** The bounds of nodes, labels, notes, and connections, with a margin. */
async function boundsOf(page: Page): Promise<Clip> {
	return await page.locator('.vue-flow').evaluate((canvas, margin) => {
		const boxes = Array.from(
			canvas.querySelectorAll(
				'.vue-flow__node, .vue-flow__node svg, .vue-flow__node img, .vue-flow__edge-path',
			),
		)
			.filter((element) =>
				element.checkVisibility({ visibilityProperty: true, opacityProperty: true }),
			)
			.map((element) => element.getBoundingClientRect());
		// The elements of labels are wider than their texts.
		const texts = document.createTreeWalker(canvas, NodeFilter.SHOW_TEXT);
		for (let text = texts.nextNode(); text; text = texts.nextNode()) {
			const visible = text.parentElement?.checkVisibility({
				visibilityProperty: true,
				opacityProperty: true,
			});
			if (!visible || !text.parentElement?.closest('.vue-flow__node')) continue;
			const range = document.createRange();
			range.selectNodeContents(text);
			boxes.push(range.getBoundingClientRect());
		}
		const seen = boxes.filter(({ width, height }) => width > 0 || height > 0);
		const pane = canvas.querySelector('.vue-flow__transformationpane');
		const zoom = pane ? new DOMMatrix(getComputedStyle(pane).transform).a : 1;
		const x = Math.min(...seen.map(({ left }) => left)) - margin * zoom;
		const y = Math.min(...seen.map(({ top }) => top)) - margin * zoom;
		return {
			x,
			y,
			width: Math.max(...seen.map(({ right }) => right)) + margin * zoom - x,
			height: Math.max(...seen.map(({ bottom }) => bottom)) + margin * zoom - y,
		};
	}, MARGIN);
}

async function wordsOn(page: Page): Promise<string[]> {
	const texts = await page.locator('.vue-flow__node').allInnerTexts();
	const plain = texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
	return plain.filter((text) => text !== '').sort();
}
