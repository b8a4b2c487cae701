import type { CallTraits, Permission } from '../callTraits';
import type { Answer } from './answer';

/** For a response that may not be SendGrid's. */
export const PROXY_HINT =
	'Check n8n’s proxy settings, the credential’s region or base URL, and whether your firewall allows SendGrid’s API (api.sendgrid.com; for the EU, api.eu.sendgrid.com).';

const ADDRESS_HINT =
	'Check the credential’s region or base URL: SendGrid doesn’t accept this kind of request there.';

export const LATER_HINT = 'Try again later. See status.sendgrid.com for outages.';

/** For a refused call on behalf of a subuser. SendGrid doesn't document how it refuses these. */
const ON_BEHALF_HINT =
	'Also check that the subuser exists, belongs to this SendGrid account, is in the credential’s region, and isn’t disabled.';

/** A possible cause of a refusal, and what to do about it. */
interface Cause {
	/** Messages that point to it. */
	pattern: RegExp;
	hint: (needs: Permission | undefined) => string;
	/** Whether to name it even if SendGrid's message doesn't point to it. */
	isCommon?: true;
	/** Whether to name no other cause if SendGrid's message points to it. */
	isCertain?: true;
}

const key: Cause = {
	pattern:
		/authori[sz]ation (is )?required|authorization grant|authentication failed|unauthorized|revoked|expired|\bapi[ -]?key\b/i,
	// Lists show little of a long text, so the most likely cause comes first.
	hint: () =>
		'Check the API key and the credential’s region (EU for a key from the EU portal, Global for any other) or base URL. The key may also have been revoked.',
	isCommon: true,
};

const permission: Cause = {
	pattern: /scope|permission|forbidden|not authori[sz]ed|not allowed|don.?t have/i,
	hint: (needs) => {
		if (needs === undefined) {
			return 'Check the permissions of the API key in SendGrid under Settings > API Keys.';
		}
		if (needs === 'reseller agreement') {
			return 'Use an API key with Full Access of an account that has a reseller agreement: the Account Provisioning API requires both. Your SendGrid partner manager can tell whether yours does.';
		}
		return `Check that the API key has the scope ${needs.scope} in SendGrid under Settings > API Keys.`;
	},
	isCommon: true,
};

/** @see https://support.sendgrid.com/hc/en-us/articles/18322114821403 */
const credits: Cause = {
	pattern: /credits? (was |were |are |is )?(exceeded|used|exhausted)/i,
	hint: () =>
		'Check the plan and usage of the SendGrid account that the API key belongs to: it has used up its own credits.',
	isCertain: true,
};

/** @see https://github.com/sendgrid/sendgrid-csharp/issues/427 */
const address: Cause = {
	pattern: /\bip\b|ip address|allow ?list|white ?list|access management/i,
	hint: () =>
		'If IP Access Management is on in SendGrid, add the address that n8n calls from; on n8n Cloud this is an address of n8n’s.',
	isCommon: true,
};

/** @see https://github.com/sendgrid/sendgrid-python/issues/873 */
const plan: Cause = {
	pattern: /\bplans?\b|upgrade|permission to create subuser/i,
	hint: () => 'Check that the SendGrid plan includes subusers (Pro or Premier).',
	isCommon: true,
};

/** @see https://github.com/Jericho/StrongGrid/issues/556 */
const region: Cause = {
	pattern: /region|residency/i,
	hint: () =>
		'Check the credential’s region: SendGrid keeps the data of EU and global customers apart, each on a host of its own.',
	isCertain: true,
};

/** @see https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/errors */
const block: Cause = {
	pattern: /too many|temporar|blocked/i,
	hint: () => 'Wait a few minutes: SendGrid blocks a key for a while after many refused requests.',
	isCertain: true,
};

/** @see https://github.com/sendgrid/docs API_Keys/index.apiblueprint, "Cannot create more than 100 API Keys" */
const keyLimit: Cause = {
	pattern: /more than \d+ api ?keys/i,
	hint: () =>
		'Delete API keys that the subuser doesn’t use anymore: SendGrid allows up to 100 per subuser.',
	isCertain: true,
};

/** @see https://support.sendgrid.com/hc/en-us/articles/18322114821403 */
const contract: Cause = {
	pattern: /\bplans?\b|upgrade|not (available|enabled|supported)|contract/i,
	hint: () =>
		'If the values are right, the plan or the reseller’s contract may not include this: ask SendGrid’s support.',
	isCommon: true,
};

const values: Cause = {
	pattern: /invalid|missing|required|must/i,
	hint: () => 'Correct the values of this item and run it again.',
	isCommon: true,
};

const CAUSES: Record<number, Cause[]> = {
	400: [values, contract],
	401: [key, permission, credits, region],
	403: [keyLimit, region, block, address, plan, permission],
	451: [{ ...region, isCommon: true }],
};

/**
 * What to do about a refusal: hints for the likely causes, those that its message points to first.
 */
export function hintsFor(
	{ status, answer }: { status: number; answer: Answer },
	{ needs, onBehalfOf, fieldHints }: Pick<CallTraits, 'needs' | 'onBehalfOf' | 'fieldHints'> = {},
): string {
	const field = answer.entries.find((entry) => entry.field !== undefined)?.field;
	if (mentions(/at this time|try again/i, answer)) return LATER_HINT;
	if (field !== undefined && status !== 401 && status !== 403) {
		return (
			hintForField(field, fieldHints) ??
			`Correct the field that SendGrid names, “${field}”, and run the item again.`
		);
	}
	if ([405, 406].includes(status)) return ADDRESS_HINT;
	const causes = CAUSES[status] ?? [values];
	const pointedTo = causes.filter(({ pattern }) => mentions(pattern, answer));
	const certain = pointedTo.find(({ isCertain }) => isCertain);
	if (certain !== undefined) return certain.hint(needs);
	// If the message of a 401 points to a cause, the common ones are out.
	const others =
		status === 401 && pointedTo.length > 0
			? []
			: causes.filter((cause) => cause.isCommon && !pointedTo.includes(cause));
	const hints = [...pointedTo, ...others].map(({ hint }) => hint(needs));
	const mayBeSubuser = onBehalfOf !== undefined && (status === 401 || status === 403);
	return [...hints, ...(mayBeSubuser ? [ON_BEHALF_HINT] : [])].join(' ');
}

/** SendGrid's field can be a path, such as `offerings[0].name`: its last name counts. */
function hintForField(field: string, hints: CallTraits['fieldHints'] = {}): string | undefined {
	const last = field.match(/[A-Za-z_]+/g)?.at(-1);
	return Object.entries(hints).find(([name]) => name === last)?.[1];
}

/** Whether a 401 is about the API key: its message says so, or it has none. */
export function pointsToKey(answer: Answer): boolean {
	return mentions(key.pattern, answer) || !hasMessage(answer);
}

/** Whether a 403 is about the API key's permissions: its message points to no other cause. */
export function pointsToPermission(answer: Answer): boolean {
	if ([keyLimit, region, block, address].some(({ pattern }) => mentions(pattern, answer)))
		return false;
	return mentions(permission.pattern, answer) || !mentions(plan.pattern, answer);
}

/** Whether a refusal says that the API key isn't allowed to do this. */
export function deniesPermission({ status, answer }: { status: number; answer: Answer }): boolean {
	if (status === 403) return pointsToPermission(answer);
	return status === 401 && mentions(permission.pattern, answer) && !mentions(key.pattern, answer);
}

function mentions(pattern: RegExp, { entries }: Answer): boolean {
	return entries.some(({ message }) => pattern.test(message));
}

function hasMessage({ entries }: Answer): boolean {
	return entries.some(({ message }) => message !== '');
}
