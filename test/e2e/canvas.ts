/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { openWindow } from './editor';
import type { Instance } from './instance';

const VIEWPORT = { width: 1700, height: 1000 };
/** Around the workflow, in its own pixels: the editor makes large ones smaller. */
const MARGIN = 32;

/**
 * What lies over the canvas, the dots under it, which make pictures large, and the stubs at whose
 * ends the next node would be added.
 */
const ONLY_THE_WORKFLOW = `
	.vue-flow__panel, .vue-flow__minimap, .vue-flow__background, [data-test-id="canvas-controls"],
	[data-test-id="node-creator"], [data-test-id="execute-workflow-button"],
	[data-test-id="canvas-handle-plus-wrapper"], [data-test-id="canvas-handle-plus-wrapper"] * {
		visibility: hidden !important;
	}
`;

/** A workflow as n8n's editor draws it. */
export interface Canvas {
	/** The nodes and notes, without the editor around them. */
	picture: Buffer;
	/** What stands there: names of nodes, what they do, their outputs, notes. Sorted. */
	words: string[];
	/** The names of the nodes that are marked as not ready, sorted. */
	marked: string[];
}

/** A tab of n8n's editor, with its owner logged in. */
export async function openTab(browser: Browser, { n8n, owner }: Instance): Promise<Page> {
	const context = await openWindow(browser, {
		baseURL: n8n.url,
		viewport: VIEWPORT,
		colorScheme: 'light',
	});
	await context.request.post('/rest/login', {
		data: { emailOrLdapLoginId: owner.email, password: owner.password },
	});
	return await context.newPage();
}

/** Imports a workflow as a user does, by ⋯ → Import from File, and leaves it as it is then. */
export async function importFile(page: Page, file: string, nodes: number): Promise<Canvas> {
	await page.goto('/workflow/new');
	await page.getByTestId('canvas-plus-button').waitFor();
	await page.waitForLoadState('networkidle');
	// What the menu's entry opens is the system's own dialog, which a test cannot see.
	await page.getByTestId('workflow-import-input').setInputFiles(file);
	await page
		.locator('.vue-flow__node')
		.nth(nodes - 1)
		.waitFor();
	// "Fit to view", as the editor's own key for it.
	await page.locator('body').press('1');
	// What is imported is selected, until one clicks beside it.
	await page.locator('.vue-flow__pane').click({ position: { x: 3, y: 400 } });
	await page.addStyleTag({ content: ONLY_THE_WORKFLOW });
	const clip = await settled(page);
	const marked = page.getByTestId('node-issues').locator('xpath=ancestor::*[@data-node-name][1]');
	const names = (await marked.all()).map(async (node) => await node.getAttribute('data-node-name'));
	return {
		picture: await page.screenshot({ clip }),
		words: await wordsOn(page),
		marked: (await Promise.all(names)).map((name) => name ?? '').sort(),
	};
}

/** The same twice in a row: the editor zooms and moves for a while. */
async function settled(page: Page): ReturnType<typeof around> {
	for (let before = ''; ; await page.waitForTimeout(500)) {
		const clip = await around(page);
		const now = JSON.stringify(clip);
		if (now === before) return clip;
		before = now;
	}
}

/** The part of the page that nodes, their labels, notes and connections take, with a margin. */
async function around(page: Page) {
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
		// Labels are wider than what stands in them.
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
