import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentLine, olderLine, root } from '../../playground/paths';
import { Editor, nodeName } from './editor';
import { START_TIMEOUT_MS } from './instance';

const N8N_SENDGRID_NODE = 'SendGrid';
const icons = join(root, 'nodes', 'SendGridProvisioning');

/** The actions in the table of docs/operations.md, in its order. */
function actionsInDocs(): string[] {
	const page = readFileSync(join(root, 'docs', 'operations.md'), 'utf8');
	const table = page.split('\n\n').find((part) => part.startsWith('| action ')) ?? '';
	return [...table.matchAll(/^\| \*\*(.+?)\*\* /gm)].map(([, action]) => action ?? '');
}

describe.each([currentLine, olderLine])('In n8n $version’s editor', (line) => {
	let editor: Editor;

	beforeAll(async () => {
		editor = await Editor.start(line);
	}, START_TIMEOUT_MS);

	afterAll(async () => await editor?.close());

	beforeEach(() => editor.instance.emulator.reset());

	/** Searches the nodes panel, and returns the results. */
	async function search(word: string): Promise<string[]> {
		const searchBar = editor.page.getByTestId('node-creator-search-bar');
		const names = editor.page.getByTestId('node-creator-item-name');
		const ours = names.getByText(nodeName).first();
		await searchBar.fill('');
		await ours.waitFor({ state: 'hidden' });
		await searchBar.fill(word);
		await ours.waitFor();
		return await names.allInnerTexts();
	}

	async function openPanel(): Promise<void> {
		await editor.openCanvas();
		await editor.page.getByTestId('node-creator-plus-button').click();
	}

	it('the node is found by common terms, before n8n’s own SendGrid node', async () => {
		await openPanel();
		expect(await search('sendgrid')).toEqual(
			expect.arrayContaining([nodeName, N8N_SENDGRID_NODE]) as unknown,
		);
		for (const word of ['credits', 'offerings', 'subuser', 'reseller']) {
			const names = await search(word);
			expect([word, names[0]]).toEqual([word, nodeName]);
		}
	});

	it('the actions are those in docs/operations.md, each with a verb and an object', async () => {
		await openPanel();
		await search('subuser');
		const { page } = editor;
		await page.getByTestId('node-creator-item-name').getByText(nodeName).first().click();
		// The panel shows more and more of a long list.
		await page.getByText('Validate subuser link branding').waitFor();
		// The panel also lists the node's name and, in some versions, the trigger's events.
		const listed = (await page.getByTestId('node-creator-item-name').allInnerTexts()).filter(
			(name) => name !== nodeName && !name.startsWith('On '),
		);

		expect(listed).toEqual(actionsInDocs());
		expect(listed).toHaveLength(39);
		for (const action of listed) {
			expect(action).toMatch(
				/^(Add|Adjust|Authenticate|Brand|Check|Create|Delete|Get|Remove|Top up|Update|Validate) /,
			);
			expect(action).not.toMatch(/\b(a|an|the)\b/i);
		}
		await editor.screenshot(`actions-${line.version}`);
	});

	it('the trigger’s events are found as the first step of a workflow', async () => {
		const { page } = editor;
		await editor.openEmptyCanvas();
		await page.getByTestId('canvas-plus-button').click();
		expect(await search('low credits')).toEqual([nodeName]);
		await page.getByTestId('node-creator-item-name').getByText(nodeName).first().click();
		await page.getByText('On subuser created').waitFor();

		const listed = await page.getByTestId('node-creator-item-name').allInnerTexts();
		expect(listed.filter((name) => name.startsWith('On '))).toEqual([
			'On account created',
			'On account state changed',
			'On subuser credits low',
			'On subuser created',
		]);
		await editor.screenshot(`triggers-${line.version}`);
	});

	it('the canvas shows the node’s action', async () => {
		await editor.openCanvas({ parameters: { resource: 'subuserCredit', operation: 'update' } });
		const node = editor.page.getByTestId('canvas-node').filter({ hasText: nodeName });
		expect(await node.innerText()).toContain('Update subuser credits');
	});

	it('the next node’s form shows the fields of the output before the first run', async () => {
		const { page } = editor;
		await editor.openNextNode({ resource: 'subuserCredit', operation: 'update' });
		const fields = page.getByTestId('run-data-schema-node-name');
		await fields.getByText('summary', { exact: true }).waitFor();
		expect(await fields.allInnerTexts()).toEqual(
			expect.arrayContaining(['username', 'changed', 'remain', 'request', 'before']),
		);
		await editor.screenshot(`next-node-${line.version}`);
	});

	it.each([
		['light', 'sendGridProvisioning.svg'],
		['dark', 'sendGridProvisioning.dark.svg'],
	] as const)('the %s theme has its own icon', async (theme, file) => {
		const { page } = editor;
		await page.emulateMedia({ colorScheme: theme });
		await editor.openCanvas({ parameters: {} });
		const icon = page.getByTestId('canvas-node').filter({ hasText: nodeName }).locator('img');
		await icon.waitFor();
		const source = (await icon.getAttribute('src')) ?? '';
		const answer = await page.context().request.get(source);

		expect(source).toContain(`/${file}`);
		expect(answer.headers()['content-type']).toContain('image/svg+xml');
		expect(await answer.text()).toBe(readFileSync(join(icons, file), 'utf8'));
		await editor.screenshot(`canvas-${theme}`);
		await page.emulateMedia({ colorScheme: 'light' });
	});

	describe('the credential’s dialog', () => {
		it('asks for a base URL only if the region is Custom', async () => {
			const dialog = await editor.openCredential(editor.instance.credential);
			expect(await dialog.shows('baseUrl')).toBe(true);
			expect(await dialog.shows('connectionTest')).toBe(false);

			for (const region of ['EU', 'Global']) {
				await dialog.choose('region', region);
				expect(await dialog.shows('baseUrl')).toBe(false);
			}
			await dialog.choose('region', 'Custom');
			expect(await dialog.valueOf('baseUrl')).toBe(editor.instance.emulator.url);
		});

		it('accepts a valid key', async () => {
			const dialog = await editor.openCredential(editor.instance.credential);
			expect(await dialog.testResult()).toBe('Connection tested successfully');
		});

		it('reports a wrong key', async () => {
			const dialog = await editor.openCredential(
				await editor.credentialWith('A wrong key', { apiKey: 'SG.wrong' }),
			);
			expect(await dialog.testResult()).toContain('SendGrid doesn’t accept the API key');
			await editor.screenshot('credential-wrong-key');
		});

		it('reports a key without access', async () => {
			// SendGrid's response if a key has no permissions, or not from this IP address.
			const match = 'GET /v3/scopes';
			editor.instance.emulator.fail({ match, kind: 'status', status: 403, times: Infinity });
			const dialog = await editor.openCredential(editor.instance.credential);
			expect(await dialog.testResult()).toContain(
				'SendGrid accepts this API key, but it has no access',
			);
		});

		it('reports that a firewall answered instead of SendGrid', async () => {
			const match = 'GET /v3/scopes';
			const fault = { match, kind: 'html', status: 403, gateway: true } as const;
			editor.instance.emulator.fail({ ...fault, times: Infinity });
			const dialog = await editor.openCredential(editor.instance.credential);
			expect(await dialog.testResult()).toContain(
				'A proxy, firewall, or gateway answered instead of SendGrid (status 403, an HTML page)',
			);
			await editor.screenshot('credential-firewall');
		});

		it('reports an unknown host', async () => {
			const dialog = await editor.openCredential(
				await editor.credentialWith('Unknown host', { baseUrl: 'https://sendgrid.invalid' }),
			);
			expect(await dialog.testResult()).toContain(
				'Host sendgrid.invalid: SendGrid couldn’t be reached (unknown host)',
			);
		});

		it('refuses an unencrypted base URL', async () => {
			const dialog = await editor.openCredential(
				await editor.credentialWith('Without encryption', { baseUrl: 'http://example.com' }),
			);
			expect(await dialog.testResult()).toContain('unencrypted');
			await editor.screenshot('credential-unencrypted');
		});
	});
});
