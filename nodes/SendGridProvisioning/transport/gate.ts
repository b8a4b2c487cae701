import { sleep } from 'n8n-workflow';
import type { Failure } from './failure';
import { RateLimitGate } from './rateLimit';
import type { Ticket } from './rateLimit';
import type { RateLimitReading } from './rateLimitHeaders';

/**
 * Requests in flight at once with one credential, in the whole process. Measured: beyond it n8n's
 * own work for each request is the limit, and more in flight only means more refused at a 429.
 */
export const CEILING = 100;
/** How often waiting requests are looked at besides whenever an answer comes. */
const LOOK_MS = 500;

/** What a waiting request wants. */
export interface Admission {
	/** Method and path template, as SendGrid limits them. */
	endpoint: string;
	/** The longest single wait for the rate limit. */
	maxWaitMs: number;
	/** Whether it should give up. */
	abandoned: () => boolean;
	/** Called once when the rate limit makes it wait. */
	onLimited: () => void;
}

interface Waiting extends Admission {
	admit: (outcome: Admitted | { failure: Failure }) => void;
	limited: boolean;
}

/** A request that may be sent now; it must be ended by exactly one of the three. */
export interface Admitted {
	answered(reading: RateLimitReading): void;
	refused(waitMs: number, asked: boolean): void;
	lost(): void;
}

/** Lets requests of one credential through to one host, first come, first served. */
export class Gate {
	private readonly limits = new Map<string, RateLimitGate>();
	private waiting: Waiting[] = [];
	private inFlight = 0;
	private loweredUntil = 0;
	private looksAt = Infinity;

	/** Waits until the request may be sent, or tells why it may not. */
	async enter(admission: Admission): Promise<Admitted | { failure: Failure }> {
		return await new Promise((admit) => {
			this.waiting.push({ ...admission, admit, limited: false });
			this.look();
		});
	}

	/** Whether nobody waits, nothing is in flight and no limit needs to be remembered. */
	idle(nowMs: number): boolean {
		if (this.inFlight > 0 || this.waiting.length > 0) return false;
		return [...this.limits.values()].every((limit) => limit.idle(nowMs));
	}

	private look(): void {
		const nowMs = Date.now();
		let lookInMs = LOOK_MS;
		this.waiting = this.waiting.filter((request) => {
			if (request.abandoned()) {
				request.admit({ failure: { kind: 'cancelled' } });
				return false;
			}
			const waitMs = this.limitOf(request.endpoint).waitMs(nowMs);
			if (waitMs === 0 && this.inFlight < this.ceiling(nowMs)) {
				request.admit(this.admitted(request.endpoint, nowMs));
				return false;
			}
			if (waitMs === 0 || waitMs === 'answer') return true;
			if (waitMs > request.maxWaitMs) {
				request.admit({ failure: { kind: 'wait', waitMs } });
				return false;
			}
			if (!request.limited) request.onLimited();
			request.limited = true;
			lookInMs = Math.min(lookInMs, waitMs);
			return true;
		});
		if (this.waiting.length > 0) this.lookAgain(nowMs, lookInMs);
	}

	private lookAgain(nowMs: number, inMs: number): void {
		const at = nowMs + inMs;
		if (at >= this.looksAt) return;
		this.looksAt = at;
		void sleep(inMs).then(() => {
			if (this.looksAt === at) this.looksAt = Infinity;
			this.look();
		});
	}

	private admitted(endpoint: string, nowMs: number): Admitted {
		const limit = this.limitOf(endpoint);
		const ticket = limit.sent(nowMs);
		this.inFlight += 1;
		const end = (tell: (ticket: Ticket, endedAt: number) => void): void => {
			this.inFlight -= 1;
			tell(ticket, Date.now());
			this.look();
		};
		return {
			answered: (reading) => end((own, endedAt) => limit.wasAnswered(own, reading, endedAt)),
			lost: () => end((own) => limit.wasLost(own)),
			refused: (waitMs, asked) =>
				end((own, endedAt) => {
					this.loweredUntil = Math.max(this.loweredUntil, endedAt + waitMs);
					limit.wasRefused(own, waitMs, asked, endedAt);
				}),
		};
	}

	private ceiling(nowMs: number): number {
		return nowMs < this.loweredUntil ? CEILING / 2 : CEILING;
	}

	private limitOf(endpoint: string): RateLimitGate {
		const known = this.limits.get(endpoint);
		if (known !== undefined) return known;
		const limit = new RateLimitGate();
		this.limits.set(endpoint, limit);
		return limit;
	}
}

const gates = new Map<string, Gate>();

/**
 * The gate of a host and credential, shared by all executions of this process: behind a CRM trigger
 * every item is an execution of its own. Gates with nothing to remember are forgotten.
 */
export function gateOf(baseUrl: string, fingerprint: string): Gate {
	const key = `${baseUrl} ${fingerprint}`;
	const known = gates.get(key);
	if (known !== undefined) return known;
	const nowMs = Date.now();
	for (const [other, gate] of gates) if (gate.idle(nowMs)) gates.delete(other);
	const gate = new Gate();
	gates.set(key, gate);
	return gate;
}
