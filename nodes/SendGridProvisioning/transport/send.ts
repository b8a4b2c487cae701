import { sleep } from 'n8n-workflow';
import { request } from './api';
import type { Connection } from './api';
import type { Call } from './call';
import { SendGridError } from './failure';
import type { Failure } from './failure';
import { gateOf } from './gate';
import type { Admitted, Gate } from './gate';
import type { RateLimitReading } from './rateLimitHeaders';
import { planRetry } from './retry';

/** How patient a call is. */
export interface Patience {
	/** For one request to be answered. */
	timeoutMs: number;
	/** For SendGrid's rate limit, in all. */
	maxWaitMs: number;
}

/** Sends calls to SendGrid. */
export interface SendGridApi {
	/**
	 * Sends the call, again where that is safe, and gives what it reads from the answer.
	 * @throws SendGridError when it failed for good
	 */
	send<Result>(call: Call<Result>): Promise<Result>;
}

/** A backoff looks this often whether it should give up. */
const SLICE_MS = 500;

/** An api that is as patient as told. */
export function apiOf(connection: Connection, patience: Patience): SendGridApi {
	return { send: async (call) => await sendPatiently(connection, patience, call) };
}

async function sendPatiently<Result>(
	connection: Connection,
	patience: Patience,
	call: Call<Result>,
): Promise<Result> {
	const { access, fingerprint, run } = connection;
	const gate = gateOf(access.baseUrl, fingerprint);
	let waitedMs = 0;
	for (let repeats = 0; ; repeats += 1) {
		const entry = await enter(connection, gate, patience, call);
		if ('failure' in entry) throw new SendGridError(entry.failure, call);
		if (repeats > 0) run.repeated += 1;
		const { reading, outcome } = await request(connection, patience.timeoutMs, call);
		if ('result' in outcome) {
			entry.answered(reading);
			return outcome.result;
		}
		const { failure } = outcome;
		const limited = failure.kind === 'status' && failure.status === 429;
		const askedMs = reading.retryAfterMs ?? (limited ? reading.resetMs : undefined);
		const { repeatable } = call;
		const plan = planRetry({ failure, repeatable, repeats, askedMs, random: Math.random() });
		tellGate(entry, { failure, reading, plan, asked: askedMs !== undefined && askedMs > 0 });
		if (plan === 'final') throw new SendGridError(failure, call);
		waitedMs += plan;
		if (waitedMs > patience.maxWaitMs) {
			throw new SendGridError(limited ? { kind: 'wait', waitMs: plan } : failure, call);
		}
		if (!limited && !(await pause(connection, plan))) {
			throw new SendGridError({ kind: 'cancelled' }, call);
		}
	}
}

async function enter<Result>(
	{ run, abandoned }: Connection,
	gate: Gate,
	{ maxWaitMs }: Patience,
	{ method, path }: Call<Result>,
): Promise<Admitted | { failure: Failure }> {
	let limited = false;
	const entry = await gate.enter({
		endpoint: `${method} ${path.template}`,
		maxWaitMs,
		abandoned,
		onLimited: () => {
			limited = true;
			run.waitBegins(Date.now());
		},
	});
	if (limited) run.waitEnds(Date.now());
	return entry;
}

function tellGate(
	entry: Admitted,
	{
		failure,
		reading,
		plan,
		asked,
	}: {
		failure: Failure;
		reading: RateLimitReading;
		plan: number | 'final';
		asked: boolean;
	},
): void {
	if (failure.kind !== 'status' && failure.kind !== 'shape') entry.lost();
	else if (failure.kind === 'status' && failure.status === 429 && plan !== 'final') {
		entry.refused(plan, asked);
	} else entry.answered(reading);
}

/** Waits in slices; false when it should give up. */
async function pause({ abandoned }: Connection, ms: number): Promise<boolean> {
	const end = Date.now() + ms;
	while (Date.now() < end) {
		if (abandoned()) return false;
		await sleep(Math.min(end - Date.now(), SLICE_MS));
	}
	return true;
}
