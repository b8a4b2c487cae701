import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from './command';
import { argumentsOf } from './commandLine';
import { startEmulator, SendGrid } from './emulator';
import { credentialName, credentialType, importExample, runExample, type Change } from './examples';
import { examples, inImportOrder } from './exampleRuns';
import { homeOf, ownerOf, refuseIfRunning } from './home';
import { installN8n } from './install';
import { startN8n, type N8n } from './n8n';
import { N8nApi } from './n8nApi';
import { buildAndPack, installPackage } from './pack';
import { currentLine, logs } from './paths';
import { duringAll, freePort } from './processes';
import { step } from './progress';
import { startQueueMode, type QueueMode } from './queueMode';
import { failuresOf, tableOf } from './table';

const EDITOR_PORT = 5678;
const EMULATOR_PORT = 4010;
const WORKERS = 3;

async function main(): Promise<void> {
	const { once, queue } = options();
	const building = step('Building and packing the package');
	const tarball = await buildAndPack();
	building.done();

	await installN8n(currentLine);
	const home = homeOf(
		queue ? { ...currentLine, version: `${currentLine.version}-queue` } : currentLine,
	);
	refuseIfRunning(home);
	await installPackage(tarball, home);

	const inQueueMode = queue ? ` in queue mode with ${WORKERS} workers` : '';
	const starting = step(
		`Starting n8n ${currentLine.version}${inQueueMode} and the SendGrid emulator`,
	);
	const emulator = await startEmulator(await freePort(EMULATOR_PORT), join(logs, 'emulator.log'));
	const n8nOptions = {
		line: currentLine,
		userFolder: home,
		port: await freePort(EDITOR_PORT),
		logFile: join(logs, 'n8n.log'),
	};
	const n8n: N8n & Partial<QueueMode> = queue
		? await startQueueMode({ ...n8nOptions, tarball, workers: WORKERS })
		: await startN8n(n8nOptions);
	const processes = [emulator.process, ...(n8n.processes ?? [n8n.process])];
	starting.done();

	const owner = ownerOf(home);
	const api = new N8nApi(n8n.url);
	await api.logIn(owner);
	const credentialId = await api.saveCredential({
		name: credentialName,
		type: credentialType,
		data: { apiKey: emulator.apiKey, region: 'custom', baseUrl: emulator.url },
	});

	const sendGrid = new SendGrid(emulator);
	const changes: Change[] = [];
	const failures: string[] = [];
	for (const example of examples) {
		const workflow = await importExample(api, example, credentialId);
		const running = step(`Running "${workflow.name}" in n8n`);
		for (const run of example.runs) {
			const result = await duringAll(
				processes,
				runExample(api, sendGrid, { workflow, trigger: example.trigger, run }),
			);
			changes.push(...result.changes);
			failures.push(...failuresOf(result));
		}
		running.done();
	}

	console.log('\nWhat changed in SendGrid (the emulator, read through its API):\n');
	console.log(tableOf(changes));
	for (const failure of failures) console.error(`FAILED: ${failure}`);
	process.exitCode = failures.length > 0 ? 1 : 0;
	if (once) return;

	// Restores the emulator, so that an example changes something when you run it in the editor. A new
	// import also clears the keys of Run Once per Key.
	await sendGrid.reset();
	const imported = inImportOrder();
	for (const example of imported) await importExample(api, example, credentialId);

	console.log(`
SendGrid was reset. All ${imported.length} examples are in the editor, the one in README's steps first.
Those that start with a webhook are published already.

n8n's editor is open:  ${n8n.url}
  email                ${owner.email}
  password             ${owner.password}
SendGrid emulator:     ${emulator.url}  (logs: ${logs})
  API key              ${emulator.apiKey}  (in the credential ${credentialName})

Ctrl-C stops ${queue ? `both, n8n's ${WORKERS} workers, and their Redis and PostgreSQL` : 'both'}.`);
	await duringAll(processes, new Promise(() => {}));
}

function options(): { once: boolean; queue: boolean } {
	const { values } = parseArgs({
		args: argumentsOf(process.argv),
		options: {
			once: { type: 'boolean', default: false },
			queue: { type: 'boolean', default: false },
			help: { type: 'boolean' },
		},
	});
	if (values.help) {
		console.log('npm run demo             runs the examples and keeps the editor open');
		console.log('npm run demo -- --once   ends after the examples, with an error if one failed');
		console.log(
			'npm run demo -- --queue  runs n8n in queue mode, with Redis, PostgreSQL, and three workers',
		);
		process.exit(0);
	}
	return { once: values.once, queue: values.queue };
}

runCommand(main);
