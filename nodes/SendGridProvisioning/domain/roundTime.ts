/** How far a poll has come through all customers, and what it learned of SendGrid's rate limit. */
export interface Progress {
	read: number;
	total: number;
	tookMs: number;
	/** What a window allows, and how long it lasts. */
	limit: { requests: number; windowMs: number } | undefined;
}

/** How long all of them take, in milliseconds: at the speed so far, or at the rate limit's if that is slower. */
export function roundMs({ read, total, tookMs, limit }: Progress): number {
	const atThisSpeed = read === 0 ? 0 : (tookMs / read) * total;
	if (limit === undefined) return atThisSpeed;
	const windows = Math.ceil(total / limit.requests);
	return Math.max(atThisSpeed, (windows - 1) * limit.windowMs);
}

/** The same in words, such as "about 34 minutes". */
export function roundTime(progress: Progress): string {
	const seconds = Math.max(1, Math.round(roundMs(progress) / 1000));
	if (seconds < 90) return counted(seconds, 'second');
	const minutes = Math.round(seconds / 60);
	return minutes < 120 ? counted(minutes, 'minute') : counted(Math.round(minutes / 60), 'hour');
}

function counted(amount: number, unit: string): string {
	return `about ${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
