import type { Connection } from '../transport/connection';
import type { OperationContext } from './operation';

/** Caches of a run, one per credential, because scopes, accounts, and offerings differ. */
export function cachePerCredential(): (connection: Connection) => OperationContext['cached'] {
	const known = new Map<string, OperationContext['cached']>();
	return ({ access, fingerprint }) => {
		const key = `${access.baseUrl} ${fingerprint}`;
		const cached = known.get(key) ?? newCache();
		known.set(key, cached);
		return cached;
	};
}

/** A cache of loaded values. A load that fails isn't cached. */
function newCache(): OperationContext['cached'] {
	const loads = new Map<string, Promise<unknown>>();
	return async <T>(key: string, load: () => Promise<T>) => {
		const known = loads.get(key) ?? load();
		loads.set(key, known);
		known.catch(() => loads.delete(key));
		return (await known) as T;
	};
}
