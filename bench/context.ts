import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator';
import { startBenchN8n, type RunningN8n } from './n8n';

/** The amount of work that the bench measures. */
export interface Size {
	/** Items of a run, except in the table about scaling. */
	items: number;
	/** Items of the runs in the table about scaling. */
	scale: number[];
	subusersInPickList: number;
	pickListRequests: number;
	rounds: number;
	/** Whether to leave out contenders that take a minute. */
	quick: boolean;
}

/** An n8n with the package of one checkout, and the size of the bench. */
export interface Context {
	home: string;
	size: Size;
	/** Returns the running n8n, or starts it. */
	n8n(): Promise<RunningN8n>;
	/** Restarts n8n. */
	restartN8n(): Promise<RunningN8n>;
}

export function createContext(home: string, size: Size): Context {
	let current: RunningN8n | undefined;
	const restartN8n = async () => {
		await current?.process.stop();
		current = undefined;
		current = await startBenchN8n(home);
		return current;
	};
	return { home, size, restartN8n, n8n: async () => current ?? (await restartN8n()) };
}

/** Runs `work` with an emulator in this process, which is otherwise idle. */
export async function withEmulator<T>(
	options: EmulatorOptions,
	work: (emulator: Emulator) => Promise<T>,
): Promise<T> {
	const emulator = await startEmulator({ ...options, log: false });
	try {
		return await work(emulator);
	} finally {
		await emulator.close();
	}
}

/** A limit that no run reaches, only for its headers. */
export const hugeLimit = { limit: 1_000_000, windowMs: 60_000 };
