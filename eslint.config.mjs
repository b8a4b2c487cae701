import { buildScanConfig } from '@n8n/scan-community-package/scanner/scanner.mjs';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** The published files, linted with the configuration of the scanner that n8n's reviewers use. */
const published = ['package.json', '{nodes,credentials}/**/*.{js,ts,json}'];
const scan = (await buildScanConfig()).map((config) => ({
	...config,
	files: (config.files ?? ['**/*'])
		.flat()
		.flatMap((pattern) => (pattern === '**/*' ? published : [pattern])),
}));

export default tseslint.config(
	{
		ignores: [
			'**/node_modules/',
			'dist/',
			'.playground/',
			'coverage/',
			'pnpm-lock.yaml',
			'examples/',
		],
	},
	...scan,
	{
		files: ['**/*.ts'],
		extends: [tseslint.configs.recommendedTypeChecked],
		languageOptions: {
			parserOptions: { project: ['./tsconfig.dev.json'], tsconfigRootDir: import.meta.dirname },
		},
		rules: {
			'@typescript-eslint/no-explicit-any': 'error',
			// n8n's interfaces require promises from functions that may not await anything.
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/consistent-type-imports': 'error',
		},
	},
	prettier,
);
