import type { Connection } from '../transport/connection';
import type { OperationContext } from './operation';

/** What one credential has loaded isn't true of another: scopes, accounts, and offerings differ. */
export function loadedOncePerCredential(): (connection: Connection) => OperationContext['once'] {
	const known = new Map<string, OperationContext['once']>();
	return ({ access, fingerprint }) => {
		const key = `${access.baseUrl} ${fingerprint}`;
		const once = known.get(key) ?? loadedOnce();
		known.set(key, once);
		return once;
	};
}

/** Keeps what is loaded once; what could not be loaded is tried again. */
function loadedOnce(): OperationContext['once'] {
	const loads = new Map<string, Promise<unknown>>();
	return async <T>(key: string, load: () => Promise<T>) => {
		const known = loads.get(key) ?? load();
		loads.set(key, known);
		known.catch(() => loads.delete(key));
		return (await known) as T;
	};
}
