import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { clock } from '../../nodes/SendGridProvisioning/transport/clock';
import type { Clock } from '../../nodes/SendGridProvisioning/transport/clock';

/** Node announces every HTTP request of this process here. */
const REQUESTS = 'http.client.request.start';
/** The code between two requests never needs as many turns of the event loop. */
const IDLE_TURNS = 5;

interface Timer {
	at: number;
	wake: () => void;
}

/**
 * Time that runs as usual, but skips ahead if the node only waits: if no HTTP request is under way, it
 * moves on to the next moment that something waits for. Timeouts of requests and delays of the
 * emulator stay real, since a request is under way then.
 */
class SkippingClock implements Clock {
	private skippedMs = 0;
	private timers: Timer[] = [];
	private requests = 0;
	private idleTurns = 0;

	readonly now = (): number => Date.now() + this.skippedMs;

	readonly sleep = async (ms: number): Promise<void> => {
		if (ms < 1) return await nextTurn();
		await new Promise<void>((wake) => {
			this.timers.push({ at: this.now() + ms, wake });
			if (this.timers.length === 1) void this.watch();
		});
	};

	private readonly onRequest = (message: unknown): void => {
		const { request } = message as { request: ClientRequest };
		this.requests += 1;
		this.idleTurns = 0;
		request.once('close', () => {
			this.requests -= 1;
			this.idleTurns = 0;
		});
	};

	start(): void {
		subscribe(REQUESTS, this.onRequest);
	}

	stop(): void {
		unsubscribe(REQUESTS, this.onRequest);
		this.wake(Infinity);
	}

	private async watch(): Promise<void> {
		this.idleTurns = 0;
		while (this.timers.length > 0) {
			await nextTurn();
			this.idleTurns = this.requests === 0 ? this.idleTurns + 1 : 0;
			if (this.idleTurns > IDLE_TURNS) {
				const nextAt = Math.min(...this.timers.map(({ at }) => at));
				this.skippedMs += Math.max(0, Math.ceil(nextAt - this.now()));
			}
			this.wake(this.now());
		}
	}

	private wake(now: number): void {
		const due = this.timers.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
		if (due.length === 0) return;
		this.timers = this.timers.filter(({ at }) => at > now);
		this.idleTurns = 0;
		for (const { wake } of due) wake();
	}
}

async function nextTurn(): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, 1));
}

/** The time of the node, of the emulator's rate limits, and of tests that wait. */
export const skippingClock = new SkippingClock();
const { now, sleep } = clock;

beforeAll(() => {
	Object.assign(clock, { now: skippingClock.now, sleep: skippingClock.sleep });
	skippingClock.start();
});
afterAll(() => {
	skippingClock.stop();
	Object.assign(clock, { now, sleep });
});
