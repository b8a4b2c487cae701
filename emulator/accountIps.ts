import { isIPv4 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { timestamp, type Clock } from './clock';
import { bodyObject, refuse, Refusal } from './errors';
import { findAccount, type AccountRequest } from './lookup';
import { changeIpQuantity, dedicatedIps, nextDedicatedIp } from './offerings';
import { pageSize, text } from './parameters';
import type { Account, EmulatorState } from './state';

const PATH = '/v3/partners/accounts/:id/ips';
/** The most IPs in one request. */
const MAX_IPS = 10;

/** Here SendGrid says `us` for what subusers and domains call `global`. */
const regionOf = ({ euIps = [] }: Account, ip: string): 'us' | 'eu' =>
	euIps.includes(ip) ? 'eu' : 'us';

function invalidIp(field: string): never {
	throw new Refusal(400, [{ message: 'Field must be a valid IP address', field, subCode: '02' }]);
}

function readCount(value: unknown): number {
	const valid =
		typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_IPS;
	return valid ? value : refuse(400, `count must be an integer from 1 to ${MAX_IPS}`, 'count');
}

/** Reads the IPs to remove, all of which must be the account's (assumed). */
function readRemoved(body: unknown, account: Account): string[] {
	const { ips } = bodyObject(body);
	if (!Array.isArray(ips) || ips.length < 1 || ips.length > MAX_IPS) {
		refuse(400, `ips must be a list of 1 to ${MAX_IPS} IPv4 addresses`, 'ips');
	}
	return ips.map((ip: unknown) => {
		if (typeof ip !== 'string' || !isIPv4(ip) || !account.ips.includes(ip)) invalidIp('ips');
		return ip;
	});
}

/** https://www.twilio.com/docs/sendgrid/api-reference/ip-provisioning-api */
export function accountIpRoutes(app: FastifyInstance, state: EmulatorState, clock: Clock): void {
	// Newest first. `offset` is the last IP that the client has read; `pages` are as for accounts.
	app.get<AccountRequest>(PATH, (request) => {
		const account = findAccount(state, request);
		const limit = pageSize(request, { min: 1, max: 5000, fallback: 10 });
		const cursor = text(request, 'offset');
		const newestFirst = [...account.ips].reverse();
		if (cursor && !newestFirst.includes(cursor)) invalidIp('offset');
		const start = cursor ? newestFirst.indexOf(cursor) + 1 : 0;
		const page = newestFirst.slice(start, start + limit);
		const last = page.at(-1);
		return {
			result: page.map((ip) => ({ ip, region: regionOf(account, ip) })),
			pages: last === undefined ? {} : { last },
		};
	});

	app.post<AccountRequest>(PATH, (request, reply) => {
		const account = findAccount(state, request);
		const body = bodyObject(request.body);
		const count = readCount(body.count);
		const { region } = body;
		if (region !== 'us' && region !== 'eu') refuse(400, 'region must be us or eu', 'region');
		// Assumed, because a test account never gets IPs from offerings either.
		if (account.testAccount) refuse(400, 'a test account has no dedicated IPs');
		const limit = dedicatedIps(account.offerings, state.catalog);
		const isLimited = state.behavior.ipAddonQuantity === 'limits';
		if (isLimited && account.ips.length + count > limit) {
			refuse(400, 'the account has no IP add-on for this many IPs');
		}
		const ips = Array.from({ length: count }, () => nextDedicatedIp(state));
		account.ips.push(...ips);
		if (region === 'eu') account.euIps = [...(account.euIps ?? []), ...ips];
		changeIpQuantity(account, count, state);
		account.updated_at = timestamp(clock.now());
		return reply.code(201).send({ ips, region });
	});

	// A DELETE with a body.
	app.delete<AccountRequest>(PATH, (request, reply) => {
		const account = findAccount(state, request);
		const removed = readRemoved(request.body, account);
		account.ips = account.ips.filter((ip) => !removed.includes(ip));
		changeIpQuantity(account, -new Set(removed).size, state);
		account.updated_at = timestamp(clock.now());
		return reply.code(204).send();
	});
}
