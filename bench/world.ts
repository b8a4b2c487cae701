import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator';
import { startBenchN8n, type RunningN8n } from './n8n';

/** How much is measured. */
export interface Size {
	/** Items of a run, where the table says nothing else. */
	items: number;
	/** Items of the runs that are compared with each other. */
	scale: number[];
	subusersInPickList: number;
	pickListRequests: number;
	rounds: number;
	/** Whether the ways that take a minute are left out. */
	quick: boolean;
}

/** What all tables use. */
export interface World {
	home: string;
	size: Size;
	/** The n8n that runs already, or a new one. */
	n8n(): Promise<RunningN8n>;
	/** Nothing of an earlier run is left in it; the other one is stopped. */
	freshN8n(): Promise<RunningN8n>;
}

export function createWorld(home: string, size: Size): World {
	let current: RunningN8n | undefined;
	const freshN8n = async () => {
		await current?.process.stop();
		current = undefined;
		current = await startBenchN8n(home);
		return current;
	};
	return { home, size, freshN8n, n8n: async () => current ?? (await freshN8n()) };
}

/** Does the work with an emulator in this process, which has nothing else to do meanwhile. */
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

/** A limit that nobody reaches: only its headers matter. */
export const hugeLimit = { limit: 1_000_000, windowMs: 60_000 };
