import type { IncomingHttpHeaders } from 'node:http';

/** One request as it came and what it got. */
export interface LoggedRequest {
	method: string;
	/** As it was sent, without the query. */
	path: string;
	/** The endpoint, e.g. `/v3/subusers/{name}/credits`; `(unknown)` where there is none. */
	template: string;
	/** The path's variable parts, decoded. */
	params: Record<string, string>;
	query: Record<string, string | string[]>;
	/** Without `authorization`. */
	headers: IncomingHttpHeaders;
	body: unknown;
	/** Undefined while there is no answer, and when the connection was cut instead. */
	status: number | undefined;
	responseHeaders: Record<string, unknown> | undefined;
	/** Parsed where it is JSON, text otherwise, undefined where there was none. */
	responseBody: unknown;
	/** Real time, epoch ms: when it came, and when it was answered or cut. */
	at: number;
	endedAt: number | undefined;
}

/** What gives access to an account or a subuser, wherever it stands in a request or its answer. */
const SECRETS = ['password', 'signup_session_token', 'authorization_token', 'location'];

/** The request as another process may see it: what it shows ends up in logs and on screens. */
export function withoutSecrets(entry: LoggedRequest): unknown {
	const blank = (key: string, value: unknown): unknown =>
		SECRETS.includes(key) && typeof value === 'string' ? '[secret]' : value;
	return JSON.parse(JSON.stringify(entry, blank));
}

/** Numbers that are kept even without a log. */
export interface Counters {
	requests: number;
	/** Requests without an answer at this moment, and the most there ever were. */
	inFlight: number;
	maxInFlight: number;
	/** By endpoint and status, e.g. `GET /v3/subusers 200`; `cut` stands for a lost connection. */
	byAnswer: Record<string, number>;
}

/** The latest requests in the order they came, and counters of all of them. */
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
		// A tenth at once: dropping one by one would move the whole list each time.
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
