// What an operation did, or would do in a dry run, in one short line for people. Workflows shouldn't
// read it: its wording may change.

import type { Credits, CreditsRequest } from './credits';
import { ipDifference } from './ips';
import type { FieldChange } from './newSubuser';
import { differenceBetween } from './offerings';
import type { Offering } from './offerings';

const UNCHANGED = 'unchanged';
/** A line is read in an approval email or a chat, so a long list is cut after this many entries. */
const MOST_LISTED = 8;

/** The summary in a dry run: what would be, if anything changes. */
export function wouldBe(summary: string): string {
	return /^(unchanged|stays |would be )/.test(summary) ? summary : `would be: ${summary}`;
}

/** A change of offerings, such as "pro-100k → pro-300k; ip 1 → 2; added marketing; removed subusers". */
export function offeringSummary(before: Offering[], after: Offering[]): string {
	const { added, removed, updated } = differenceBetween(before, after);
	const comes = after.filter(({ name }) => added.includes(name));
	const goes = before.filter(({ name }) => removed.includes(name));
	const newPackage = comes.find(isPackage);
	const oldPackage = goes.find(isPackage);
	const replaced = newPackage !== undefined && oldPackage !== undefined;
	const isListed = (entry: Offering): boolean =>
		!replaced || (entry !== newPackage && entry !== oldPackage);
	return listed(
		[
			...(replaced ? [arrow(oldPackage.name, newPackage.name)] : []),
			...updated.map(({ name, from, to }) => `${name} ${arrow(number(from), number(to))}`),
			...comes.filter(isListed).map((entry) => `added ${offeringLabel(entry)}`),
			...goes.filter(isListed).map((entry) => `removed ${offeringLabel(entry)}`),
		],
		'; ',
	);
}

/** IP addresses that are added and removed. */
export function ipSummary({ added, removed }: { added: string[]; removed: string[] }): string {
	const parts = [
		...(added.length === 0 ? [] : [`added ${listed(added)}`]),
		...(removed.length === 0 ? [] : [`removed ${listed(removed)}`]),
	];
	return listed(parts, '; ');
}

/**
 * New credits, such as "recurring, monthly, 10,000 → 20,000". `before` is left out where an operation
 * doesn't read it; `refill` says that the balance is reset even if the setting stays.
 */
export function creditSummary(
	request: CreditsRequest,
	{ before, refill }: { before?: Credits; refill: boolean },
): string {
	if (request.type !== 'recurring') return otherCreditSummary(request, before);
	const { type, reset_frequency: frequency, total } = request;
	const suffix = refill ? ', refilled' : '';
	if (before?.type !== type) {
		const setting = `recurring, ${frequency}, ${number(total)}${suffix}`;
		return before === undefined ? setting : arrow(before.type, setting);
	}
	const isSame = before.reset_frequency === frequency && before.total === total;
	if (isSame && !refill) return UNCHANGED;
	const from = { frequency: before.reset_frequency ?? frequency, total: before.total ?? total };
	const newFrequency = arrow(from.frequency, frequency);
	return `recurring, ${newFrequency}, ${arrow(number(from.total), number(total))}${suffix}`;
}

/** What new recurring credits would do to the balance; empty if there is none, or if it stays. */
export function balanceSummary({ type, remain: to }: Credits, { remain: from }: Credits): string {
	if (type !== 'recurring' || from === null || to === null || from === to) return '';
	return `, balance reset from ${number(from)} to ${number(to)}`;
}

function otherCreditSummary(
	request: Exclude<CreditsRequest, { type: 'recurring' }>,
	before: Credits | undefined,
): string {
	const isSameType = before?.type === request.type;
	if (request.type === 'unlimited') return arrow(before?.type ?? request.type, request.type);
	const from = before?.remain ?? request.total;
	const to = `to ${number(request.total)}`;
	const balance = from === request.total ? to : `from ${number(from)} ${to}`;
	const setting = `nonrecurring, balance set ${balance}`;
	return before === undefined || isSameType ? setting : arrow(before.type, setting);
}

/** How many credits remain, before and after. Neither is known of unlimited credits. */
export function remainingSummary(before: number | null, after: number | null): string {
	if (before === null || after === null || before === after) return UNCHANGED;
	return `remaining ${arrow(number(before), number(after))}`;
}

/** A state or status. `before` is left out where an operation doesn't read it. */
export function stateSummary(after: string, before?: string): string {
	if (before === after) return `stays ${after}`;
	return before === undefined ? after : arrow(before, after);
}

/** A new account with its offerings. */
export function newAccountSummary(
	offerings: Offering[],
	{ test, dryRun }: { test: boolean; dryRun: boolean },
): string {
	const done = dryRun ? 'would be created' : 'created';
	return `${done}${test ? ' as a test account' : ''}: ${listed(offerings.map(offeringLabel))}`;
}

/** A new subuser. */
export function newSubuserSummary(
	{ region, ips = [] }: { region: string; ips?: string[] },
	dryRun: boolean,
): string {
	const where = region === 'eu' ? 'EU region' : `${region} region`;
	return `${dryRun ? 'would be created' : 'created'}: ${listed([where, ...ips])}`;
}

/** What was brought in line of a subuser, such as "status enabled → disabled; added 192.0.2.1". */
export function fieldSummary(updated: FieldChange[]): string {
	const parts = updated.map((change) =>
		change.field === 'ips'
			? ipSummary(ipDifference(change.from, change.to))
			: `${change.field} ${arrow(change.from, change.to)}`,
	);
	return listed(parts, '; ');
}

/** A domain or link branding that was created, or is there already. */
export function brandingSummary(
	name: string,
	{ created, assigned, valid }: { created: boolean; assigned: boolean; valid: boolean },
): string {
	const state = valid ? 'valid' : 'not valid yet: set its DNS records, then validate it';
	if (created) return `created: ${name}, ${state}`;
	return `unchanged: ${name}${assigned ? ', assigned by the parent account' : ''}, ${state}`;
}

/** A new API key; without scopes, it has full access. */
export function apiKeySummary(
	name: string,
	{ scopes = ['full access'], dryRun }: { scopes: string[] | undefined; dryRun: boolean },
): string {
	return `${dryRun ? 'would be created' : 'created'}: ${name} (${listed(scopes)})`;
}

/** An API key's new name and scopes. `scopes` is left out if they stay. */
export function apiKeyUpdateSummary(
	from: { name: string; scopes?: string[] },
	to: { name: string; scopes?: string[] },
): string {
	const before = from.scopes ?? [];
	const after = to.scopes ?? before;
	const added = after.filter((scope) => !before.includes(scope));
	const removed = before.filter((scope) => !after.includes(scope));
	const parts = [
		...(from.name === to.name ? [] : [`name ${arrow(from.name, to.name)}`]),
		...(added.length === 0 ? [] : [`added ${listed(added)}`]),
		...(removed.length === 0 ? [] : [`removed ${listed(removed)}`]),
	];
	return listed(parts, '; ');
}

/** A deletion. `named` lists what is deleted, or what goes with it, as far as it was read. */
export function deletionSummary(dryRun: boolean, named: string[] = [], relation = ''): string {
	const done = dryRun ? 'would be deleted' : 'deleted';
	if (named.length === 0) return done;
	return `${[done, relation].join(' ').trim()}: ${listed(named)}`;
}

/** An offering with its quantity, if that isn't 1, such as "demo.x.ip.v1 (2)". */
export function offeringLabel({ name, quantity }: Offering): string {
	return quantity === 1 ? name : `${name} (${number(quantity)})`;
}

function isPackage({ type }: Offering): boolean {
	return type === 'package';
}

function listed(parts: string[], separator = ', '): string {
	if (parts.length === 0) return UNCHANGED;
	const rest = parts.length - MOST_LISTED;
	if (rest <= 1) return parts.join(separator);
	return `${parts.slice(0, MOST_LISTED).join(separator)}${separator}and ${number(rest)} more`;
}

function arrow(from: string, to: string): string {
	return from === to ? to : `${from} → ${to}`;
}

function number(value: number): string {
	return value.toLocaleString('en-US');
}
