import { createHash } from 'crypto';
import type {
	ICredentialsDecrypted,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import { isRecord } from '../domain/values';
import { accessOf } from './baseUrl';
import type { Access } from './baseUrl';
import type { Call } from './call';
import { readAnswer } from './errors/answer';
import { isSuccess, networkFailure } from './failure';
import type { Failure } from './failure';
import { readRateLimit } from './limit/headers';
import type { RateLimit } from './limit/headers';
import { Run } from './run';
import { spelled, withoutSecrets } from './secrets';

export const CREDENTIAL_TYPE = 'sendGridProvisioningApi';

/** n8n's contexts from which SendGrid is called. */
export type ApiContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** Who asks SendGrid, and where: read once for a run. */
export interface Connection {
	context: ApiContext;
	access: Access;
	/** Handed to n8n with each request, which would read and decrypt it anew: a third of its work. */
	credential: ICredentialsDecrypted;
	/** Names the credential without holding the key. */
	fingerprint: string;
	/** The key as it might stand in an answer. */
	keySpellings: string[];
	run: Run;
	/** Whether no more requests should be sent. */
	abandoned: () => boolean;
}

/** Reads the node's credential. @throws Refusal where it cannot be used */
export async function connect(context: ApiContext, run = new Run()): Promise<Connection> {
	const data = await context.getCredentials(CREDENTIAL_TYPE);
	const access = accessOf(data);
	const { id, name } = context.getNode().credentials?.[CREDENTIAL_TYPE] ?? { id: '', name: '' };
	const credential = { id: id ?? '', name, type: CREDENTIAL_TYPE, data };
	const fingerprint = createHash('sha256').update(access.apiKey).digest('base64url');
	const abandoned = (): boolean => run.stopped || isCancelled(context);
	const keySpellings = spelled([access.apiKey]);
	return { context, access, credential, fingerprint, keySpellings, run, abandoned };
}

function isCancelled(context: ApiContext): boolean {
	if (!('getExecutionCancelSignal' in context)) return false;
	return context.getExecutionCancelSignal()?.aborted ?? false;
}

/** What came of sending a call once: its result or its failure, and what the headers say. */
export interface Sent<Result> {
	rateLimit: RateLimit;
	outcome: { result: Result } | { failure: Failure };
}

/** Sends the call once. Never throws for what SendGrid or the network do. */
export async function request<Result>(
	connection: Connection,
	timeoutMs: number,
	call: Call<Result>,
): Promise<Sent<Result>> {
	const sentAt = Date.now();
	const answer = await answerTo(connection, {
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
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: timeoutMs,
	});
	if ('failure' in answer) return { rateLimit: readRateLimit({}, sentAt), outcome: answer };
	const { statusCode: status, headers } = answer.response;
	const rateLimit = readRateLimit(headers, Date.now());
	const { access, keySpellings } = connection;
	const { secrets } = call;
	const blank = secrets === undefined ? keySpellings : spelled([access.apiKey, ...secrets]);
	const body = withoutSecrets(blank, answer.response.body);
	const location = withoutSecrets(blank, status < 400 ? headers['location'] : undefined);
	const redirect = typeof location === 'string' ? location : undefined;
	return { rateLimit, outcome: outcomeOf(call, { status, body, redirect, sentAt }) };
}

/** What an answer means for the call: its result, or why there is none. */
function outcomeOf<Result>(
	call: Call<Result>,
	received: { status: number; body: unknown; redirect: string | undefined; sentAt: number },
): { result: Result } | { failure: Failure } {
	const { status, body, redirect, sentAt } = received;
	const answer = readAnswer(body);
	const isExpected = call.success === undefined ? isSuccess(status) : status === call.success;
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
 * The answer, whatever its status; n8n throws only where there is none. Its own timeout begins anew
 * with each byte, so an answer that trickles in would never end.
 */
async function answerTo(
	{ context, credential }: Connection,
	options: IHttpRequestOptions,
): Promise<{ response: IN8nHttpFullResponse } | { failure: Failure }> {
	const late = AbortSignal.timeout(options.timeout ?? 0);
	let give: (failure: { failure: Failure }) => void = () => {};
	const tooLate = new Promise<{ failure: Failure }>((resolve) => (give = resolve));
	const onLate = (): void => give({ failure: { kind: 'lost', code: 'ETIMEDOUT' } });
	late.addEventListener('abort', onLate);
	// Where an execution can be stopped, n8n puts its own signal in the place of this one.
	const request = { ...options, abortSignal: late };
	try {
		const answer = context.helpers.httpRequestWithAuthentication
			.call(context, CREDENTIAL_TYPE, request, { credentialsDecrypted: credential })
			.then((response: unknown) => ({ response: response as IN8nHttpFullResponse }));
		return await Promise.race([answer, tooLate]);
	} catch (error) {
		return { failure: failureOf(error) };
	} finally {
		late.removeEventListener('abort', onLate);
	}
}

/**
 * Reads code and system call, which the wrappings of n8n and axios leave in the causes: the code in an
 * outer one, the call in Node's own error alone. Where Node tried several addresses, it has one for each.
 */
function failureOf(error: unknown): Failure {
	let code: string | undefined;
	let syscall: string | undefined;
	let current = error;
	for (let depth = 0; depth < 6 && isRecord(current); depth += 1) {
		if (typeof current['code'] === 'string') code ??= current['code'];
		if (typeof current['syscall'] === 'string') syscall ??= current['syscall'];
		const several: unknown[] = Array.isArray(current['errors']) ? current['errors'] : [];
		current = current['cause'] ?? several[0];
	}
	return networkFailure(code, syscall);
}

function hostOf(location: string): string {
	return URL.canParse(location) ? new URL(location).host : 'another page';
}
