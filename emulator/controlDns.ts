import type { FastifyInstance } from 'fastify';
import { publishDns, publishRecord } from './dns';
import { bodyObject, refuse } from './errors';
import type { Emulator } from './interface';
import type { DnsRecord } from './state';

function readRecord(body: unknown): DnsRecord {
	const { type: given, host, data } = bodyObject(body);
	const type = (['cname', 'txt', 'mx'] as const).find(
		(word) => word === String(given).toLowerCase(),
	);
	if (!type) refuse(400, 'type must be cname, txt, or mx', 'type');
	if (typeof host !== 'string' || typeof data !== 'string') {
		refuse(400, 'host and data must be text');
	}
	return { type, host, data };
}

function readRecordNames(value: unknown): string[] | undefined {
	if (value === undefined) return undefined;
	return Array.isArray(value) ? value.map(String) : refuse(400, 'records must be a list');
}

/** Plays the customer, who edits the DNS and gets email. */
export function dnsRoutes(control: FastifyInstance, { state }: Emulator): void {
	control.get('/dns', () => [...state.dns.values()]);

	control.post('/dns', ({ body }) => {
		const record = readRecord(body);
		publishRecord(state, record);
		return record;
	});

	control.post('/dns/publish', ({ body }) => {
		const { domain, records } = bodyObject(body);
		if (typeof domain !== 'string') refuse(400, 'domain must be text', 'domain');
		return publishDns(state, domain, readRecordNames(records));
	});

	control.delete('/dns', (_request, reply) => {
		state.dns.clear();
		return reply.code(204).send();
	});

	control.get('/mail', () =>
		state.acceptedMail.map(({ owner, from, to }) => ({ username: owner.username, from, to })),
	);
}
