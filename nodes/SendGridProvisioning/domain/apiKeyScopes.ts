import { Refusal, Unconfirmed } from './refusal';
import { names, oneOf } from './values';

/** What an API key may do. */
export const ACCESS = ['mailSend', 'custom', 'full'] as const;
export type Access = (typeof ACCESS)[number];

const MAIL_SEND = 'mail.send';

/**
 * Scopes that SendGrid itself adds to keys, and that can't be requested.
 * @see https://github.com/kenzo0107/terraform-provider-sendgrid/issues/116
 */
const ADDED = /^(2fa_(required|exempt)|sender_verification_(eligible|exempt|legacy))$/;

/** The scopes that can be requested, in an order that keeps groups together. */
export function assignable(scopes: string[]): string[] {
	return scopes.filter((scope) => !ADDED.test(scope)).sort();
}

/**
 * The scopes to request; undefined for full access, for which none are sent.
 * @throws Refusal if the access is unknown, or custom without scopes
 */
export function scopesFor(access: unknown, scopes: unknown): string[] | undefined {
	switch (oneOf(access, ACCESS, 'Access')) {
		case 'full':
			return undefined;
		case 'mailSend':
			return [MAIL_SEND];
		case 'custom':
			return customScopes(scopes);
	}
}

/** @throws Refusal */
function customScopes(value: unknown): string[] {
	const isEmpty = Array.isArray(value) ? value.length === 0 : (value ?? '') === '';
	const scopes = isEmpty ? [] : names(value, 'Scopes');
	if (scopes.length === 0) {
		// SendGrid doesn't document what it does with an empty list.
		throw new Refusal(
			'No scopes are selected',
			'Choose at least one scope, or a different Access.',
		);
	}
	const added = scopes.find((scope) => ADDED.test(scope));
	if (added !== undefined) {
		throw new Refusal(
			`The scope ${added} can’t be requested: SendGrid adds it to keys automatically`,
			'Remove it from Scopes.',
		);
	}
	const billing = scopes.filter((scope) => scope.startsWith('billing.'));
	if (billing.length === 0 || billing.length === scopes.length) return scopes;
	throw new Refusal(
		'An API key can’t have both billing scopes and other scopes',
		'Use two keys: one with the billing scopes, and one with the other scopes.',
	);
}

/** The requested scopes that a key doesn't have. SendGrid drops some without an error. */
export function missingScopes(
	requested: string[] | undefined,
	scopes: string[] | undefined,
): string[] {
	if (requested === undefined || scopes === undefined) return [];
	return requested.filter((scope) => !scopes.includes(scope));
}

/** The scopes that a key has without a request for them, aside from those that SendGrid adds. */
export function extraScopes(
	requested: string[] | undefined,
	scopes: string[] | undefined,
): string[] {
	if (requested === undefined || scopes === undefined) return [];
	return scopes.filter((scope) => !requested.includes(scope) && !ADDED.test(scope));
}

/** Whether a key has exactly these scopes, aside from those that SendGrid adds. */
export function hasScopes(wanted: string[], scopes: string[] | undefined): boolean {
	if (scopes === undefined) return false;
	const own = scopes.filter((scope) => !ADDED.test(scope));
	return own.length === wanted.length && wanted.every((scope) => own.includes(scope));
}

/** An API key, as far as updates are concerned. */
interface Key {
	name: string;
	scopes?: string[];
}

/** What to send for an update of a key. `scopes` is undefined if only the name is sent. */
export interface KeyUpdate {
	name: string;
	scopes: string[] | undefined;
	changed: boolean;
}

/**
 * Reads what to change of a key. Returns a function that decides what to send, given the key.
 * @throws Refusal if nothing is to be changed
 */
export function keyUpdate({
	name,
	access,
	scopes,
}: {
	name: string | undefined;
	access: unknown;
	scopes: unknown;
}): (key: Key) => KeyUpdate {
	const kind = oneOf(access, ['unchanged', 'mailSend', 'custom'], 'Access');
	const wanted = kind === 'unchanged' ? undefined : scopesFor(kind, scopes);
	if (name === undefined && wanted === undefined) {
		throw new Refusal(
			'Nothing to change: Name is empty, and Access is Unchanged',
			'Enter a new name, or choose a different Access.',
		);
	}
	return (key) => {
		const newName = name ?? key.name;
		const changesScopes = wanted !== undefined && !hasScopes(wanted, key.scopes);
		return {
			name: newName,
			scopes: changesScopes ? wanted : undefined,
			changed: changesScopes || newName !== key.name,
		};
	};
}

/**
 * Checks SendGrid's answer to an update. Scopes that are absent from it aren't compared, and SendGrid
 * may add scopes that the key didn't have before.
 * @throws Unconfirmed
 */
export function assertKeyConfirmed(
	{ name, scopes }: Omit<KeyUpdate, 'changed'>,
	answered: Key,
	before: Key,
): void {
	const missing = missingScopes(scopes, answered.scopes);
	const kept = keptScopes(scopes, answered.scopes, before.scopes);
	const differences = [
		...(answered.name === name ? [] : [`it has the name “${answered.name}” instead of “${name}”`]),
		...(missing.length === 0 ? [] : [`it lacks the scopes ${missing.join(', ')}`]),
		...(kept.length === 0 ? [] : [`it still has the scopes ${kept.join(', ')}`]),
	];
	if (differences.length === 0) return;
	throw new Unconfirmed(
		`SendGrid’s response shows another API key than requested: ${differences.join(', and ')}; the rest of the change may have been applied`,
		'Look at the API key in SendGrid. It may be unable to have scopes that the subuser, or the credential’s key, doesn’t have.',
	);
}

/** The scopes that an update removes from a key; `scopes` is undefined if they stay. */
export function lostScopes(key: Key, scopes: string[] | undefined): string[] {
	if (scopes === undefined) return [];
	return (key.scopes ?? []).filter((scope) => !scopes.includes(scope) && !ADDED.test(scope));
}

/** The scopes that an update should have removed from a key, and that it still has. */
function keptScopes(
	requested: string[] | undefined,
	answered: string[] = [],
	before: string[] = [],
): string[] {
	if (requested === undefined) return [];
	return answered.filter(
		(scope) => before.includes(scope) && !requested.includes(scope) && !ADDED.test(scope),
	);
}
