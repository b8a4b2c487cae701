import { logLines } from './log';
import type { INodeParameters } from 'n8n-workflow';
import type { Fault } from '../../emulator/faults';
import { optionList, pickListContext, searchList, testCredential } from './engine';
import type { NodeRun } from './engine';
import { TriggeredWorkflow } from './trigger';
import { ACCOUNTS, byId, byUsername, updateCredits, updateOfferings, world } from './world';

/**
 * What must be in no message, output, log line or stored data: the API key, a new subuser's password,
 * the session tokens in SendGrid's answer to it, and sign-in links but for the output that is one.
 */
const here = world();

const PASSWORD = 'Käse "under" \\ 9+plums & <figs>';
/** Written so, it stands neither in the workflow nor in an item, where n8n itself keeps it. */
const HIDDEN = `={{ ${JSON.stringify([...PASSWORD].reverse().join(''))}.split('').reverse().join('') }}`;
const SUBUSER = 'birchwood-bakery';

const OPERATIONS: Record<string, { match: string; parameters: INodeParameters }> = {
	'Create subuser': {
		match: 'POST /v3/subusers',
		parameters: {
			resource: 'subuser',
			operation: 'create',
			username: 'quince-cakes',
			email: 'post@quince-cakes.example',
			password: HIDDEN,
			ips: '192.0.2.1',
			region: 'global',
		},
	},
	'Create account sign-in link': {
		match: 'POST /v3/partners/accounts/{id}/sso',
		parameters: {
			resource: 'account',
			operation: 'createSsoLink',
			account: byId(ACCOUNTS.birchwood),
		},
	},
	'Update account offerings': {
		match: 'PUT /v3/partners/accounts/{id}/offerings',
		parameters: updateOfferings(ACCOUNTS.birchwood, {
			addons: { addon: [{ name: 'demo.x.ip.v1', quantity: 2 }] },
		}),
	},
	'Update subuser credits': {
		match: 'PUT /v3/subusers/{name}/credits',
		parameters: updateCredits(SUBUSER, { creditType: 'unlimited' }),
	},
	'Adjust subuser credits': {
		match: 'PATCH /v3/subusers/{name}/credits/remaining',
		parameters: {
			resource: 'subuserCredit',
			operation: 'adjust',
			subuser: byUsername('lowmoor-linens'),
			adjustment: 5,
		},
	},
	'Get many subusers': {
		match: 'GET /v3/subusers',
		parameters: { resource: 'subuser', operation: 'getAll', returnAll: true },
	},
};

/** The ways in which a proxy or an error page may write what it was sent. */
const SPELLINGS: Array<[string, (secret: string) => string]> = [
	['as it is', (secret) => secret],
	['as JSON', (secret) => JSON.stringify(secret).slice(1, -1)],
	['as ASCII JSON', (secret) => ascii(JSON.stringify(secret).slice(1, -1))],
	['in a URL', (secret) => encodeURIComponent(secret)],
	['in a form', (secret) => new URLSearchParams({ '': secret }).toString().slice(1)],
	['as HTML', (secret) => asHtml(secret)],
];

function ascii(text: string): string {
	return text.replace(/[^ -~]/g, (letter) => {
		return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
	});
}

function asHtml(text: string): string {
	const names: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
	return text.replace(/[&<>"]/g, (letter) => `&${names[letter] ?? ''};`);
}

/** All forms of what must not be seen: what was sent, and what the emulator has handed out. */
function secrets(): string[] {
	const handedOut = here.emulator.requests.flatMap(({ responseBody, responseHeaders }) => {
		const { signup_session_token: signUp, authorization_token: token } = (responseBody ??
			{}) as Record<string, unknown>;
		const location = responseHeaders?.['location'];
		const code = typeof location === 'string' ? /code=([\w-]{20,})/.exec(location)?.[1] : undefined;
		return [signUp, token, code].filter((text) => typeof text === 'string');
	});
	const sent = [here.credential.apiKey, PASSWORD];
	return [...sent, ...handedOut].flatMap((secret) => SPELLINGS.map(([, spell]) => spell(secret)));
}

/** Which secrets are in anything that a run leaves behind. */
function seenIn(run: NodeRun): string[] {
	const { items, failed, error } = run;
	const link = items.map(({ url }) => url).find((url) => typeof url === 'string') ?? '[no link]';
	const stored = run.stored.replaceAll(link, '');
	const shown = [error?.message, error?.description, JSON.stringify(error?.context)];
	const output = strings([items.map((item) => ({ ...item, url: '' })), failed]);
	const texts = [...output, ...shown, stored, ...logLines];
	return secrets().filter((secret) => texts.some((text) => text?.includes(secret)));
}

/** All texts in a value, keys included, as a user sees them. */
function strings(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, entry]) => [key, ...strings(entry)]);
}

const MODES = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;

const FAULTS: Array<[string, Fault]> = [
	['a refusal', { kind: 'status', status: 400 }],
	['a key that is not accepted', { kind: 'status', status: 401 }],
	['a rate limit', { kind: 'status', status: 429, headers: { 'retry-after': '900' } }],
	['an error page', { kind: 'html' }],
	['no body', { kind: 'emptyBody' }],
	['half a body', { kind: 'truncated' }],
	['a dead connection', { kind: 'reset' }],
	['a connection that dies too late', { kind: 'appliedThenLost' }],
	['an error after all was done', { kind: 'appliedThenStatus' }],
	['an answer that comes too late', { kind: 'slow', delayMs: 1_500 }],
];

describe.each(Object.entries(OPERATIONS))('%s', (_name, { match, parameters }) => {
	it.each(FAULTS)(
		'shows no secret after %s',
		async (_fault, fault) => {
			here.fail({ ...fault, match, times: Infinity });
			const options = { timeoutSeconds: 1, maxWaitSeconds: 0 };
			const runs = (['stopWorkflow', 'continueRegularOutput'] as const).map(
				async (onError) => await here.run({ ...parameters, options }, { node: { onError } }),
			);
			for (const run of await Promise.all(runs)) expect(seenIn(run)).toEqual([]);
			expect(here.sent()).not.toEqual([]);
		},
		20_000,
	);

	it.each(SPELLINGS)('shows none that is repeated to it %s', async (_spelling, spell) => {
		const passwords = 'password' in parameters ? [spell(PASSWORD)] : [];
		const echo = [`Bearer ${spell(here.credential.apiKey)}`, ...passwords];
		const body = { errors: echo.map((text) => ({ message: `got ${text}`, field: text })) };
		here.fail({ match, kind: 'status', status: 400, body, times: MODES.length });
		for (const onError of MODES) {
			const run = await here.run(parameters, { node: { onError } });
			expect(seenIn(run)).toEqual([]);
			expect(JSON.stringify([run.items, run.failed, run.error?.message])).toContain('[secret]');
		}
		const location = `https://gateway.example/?${encodeURI(echo.join('&'))}`;
		here.fail({ match, kind: 'redirect', location });
		expect(seenIn(await here.run(parameters))).toEqual([]);
	});
});

describe('without a fault', () => {
	it('there is no secret in the output either, but the link that was asked for', async () => {
		const links: string[] = [];
		for (const [name, { parameters }] of Object.entries(OPERATIONS)) {
			const run = await here.run(parameters);
			expect(run.error).toBeUndefined();
			expect(seenIn(run)).toEqual([]);
			if (run.items.some(({ url }) => url !== undefined)) links.push(name);
		}
		expect(links).toEqual(['Create account sign-in link']);
		// Nothing would be found either if nothing had been handed out: two tokens and a code.
		expect(secrets()).toHaveLength(5 * SPELLINGS.length);
	});
});

describe('pick lists and the credential’s test', () => {
	it('show no key that SendGrid repeats', async () => {
		const { apiKey } = here.credential;
		const error = { message: `got Bearer ${apiKey}`, field: apiKey };
		const always = { kind: 'status' as const, status: 400, times: Infinity };
		here.fail({ ...always, match: '/v3/{anything}', body: { errors: [error] } });
		const errors = [{ ...error, error_id: '10-40000' }];
		here.fail({ ...always, match: '/v3/partners/{anything}', body: { errors } });
		const context = pickListContext(here.credential);
		const messages = await Promise.all([
			messageOf(searchList(context, 'searchAccounts')),
			messageOf(searchList(context, 'searchSubusers')),
			messageOf(optionList(context, 'getPackages')),
			testCredential(here.credential),
		]);
		expect(messages.filter((message) => message === undefined || message === '')).toEqual([]);
		expect(messages.filter((message) => message?.includes(apiKey))).toEqual([]);
		expect(logLines.join('\n')).not.toContain(apiKey);
	});
});

async function messageOf(work: Promise<unknown>): Promise<string> {
	return await work.then(
		() => '',
		(error: Error) => JSON.stringify([error.message, { ...error, node: undefined }]),
	);
}

describe('the trigger', () => {
	it('remembers, emits and reports no key', async () => {
		const { apiKey } = here.credential;
		const triggered = new TriggeredWorkflow(() => here.credential, {
			event: 'creditsLow',
			threshold: 1_000_000,
			thresholdUnit: 'credits',
			filters: { username: SUBUSER },
		});
		const texts = [JSON.stringify(await triggered.activate()), triggered.remembered];
		const body = { errors: [{ message: `got Bearer ${apiKey}` }] };
		const match = 'GET /v3/subusers';
		here.fail({ match, kind: 'status', status: 400, body, times: Infinity });
		texts.push(await messageOf(triggered.poll()), triggered.remembered, ...logLines);
		expect(texts[0]).toContain(SUBUSER);
		expect(texts[2]).toContain('[secret]');
		expect(texts.filter((text) => text.includes(apiKey))).toEqual([]);
	});
});
