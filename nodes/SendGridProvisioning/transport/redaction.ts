import { isRecord } from '../domain/values';
import { isWellFormed } from './call';

/**
 * All spellings of secrets that a response may contain: SendGrid, a proxy, or a gateway may repeat
 * parts of a request, unchanged or escaped for JSON, HTML, or URLs.
 */
export function spellingsOfAll(secrets: string[]): string[] {
	const spellings = new Set(secrets.filter((secret) => secret !== '').flatMap(spellingsOf));
	// The longest first, because one spelling can be the beginning of another.
	return [...spellings].sort((one, other) => other.length - one.length);
}

/**
 * Replaces these spellings in all texts and keys of a value; returns the same value if it has none.
 */
export function withoutSecrets(spellings: string[], value: unknown): unknown {
	return includesAny(spellings, value) ? redacted(spellings, value) : value;
}

function includesAny(spellings: string[], value: unknown): boolean {
	if (typeof value === 'string') return spellings.some((spelling) => value.includes(spelling));
	if (Array.isArray(value)) return value.some((entry) => includesAny(spellings, entry));
	if (!isRecord(value)) return false;
	return Object.entries(value).some(
		([key, entry]) => includesAny(spellings, key) || includesAny(spellings, entry),
	);
}

function redacted(spellings: string[], value: unknown): unknown {
	if (typeof value === 'string') {
		return spellings.reduce((text, spelling) => text.split(spelling).join('[secret]'), value);
	}
	if (Array.isArray(value)) return value.map((entry) => redacted(spellings, entry));
	if (!isRecord(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map((entry) => entry.map((part) => redacted(spellings, part))),
	) as unknown;
}

const ENTITIES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

function spellingsOf(secret: string): string[] {
	const json = JSON.stringify(secret).slice(1, -1);
	const url = isWellFormed(secret) ? encodeURIComponent(secret) : secret;
	return [
		secret,
		json,
		json.replace(/[^ -~]/g, unicodeEscape),
		url,
		url.replaceAll('%20', '+'),
		secret.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter),
	];
}

function unicodeEscape(letter: string): string {
	return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
