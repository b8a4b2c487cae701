import { createHash } from 'crypto';
import { sleep } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import { accessOf } from './baseUrl';
import type { Access } from './baseUrl';
import type { Call } from './call';
import { SendGridError, errorEntriesOf, networkFailure } from './failure';
import type { Failure } from './failure';
import { gateFor, readRateLimit } from './rateLimit';
import type { RateLimitGate, RateLimitReading } from './rateLimit';
import { planRetry } from './retry';

export const CREDENTIAL_TYPE = 'sendGridProvisioningApi';

/** n8n's contexts from which SendGrid is called. */
export type ApiContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

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

/** Who asks SendGrid, and where: read once for a run. */
export interface Connection {
	context: ApiContext;
	access: Access;
	/** Names the credential without holding the key. */
	fingerprint: string;
}

/** A wait looks at the cancel signal this often. */
const SLICE_MS = 500;

/** Reads the node's credential. @throws Refusal where it cannot be used */
export async function connect(context: ApiContext): Promise<Connection> {
	const access = accessOf(await context.getCredentials(CREDENTIAL_TYPE));
	const fingerprint = createHash('sha256').update(access.apiKey).digest('base64url');
	return { context, access, fingerprint };
}

/** An api that is as patient as told. */
export function apiOf(connection: Connection, patience: Patience): SendGridApi {
	return { send: async (call) => await sendPatiently(connection, patience, call) };
}

async function sendPatiently<Result>(
	connection: Connection,
	patience: Patience,
	call: Call<Result>,
): Promise<Result> {
	const { access, fingerprint } = connection;
	const gateKey = [access.baseUrl, fingerprint, call.method, call.path.template].join(' ');
	let waitedMs = 0;
	for (let repeats = 0; ; repeats += 1) {
		const gate = gateFor(gateKey, Date.now());
		const hindrance = await passGate(connection, gate, patience.maxWaitMs);
		if (hindrance !== undefined) throw new SendGridError(hindrance, call);
		const { reading, outcome } = await request(connection, patience.timeoutMs, call);
		gate.answered(reading, Date.now());
		if ('result' in outcome) return outcome.result;

		const { failure } = outcome;
		const limited = isRateLimited(failure);
		const askedMs = reading.retryAfterMs ?? (limited ? reading.resetMs : undefined);
		const { repeatable } = call;
		const plan = planRetry({ failure, repeatable, repeats, askedMs, random: Math.random() });
		if (plan === 'final') throw new SendGridError(failure, call);
		waitedMs += plan;
		if (waitedMs > patience.maxWaitMs) {
			throw new SendGridError(limited ? { kind: 'wait', waitMs: plan } : failure, call);
		}
		if (limited) gate.closeFor(plan, Date.now());
		else if (!(await pause(connection, plan))) throw new SendGridError({ kind: 'cancelled' }, call);
	}
}

function isRateLimited(failure: Failure): boolean {
	return failure.kind === 'status' && failure.status === 429;
}

/** Waits until the gate lets a request through and books it; gives the failure where it may not go. */
async function passGate(
	connection: Connection,
	gate: RateLimitGate,
	maxWaitMs: number,
): Promise<Failure | undefined> {
	for (;;) {
		if (cancelSignal(connection)?.aborted) return { kind: 'cancelled' };
		const waitMs = gate.waitMs(Date.now());
		if (waitMs === 0) break;
		if (waitMs > maxWaitMs) return { kind: 'wait', waitMs };
		await sleep(Math.min(waitMs, SLICE_MS));
	}
	gate.sent();
	return undefined;
}

/** Waits in slices; false when the execution was stopped meanwhile. */
async function pause(connection: Connection, ms: number): Promise<boolean> {
	const end = Date.now() + ms;
	while (Date.now() < end) {
		if (cancelSignal(connection)?.aborted) return false;
		await sleep(Math.min(end - Date.now(), SLICE_MS));
	}
	return true;
}

function cancelSignal({ context }: Connection): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}

interface Sent<Result> {
	reading: RateLimitReading;
	outcome: { result: Result } | { failure: Failure };
}

async function request<Result>(
	connection: Connection,
	timeoutMs: number,
	call: Call<Result>,
): Promise<Sent<Result>> {
	const answer = await answerTo(connection, {
		method: call.method,
		url: `${connection.access.baseUrl}${call.path.sent}`,
		...(call.query === undefined ? {} : { qs: call.query }),
		// As text: n8n drops an empty object, and an empty list is a body that SendGrid knows.
		...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
		headers: call.body === undefined ? {} : { 'Content-Type': 'application/json' },
		json: true,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: timeoutMs,
	});
	if ('failure' in answer) return { reading: {}, outcome: answer };
	const { statusCode: status, headers, body } = answer.response;
	const reading = readRateLimit(headers, Date.now());
	if (status < 200 || status > 299) {
		const entries = errorEntriesOf(body).map((entry) => ({
			...entry,
			message: withoutKey(entry.message, connection.access.apiKey),
		}));
		const { location } = headers;
		const target = typeof location === 'string' ? { location: hostOf(location) } : {};
		return { reading, outcome: { failure: { kind: 'status', status, entries, ...target } } };
	}
	const result = call.read(body);
	return {
		reading,
		outcome: result === undefined ? { failure: { kind: 'shape', status } } : { result },
	};
}

/** The answer, whatever its status; n8n throws only where there is none. */
async function answerTo(
	{ context }: Connection,
	options: IHttpRequestOptions,
): Promise<{ response: IN8nHttpFullResponse } | { failure: Failure }> {
	try {
		const response: unknown = await context.helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL_TYPE,
			options,
		);
		return { response: response as IN8nHttpFullResponse };
	} catch (error) {
		return { failure: networkFailure(codeOf(error)) };
	}
}

/** The error code, which n8n's wrapping leaves in one of the causes. */
function codeOf(error: unknown): string | undefined {
	let current = error;
	for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
		if ('code' in current && typeof current.code === 'string') return current.code;
		current = 'cause' in current ? current.cause : undefined;
	}
	return undefined;
}

/** A gateway may repeat what it was sent. */
function withoutKey(message: string, apiKey: string): string {
	return message.split(apiKey).join('[API key]');
}

function hostOf(location: string): string {
	return URL.canParse(location) ? new URL(location).host : 'another page';
}
