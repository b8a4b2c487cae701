import { whenParentExits } from './commandLine';
import { stopAll } from './processes';

/**
 * Runs a command that starts processes, and exits. When it ends, is stopped with Ctrl-C, or loses its
 * parent npm, it first stops the processes and then calls `cleanUp`.
 */
export function runCommand(main: () => Promise<void>, cleanUp: () => void = () => {}): void {
	let stopping: Promise<void> | undefined;
	const stop = async (): Promise<void> => {
		stopping ??= stopAll().then(cleanUp);
		await stopping;
	};

	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			if (stopping) return;
			console.log('\nStopping …');
			void stop().then(() => process.exit(process.exitCode ?? 130));
		});
	}

	whenParentExits(() => void stop().then(() => process.exit(1)));

	void main()
		.catch(async (error: unknown) => {
			// Stopping the processes makes main fail, which needs no message.
			if (stopping) return await stopping;
			process.exitCode = 1;
			console.error(`\n${error instanceof Error ? error.message : String(error)}`);
		})
		.then(stop)
		.then(() => process.exit());
}
