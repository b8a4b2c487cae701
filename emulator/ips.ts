import { isIPv4 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { refuse } from './errors';
import { needs } from './keys';
import { findSubuser, type SubuserRequest } from './lookup';
import { flag, integer, oneOf, pageSize, text } from './parameters';
import type { EmulatorState, IpAddress, Subuser } from './state';

/** Reads a list of IPv4 addresses, all of which must belong to the parent account. */
export function readIps(value: unknown, state: EmulatorState): string[] {
	if (!Array.isArray(value)) refuse(400, 'ips must be a list of IPv4 addresses', 'ips');
	const ips = value.map((ip: unknown) => {
		if (typeof ip !== 'string' || !isIPv4(ip))
			refuse(400, `${String(ip)} is not an IPv4 address`, 'ips');
		if (!state.ips.has(ip)) refuse(400, `${ip} could not be validated`, 'ips');
		return ip;
	});
	return [...new Set(ips)];
}

/** Replaces a subuser's IPs. */
export function assignIps(state: EmulatorState, subuser: Subuser, ips: string[]): void {
	for (const ip of subuser.ips) state.ips.get(ip)?.subusers.delete(subuser.username);
	subuser.ips = ips;
	for (const ip of ips) state.ips.get(ip)?.subusers.add(subuser.username);
}

function row(address: IpAddress, excludeWhitelabels: boolean): object {
	const { ip, rdns, pools, warmup, assignedAt, subusers } = address;
	return {
		ip,
		...(rdns !== undefined && !excludeWhitelabels && { rdns }),
		pools,
		subusers: [...subusers],
		warmup,
		start_date: warmup ? assignedAt : null,
		whitelabeled: rdns !== undefined,
		assigned_at: assignedAt,
	};
}

/** A subuser's IPs, or all IPs; none for an unknown subuser (assumed). */
function addresses(state: EmulatorState, subuser: string | undefined): IpAddress[] {
	if (subuser === undefined) return [...state.ips.values()];
	const ips = state.subusers.get(subuser)?.ips ?? [];
	return ips.flatMap((ip) => state.ips.get(ip) ?? []);
}

/** https://www.twilio.com/docs/sendgrid/api-reference/ip-addresses */
export function ipRoutes(app: FastifyInstance, state: EmulatorState): void {
	app.get('/v3/ips', needs('ips.read'), (request) => {
		const ip = text(request, 'ip');
		const limit = pageSize(request, { min: 1, fallback: 10 });
		const offset = integer(request, 'offset', { min: 0, fallback: 0 });
		const exclude = flag(request, 'exclude_whitelabels');
		const direction = oneOf(request, 'sort_by_direction', ['asc', 'desc'], 'asc');
		const found = addresses(state, text(request, 'subuser')).filter(
			(address) => ip === undefined || address.ip === ip,
		);
		if (direction === 'desc') found.reverse();
		return found.slice(offset, offset + limit).map((address) => row(address, exclude));
	});

	// The body is a list, not an object, and replaces the subuser's IPs.
	app.put<SubuserRequest>('/v3/subusers/:name/ips', needs('subusers.update'), (request) => {
		const subuser = findSubuser(state, request);
		assignIps(state, subuser, readIps(request.body, state));
		return { ips: subuser.ips };
	});
}
