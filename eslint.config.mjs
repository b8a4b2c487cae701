import { buildScanConfig } from '@n8n/scan-community-package/scanner/scanner.mjs';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** What is published: linted as n8n's reviewers do, with the scanner's own configuration. */
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
			// n8n's interfaces want promises where a function may have nothing to wait for.
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/consistent-type-imports': 'error',
		},
	},
	prettier,
);
