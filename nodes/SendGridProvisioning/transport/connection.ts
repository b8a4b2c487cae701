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

/** Watches the requests of a run. */
export interface RequestObserver {
	/** Whether an item has failed, so that no new requests should be sent. */
	readonly stopped: boolean;
	/** A request is about to be retried. */
	retried(): void;
	/** The rate limit holds a request back. */
	waitBegins(nowMs: number): void;
	/** A request that was held back is sent or given up. */
	waitEnds(nowMs: number): void;
	/** A response had these rate limit headers. */
	sawLimit(rateLimit: Pick<RateLimit, 'limit' | 'resetMs'>): void;
}

const NO_OBSERVER: RequestObserver = {
	stopped: false,
	retried: () => {},
	waitBegins: () => {},
	waitEnds: () => {},
	sawLimit: () => {},
};

/** A credential that requests can be sent with. */
export interface Connection {
	access: Access;
	/** The credential's values, with expressions resolved for the item. */
	credential: ICredentialsDecrypted;
	/** Sends a request, signed with this credential. */
	send: (request: IHttpRequestOptions) => Promise<unknown>;
	/** A hash of the API key, to tell credentials apart. */
	fingerprint: string;
	/** The spellings of the key that a response might repeat. */
	keySpellings: string[];
	/** The run that the requests belong to. */
	observer: RequestObserver;
	/** Whether to send no more requests: an item failed, the execution was stopped, or time is up. */
	shouldStop: () => boolean;
}

/**
 * Reads the node's credential, with expressions resolved for the item.
 * @throws Refusal if it can't be read or used
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
	// Without this, n8n decrypts item 0's credential for each request, which is a third of its work.
	const decrypted = { credentialsDecrypted: credential };
	const { helpers } = context;
	const send: Connection['send'] = async (options) => {
		const sent = helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL_TYPE,
			options,
			decrypted,
		);
		return (await sent) as unknown;
	};
	return { access, credential, send, fingerprint, keySpellings, observer, shouldStop };
}

/** Quotes n8n's reason, such as an expression that can't be resolved. */
function credentialRefusal(error: unknown): Refusal {
	const reason = error instanceof Error ? error.message : 'n8n gave no reason';
	return new Refusal(
		`The credential can’t be read: ${reason.replace(' [Error resolving credentials]', '')}`,
		'Check that the credential is chosen in this node, and the expressions in it.',
	);
}

function isCancelled(context: ApiContext): boolean {
	if (!('getExecutionCancelSignal' in context)) return false;
	return context.getExecutionCancelSignal()?.aborted ?? false;
}
