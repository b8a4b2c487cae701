import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentLine, logs, nodeBinary, root } from '../../playground/paths';
import { run } from '../../playground/processes';
import { expectedCredits } from '../customers';
import { countsOf, type Sample, type Task } from '../measure';
import type { ClientJob, ClientOutcome } from './job';

/** Measures SendGrid's client outside n8n, in its own process with n8n's Node. */
export async function measureClient(
	{ task, count, home }: { task: Task; count: number; home: string },
	parallel: number,
): Promise<Sample> {
	const { emulator } = task;
	emulator.reset();
	const job: ClientJob = {
		baseUrl: emulator.url,
		apiKey: emulator.addKey(),
		parallel,
		credits: expectedCredits(emulator, count),
	};
	const jobFile = join(home, 'client-job.json');
	writeFileSync(jobFile, JSON.stringify(job), { mode: 0o600 });
	let outcome: ClientOutcome | undefined;
	await run({
		name: '@sendgrid/client',
		command: nodeBinary(currentLine),
		args: [require.resolve('tsx/cli'), join(__dirname, 'process.ts'), jobFile],
		cwd: root,
		logFile: join(logs, 'bench-client.log'),
		onLine: (line) => {
			if (line.startsWith('{')) outcome = JSON.parse(line) as ClientOutcome;
		},
	});
	if (!outcome) throw new Error('@sendgrid/client printed no result.');
	return { ...outcome, ...countsOf(task) };
}
