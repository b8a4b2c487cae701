import { parseArgs } from 'node:util';
import { argumentsOf, whenParentExits } from '../playground/commandLine';
import { startEmulator, type Emulator, type EmulatorOptions } from './index';
import type { RateLimit, RateLimitHeaders, RateLimitWindows } from './rateLimit';

const HELP = `A local SendGrid that keeps state, for demos and tests.

Usage: npm run emulator -- [options]

  --port 4010                 port on 127.0.0.1; 0 chooses a free one
  --latency-ms 0              delay before each response
  --rate-limit 600/60s        requests per key, endpoint, and window; none for no limit
  --rate-limit-headers epoch  form of X-RateLimit-Reset: epoch, countdown, or none for no headers
  --rate-limit-windows clock  when windows start: clock or first-request
  --accounts 250              number of accounts
  --subusers 1200             number of subusers
  --api-key KEY               API key to accept; by default, a new one at each start
  --json                      print only the first line: {"url":"…","apiKey":"…"}
  --help                      show this help
`;

/** An invalid command line. */
class UsageError extends Error {}

interface CommandLine extends EmulatorOptions {
	json: boolean;
	help: boolean;
}

function readWholeNumber(option: string, value: string, max: number): number {
	const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
	if (number <= max) return number;
	throw new UsageError(`--${option} must be a whole number from 0 to ${max}, not "${value}"`);
}

function readRateLimit(value: string): RateLimit | null {
	if (value === 'none') return null;
	const [, limit = '', length = '', unit = 's'] =
		/^(\d{1,9})\/(\d{1,6})(ms|s|m)$/.exec(value) ?? [];
	const windowMs = Number(length) * ({ ms: 1, s: 1000, m: 60_000 }[unit] ?? 0);
	if (Number(limit) > 0 && windowMs > 0) return { limit: Number(limit), windowMs };
	throw new UsageError(`--rate-limit must look like 600/60s, or be none, not "${value}"`);
}

function readHeaders(value: string): RateLimitHeaders {
	if (value === 'epoch' || value === 'countdown' || value === 'none') return value;
	throw new UsageError(`--rate-limit-headers must be epoch, countdown, or none, not "${value}"`);
}

function readWindows(value: string): RateLimitWindows {
	if (value === 'clock' || value === 'first-request') return value;
	throw new UsageError(`--rate-limit-windows must be clock or first-request, not "${value}"`);
}

function parse(args: string[]): ReturnType<typeof parseArgs>['values'] {
	const text = (value: string) => ({ type: 'string', default: value }) as const;
	try {
		return parseArgs({
			args,
			options: {
				port: text('4010'),
				'latency-ms': text('0'),
				'rate-limit': text('600/60s'),
				'rate-limit-headers': text('epoch'),
				'rate-limit-windows': text('clock'),
				accounts: text('250'),
				subusers: text('1200'),
				'api-key': { type: 'string' },
				json: { type: 'boolean', default: false },
				help: { type: 'boolean', default: false },
			},
		}).values;
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
}

function readCommandLine(args: string[]): CommandLine {
	const values = parse(args);
	const number = (option: string, max: number) =>
		readWholeNumber(option, String(values[option]), max);
	const apiKey = values['api-key'];
	if (apiKey === '') throw new UsageError('--api-key must not be empty');
	return {
		port: number('port', 65_535),
		latencyMs: number('latency-ms', 600_000),
		rateLimit: readRateLimit(String(values['rate-limit'])),
		rateLimitHeaders: readHeaders(String(values['rate-limit-headers'])),
		rateLimitWindows: readWindows(String(values['rate-limit-windows'])),
		accounts: number('accounts', 100_000),
		subusers: number('subusers', 100_000),
		...(typeof apiKey === 'string' && { apiKey }),
		json: values.json === true,
		help: values.help === true,
		// A demo should show today's dates.
		now: Date.now(),
		// The log keeps whole responses, up to 500 rows each: a longer log would fill the memory.
		logLimit: 1000,
	};
}

function welcome({ url, euUrl, apiKey, state }: Emulator, { rateLimit }: EmulatorOptions): string {
	const accounts = state.accounts.list(0, 3);
	const subusers = state.subusers.list(0, 4);
	const limit = rateLimit ? `${rateLimit.limit} per ${rateLimit.windowMs / 1000} s` : 'none';
	return [
		`SendGrid emulator: ${state.accounts.size} accounts, ${state.subusers.size} subusers`,
		'',
		`  Base URL    ${url}`,
		`  EU host     ${euUrl}`,
		`  API key     ${apiKey}`,
		`  Rate limit  ${limit}, per key and endpoint`,
		'',
		'Accounts to try',
		...accounts.map(({ id, profile }) => `  ${id}  ${profile.company_name}`),
		'Subusers to try',
		...subusers.map(({ username, credits }) => `  ${username}  (${credits.type} credits)`),
		'',
		`  curl -H 'Authorization: Bearer ${apiKey}' '${url}/v3/subusers?limit=3'`,
		'',
		'Press Ctrl+C to stop it.',
		'',
	].join('\n');
}

async function run(): Promise<void> {
	const options = readCommandLine(argumentsOf(process.argv));
	if (options.help) {
		process.stdout.write(HELP);
		return;
	}
	const emulator = await startEmulator(options);
	const { url, apiKey } = emulator;
	// Programs read the first line, with or without --json.
	const rest = options.json ? '' : `\n${welcome(emulator, options)}`;
	process.stdout.write(`${JSON.stringify({ url, apiKey })}\n${rest}`);
	const stop = (): void => void emulator.close().then(() => process.exit(0));
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
	// Without npm, a user may start it in the background and close the shell.
	if (process.env.npm_lifecycle_event !== undefined) whenParentExits(stop);
}

run().catch((error: NodeJS.ErrnoException & { port?: number }) => {
	if (error instanceof UsageError) {
		process.stderr.write(`${error.message}\nSee --help for all options.\n`);
		process.exit(2);
	}
	process.stderr.write(
		error.code === 'EADDRINUSE'
			? `Port ${error.port} is in use. Choose another one with --port, or a free one with --port 0.\n`
			: `The emulator could not start: ${error.message}\n`,
	);
	process.exit(1);
});
