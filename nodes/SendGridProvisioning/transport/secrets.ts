import { isRecord } from '../domain/values';
import { isWellFormed } from './call';

/**
 * The value with secrets blanked out in all of its texts, keys included. What SendGrid, a proxy or a
 * gateway answers may repeat what it was sent: as it is, or as JSON, HTML or a URL would write it.
 */
export function withoutSecrets(secrets: string[], value: unknown): unknown {
	const spelled = [...new Set(secrets.filter((secret) => secret !== '').flatMap(spellingsOf))];
	// The longest first: one spelling may be the beginning of another.
	spelled.sort((one, other) => other.length - one.length);
	return blanked(spelled, value);
}

function blanked(spelled: string[], value: unknown): unknown {
	if (typeof value === 'string') {
		return spelled.reduce((text, secret) => text.split(secret).join('[secret]'), value);
	}
	if (Array.isArray(value)) return value.map((entry) => blanked(spelled, entry));
	if (!isRecord(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map((entry) => [blanked(spelled, entry[0]), blanked(spelled, entry[1])]),
	);
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
