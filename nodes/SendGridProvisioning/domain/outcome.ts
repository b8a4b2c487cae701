/** What became of some work: its value, or whatever it threw. */
export type Outcome<T> = { value: T } | { error: unknown };

/** Does the work and gives failure as data, so that it can be thrown where n8n expects it. */
export async function outcomeOf<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
	try {
		return { value: await work() };
	} catch (error) {
		return { error };
	}
}

/** The same for work that does not wait. */
export function syncOutcomeOf<T>(work: () => T): Outcome<T> {
	try {
		return { value: work() };
	} catch (error) {
		return { error };
	}
}
