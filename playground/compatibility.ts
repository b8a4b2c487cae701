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
	keepCompatibility,
	lineOf,
	prepare,
	tooOld,
	versionsToTry,
	type Compatibility,
} from './versions';

/** The e2e tests that say whether the nodes work in a version of n8n. */
const CORE = ['n8n', 'operations', 'trigger'].map((name) => `test/e2e/${name}.test.ts`);

interface Outcome {
	found: Compatibility;
	/** The names of the tests that failed, or what stopped them all. */
	failures: string[];
}

async function main(): Promise<void> {
	const given = argumentsOf(process.argv);
	const wrong = given.filter((version) => !/^\d+\.\d+\.\d+$/.test(version));
	if (wrong.length > 0) {
		throw new Error(
			`No version of n8n: ${wrong.join(', ')}.\n` +
				'npm run compatibility                        tries those of README.md\n' +
				'npm run compatibility -- 1.123.81 2.40.7     tries these',
		);
	}
	const building = step('Building and packing the package');
	const tarball = await buildAndPack();
	building.done();

	const outcomes: Outcome[] = [];
	for (const version of given.length > 0 ? given : versionsToTry) {
		outcomes.push(await tried(version, tarball));
	}
	const found = outcomes.map((outcome) => outcome.found);
	keepCompatibility(found);
	console.log(`\n${compatibilityTable(found)}`);
	for (const { found: version, failures } of outcomes) {
		for (const failure of failures) console.log(`n8n ${version.n8n}: ${failure}`);
	}
	const isRight = ({ n8n, works, failed }: Compatibility) => (n8n === tooOld ? failed > 0 : works);
	if (!found.every(isRight)) process.exitCode = 1;
}

async function tried(version: string, tarball: string): Promise<Outcome> {
	const line = lineOf(version);
	const found = {
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
		return { found, failures: [(error as Error).message] };
	}
	const { failures, ...result } = await tests(line, tarball);
	return { found: { ...found, ...result }, failures };
}

type Tested = Pick<Compatibility, 'works' | 'passed' | 'failed'> & Pick<Outcome, 'failures'>;

async function tests(line: N8nLine, tarball: string): Promise<Tested> {
	const report = join(logs, `compatibility-${line.version}.json`);
	mkdirSync(logs, { recursive: true });
	rmSync(report, { force: true });
	const testing = step(`Testing in n8n ${line.version}`);
	const jest = start({
		name: `The tests in n8n ${line.version}`,
		command: process.execPath,
		args: [
			require.resolve('jest/bin/jest'),
			...['--config', 'jest.e2e.config.js', '--runTestsByPath', ...CORE],
			...['--json', '--outputFile', report, '--forceExit'],
		],
		cwd: root,
		env: { ...process.env, E2E_TARBALL: tarball, E2E_N8N_FOLDER: line.folder },
		logFile: join(logs, `compatibility-${line.version}.log`),
	});
	await jest.ended;
	const tested = existsSync(report)
		? resultOf(JSON.parse(readFileSync(report, 'utf8')) as Report)
		: { works: false, passed: 0, failed: 0, failures: [jest.tail()] };
	testing.done(tested.works ? 'works' : `${tested.failed} failed`);
	return tested;
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

function resultOf({ success, numPassedTests, numFailedTests, testResults }: Report): Tested {
	const failures = failuresNamedIn(testResults);
	// Where nothing ran, nothing failed.
	const works = success && numPassedTests > 0 && failures.length === 0;
	if (!works && failures.length === 0) failures.push(`only ${numPassedTests} tests passed`);
	return { works, passed: numPassedTests, failed: numFailedTests, failures };
}

function failuresNamedIn(testResults: Report['testResults']): string[] {
	return testResults.flatMap(({ message, assertionResults }) => {
		if (assertionResults.length === 0) return [message];
		const failed = assertionResults.filter(({ status }) => status !== 'passed');
		const [reason = '', ...others] = new Set(failed.flatMap((test) => test.failureMessages));
		// Where n8n does not start, each test says so.
		if (failed.length > 1 && others.length === 0) return [reason];
		return failed.map(({ title, failureMessages }) => `${title}: ${firstLine(failureMessages)}`);
	});
}

function firstLine([message = '']: string[]): string {
	return message.split('\n')[0] ?? '';
}

runCommand(main);
