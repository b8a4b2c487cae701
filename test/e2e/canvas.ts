import type { Browser, Page } from 'playwright-core';
import type { Instance } from './instance';

const VIEWPORT = { width: 1700, height: 1000 };
/** Labels and the ends of connections stick out of the nodes' own boxes. */
const MARGIN = { left: 16, top: 16, right: 72, bottom: 48 };

/** What lies over the canvas, and the dots under it, which make pictures large. */
const ONLY_THE_WORKFLOW = `
	.vue-flow__panel, .vue-flow__minimap, .vue-flow__background, [data-test-id="canvas-controls"],
	[data-test-id="node-creator"], [data-test-id="execute-workflow-button"] {
		visibility: hidden !important;
	}
`;

/** A workflow as n8n's editor draws it. */
export interface Canvas {
	/** The nodes and notes, without the editor around them. */
	picture: Buffer;
	/** The names of the nodes that are marked as not ready, sorted. */
	marked: string[];
}

/** A tab of n8n's editor, with its owner logged in. */
export async function openTab(browser: Browser, { n8n, owner }: Instance): Promise<Page> {
	const context = await browser.newContext({
		baseURL: n8n.url,
		viewport: VIEWPORT,
		colorScheme: 'light',
		reducedMotion: 'reduce',
	});
	await context.request.post('/rest/login', {
		data: { emailOrLdapLoginId: owner.email, password: owner.password },
	});
	return await context.newPage();
}

export async function openCanvas(
	page: Page,
	workflow: { id: string; nodes: unknown[] },
): Promise<Canvas> {
	await page.goto(`/workflow/${workflow.id}`);
	await page
		.locator('.vue-flow__node')
		.nth(workflow.nodes.length - 1)
		.waitFor();
	// "Fit to view", as the editor's own key for it.
	await page.locator('body').press('1');
	await page.addStyleTag({ content: ONLY_THE_WORKFLOW });
	const clip = await settled(page);
	const marked = page.getByTestId('node-issues').locator('xpath=ancestor::*[@data-node-name][1]');
	const names = (await marked.all()).map(async (node) => await node.getAttribute('data-node-name'));
	return {
		picture: await page.screenshot({ clip }),
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

/** The part of the page that the nodes and notes take, with their labels. */
async function around(page: Page) {
	const nodes = await page.locator('.vue-flow__node').all();
	const boxes = await Promise.all(nodes.map(async (node) => await node.boundingBox()));
	const seen = boxes.flatMap((box) => (box ? [box] : []));
	const x = Math.min(...seen.map((box) => box.x)) - MARGIN.left;
	const y = Math.min(...seen.map((box) => box.y)) - MARGIN.top;
	return {
		x,
		y,
		width: Math.max(...seen.map((box) => box.x + box.width)) + MARGIN.right - x,
		height: Math.max(...seen.map((box) => box.y + box.height)) + MARGIN.bottom - y,
	};
}
