/** The packed package in a real n8n and its editor. */
module.exports = {
	testEnvironment: 'node',
	// Jest would otherwise index 4 GB of n8n in the playground.
	roots: ['<rootDir>/test/e2e'],
	testMatch: ['**/*.test.ts'],
	transform: {
		'\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
	},
	globalSetup: '<rootDir>/test/e2e/prepare.ts',
	setupFilesAfterEnv: ['<rootDir>/test/e2e/retryOnce.ts'],
	// Each test file starts its own n8n, which doesn't use two cores fully, so two run in parallel.
	maxWorkers: 2,
	testTimeout: 240_000,
};
