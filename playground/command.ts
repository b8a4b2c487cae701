import { whenParentExits } from './commandLine';
import { stopAll } from './processes';

/**
 * Runs a command that starts processes, and exits. However it ends (by itself, by Ctrl-C, because npm
 * is gone), the processes are stopped first, and `afterwards` tidies up.
 */
export function runCommand(main: () => Promise<void>, afterwards: () => void = () => {}): void {
	let ending: Promise<void> | undefined;
	const end = async (): Promise<void> => {
		ending ??= stopAll().then(afterwards);
		await ending;
	};

	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			if (ending) return;
			console.log('\nStopping …');
			void end().then(() => process.exit(process.exitCode ?? 130));
		});
	}

	whenParentExits(() => void end().then(() => process.exit(1)));

	void main()
		.catch(async (error: unknown) => {
			// A stop ends what main was waiting for; that is no failure to report.
			if (ending) return await ending;
			process.exitCode = 1;
			console.error(`\n${error instanceof Error ? error.message : String(error)}`);
		})
		.then(end)
		.then(() => process.exit());
}
