import type { IncomingHttpHeaders } from 'node:http';

/** A request and its response. */
export interface LoggedRequest {
	method: string;
	/** The path as sent, without the query. */
	path: string;
	/** The endpoint, e.g. `/v3/subusers/{name}/credits`, or `(unknown)`. */
	template: string;
	/** The path's variable segments, decoded. */
	params: Record<string, string>;
	query: Record<string, string | string[]>;
	/** Without `authorization`. */
	headers: IncomingHttpHeaders;
	body: unknown;
	/** Undefined before the response, and if the connection was lost. */
	status: number | undefined;
	responseHeaders: Record<string, unknown> | undefined;
	/** Data if it's JSON, otherwise text; undefined without a body. */
	responseBody: unknown;
	/** When it arrived, in real time, epoch ms. */
	at: number;
	/** When it was answered or the connection was lost, in real time, epoch ms. */
	endedAt: number | undefined;
}

/** Fields of requests, responses, and headers that give access to an account or subuser. */
const SECRETS = ['password', 'signup_session_token', 'authorization_token', 'location', 'api_key'];

/** Blanks out secrets before another process, which may print them, gets the request. */
export function withoutSecrets(entry: LoggedRequest): unknown {
	const blank = (key: string, value: unknown): unknown =>
		SECRETS.includes(key) && typeof value === 'string' ? '[secret]' : value;
	return JSON.parse(JSON.stringify(entry, blank));
}

/** Counts of all requests, also without a log. */
export interface Counters {
	requests: number;
	/** Unanswered requests at this moment. */
	inFlight: number;
	/** The highest `inFlight` so far. */
	maxInFlight: number;
	/** By endpoint and status, e.g. `GET /v3/subusers 200`; the status of a lost connection is `cut`. */
	byAnswer: Record<string, number>;
}

/** Keeps the latest requests, oldest first, and counts all of them. */
export class RequestLog {
	readonly requests: LoggedRequest[] = [];
	counters: Counters = emptyCounters();

	/** Keeps at most `limit` requests; 0 keeps none. */
	constructor(
		private readonly limit: number,
		private readonly realTime: () => number,
	) {}

	get enabled(): boolean {
		return this.limit > 0;
	}

	begin(entry: LoggedRequest): void {
		this.counters.requests++;
		this.counters.inFlight++;
		this.counters.maxInFlight = Math.max(this.counters.maxInFlight, this.counters.inFlight);
		if (!this.enabled) return;
		// Removing a tenth at a time is cheaper than moving the whole list for each request.
		if (this.requests.length >= this.limit) this.requests.splice(0, Math.ceil(this.limit / 10));
		this.requests.push(entry);
	}

	end(entry: LoggedRequest, status: number | undefined): void {
		if (entry.endedAt !== undefined) return;
		entry.status = status;
		entry.endedAt = this.realTime();
		this.counters.inFlight--;
		const answer = `${entry.method} ${entry.template} ${status ?? 'cut'}`;
		this.counters.byAnswer[answer] = (this.counters.byAnswer[answer] ?? 0) + 1;
	}

	clear(): void {
		this.requests.length = 0;
		const { inFlight } = this.counters;
		this.counters = { ...emptyCounters(), inFlight, maxInFlight: inFlight };
	}
}

function emptyCounters(): Counters {
	return { requests: 0, inFlight: 0, maxInFlight: 0, byAnswer: {} };
}
