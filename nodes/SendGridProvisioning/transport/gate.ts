import { sleep } from 'n8n-workflow';
import type { Failure } from './errors/failure';
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
	/** Its place among all who wait. */
	number: number;
	limited: boolean;
}

/** Those who wait for one endpoint, in order of their coming. */
interface Queue {
	requests: Waiting[];
	/** How many of them, from the first, know that the rate limit makes them wait. */
	told: number;
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
	private readonly queues = new Map<string, Queue>();
	private entered = 0;
	private inFlight = 0;
	private loweredUntil = 0;
	private looksAt = Infinity;
	private askedAllAt = 0;

	/** Waits until the request may be sent, or tells why it may not. */
	async enter(admission: Admission): Promise<Admitted | { failure: Failure }> {
		return await new Promise((admit) => {
			const queue = this.queues.get(admission.endpoint) ?? { requests: [], told: 0 };
			this.queues.set(admission.endpoint, queue);
			queue.requests.push({ ...admission, admit, number: this.entered++, limited: false });
			this.look();
		});
	}

	/** Whether nobody waits, nothing is in flight and no limit needs to be remembered. */
	idle(nowMs: number): boolean {
		if (this.inFlight > 0 || this.queues.size > 0) return false;
		return [...this.limits.values()].every((limit) => limit.idle(nowMs));
	}

	/** Lets through who may go. Thousands can wait, so an answer does not look at all of them. */
	private look(): void {
		const nowMs = Date.now();
		if (nowMs >= this.askedAllAt + LOOK_MS) this.askAll(nowMs);
		const ceiling = this.ceiling(nowMs);
		while (this.inFlight < ceiling) {
			const queue = this.next(nowMs);
			const request = queue?.requests.shift();
			if (queue === undefined || request === undefined) break;
			queue.told = Math.max(0, queue.told - 1);
			if (request.abandoned()) request.admit({ failure: { kind: 'cancelled' } });
			else request.admit(this.admitted(request.endpoint, nowMs));
		}
		let lookInMs = LOOK_MS;
		for (const [endpoint, queue] of this.queues) {
			const waitMs = this.limitOf(endpoint).waitMs(nowMs);
			if (typeof waitMs === 'number' && waitMs > 0) {
				holdBack(queue, waitMs);
				lookInMs = Math.min(lookInMs, waitMs);
			}
			if (queue.requests.length === 0) this.queues.delete(endpoint);
		}
		if (this.queues.size > 0) this.lookAgain(nowMs, lookInMs);
	}

	/** Lets go of who gives up, and has the others told anew how long they wait. */
	private askAll(nowMs: number): void {
		this.askedAllAt = nowMs;
		for (const queue of this.queues.values()) {
			queue.told = 0;
			queue.requests = queue.requests.filter((request) => {
				if (!request.abandoned()) return true;
				request.admit({ failure: { kind: 'cancelled' } });
				return false;
			});
		}
	}

	/** The queue whose first request came before all others that may go. */
	private next(nowMs: number): Queue | undefined {
		let first: Queue | undefined;
		let number = Infinity;
		for (const [endpoint, queue] of this.queues) {
			const head = queue.requests[0]?.number ?? Infinity;
			if (head >= number || this.limitOf(endpoint).waitMs(nowMs) !== 0) continue;
			[first, number] = [queue, head];
		}
		return first;
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
					this.askedAllAt = 0;
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

/** Tells those who do not know yet that the rate limit makes them wait, and refuses who must not. */
function holdBack(queue: Queue, waitMs: number): void {
	for (const request of queue.requests.splice(queue.told)) {
		if (waitMs > request.maxWaitMs) {
			request.admit({ failure: { kind: 'wait', waitMs } });
			continue;
		}
		if (!request.limited) request.onLimited();
		request.limited = true;
		queue.requests.push(request);
	}
	queue.told = queue.requests.length;
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
