import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentLine, olderLine, root } from '../../playground/paths';
import { Editor, nodeName } from './editor';
import { START_PATIENCE_MS } from './instance';

const SENDGRID_BY_N8N = 'SendGrid';
const icons = join(root, 'nodes', 'SendGridProvisioning');

/** The actions that the README lists, in its order. */
function actionsInReadme(): string[] {
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	const table = readme.split('\n\n').find((part) => part.startsWith('| action ')) ?? '';
	return [...table.matchAll(/^\| \*\*(.+?)\*\* /gm)].map(([, action]) => action ?? '');
}

describe.each([currentLine, olderLine])('In the editor of n8n $version', (line) => {
	let editor: Editor;

	beforeAll(async () => {
		editor = await Editor.start(line);
	}, START_PATIENCE_MS);

	afterAll(async () => await editor?.close());

	beforeEach(() => editor.instance.emulator.reset());

	/** What the node panel finds. */
	async function found(word: string): Promise<string[]> {
		const search = editor.page.getByTestId('node-creator-search-bar');
		const names = editor.page.getByTestId('node-creator-item-name');
		const ours = names.getByText(nodeName).first();
		await search.fill('');
		await ours.waitFor({ state: 'hidden' });
		await search.fill(word);
		await ours.waitFor();
		return await names.allInnerTexts();
	}

	async function openPanel(): Promise<void> {
		await editor.openCanvas();
		await editor.page.getByTestId('node-creator-plus-button').click();
	}

	it('the node is found by what people look for, before n8n’s own node for sending', async () => {
		await openPanel();
		expect(await found('sendgrid')).toEqual(
			expect.arrayContaining([nodeName, SENDGRID_BY_N8N]) as unknown,
		);
		for (const word of ['credits', 'offerings', 'subuser', 'reseller']) {
			const names = await found(word);
			expect([word, names[0]]).toEqual([word, nodeName]);
		}
	});

	it('its actions are those of the README, each a verb and an object', async () => {
		await openPanel();
		await found('subuser');
		const { page } = editor;
		await page.getByTestId('node-creator-item-name').getByText(nodeName).first().click();
		await page.getByText('Check API key').waitFor();
		// The panel also has the node's own name and, on some versions' first page, the trigger's events.
		const listed = (await page.getByTestId('node-creator-item-name').allInnerTexts()).filter(
			(name) => name !== nodeName && !name.startsWith('On '),
		);

		expect(listed).toEqual(actionsInReadme());
		expect(listed).toHaveLength(22);
		for (const action of listed) {
			expect(action).toMatch(/^(Adjust|Check|Create|Delete|Get|Top up|Update) /);
			expect(action).not.toMatch(/\b(a|an|the)\b/i);
		}
		await editor.screenshot(`actions-${line.version}`);
	});

	it('the trigger’s events are found where a workflow begins', async () => {
		const { page } = editor;
		await editor.openEmptyCanvas();
		await page.getByTestId('canvas-plus-button').click();
		expect(await found('low credits')).toEqual([nodeName]);
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

	it('the canvas says what the node does, in the words of the panel', async () => {
		await editor.openCanvas({ parameters: { resource: 'subuserCredit', operation: 'update' } });
		const node = editor.page.getByTestId('canvas-node').filter({ hasText: nodeName });
		expect(await node.innerText()).toContain('Update subuser credits');
	});

	it.each([
		['light', 'sendGridProvisioning.svg'],
		['dark', 'sendGridProvisioning.dark.svg'],
	] as const)('a %s theme has an icon of its own', async (theme, file) => {
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
		it('asks for a base URL where the region is Custom alone', async () => {
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

		it('says that the right key is right', async () => {
			const dialog = await editor.openCredential(editor.instance.credential);
			expect(await dialog.test()).toBe('Connection tested successfully');
		});

		it('says that a wrong key is wrong', async () => {
			const dialog = await editor.openCredential(
				await editor.credentialWith('A wrong key', { apiKey: 'SG.wrong' }),
			);
			expect(await dialog.test()).toContain('SendGrid doesn’t accept the API key');
			await editor.screenshot('credential-wrong-key');
		});

		it('says that a key without access has none', async () => {
			// As SendGrid answers where a key may do nothing, or not from this IP address.
			const match = 'GET /v3/scopes';
			editor.instance.emulator.fail({ match, kind: 'status', status: 403, times: Infinity });
			const dialog = await editor.openCredential(editor.instance.credential);
			expect(await dialog.test()).toContain('SendGrid accepts this API key, but it has no access');
		});

		it('says that a firewall answered instead of SendGrid', async () => {
			const match = 'GET /v3/scopes';
			const fault = { match, kind: 'html', status: 403, gateway: true } as const;
			editor.instance.emulator.fail({ ...fault, times: Infinity });
			const dialog = await editor.openCredential(editor.instance.credential);
			expect(await dialog.test()).toContain(
				'A proxy, firewall, or gateway answered instead of SendGrid (status 403, an HTML page)',
			);
			await editor.screenshot('credential-firewall');
		});

		it('says in words that a host is unknown', async () => {
			const dialog = await editor.openCredential(
				await editor.credentialWith('Unknown host', { baseUrl: 'https://sendgrid.invalid' }),
			);
			expect(await dialog.test()).toContain(
				'Host sendgrid.invalid: SendGrid couldn’t be reached (unknown host)',
			);
		});

		it('refuses a base URL without encryption, to which it sends nothing', async () => {
			const dialog = await editor.openCredential(
				await editor.credentialWith('Without encryption', { baseUrl: 'http://example.com' }),
			);
			expect(await dialog.test()).toContain('unencrypted');
			await editor.screenshot('credential-unencrypted');
		});
	});
});
