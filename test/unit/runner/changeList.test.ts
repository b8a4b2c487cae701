import { changedIps, undoneIps } from '../../../nodes/SendGridProvisioning/domain/overwrites';
import { changeList } from '../../../nodes/SendGridProvisioning/runner/changeList';
import type { ListChange } from '../../../nodes/SendGridProvisioning/runner/changeList';
import { ownWritesOf } from '../../../nodes/SendGridProvisioning/runner/ownWrites';
import { putIps } from '../../../nodes/SendGridProvisioning/sendgrid/subuserIps';
import type { SendGridApi } from '../../../nodes/SendGridProvisioning/transport/client';

/** Adds an address to an empty list, and later finds it empty again. */
const adding: ListChange<string[]> = {
	decide: async (read) => ({ before: await read(), after: ['192.0.2.1'] }),
	changed: changedIps,
	put: (list) => putIps('birch', list),
	assertConfirmed: () => {},
	read: async () => [],
	undone: undoneIps,
};
const api: SendGridApi = {
	send: async ({ body, read }) => read({ ips: body }, undefined, Date.now()) as never,
	trySend: async () => await Promise.reject(new Error('Nothing is tried')),
};
const settings = { dryRun: false, confirmAfterMs: 1 };
const wait = async () => true;

describe('a change that is checked later', () => {
	it('knows this process’s writes since its answer, however late the check begins', async () => {
		const ownWrites = ownWritesOf('birch');
		const { confirm } = await changeList({ api, ownWrites }, adding, settings);
		ownWritesOf('birch').note(['192.0.2.1']);
		await expect(confirm?.(wait)).resolves.toBeUndefined();
	});

	it('knows neither earlier ones nor those of other customers', async () => {
		const ownWrites = ownWritesOf('birch');
		ownWrites.note(['192.0.2.1']);
		const { confirm } = await changeList({ api, ownWrites }, adding, settings);
		ownWritesOf('beech').note(['192.0.2.1']);
		await expect(confirm?.(wait)).rejects.toThrow('192.0.2.1 is missing');
	});
});
