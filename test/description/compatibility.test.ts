import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentLine, olderLine, root } from '../../playground/paths';
import { compatible, lineOf } from '../../playground/versions';

describe('The README’s table of n8n versions', () => {
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	const section = /^## Compatibility\n(.*?)^## /ms.exec(readme)?.[1] ?? '';
	const rows = [...section.matchAll(/^\| +(\d\S+) +\| +(\S+) +\| +(.*?) +\|$/gm)].map(
		([, n8n, node, result]) => ({ n8n, node, result }),
	);

	it('names the versions that `npm run compatibility` tries, and says that all work', () => {
		expect(rows).toEqual(
			compatible.map((n8n) => ({ n8n, node: lineOf(n8n).node, result: 'works' })),
		);
	});

	it('has the versions that the e2e tests run on', () => {
		expect(compatible).toEqual(expect.arrayContaining([olderLine.version, currentLine.version]));
	});
});
