import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentLine, olderLine, root } from '../../playground/paths';
import {
	compatibilityTable,
	readCompatibility,
	unsupportedVersion,
	versionsToTry,
} from '../../playground/versions';

describe('The README’s table of n8n versions', () => {
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	const found = readCompatibility();

	it('has the results of `npm run compatibility`', () => {
		expect(readme).toContain(`\n\n${compatibilityTable(found)}\n\n`);
	});

	it('has all versions that the command tries, of which only the oldest doesn’t work', () => {
		expect(found.map(({ n8n }) => n8n)).toEqual(versionsToTry);
		for (const { n8n, works, failed } of found) {
			expect([n8n, works, failed === 0]).toEqual([
				n8n,
				n8n !== unsupportedVersion,
				n8n !== unsupportedVersion,
			]);
		}
	});

	it('has the versions of the e2e tests', () => {
		expect(versionsToTry).toEqual(expect.arrayContaining([olderLine.version, currentLine.version]));
	});
});

describe('npm run compatibility', () => {
	it('refuses an invalid version before it builds or installs anything', () => {
		const command = ['--import', 'tsx', 'playground/compatibility.ts', '2.40.7', '2.x'];
		const { status, stdout, stderr } = spawnSync(process.execPath, command, {
			cwd: root,
			encoding: 'utf8',
		});
		expect(status).toBe(1);
		expect(stdout).toBe('');
		expect(stderr).toContain('Not a version of n8n: 2.x.');
	});
});
