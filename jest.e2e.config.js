/** The packed package in a real n8n, and its form in a real browser. Node 20 and newer. */
module.exports = {
	testEnvironment: 'node',
	// Not the playground: nobody wants its 4 GB of n8n to be indexed.
	roots: ['<rootDir>/test/e2e'],
	testMatch: ['**/*.test.ts'],
	transform: {
		'\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
	},
	globalSetup: '<rootDir>/test/e2e/prepare.ts',
	// Each file starts an n8n of its own, which leaves a third of two cores idle: two fit on them.
	maxWorkers: 2,
	testTimeout: 240_000,
};
