import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { startEmulator } from '../../emulator';
import type { Emulator, EmulatorOptions } from '../../emulator';
import { runNode } from './engine';
import type { NodeRun, RunOptions } from './engine';

/** The node in n8n's engine, and a SendGrid for it to talk to. */
export interface World {
	/** As at the start before each test. */
	emulator: Emulator;
	/** The credential that works. */
	credential: ICredentialDataDecryptedObject;
	/** Runs the node; what is stored of the run is checked for the API key. */
	run(parameters: INodeParameters, options?: Partial<RunOptions>): Promise<NodeRun>;
	/** What SendGrid got, as `METHOD /path`, in order. */
	sent(): string[];
}

/** Starts a SendGrid for the tests of a file, and ends it with them. */
export function world(options: EmulatorOptions = {}): World {
	let emulator: Emulator | undefined;
	const running = (): Emulator => {
		if (emulator === undefined) throw new Error('The emulator runs only while tests run');
		return emulator;
	};
	beforeAll(async () => {
		emulator = await startEmulator(options);
	});
	beforeEach(() => running().reset());
	afterAll(async () => await running().close());
	return {
		get emulator() {
			return running();
		},
		get credential() {
			return { apiKey: running().apiKey, region: 'custom', baseUrl: running().url };
		},
		async run(parameters, more = {}) {
			const run = await runNode({ credential: this.credential, parameters, ...more });
			for (const key of running().state.keys.keys()) expect(run.stored).not.toContain(key);
			return run;
		},
		sent: () => running().requests.map(({ method, path }) => `${method} ${path}`),
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
