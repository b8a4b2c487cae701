/** Unit, description, engine and contract tests. Node 20 and newer. */
module.exports = {
	testEnvironment: 'node',
	testMatch: [
		'<rootDir>/test/{unit,description,engine,contract}/**/*.test.ts',
		'<rootDir>/emulator/**/*.test.ts',
	],
	transform: {
		'\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
	},
	modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.playground'],
	setupFiles: ['<rootDir>/test/setup.js'],
	// Jest would leave one core idle.
	maxWorkers: '100%',
	// For machines that are busy with other things.
	testTimeout: 30_000,
};
