import { isRecord } from '../domain/values';
import { isWellFormed } from './call';

/**
 * All ways in which secrets may stand in an answer. What SendGrid, a proxy or a gateway answers may
 * repeat what it was sent: as it is, or as JSON, HTML or a URL would write it.
 */
export function spellingsOfAll(secrets: string[]): string[] {
	const spellings = new Set(secrets.filter((secret) => secret !== '').flatMap(spellingsOf));
	// The longest first: one spelling may be the beginning of another.
	return [...spellings].sort((one, other) => other.length - one.length);
}

/** The value with these spellings blanked out in all of its texts, keys included; the same one where there are none. */
export function withoutSecrets(spellings: string[], value: unknown): unknown {
	return includesAny(spellings, value) ? blanked(spellings, value) : value;
}

function includesAny(spellings: string[], value: unknown): boolean {
	if (typeof value === 'string') return spellings.some((spelling) => value.includes(spelling));
	if (Array.isArray(value)) return value.some((entry) => includesAny(spellings, entry));
	if (!isRecord(value)) return false;
	return Object.entries(value).some(
		([key, entry]) => includesAny(spellings, key) || includesAny(spellings, entry),
	);
}

function blanked(spellings: string[], value: unknown): unknown {
	if (typeof value === 'string') {
		return spellings.reduce((text, spelling) => text.split(spelling).join('[secret]'), value);
	}
	if (Array.isArray(value)) return value.map((entry) => blanked(spellings, entry));
	if (!isRecord(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map((entry) => entry.map((part) => blanked(spellings, part))),
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
