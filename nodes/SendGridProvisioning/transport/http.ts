import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
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
import { spelled, withoutSecrets } from './redaction';

/** What came of sending a call once: its result or its failure, and what the headers say. */
export interface Sent<Result> {
	rateLimit: RateLimit;
	outcome: { result: Result } | { failure: Failure };
}

/** Sends the call once. Never throws for what SendGrid or the network do. */
export async function request<Result>(
	connection: Pick<Connection, 'access' | 'keySpellings' | 'send'>,
	timeoutMs: number,
	call: Call<Result>,
): Promise<Sent<Result>> {
	const sentAt = clock.now();
	const answer = await answerTo(connection.send, {
		method: call.method,
		url: `${connection.access.baseUrl}${call.path.sent}`,
		...(call.query === undefined ? {} : { qs: call.query }),
		// As text: n8n drops an empty object, and an empty list is a body that SendGrid knows.
		...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
		headers: {
			// SendGrid answers 406 where it is missing.
			Accept: 'application/json',
			...call.headers,
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
	const blank = secrets === undefined ? keySpellings : spelled([access.apiKey, ...secrets]);
	const body = withoutSecrets(blank, answer.response.body);
	const location = withoutSecrets(blank, status < 400 ? headers['location'] : undefined);
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

/** A status that only proxies answer with: https://www.rfc-editor.org/rfc/rfc9110#name-407-proxy-authentication-re */
const PROXY_AUTHENTICATION = 407;

/** What an answer means for the call: its result, or why there is none. */
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
		call.success === undefined
			? isSuccess(status)
			: status === call.success && leadsToSendGrid(redirect, baseUrl);
	// SendGrid has been seen to report errors with status 200.
	const result = isExpected && !answer.hasErrors ? call.read(body, redirect, sentAt) : undefined;
	if (result !== undefined) return { result };
	if (isExpected || isSuccess(status)) {
		const isReport = answer.hasErrors || (answer.isSendGrid && answer.entries.length > 0);
		return { failure: { kind: isReport ? 'status' : 'shape', status, answer } };
	}
	const target = redirect === undefined ? {} : { location: hostOf(redirect) };
	return { failure: { kind: 'status', status, answer, ...target } };
}

/**
 * n8n 1 takes this for true. n8n 2 throws the statuses of the list, and only what it throws shows
 * whether a proxy refused the connection.
 */
const STATUS_AS_DATA = { ignoreHttpStatusErrors: { ignore: true, except: THROWN_STATUSES } };

/** n8n's own timeout comes first: its error tells whether there was a connection. */
const GRACE_MS = 500;

/**
 * The answer, whatever its status. n8n's own timeout starts again with each byte, so an answer that
 * trickles in would never end.
 */
async function answerTo(
	send: Connection['send'],
	options: IHttpRequestOptions,
): Promise<ReceivedAnswer | { failure: Failure }> {
	const late = AbortSignal.timeout((options.timeout ?? 0) + GRACE_MS);
	let give: (failure: { failure: Failure }) => void = () => {};
	const tooLate = new Promise<{ failure: Failure }>((resolve) => (give = resolve));
	const onLate = (): void => give({ failure: { kind: 'lost', code: 'ETIMEDOUT' } });
	late.addEventListener('abort', onLate);
	// Where an execution can be stopped, n8n puts its own signal in the place of this one.
	const request = Object.assign({ ...options, abortSignal: late }, STATUS_AS_DATA);
	try {
		const answer = send(request).then((response) => ({
			response: response as IN8nHttpFullResponse,
			isRefusedTunnel: false,
		}));
		return await Promise.race([answer, tooLate]);
	} catch (error) {
		return answerIn(error) ?? { failure: networkFailure(error) };
	} finally {
		late.removeEventListener('abort', onLate);
	}
}

function hostOf(location: string): string {
	return URL.canParse(location) ? new URL(location).host : 'another page';
}

/**
 * Whether a redirect that is a result leads to SendGrid's website, or to the host that stands in for
 * SendGrid, rather than to the sign-in page of a gateway. Without a location it can't be told.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-account-operations/authenticate-an-account-with-single-sign-on "redirect to app.sendgrid.com"
 */
function leadsToSendGrid(location: string | undefined, baseUrl: string): boolean {
	if (location === undefined || !URL.canParse(location, baseUrl)) return true;
	const { host, hostname } = new URL(location, baseUrl);
	return host === new URL(baseUrl).host || /(^|\.)(sendgrid|twilio)\.com$/.test(hostname);
}
