import { logLines } from './log';
import type { INodeParameters } from 'n8n-workflow';
import { accountIdOf, startEmulator } from '../../emulator';
import type { Emulator, EmulatorOptions, FaultRule, Subuser } from '../../emulator';
import { contractProblems } from '../contract/traffic';
import { skippingClock } from './clock';
import { addSubuser } from './customers';
import { runNode } from './engine';
import type { NodeRun, RunOptions } from './engine';

/** The node in n8n's engine, and a SendGrid for it to talk to. */
export interface World {
	/** As at the start before each test. */
	emulator: Emulator;
	/**
	 * The credential that works, with a key of its own for each test: the node remembers SendGrid's
	 * rate limit by key.
	 */
	credential: { apiKey: string; region: string; baseUrl: string };
	/** Runs the node; what is stored of the run is checked for API keys, and so is n8n's log. */
	run(parameters: INodeParameters, options?: Partial<RunOptions>): Promise<NodeRun>;
	/** Lets something go wrong. The answers of these endpoints are not held against the contract. */
	fail(fault: FaultRule & { match: string }): void;
	/** What SendGrid got, as `METHOD /path`, in order. */
	sent(): string[];
	/** What SendGrid got of this method, as bodies. */
	bodies(method: string): unknown[];
	/** One more subuser, with recurring credits: 1,000 a month, 400 of them used. */
	addSubuser(username: string): Subuser;
}

/** Starts a SendGrid for the tests of a file, holds its traffic against the published API, and ends it. */
export function world(options: EmulatorOptions = {}): World {
	let emulator: Emulator | undefined;
	let apiKey = '';
	let faulty: string[] = [];
	const running = (): Emulator => {
		if (emulator === undefined) throw new Error('The emulator runs only while tests run');
		return emulator;
	};
	beforeAll(async () => {
		// With windows of the clock, one could end in the middle of a test.
		emulator = await startEmulator({
			rateLimitWindows: 'first-request',
			realTime: skippingClock.now,
			...options,
		});
	});
	beforeEach(() => {
		running().reset();
		apiKey = running().addKey();
		faulty = [];
		logLines.length = 0;
	});
	afterEach(() => {
		expect(logLines.join('\n')).not.toContain(apiKey);
		expect(contractProblems(running().requests, faulty)).toEqual([]);
	});
	afterAll(async () => await running().close());
	return {
		get emulator() {
			return running();
		},
		get credential() {
			return { apiKey, region: 'custom', baseUrl: running().url };
		},
		async run(parameters, more = {}) {
			const used = more.credential?.['apiKey'];
			// The secret of a key that the run creates is its output.
			const keys = [...running().state.keys.keys(), typeof used === 'string' ? used.trim() : ''];
			const run = await runNode({ credential: this.credential, parameters, ...more });
			for (const key of keys) if (key !== '') expect(run.stored).not.toContain(key);
			return run;
		},
		fail(fault) {
			faulty.push(fault.match);
			running().fail(fault);
		},
		sent: () => running().requests.map(({ method, path }) => `${method} ${path}`),
		bodies: (wanted) =>
			running()
				.requests.filter(({ method }) => method === wanted)
				.map(({ body }) => body),
		addSubuser: (username) => addSubuser(running(), username),
	};
}

/** An account picked by its ID, as the form saves it. */
export function byId(value: string) {
	return { __rl: true, mode: 'id', value };
}

/** A subuser picked by its username, as the form saves it. */
export function byUsername(value: string) {
	return { __rl: true, mode: 'username', value };
}

/** Update subuser credits, with further parameters. */
export function updateCredits(username: string, more: INodeParameters): INodeParameters {
	return {
		resource: 'subuserCredit',
		operation: 'update',
		subuser: byUsername(username),
		...more,
	};
}

/** Update account offerings, with further parameters. */
export function updateOfferings(account: string, more: INodeParameters): INodeParameters {
	return {
		resource: 'accountOffering',
		operation: 'update',
		account: byId(account),
		...more,
	};
}

/** Text with these words in it. */
export function containing(words: string): unknown {
	return expect.stringContaining(words);
}

/** Text of this form. */
export function matching(form: RegExp | string): unknown {
	return expect.stringMatching(form);
}

/** Text that is not empty. */
export const someWords: unknown = expect.stringMatching(/\w/);

/** The first customers of the emulator: what they have, see its `customers.ts`. */
export const ACCOUNTS = {
	/** Package essentials-50k alone. */
	birchwood: accountIdOf('birchwood-bakery'),
	/** Package pro-100k, 1 IP, marketing campaigns. */
	saltmarsh: accountIdOf('saltmarsh-books'),
	/** Package free alone. */
	tidewater: accountIdOf('tidewater-toys'),
	/** Package pro-300k, 3 IPs, subusers-10 twice. */
	lowmoor: accountIdOf('lowmoor-linens'),
};

export const CREDITS = '/v3/subusers/{name}/credits';
export const OFFERINGS = '/v3/partners/accounts/{id}/offerings';
