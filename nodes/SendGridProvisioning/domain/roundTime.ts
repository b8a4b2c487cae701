/** How many of all customers a poll has read, and what SendGrid's rate limit is. */
export interface Progress {
	read: number;
	total: number;
	tookMs: number;
	/** How many requests a window allows, and how long the window lasts. */
	limit: { requests: number; windowMs: number } | undefined;
}

/** How long a round takes that reads all customers: at the speed so far, or at the rate limit if that's slower. */
export function roundMs({ read, total, tookMs, limit }: Progress): number {
	const atSpeedSoFar = read === 0 ? 0 : (tookMs / read) * total;
	if (limit === undefined) return atSpeedSoFar;
	const windows = Math.ceil(total / limit.requests);
	return Math.max(atSpeedSoFar, (windows - 1) * limit.windowMs);
}

/** The time of a round in words, such as "about 34 minutes". */
export function roundTime(progress: Progress): string {
	const seconds = Math.max(1, Math.round(roundMs(progress) / 1000));
	if (seconds < 90) return counted(seconds, 'second');
	const minutes = Math.round(seconds / 60);
	return minutes < 120 ? counted(minutes, 'minute') : counted(Math.round(minutes / 60), 'hour');
}

function counted(amount: number, unit: string): string {
	return `about ${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
