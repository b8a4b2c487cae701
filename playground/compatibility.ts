import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command';
import { argumentsOf } from './commandLine';
import { installN8n } from './install';
import { buildAndPack } from './pack';
import { currentLine, logs, olderLine, root, type N8nLine } from './paths';
import { start } from './processes';
import { step } from './progress';
import {
	compatibilityTable,
	saveCompatibility,
	lineOf,
	prepare,
	unsupportedVersion,
	versionsToTry,
	type Compatibility,
} from './versions';

/** The e2e tests that a version of n8n must pass. */
const TEST_FILES = ['n8n', 'operations', 'trigger'].map((name) => `test/e2e/${name}.test.ts`);

interface Outcome {
	result: Compatibility;
	/** Names and first lines of failed tests, or the error that prevented the tests. */
	failures: string[];
}

async function main(): Promise<void> {
	const versions = argumentsOf(process.argv);
	const invalid = versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version));
	if (invalid.length > 0) {
		throw new Error(
			`Not a version of n8n: ${invalid.join(', ')}.\n` +
				'npm run compatibility                        tries the versions in README.md\n' +
				'npm run compatibility -- 1.123.81 2.40.7     tries only these versions',
		);
	}
	const building = step('Building and packing the package');
	const tarball = await buildAndPack();
	building.done();

	const outcomes: Outcome[] = [];
	for (const version of versions.length > 0 ? versions : versionsToTry) {
		outcomes.push(await tryVersion(version, tarball));
	}
	const results = outcomes.map(({ result }) => result);
	saveCompatibility(results);
	console.log(`\n${compatibilityTable(results)}`);
	for (const { result, failures } of outcomes) {
		for (const failure of failures) console.log(`n8n ${result.n8n}: ${failure}`);
	}
	const isExpected = ({ n8n, works, failed }: Compatibility) =>
		n8n === unsupportedVersion ? failed > 0 : works;
	if (!results.every(isExpected)) process.exitCode = 1;
}

async function tryVersion(version: string, tarball: string): Promise<Outcome> {
	const line = lineOf(version);
	const result = {
		n8n: version,
		node: line.node,
		works: false,
		passed: 0,
		failed: 0,
		date: new Date().toISOString().slice(0, 10),
	};
	if (line !== currentLine && line !== olderLine) prepare(line);
	try {
		await installN8n(line);
	} catch (error) {
		return { result, failures: [(error as Error).message] };
	}
	const { failures, ...counts } = await runTests(line, tarball);
	return { result: { ...result, ...counts }, failures };
}

type TestRun = Pick<Compatibility, 'works' | 'passed' | 'failed'> & Pick<Outcome, 'failures'>;

async function runTests(line: N8nLine, tarball: string): Promise<TestRun> {
	const report = join(logs, `compatibility-${line.version}.json`);
	mkdirSync(logs, { recursive: true });
	rmSync(report, { force: true });
	const testing = step(`Testing in n8n ${line.version}`);
	const jest = start({
		name: `The tests in n8n ${line.version}`,
		command: process.execPath,
		args: [
			require.resolve('jest/bin/jest'),
			...['--config', 'jest.e2e.config.js', '--runTestsByPath', ...TEST_FILES],
			...['--json', '--outputFile', report, '--forceExit'],
		],
		cwd: root,
		env: { ...process.env, E2E_TARBALL: tarball, E2E_N8N_FOLDER: line.folder },
		logFile: join(logs, `compatibility-${line.version}.log`),
	});
	await jest.ended;
	const run = existsSync(report)
		? testRunOf(JSON.parse(readFileSync(report, 'utf8')) as Report)
		: { works: false, passed: 0, failed: 0, failures: [jest.tail()] };
	testing.done(run.works ? 'works' : `${run.failed} failed`);
	return run;
}

interface Report {
	success: boolean;
	numPassedTests: number;
	numFailedTests: number;
	testResults: Array<{
		message: string;
		assertionResults: Array<{ status: string; title: string; failureMessages: string[] }>;
	}>;
}

function testRunOf({ success, numPassedTests, numFailedTests, testResults }: Report): TestRun {
	const failures = failuresIn(testResults);
	// Jest also reports success if no test ran.
	const works = success && numPassedTests > 0 && failures.length === 0;
	if (!works && failures.length === 0) failures.push(`only ${numPassedTests} tests passed`);
	return { works, passed: numPassedTests, failed: numFailedTests, failures };
}

function failuresIn(testResults: Report['testResults']): string[] {
	return testResults.flatMap(({ message, assertionResults }) => {
		if (assertionResults.length === 0) return [message];
		const failed = assertionResults.filter(({ status }) => status !== 'passed');
		const [reason = '', ...otherReasons] = new Set(failed.flatMap((test) => test.failureMessages));
		// If n8n doesn't start, all tests fail with the same message.
		if (failed.length > 1 && otherReasons.length === 0) return [reason];
		return failed.map(({ title, failureMessages }) => `${title}: ${firstLine(failureMessages)}`);
	});
}

function firstLine([message = '']: string[]): string {
	return message.split('\n')[0] ?? '';
}

runCommand(main);
