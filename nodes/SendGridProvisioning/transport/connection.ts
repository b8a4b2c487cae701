import { createHash } from 'crypto';
import type {
	ICredentialsDecrypted,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IPollFunctions,
} from 'n8n-workflow';
import { outcomeOf } from '../domain/outcome';
import { Refusal } from '../domain/refusal';
import { accessOf } from './baseUrl';
import type { Access } from './baseUrl';
import type { RateLimit } from './limit/headers';
import { spellingsOfAll } from './redaction';

export const CREDENTIAL_TYPE = 'sendGridProvisioningApi';

/** n8n's contexts from which SendGrid is called. */
export type ApiContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** What a run wants to know about its requests. */
export interface RequestObserver {
	/** Whether no new requests should be sent: an item has failed, or no one waits for the rest. */
	readonly stopped: boolean;
	/** A request is sent again. */
	retried(): void;
	/** The rate limit holds a request back. */
	waitBegins(nowMs: number): void;
	/** The request goes on, or was given up. */
	waitEnds(nowMs: number): void;
	/** An answer's rate limit headers. */
	sawLimit(rateLimit: Pick<RateLimit, 'limit' | 'resetMs'>): void;
}

const NO_OBSERVER: RequestObserver = {
	stopped: false,
	retried: () => {},
	waitBegins: () => {},
	waitEnds: () => {},
	sawLimit: () => {},
};

/** One credential, ready to send requests with: key, host, and what belongs to both. */
export interface Connection {
	access: Access;
	/** As n8n has read it, for the item where its expressions depend on the item. */
	credential: ICredentialsDecrypted;
	/** Sends a request, signed with this credential. */
	send: (request: IHttpRequestOptions) => Promise<unknown>;
	/** Names the credential without holding the key. */
	fingerprint: string;
	/** The key as it might stand in an answer. */
	keySpellings: string[];
	/** The run that the requests belong to. */
	observer: RequestObserver;
	/** Whether no more requests should be sent. */
	shouldStop: () => boolean;
}

/**
 * Reads the node's credential, its expressions resolved for the item.
 * @throws Refusal where it can't be read or used
 */
export async function connect(
	context: ApiContext,
	observer: RequestObserver = NO_OBSERVER,
	itemIndex = 0,
): Promise<Connection> {
	const read = await outcomeOf(
		async () => await context.getCredentials(CREDENTIAL_TYPE, itemIndex),
	);
	if ('error' in read) throw credentialRefusal(read.error);
	const data = read.value;
	const access = accessOf(data);
	const { id, name } = context.getNode().credentials?.[CREDENTIAL_TYPE] ?? { id: '', name: '' };
	const credential = { id: id ?? '', name, type: CREDENTIAL_TYPE, data };
	const fingerprint = createHash('sha256').update(access.apiKey).digest('base64url');
	const shouldStop = (): boolean => observer.stopped || isCancelled(context);
	const keySpellings = spellingsOfAll([access.apiKey]);
	// Otherwise n8n reads and decrypts item 0's credential for each request: a third of its work.
	const own = { credentialsDecrypted: credential };
	const { helpers } = context;
	const send: Connection['send'] = async (options) => {
		const sent = helpers.httpRequestWithAuthentication.call(context, CREDENTIAL_TYPE, options, own);
		return (await sent) as unknown;
	};
	return { access, credential, send, fingerprint, keySpellings, observer, shouldStop };
}

/** n8n's own words for what is wrong, such as an expression that can't be resolved. */
function credentialRefusal(error: unknown): Refusal {
	const said = error instanceof Error ? error.message : 'n8n gave no reason';
	return new Refusal(
		`The credential can’t be read: ${said.replace(' [Error resolving credentials]', '')}`,
		'Check that the credential is chosen in this node, and the expressions in it.',
	);
}

function isCancelled(context: ApiContext): boolean {
	if (!('getExecutionCancelSignal' in context)) return false;
	return context.getExecutionCancelSignal()?.aborted ?? false;
}
