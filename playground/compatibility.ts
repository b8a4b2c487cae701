import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command';
import { argumentsOf } from './commandLine';
import { installN8n } from './install';
import { buildAndPack } from './pack';
import { currentLine, logs, olderLine, root, type N8nLine } from './paths';
import { start } from './processes';
import { step } from './progress';
import { compatible, lineOf, prepare } from './versions';

/** The e2e tests that say whether the nodes work in a version of n8n. */
const CORE = ['n8n', 'operations', 'trigger'].map((name) => `test/e2e/${name}.test.ts`);

interface Outcome {
	version: string;
	node: string;
	result: string;
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
	for (const version of given.length > 0 ? given : compatible) {
		outcomes.push(await tried(version, tarball));
	}
	console.log(`\n${tableOf(outcomes)}`);
	for (const { version, failures } of outcomes) {
		for (const failure of failures) console.log(`n8n ${version}: ${failure}`);
	}
	if (outcomes.some(({ result }) => result !== WORKS)) process.exitCode = 1;
}

const WORKS = 'works';

async function tried(version: string, tarball: string): Promise<Outcome> {
	const line = lineOf(version);
	const outcome = { version, node: line.node };
	if (line !== currentLine && line !== olderLine) prepare(line);
	try {
		await installN8n(line);
	} catch (error) {
		const failures = [(error as Error).message];
		return { ...outcome, result: 'cannot be installed', failures };
	}
	const failures = await failuresIn(line, tarball);
	return { ...outcome, result: failures.length === 0 ? WORKS : 'fails', failures };
}

/** The names of the tests of the core that fail, or what stopped them all. */
async function failuresIn(line: N8nLine, tarball: string): Promise<string[]> {
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
	const failures = existsSync(report) ? failuresOf(report) : [jest.tail()];
	testing.done(failures.length === 0 ? WORKS : `${failures.length} failed`);
	return failures;
}

interface Report {
	success: boolean;
	numPassedTests: number;
	testResults: Array<{
		message: string;
		assertionResults: Array<{ status: string; title: string; failureMessages: string[] }>;
	}>;
}

function failuresOf(report: string): string[] {
	const { success, numPassedTests, testResults } = JSON.parse(
		readFileSync(report, 'utf8'),
	) as Report;
	const failures = failuresNamedIn(testResults);
	if (failures.length > 0) return failures;
	// Where nothing ran, nothing failed.
	return success && numPassedTests > 0
		? []
		: [`${numPassedTests} tests passed, success: ${success}`];
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

/** As it stands in README.md. */
function tableOf(outcomes: Outcome[]): string {
	const rows = outcomes.map(({ version, node, result }) => [version, node, result]);
	return [['n8n', 'Node.js', 'result'], ['---', '---', '---'], ...rows]
		.map((cells) => `| ${cells.join(' | ')} |`)
		.join('\n');
}

runCommand(main);
