import type { Connection } from '../transport/connection';
import type { OperationContext } from './operation';

/** What one credential has loaded isn't true of another: scopes, accounts, and offerings differ. */
export function cachePerCredential(): (connection: Connection) => OperationContext['cached'] {
	const known = new Map<string, OperationContext['cached']>();
	return ({ access, fingerprint }) => {
		const key = `${access.baseUrl} ${fingerprint}`;
		const cached = known.get(key) ?? newCache();
		known.set(key, cached);
		return cached;
	};
}

/** Keeps what is loaded once; what could not be loaded is tried again. */
function newCache(): OperationContext['cached'] {
	const loads = new Map<string, Promise<unknown>>();
	return async <T>(key: string, load: () => Promise<T>) => {
		const known = loads.get(key) ?? load();
		loads.set(key, known);
		known.catch(() => loads.delete(key));
		return (await known) as T;
	};
}
