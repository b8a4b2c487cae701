import { analyzePackage } from '@n8n/scan-community-package/scanner/scanner.mjs';

/** Lints a folder of unpacked files exactly as n8n's reviewers do; Jest itself cannot load the scanner. */
const result = await analyzePackage(process.argv[2]);
if (!result.passed) {
	process.stdout.write(`${result.message}\n${result.details ?? ''}\n`);
	process.exitCode = 1;
}
