import { NodeOperationError } from 'n8n-workflow';
import type { IHttpRequestOptions, IN8nHttpFullResponse, INode } from 'n8n-workflow';
import type { Call } from './call';
import { clock } from './clock';
import type { Connection } from './connection';
import { readAnswer } from './errors/answer';
import { THROWN_STATUSES, answerIn, networkFailure } from './errors/networkFailure';
import type { ReceivedAnswer } from './errors/networkFailure';
import { isSuccess } from './errors/failure';
import type { Failure } from './errors/failure';
import { readRateLimit } from './limit/headers';
import type { RateLimit } from './limit/headers';
import { onBehalfOfHeader } from './onBehalfOf';
import { spellingsOfAll, withoutSecrets } from './redaction';

/** The outcome of one request, and what its response's headers say about the rate limit. */
export interface CallResponse<Result> {
	rateLimit: RateLimit;
	outcome: { result: Result } | { failure: Failure };
}

/**
 * Sends the call once, without retries. What SendGrid or the network does is returned, not thrown.
 */
export async function sendOnce<Result>(
	connection: Pick<Connection, 'access' | 'keySpellings' | 'send'>,
	timeoutMs: number,
	call: Call<Result>,
): Promise<CallResponse<Result>> {
	const sentAt = clock.now();
	const answer = await responseTo(connection.send, {
		method: call.method,
		url: `${connection.access.baseUrl}${call.path.encoded}`,
		...(call.query === undefined ? {} : { qs: call.query }),
		// As text, because n8n drops empty objects and lists.
		...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
		headers: {
			// Without it, SendGrid answers 406.
			Accept: 'application/json',
			...call.headers,
			...onBehalfOfHeader(call),
			...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
		},
		arrayFormat: 'repeat',
		json: true,
		returnFullResponse: true,
		disableFollowRedirect: true,
		timeout: timeoutMs,
	});
	if ('failure' in answer) return { rateLimit: readRateLimit({}, sentAt), outcome: answer };
	const { statusCode: status, headers } = answer.response;
	const rateLimit = readRateLimit(headers, clock.now());
	const { access, keySpellings } = connection;
	const { secrets } = call;
	const spellings =
		secrets === undefined ? keySpellings : spellingsOfAll([access.apiKey, ...secrets]);
	const body = withoutSecrets(spellings, answer.response.body);
	const location = withoutSecrets(spellings, status < 400 ? headers['location'] : undefined);
	const redirect = typeof location === 'string' ? location : undefined;
	if (answer.isRefusedTunnel || status === PROXY_AUTHENTICATION) {
		const refusal = { status, answer: readAnswer(status, body) };
		return {
			rateLimit: readRateLimit({}, sentAt),
			outcome: { failure: { kind: 'unsent', code: 'ERR_PROXY_TUNNEL', refusal } },
		};
	}
	return {
		rateLimit,
		outcome: resultOrFailure(call, { baseUrl: access.baseUrl, status, body, redirect, sentAt }),
	};
}

/** Only proxies answer with this status. @see https://www.rfc-editor.org/rfc/rfc9110#name-407-proxy-authentication-re */
const PROXY_AUTHENTICATION = 407;

/** Reads a response: the call's result, or why there is none. */
function resultOrFailure<Result>(
	call: Call<Result>,
	received: {
		baseUrl: string;
		status: number;
		body: unknown;
		redirect: string | undefined;
		sentAt: number;
	},
): { result: Result } | { failure: Failure } {
	const { baseUrl, status, body, redirect, sentAt } = received;
	const answer = readAnswer(status, body);
	const isExpected =
		call.successStatus === undefined
			? isSuccess(status)
			: status === call.successStatus && leadsToSendGrid(redirect, baseUrl);
	// SendGrid sometimes reports errors with status 200.
	const result = isExpected && !answer.hasErrors ? call.read(body, redirect, sentAt) : undefined;
	if (result !== undefined) return { result };
	if (isExpected || isSuccess(status)) {
		const isErrorReport = answer.hasErrors || (answer.isSendGrid && answer.entries.length > 0);
		return { failure: { kind: isErrorReport ? 'status' : 'shape', status, answer } };
	}
	const target = redirect === undefined ? {} : { location: hostOf(redirect) };
	return { failure: { kind: 'status', status, answer, ...target } };
}

/**
 * Whether n8n's errors keep their cause, which has the response: not in n8n 1, and not in all versions
 * of n8n 2, such as 2.20.
 */
function keepsCauses(): boolean {
	const node: INode = {
		...{ id: '', name: '', type: '', typeVersion: 1 },
		...{ position: [0, 0], parameters: {} },
	};
	const cause = new Error();
	return new NodeOperationError(node, cause).cause === cause;
}

/**
 * Statuses are returned, not thrown, but for those with which a proxy refuses to connect: only n8n's
 * error shows that, if it has the response.
 */
const STATUS_AS_DATA = {
	ignoreHttpStatusErrors: keepsCauses() ? { ignore: true, except: THROWN_STATUSES } : true,
};

/** Lets n8n's own timeout come first: its error shows whether there was a connection. */
const TIMEOUT_MARGIN_MS = 500;

/**
 * Sends a request and returns the response, with any status. n8n's own timeout restarts with each
 * byte, so a response that trickles in would never time out.
 */
async function responseTo(
	send: Connection['send'],
	options: IHttpRequestOptions,
): Promise<ReceivedAnswer | { failure: Failure }> {
	const timeoutSignal = AbortSignal.timeout((options.timeout ?? 0) + TIMEOUT_MARGIN_MS);
	let resolveTimeout: (failure: { failure: Failure }) => void = () => {};
	const timedOut = new Promise<{ failure: Failure }>((resolve) => (resolveTimeout = resolve));
	const onTimeout = (): void => resolveTimeout({ failure: { kind: 'lost', code: 'ETIMEDOUT' } });
	timeoutSignal.addEventListener('abort', onTimeout);
	// If the execution can be stopped, n8n replaces this signal with its own.
	const request = Object.assign({ ...options, abortSignal: timeoutSignal }, STATUS_AS_DATA);
	try {
		const answer = send(request).then((response) => ({
			response: response as IN8nHttpFullResponse,
			isRefusedTunnel: false,
		}));
		return await Promise.race([answer, timedOut]);
	} catch (error) {
		return answerIn(error) ?? { failure: networkFailure(error) };
	} finally {
		timeoutSignal.removeEventListener('abort', onTimeout);
	}
}

function hostOf(location: string): string {
	return URL.canParse(location) ? new URL(location).host : 'another page';
}

/**
 * Whether a redirect leads to SendGrid's website or to the base URL's host, rather than to the
 * sign-in page of a gateway. A redirect without a location counts as SendGrid's.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-account-operations/authenticate-an-account-with-single-sign-on "redirect to app.sendgrid.com"
 */
function leadsToSendGrid(location: string | undefined, baseUrl: string): boolean {
	if (location === undefined || !URL.canParse(location, baseUrl)) return true;
	const { host, hostname } = new URL(location, baseUrl);
	return host === new URL(baseUrl).host || /(^|\.)(sendgrid|twilio)\.com$/.test(hostname);
}
