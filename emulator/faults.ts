/**
 * A failure to simulate. "Applied" means that the request changes the state before its response
 * fails. `gateway` leaves out the rate limit headers, as a gateway's own response does.
 */
export type Fault =
	/** A response with this status instead of the real one; not applied. */
	| {
			kind: 'status';
			status: number;
			body?: unknown;
			headers?: Record<string, string>;
			gateway?: boolean;
	  }
	/** A gateway's HTML page, by default with status 502; not applied. */
	| { kind: 'html'; status?: number; gateway?: boolean }
	/**
	 * A response of a proxy, firewall, or gateway, without rate limit headers; not applied. `json` is
	 * another product's JSON.
	 */
	| { kind: 'stranger'; status: number; form: 'html' | 'text' | 'empty' | 'json' }
	/** The real response without its body; applied. */
	| { kind: 'emptyBody' }
	/** The first half of the real response's JSON; applied. */
	| { kind: 'truncated' }
	/** No response until the emulator closes; not applied. */
	| { kind: 'hang' }
	/** A connection reset instead of a response; not applied. */
	| { kind: 'reset' }
	/** A connection reset instead of a response; applied. */
	| { kind: 'appliedThenLost' }
	/** An error, by default 500, as JSON or as a gateway's page; applied. */
	| {
			kind: 'appliedThenStatus';
			status?: number;
			body?: unknown;
			html?: boolean;
			gateway?: boolean;
	  }
	/** The real response, late; applied immediately. */
	| { kind: 'slow'; delayMs: number }
	/**
	 * The real response's body byte by byte, by default one per 100 ms, followed by spaces without end;
	 * applied. A 204, which has no body, becomes a 200.
	 */
	| { kind: 'trickle'; everyMs?: number }
	/** A 200 to PUT offerings, which ignores this offering. */
	| { kind: 'dropOffering'; name: string }
	/** A 200 to PUT offerings, which changes this offering's quantity. */
	| { kind: 'alterOffering'; name: string; quantity: number }
	/** A redirect, by default 302; not applied. */
	| { kind: 'redirect'; location: string; status?: number }
	/** The request runs on the parent account, as if it had no `On-Behalf-Of` header. */
	| { kind: 'ignoreOnBehalfOf' }
	/** A page with at most this many rows, regardless of the requested limit. */
	| { kind: 'shortPages'; rows: number };

/** The requests that a fault affects. */
export interface FaultTarget {
	/**
	 * Method and path, such as `PUT /v3/partners/accounts/{id}/offerings`, where a segment in braces
	 * matches any segment. Without a method, all methods match. A RegExp is tested against method and
	 * path as they were sent, without the query.
	 */
	match: string | RegExp;
	/** How many requests it affects; default 1, may be Infinity. */
	times?: number;
	/** How many matching requests to let through first. */
	after?: number;
	/** The only API key whose requests it affects. */
	key?: string;
}

/** The count of a fault's effects, kept up to date. */
export interface Strikes {
	/** Requests that the fault has affected so far. */
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

/** The active faults, in the order they were added. */
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

	/** Finds the fault that affects this request, and counts it. */
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
	// With the g or y flag, a RegExp would keep its position between tests.
	if (match instanceof RegExp) return new RegExp(match.source, match.flags.replace(/[gy]/g, ''));
	const [path = '', method = '[A-Z]+'] = match.trim().split(/\s+/).reverse();
	const parts = path
		.split('/')
		.map((part) => (/^\{.*\}$/.test(part) ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
	return new RegExp(`^${method} ${parts.join('/')}$`);
}

/** The content type and body of a `stranger` fault. */
export function strangerBody(status: number, form: 'html' | 'text' | 'empty' | 'json') {
	if (form === 'html') return { type: 'text/html', body: gatewayPage(status) };
	if (form === 'json') return { type: 'application/json', body: '{"message":"Forbidden"}' };
	return { type: 'text/plain', body: form === 'text' ? 'RBAC: access denied' : '' };
}

/** An HTML page such as a gateway in front of SendGrid sends. */
export function gatewayPage(status: number): string {
	return `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>${status}</h1><p>The gateway got no usable answer.</p></body></html>\n`;
}
