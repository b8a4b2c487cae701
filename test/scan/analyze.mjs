import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
	SOURCE_FILE_PATTERNS,
	analyzePackage,
	findPackageRoot,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

/**
 * Lints folders exactly as n8n's reviewers do, and prints what they would be shown, as a JSON list of
 * texts. They look at the sources in the repository and at the files of the tarball, with other patterns
 * for each. `node analyze.mjs source|packed FOLDER…`; Jest itself cannot load the scanner.
 */
const PATTERNS = { source: SOURCE_FILE_PATTERNS, packed: ['**/*.js', 'package.json'] };

const [part, ...folders] = process.argv.slice(2);

async function scan(folder) {
	const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	const found = findPackageRoot(folder, name);
	if (found !== resolve(folder)) throw new Error(`The scanner takes ${found} for the package`);
	const { passed, message = '', details = message } = await analyzePackage(found, PATTERNS[part]);
	if (passed && message !== '') throw new Error(message);
	return passed ? '' : details;
}

const printed = [];
for (const folder of folders) printed.push(await scan(folder));
process.stdout.write(JSON.stringify(printed));
