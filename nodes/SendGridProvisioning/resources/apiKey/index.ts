import type { Resource } from '../../runner/operation';
import { checkOf } from './check';

/** The API key of the credential, held against what the other resources need. */
export function apiKeyFor(others: Resource[]): Resource {
	return {
		option: {
			name: 'API Key',
			value: 'apiKey',
			description: 'The key of the credential and what it is allowed to do',
		},
		operations: [checkOf(others)],
	};
}
