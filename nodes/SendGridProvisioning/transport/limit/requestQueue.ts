import { clock as systemClock } from '../clock';
import type { Clock } from '../clock';
import type { Failure } from '../errors/failure';
import { EndpointWindow, LONGEST_WAIT_MS, UNTIL_ANSWER } from './endpointWindow';
import type { RateLimit } from './headers';

/** The maximum in flight per credential. Measured: with more, n8n's own work is the bottleneck. */
export const MAX_IN_FLIGHT = 100;
/** How often all waits check whether to stop. */
export const CANCEL_CHECK_MS = 500;

/** A request that is ready to be sent. */
export interface QueuedRequest {
	/** Method and path template: SendGrid's rate limit counts requests by it. */
	endpoint: string;
	/** How much longer it may wait for the rate limit, in milliseconds. */
	mayWaitMs: () => number;
	shouldStop: () => boolean;
	/** Called once if the request has to wait for the rate limit. */
	onLimited: () => void;
	/** If it was refused before, its position then, so that newer requests don't overtake it. */
	position?: number | undefined;
}

/** Allows one request to be sent. When it has ended, the sender must call exactly one method. */
export interface Permit {
	position: number;
	/** Whether it counts as in flight: not while the request waits for others that come before it. */
	countInFlight(counts: boolean): void;
	/** SendGrid answered, with any status but 429. */
	answered(rateLimit: RateLimit): void;
	/** SendGrid answered 429. Returns how many milliseconds to wait. */
	refused(rateLimit: RateLimit): number;
	/** SendGrid's rate limit said nothing: the request was lost, a gateway answered, or it wasn't sent. */
	lost(): void;
}

interface Waiting extends QueuedRequest {
	position: number;
	window: EndpointWindow;
	isLimited: boolean;
	settle: (outcome: Permit | { failure: Failure }) => void;
}

/** The requests of one credential to one host: first come, first served. */
export class RequestQueue {
	private readonly windows = new Map<string, EndpointWindow>();
	private waiting: Waiting[] = [];
	private nextPosition = 0;
	private inFlight = 0;
	private usedAt = Infinity;
	private wakesAt = Infinity;

	constructor(
		private readonly clock: Clock = systemClock,
		private readonly random = (): number => Math.random(),
	) {}

	/** Resolves when the request may be sent, or with the reason why it can't be. */
	async acquire(request: QueuedRequest): Promise<Permit | { failure: Failure }> {
		const { endpoint, position = this.nextPosition++ } = request;
		// Creating and deleting have the smallest limits, so they begin with one request.
		const first = /^(POST|DELETE) /.test(endpoint) ? 1 : undefined;
		const window = this.windows.get(endpoint) ?? new EndpointWindow(this.random, first);
		this.windows.set(endpoint, window);
		return await new Promise((settle) => {
			this.waiting.push({ ...request, position, window, isLimited: false, settle });
			this.waiting.sort((one, other) => one.position - other.position);
			this.advance();
		});
	}

	/** Whether it was used, is empty, and the longest possible wait since then is over. */
	isIdle(nowMs: number): boolean {
		return this.inFlight + this.waiting.length === 0 && nowMs > this.usedAt + LONGEST_WAIT_MS;
	}

	/** Settles all requests that needn't wait any longer, and wakes up when the next ones may. */
	private advance(): void {
		const nowMs = this.clock.now();
		let wakesAt = nowMs + CANCEL_CHECK_MS;
		this.waiting = this.waiting.filter((request) => {
			const waitMs = request.window.waitMs(nowMs);
			const isLimited = waitMs > 0 && waitMs < UNTIL_ANSWER;
			if (request.shouldStop()) request.settle({ failure: { kind: 'cancelled' } });
			else if (waitMs === 0 && this.inFlight < MAX_IN_FLIGHT)
				request.settle(this.permit(request, nowMs));
			else if (isLimited && waitMs > request.mayWaitMs()) {
				request.settle({ failure: { kind: 'wait', waitMs } });
			} else {
				if (isLimited && nowMs + waitMs < wakesAt) wakesAt = nowMs + waitMs;
				if (isLimited && !request.isLimited) request.onLimited();
				request.isLimited ||= isLimited;
				return true;
			}
			return false;
		});
		if (this.waiting.length === 0 || wakesAt >= this.wakesAt) return;
		this.wakesAt = wakesAt;
		void this.clock.sleep(wakesAt - nowMs).then(() => {
			if (this.wakesAt === wakesAt) this.wakesAt = Infinity;
			this.advance();
		});
	}

	private permit({ window, position }: Waiting, sentAt: number): Permit {
		window.sent(sentAt);
		this.inFlight += 1;
		const end = <T>(result: T): T => {
			this.inFlight -= 1;
			this.usedAt = this.clock.now();
			this.advance();
			return result;
		};
		return {
			position,
			countInFlight: (counts) => void (this.inFlight += counts ? 1 : -1),
			answered: (rateLimit) => end(window.answered(sentAt, rateLimit, this.clock.now())),
			refused: (rateLimit) => end(window.refused(sentAt, rateLimit, this.clock.now())),
			lost: () => end(window.lost(sentAt)),
		};
	}
}

const queues = new Map<string, RequestQueue>();

/** The queue of a host and credential, shared by all executions of this process. */
export function queueOf(baseUrl: string, fingerprint: string): RequestQueue {
	const key = `${baseUrl} ${fingerprint}`;
	for (const [other, queue] of queues) if (queue.isIdle(systemClock.now())) queues.delete(other);
	const queue = queues.get(key) ?? new RequestQueue();
	queues.set(key, queue);
	return queue;
}
