import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
	SOURCE_FILE_PATTERNS,
	analyzePackage,
	findPackageRoot,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

/**
 * Lints a folder as n8n's reviewers do, and prints their findings. They scan the sources in the
 * repository and the files in the tarball, each with its own patterns. Usage:
 * `node analyze.mjs source|packed FOLDER`. It's a command because Jest can't load the scanner.
 */
const PATTERNS = { source: SOURCE_FILE_PATTERNS, packed: ['**/*.js', 'package.json'] };

const [part, folder] = process.argv.slice(2);
const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const found = findPackageRoot(folder, name);
if (found !== resolve(folder)) throw new Error(`The scanner found the package in ${found}`);

const { passed, message = '', details = message } = await analyzePackage(found, PATTERNS[part]);
if (passed && message !== '') throw new Error(message);
if (!passed) process.stdout.write(details);
