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
	const isEmpty = Array.isArray(value) && value.length === 0;
	const scopes = isEmpty ? [] : names(value, 'Scopes');
	if (scopes.length === 0) {
		// SendGrid doesn't document what it does with an empty list.
		throw new Refusal('Scopes is empty', 'Choose at least one scope, or another Access.');
	}
	const added = scopes.find((scope) => ADDED.test(scope));
	if (added !== undefined) {
		throw new Refusal(
			`The scope ${added} can’t be requested: SendGrid itself adds it to keys`,
			'Leave it out of Scopes.',
		);
	}
	const billing = scopes.filter((scope) => scope.startsWith('billing.'));
	if (billing.length === 0 || billing.length === scopes.length) return scopes;
	throw new Refusal(
		'One API key can’t have billing scopes and others',
		'Create two keys: one with the billing scopes, and one with the others.',
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
			'There is nothing to change: Name is empty, and Access is Unchanged',
			'Enter a new name, or choose another Access.',
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

/** Checks SendGrid's answer to an update. Scopes that it leaves out aren't compared. @throws Unconfirmed */
export function assertKeyConfirmed(
	{ name, scopes }: Omit<KeyUpdate, 'changed'>,
	answered: Key,
): void {
	const missing = missingScopes(scopes, answered.scopes);
	if (answered.name === name && missing.length === 0) return;
	const difference =
		missing.length > 0
			? `SendGrid left out these scopes: ${missing.join(', ')}`
			: `SendGrid’s response has the name “${answered.name}” instead of “${name}”`;
	throw new Unconfirmed(
		`${difference}; the rest of the change may have been applied`,
		'Look at the API key in SendGrid. Scopes that the subuser or the credential’s key doesn’t have may not be assignable.',
	);
}
