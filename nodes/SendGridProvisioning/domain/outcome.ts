/** The result of some work: its value, or the error that it threw. */
export type Outcome<T> = { value: T } | { error: unknown };

/** Does the work, and returns an error instead of throwing it. */
export async function outcomeOf<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
	try {
		return { value: await work() };
	} catch (error) {
		return { error };
	}
}

/** Like `outcomeOf`, for synchronous work. */
export function syncOutcomeOf<T>(work: () => T): Outcome<T> {
	try {
		return { value: work() };
	} catch (error) {
		return { error };
	}
}
