import type { IHttpRequestHelper, IHttpRequestOptions, INode } from 'n8n-workflow';
import { outcomeOf } from '../domain/outcome';
import { sendOnce } from './http';
import { accessOf } from './baseUrl';
import type { Call } from './call';
import { explain } from './errors/explain';
import { nodeError } from './errors/nodeError';
import { PROXY_HINT } from './errors/hints';
import { SendGridError, wasForbidden } from './errors/failure';
import { spellingsOfAll } from './redaction';
import { quoted } from './errors/quoted';
import { errorTextFor } from './errors/messages';
import type { ErrorText } from './errors/messages';

type HttpRequest = IHttpRequestHelper['helpers']['httpRequest'];

/** Short, because someone is waiting in front of the credential's dialog. */
const TIMEOUT_MS = 20_000;

/**
 * Tests the credential with a call that only reads.
 * @throws an error whose message says what's wrong and what to do: n8n's dialog shows nothing else
 */
export async function testCredential<Result>(
	httpRequest: HttpRequest,
	credential: unknown,
	call: Call<Result>,
): Promise<void> {
	const sent = await outcomeOf(async () => await send(httpRequest, credential, call));
	if ('value' in sent) return;
	const text = textForDialog(sent.error, credential);
	const message = `${text.message}. ${text.description}`;
	throw nodeError(PLACEHOLDER_NODE, { message, description: '', fromApi: true });
}

/** n8n's errors require a node, and a credential test has none. */
const PLACEHOLDER_NODE: INode = {
	id: '',
	name: 'Credential test',
	type: '',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

async function send<Result>(
	httpRequest: HttpRequest,
	credential: unknown,
	call: Call<Result>,
): Promise<void> {
	const access = accessOf(credential);
	const Authorization = `Bearer ${access.apiKey}`;
	let refusal: Error | undefined;
	const connection = {
		access,
		keySpellings: spellingsOfAll([access.apiKey]),
		send: async (options: IHttpRequestOptions): Promise<unknown> => {
			const headers = { ...options.headers, Authorization };
			const sent = await outcomeOf(
				async () => (await httpRequest({ ...options, headers })) as unknown,
			);
			if ('value' in sent) return sent.value;
			if (sent.error instanceof Error) refusal = sent.error;
			throw sent.error;
		},
	};
	const { outcome } = await sendOnce(connection, TIMEOUT_MS, call);
	if ('result' in outcome) return;
	const { failure } = outcome;
	// An error without a code is n8n's own refusal, such as a host that the credential doesn't allow.
	const isUnknown = failure.kind === 'lost' && failure.code === 'unknown';
	throw isUnknown && refusal !== undefined ? refusal : new SendGridError(failure, call);
}

/**
 * The usual error text, with the host if it can't be reached, and about the key rather than an
 * item.
 */
function textForDialog(
	error: unknown,
	credential: unknown,
): Pick<ErrorText, 'message' | 'description'> {
	if (!(error instanceof SendGridError)) return explain(error);
	const { failure, call } = error;
	const text = errorTextFor(failure, { call, subject: undefined });
	if (failure.kind === 'unsent' || failure.kind === 'lost') {
		const { host } = new URL(accessOf(credential).baseUrl);
		const description = failure.kind === 'lost' ? PROXY_HINT : text.description;
		const suffix = failure.kind === 'unsent' ? '; nothing was sent' : '';
		return { message: `Host ${host}: ${text.message}${suffix}`, description };
	}
	if (failure.kind !== 'status' || failure.status !== 403 || !wasForbidden(error)) return text;
	const message = `SendGrid accepts this API key, but it has no access${quoted(failure.answer)}`;
	return { ...text, message };
}
