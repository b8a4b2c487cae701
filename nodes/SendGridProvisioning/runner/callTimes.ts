import { clock } from '../transport/clock';

/** By then, a call that another process began before has usually ended, even if calls take no time here. */
const SHORTEST_WAIT_MS = 250;
/** Another process can be a little slower than this one. */
const MARGIN = 1.5;
const REMEMBERED_MS = 60_000;

interface Call {
	endedAt: number;
	tookMs: number;
}

/**
 * How long it has taken in the last minute to record entries in n8n's list. Other processes probably share the
 * database, if not the computer, so what slows them down slows down this one, too.
 */
export class CallTimes {
	/** Those that no later call has exceeded, the longest first. */
	private longest: Call[] = [];

	add(tookMs: number): void {
		const longer = this.recent().filter((call) => call.tookMs > tookMs);
		this.longest = [...longer, { endedAt: clock.now(), tookMs }];
	}

	/** How long to wait before a look at the list shows whether another process has replaced it. */
	waitMs(): number {
		return Math.max(SHORTEST_WAIT_MS, MARGIN * (this.recent()[0]?.tookMs ?? 0));
	}

	private recent(): Call[] {
		const since = clock.now() - REMEMBERED_MS;
		return this.longest.filter(({ endedAt }) => endedAt > since);
	}
}
