import type { FastifyInstance } from 'fastify';
import { invalidSetting } from './behavior';
import { dnsRoutes } from './controlDns';
import { currentCredits, spendCredits } from './credits';
import { bodyObject, refuse, Refusal } from './errors';
import type { FaultRule } from './faults';
import type { Emulator } from './interface';
import { assignIps, readIps } from './ips';
import { readOfferings, setOfferings } from './offerings';
import { withoutSecrets } from './requestLog';
import { ACCOUNT_STATES } from './state';

const FAULT_KINDS = [
	'status',
	'html',
	'stranger',
	'emptyBody',
	'truncated',
	'hang',
	'reset',
	'appliedThenLost',
	'appliedThenStatus',
	'slow',
	'trickle',
	'dropOffering',
	'alterOffering',
	'redirect',
	'ignoreOnBehalfOf',
	'shortPages',
];

/** Reads a fault from JSON, where `times: null` means Infinity. */
function readFault(body: unknown): FaultRule {
	const given = bodyObject(body);
	if (typeof given.match !== 'string') refuse(400, 'match must be text', 'match');
	if (!FAULT_KINDS.includes(String(given.kind))) {
		refuse(400, `kind must be one of: ${FAULT_KINDS.join(', ')}`, 'kind');
	}
	return { ...given, ...(given.times === null && { times: Infinity }) } as FaultRule;
}

/** Reads a number from the body, or answers 400 and names the field. */
function readNumber(body: unknown, name: string): number {
	const value = bodyObject(body)[name];
	return typeof value === 'number' && Number.isFinite(value)
		? value
		: refuse(400, `${name} must be a number`, name);
}

/**
 * Lets another process control the emulator on the same port, without API key, rate limit, or faults.
 * Only this computer can reach it, because the emulator listens on loopback.
 */
export function controlRoutes(app: FastifyInstance, emulator: Emulator): void {
	void app.register(
		async (control) => {
			control.setErrorHandler((error, _request, reply) =>
				reply
					.code(error instanceof Refusal ? error.status : 500)
					.send({ error: (error as Error).message }),
			);
			stateRoutes(control, emulator);
			faultRoutes(control, emulator);
			behaviorRoutes(control, emulator);
			dnsRoutes(control, emulator);
		},
		{ prefix: '/__emulator' },
	);
}

function stateRoutes(control: FastifyInstance, emulator: Emulator): void {
	const { state, clock } = emulator;
	control.get('/state', () => ({
		accounts: state.accounts.size,
		subusers: state.subusers.size,
		ips: state.ips.size,
		keys: state.keys.size,
		now: clock.now(),
	}));

	control.get<{ Params: { id: string } }>(
		'/accounts/:id',
		({ params }) => state.accounts.get(params.id) ?? refuse(404, 'there is no such account'),
	);

	// Sets what only SendGrid's staff can set: a reseller can't suspend or ban.
	control.patch<{ Params: { id: string } }>('/accounts/:id', ({ params, body }) => {
		const account = state.accounts.get(params.id) ?? refuse(404, 'there is no such account');
		const wanted = bodyObject(body).state;
		account.state =
			ACCOUNT_STATES.find((word) => word === wanted) ?? refuse(400, 'there is no such state');
		return account;
	});

	// Another client's lists, which overwrite the present ones.
	control.put<{ Params: { id: string } }>('/accounts/:id/offerings', ({ params, body }) => {
		const account = state.accounts.get(params.id) ?? refuse(404, 'there is no such account');
		setOfferings(account, readOfferings(bodyObject(body), state.catalog), state);
		return account;
	});
	control.put<{ Params: { name: string } }>('/subusers/:name/ips', ({ params, body }) => {
		const subuser = state.subusers.get(params.name) ?? refuse(404, 'there is no such subuser');
		assignIps(state, subuser, readIps(body, state));
		return subuser;
	});

	control.get<{ Params: { name: string } }>('/subusers/:name', ({ params }) => {
		const subuser = state.subusers.get(params.name) ?? refuse(404, 'there is no such subuser');
		currentCredits(subuser, clock.now());
		return subuser;
	});

	// Simulates sending email.
	control.post<{ Params: { name: string } }>('/subusers/:name/spend', ({ params, body }) => {
		const subuser = state.subusers.get(params.name) ?? refuse(404, 'there is no such subuser');
		spendCredits(subuser, readNumber(body, 'credits'), clock.now());
		return subuser;
	});

	control.post('/clock', ({ body }) => {
		clock.advance(readNumber(body, 'advanceMs'));
		return { now: clock.now() };
	});

	control.post('/reset', (_request, reply) => {
		emulator.reset();
		return reply.code(204).send();
	});
}

function faultRoutes(control: FastifyInstance, emulator: Emulator): void {
	control.post('/faults', ({ body }, reply) => {
		emulator.fail(readFault(body));
		return reply.code(204).send();
	});

	control.delete('/faults', (_request, reply) => {
		emulator.clearFaults();
		return reply.code(204).send();
	});

	control.get('/requests', () => emulator.requests.map(withoutSecrets));
	control.get('/counters', () => emulator.counters);
}

/** Shows and changes how the emulator behaves where SendGrid is undocumented. */
function behaviorRoutes(control: FastifyInstance, { state }: Emulator): void {
	control.get('/behavior', () => state.behavior);

	control.patch('/behavior', ({ body }) => {
		const given = bodyObject(body);
		const invalid = invalidSetting(given);
		if (invalid !== undefined) refuse(400, `there is no such setting: ${invalid}`, invalid);
		return Object.assign(state.behavior, given);
	});
}
