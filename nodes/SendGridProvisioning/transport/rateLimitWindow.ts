/** What is known of one of SendGrid's rate limit windows; times are epoch milliseconds. */
export interface Window {
	number: number;
	/** When our first request of it was sent. */
	openedAt: number | undefined;
	/** Whether the window before ended when its length says, not when the headers say. */
	opensByLength: boolean;
	endsAt: number;
	endsByLength: boolean;
	/** How many may be sent before its first answer. */
	burst: number;
	sent: number;
	answered: number;
	/** What its headers said at the least. */
	remaining: number | undefined;
	/** SendGrid refused a request of it. */
	closed: boolean;
}

/** A window that nothing was sent in yet. */
export function newWindow(number: number, burst: number, opensByLength = false): Window {
	return {
		number,
		openedAt: undefined,
		opensByLength,
		endsAt: Infinity,
		endsByLength: false,
		burst,
		sent: 0,
		answered: 0,
		remaining: undefined,
		closed: false,
	};
}

/** It ends then, or is not known to end; `byLength`: as its length says, not the headers. */
export function endBy(window: Window, endsAt: number, byLength: boolean): void {
	window.endsAt = endsAt;
	window.endsByLength = byLength && endsAt < Infinity;
}
