/**
 * What can go wrong. "Applied" means that the request changed the state before the answer failed.
 * `gateway` is for an answer that never came from SendGrid: it has no rate limit headers.
 */
export type Fault =
	/** An answer with this status instead of the real one; not applied. */
	| {
			kind: 'status';
			status: number;
			body?: unknown;
			headers?: Record<string, string>;
			gateway?: boolean;
	  }
	/** A gateway's HTML page (502 unless told); not applied. */
	| { kind: 'html'; status?: number; gateway?: boolean }
	/**
	 * What a proxy, firewall, or gateway answers instead of SendGrid, without rate limit headers; not
	 * applied. `json` is the JSON of another product.
	 */
	| { kind: 'stranger'; status: number; form: 'html' | 'text' | 'empty' | 'json' }
	/** The real answer without its body; applied. */
	| { kind: 'emptyBody' }
	/** The real answer with its JSON cut off in the middle; applied. */
	| { kind: 'truncated' }
	/** No answer until the emulator closes; not applied. */
	| { kind: 'hang' }
	/** The connection dies at once; not applied. */
	| { kind: 'reset' }
	/** Applied, then the connection dies instead of an answer. */
	| { kind: 'appliedThenLost' }
	/** Applied, then answered with this status (500 unless told), as JSON or as a gateway's page. */
	| {
			kind: 'appliedThenStatus';
			status?: number;
			body?: unknown;
			html?: boolean;
			gateway?: boolean;
	  }
	/** Applied at once, answered late. */
	| { kind: 'slow'; delayMs: number }
	/**
	 * Applied, then the real answer's body comes in byte by byte (one each 100 ms unless told) and never
	 * ends; what would be a 204, which has no body, becomes a 200.
	 */
	| { kind: 'trickle'; everyMs?: number }
	/** PUT offerings answers 200 but leaves this offering out. */
	| { kind: 'dropOffering'; name: string }
	/** PUT offerings answers 200 but takes another quantity for this offering. */
	| { kind: 'alterOffering'; name: string; quantity: number }
	/** A redirect (302 unless told) to somewhere else; not applied. */
	| { kind: 'redirect'; location: string; status?: number }
	/** A list answers at most this many rows, whatever limit was asked for. */
	| { kind: 'shortPages'; rows: number };

/** Which requests a fault strikes. */
export interface FaultTarget {
	/**
	 * Method and path as in `PUT /v3/partners/accounts/{id}/offerings`, where a part in braces stands
	 * for anything; without a method it strikes all of them. A RegExp is tested against the same text,
	 * the path being as it was sent, without its query.
	 */
	match: string | RegExp;
	/** How many requests it strikes, 1 unless told; may be Infinity. */
	times?: number;
	/** How many matching requests pass first. */
	after?: number;
	/** Strikes requests with this API key alone. */
	key?: string;
}

/** Tells of a fault that was given. */
export interface Strikes {
	/** How many requests it has struck so far. */
	struck: number;
}

export type FaultRule = FaultTarget & Fault;

interface ActiveRule {
	pattern: RegExp;
	key: string | undefined;
	times: number;
	after: number;
	fault: Fault;
	strikes: Strikes;
}

/** The faults that are waiting to strike, oldest first. */
export class Faults {
	private rules: ActiveRule[] = [];

	add(rule: FaultRule): Readonly<Strikes> {
		const { match, key, times = 1, after = 0, ...fault } = rule;
		const strikes = { struck: 0 };
		this.rules.push({ pattern: patternOf(match), key, times, after, fault, strikes });
		return strikes;
	}

	clear(): void {
		this.rules = [];
	}

	/** The fault that strikes this request, if any; counts it. */
	take(method: string, path: string, key?: string): Fault | undefined {
		for (const rule of this.rules) {
			if (rule.key !== undefined && rule.key !== key) continue;
			if (rule.times <= 0 || !rule.pattern.test(`${method} ${path}`)) continue;
			if (rule.after > 0) {
				rule.after--;
				continue;
			}
			rule.times--;
			rule.strikes.struck++;
			return rule.fault;
		}
		return undefined;
	}
}

function patternOf(match: string | RegExp): RegExp {
	// Without its g and y flags a RegExp keeps no position between two tests.
	if (match instanceof RegExp) return new RegExp(match.source, match.flags.replace(/[gy]/g, ''));
	const [path = '', method = '[A-Z]+'] = match.trim().split(/\s+/).reverse();
	const parts = path
		.split('/')
		.map((part) => (/^\{.*\}$/.test(part) ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
	return new RegExp(`^${method} ${parts.join('/')}$`);
}

/** The body and its type of an answer that is not SendGrid's. */
export function strangersBody(status: number, form: 'html' | 'text' | 'empty' | 'json') {
	if (form === 'html') return { type: 'text/html', body: gatewayPage(status) };
	if (form === 'json') return { type: 'application/json', body: '{"message":"Forbidden"}' };
	return { type: 'text/plain', body: form === 'text' ? 'RBAC: access denied' : '' };
}

/** A page as a gateway in front of SendGrid might send it. */
export function gatewayPage(status: number): string {
	return `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>${status}</h1><p>The gateway got no usable answer.</p></body></html>\n`;
}
