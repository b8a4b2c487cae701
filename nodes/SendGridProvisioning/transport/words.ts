import type { Permission, Subject } from './call';
import { saysUnknown } from './failure';
import type { ApiErrorEntry, Failure, SendGridError } from './failure';

/** What happened, and what to do next. */
export interface Words {
	message: string;
	description: string;
}

const KEY_HINT =
	'Check API key and region in the credential. A key made in the EU portal works with the region EU alone, and SendGrid shows a key only once: if in doubt, create a new one.';
const LATER_HINT = 'Try again later. status.sendgrid.com tells about outages.';

/** The words for a call that failed: one map by what SendGrid or the network said, for all operations. */
export function wordsFor(
	failure: Failure,
	call: SendGridError['call'],
	subject: Subject | undefined,
): Words {
	const doubt = doubtAfter(call);
	switch (failure.kind) {
		case 'status':
			return wordsForStatus(failure, call, subject, doubt);
		case 'shape':
			return {
				message: `SendGrid answered ${failure.status} with something that is not its documented answer`,
				description:
					`A proxy or gateway between n8n and SendGrid may have answered instead: check the credential’s region or base URL. ${doubt}`.trim(),
			};
		case 'unsent':
			return {
				message: `SendGrid could not be reached (${failure.code}), nothing was sent`,
				description: 'Check the credential’s region or base URL, and the network and proxy of n8n.',
			};
		case 'lost':
			return {
				message: `SendGrid did not answer (${failure.code})`,
				description: doubt === '' ? LATER_HINT : doubt,
			};
		case 'wait':
			return {
				message: waitOf(failure),
				description: 'Run the item again later, or raise Max Wait under Batching.',
			};
		case 'cancelled':
			return {
				message: 'The execution was stopped',
				description:
					doubt === '' || failure.sent !== true ? 'Run it again when you are ready.' : doubt,
			};
	}
}

function wordsForStatus(
	{ status, entries, location }: Extract<Failure, { kind: 'status' }>,
	call: SendGridError['call'],
	subject: Subject | undefined,
	doubt: string,
): Words {
	const said = quoted(entries);
	const whom = call?.about ?? subject;
	if (status === 401) {
		return { message: `SendGrid does not accept the API key${said}`, description: KEY_HINT };
	}
	if (status === 403)
		return {
			message: `SendGrid forbids this to the API key${said}`,
			description: permissionHint(call?.needs),
		};
	if (whom !== undefined && call?.creates !== true && saysUnknown({ status, entries })) {
		const named = call?.about === undefined || subject === undefined ? '' : ` as ${whom.value}`;
		return {
			message: `SendGrid knows no such ${whom.noun}${named}${said}`,
			description: `Check the ${whom.noun} for spelling, and that it belongs to the SendGrid account of the credential. It may have been deleted.`,
		};
	}
	if (status === 404) {
		return {
			message: `SendGrid found nothing there${said}`,
			description:
				entries.length > 0
					? 'Check the credential’s region or base URL.'
					: 'A gateway seems to have answered, not SendGrid: check the credential’s region or base URL.',
		};
	}
	if (status === 429) {
		return {
			message: `SendGrid’s rate limit was reached${said}`,
			description: 'Run the item again later.',
		};
	}
	if (location !== undefined) {
		return {
			message: `SendGrid answered ${status} with a redirect to ${location}, which is not followed`,
			description:
				'Check the credential’s region or base URL: a sign-in page or a gateway may stand in between.',
		};
	}
	if (status >= 500 || status === 408) {
		return {
			message: `SendGrid failed with status ${status}${said}`,
			description: doubt === '' ? LATER_HINT : doubt,
		};
	}
	const field = entries[0]?.field;
	return {
		message: `SendGrid refused the request with status ${status}${said}`,
		description:
			field === undefined
				? 'Correct the values of this item and run it again.'
				: `SendGrid names the field “${field}”. Correct its value and run the item again.`,
	};
}

function permissionHint(needs: Permission | undefined): string {
	if (needs === undefined) {
		return 'Check the permissions of the key in SendGrid under Settings > API Keys, and any allowed IP addresses.';
	}
	if (needs === 'reseller agreement') {
		return 'The Account Provisioning API takes a reseller agreement with SendGrid and an API key of the reseller’s own account, with Full Access. Ask your SendGrid partner manager if you have both.';
	}
	return `The API key needs the scope ${needs.scope}: edit the key in SendGrid under Settings > API Keys. If it has the scope, the plan may lack subusers, or the key may belong to another region.`;
}

/** What to do after a write of which nobody knows whether SendGrid carried it out. */
export function doubtAfter(call: SendGridError['call']): string {
	if (call === undefined || call.method === 'GET') return '';
	if (call.inDoubt !== undefined) return call.inDoubt;
	const again = call.repeatable
		? 'Running the item again is safe.'
		: 'Look in SendGrid first: running the item again would do it a second time.';
	return `SendGrid may have applied this all the same. ${again}`;
}

function quoted(entries: ApiErrorEntry[]): string {
	const texts = entries.map(({ message }) => message.trim()).filter((message) => message !== '');
	return texts.length === 0 ? '' : `: “${texts.join('; ')}”`;
}

function waitOf({ waitMs, waitedMs = 0 }: Extract<Failure, { kind: 'wait' }>): string {
	const waited = Math.floor(waitedMs / 1000);
	if (waited === 0) {
		return `SendGrid’s rate limit asks to wait ${seconds(waitMs)}, longer than allowed`;
	}
	return `SendGrid’s rate limit asks to wait another ${seconds(waitMs)} after ${seconds(waited * 1000)} of waiting, longer than allowed in all`;
}

function seconds(ms: number): string {
	return `${Math.ceil(ms / 1000).toLocaleString('en-US')} s`;
}
