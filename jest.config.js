const { availableParallelism } = require('node:os');

/** Unit, description, engine, contract, and emulator tests. */
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
	// More than there are cores, because many tests wait for a server now and then.
	maxWorkers: Math.ceil(1.5 * availableParallelism()),
	// A worker gets slower with each file that loads n8n's core, and too slow to exit in time.
	workerIdleMemoryLimit: '300MB',
	// Long enough for busy machines.
	testTimeout: 30_000,
};
