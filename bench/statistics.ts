/** The middle value, or the mean of the two middle values. */
export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The smallest and the largest value. */
export function spread(values: number[]): { min: number; max: number } {
	return { min: Math.min(...values), max: Math.max(...values) };
}
