import { Refusal } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { create } from '../../../nodes/SendGridProvisioning/resources/account/create';
import { createSsoLink } from '../../../nodes/SendGridProvisioning/resources/account/createSsoLink';
import { deleteOne } from '../../../nodes/SendGridProvisioning/resources/account/delete';
import { getAll } from '../../../nodes/SendGridProvisioning/resources/account/getAll';
import { updateState } from '../../../nodes/SendGridProvisioning/resources/account/updateState';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import { run } from './scriptedApi';

const PATH = '/v3/partners/accounts';
const FREE = { name: 'acme.free.v1', type: 'package', quantity: 1 };
const FORM = { specifyOfferings: 'fields', package: 'acme.free.v1', addons: {}, profile: {} };

describe('creating an account', () => {
	const call = `POST ${PATH}`;

	it('sends once and returns nothing of SendGrid’s answer but the ID', async () => {
		const answer = { account_id: 'sg1', token: 'not for output' };
		expect(
			await run(create, '', FORM, [{ call, body: { offerings: [FREE] }, answer }]),
		).toStrictEqual({
			account_id: 'sg1',
			summary: 'created: acme.free.v1',
			dry_run: false,
			changed: true,
		});
	});

	it.each(['', {}, { account_id: '' }, { account_id: 5 }])(
		'fails on %j, which names no account',
		async (answer) => {
			const steps = [{ call, body: { offerings: [FREE] }, answer }];
			await expect(run(create, '', FORM, steps)).rejects.toThrow(SendGridError);
		},
	);

	it('refuses an empty form before it sends anything', async () => {
		await expect(run(create, '', { ...FORM, package: '' }, [])).rejects.toThrow(Refusal);
	});

	it('runs never while n8n would run it again', () => {
		expect(create.onceOnly).toBe(true);
	});
});

describe('other operations on accounts', () => {
	it('encode the ID', async () => {
		const steps = [{ call: `DELETE ${PATH}/a%2Fb`, answer: '' }];
		expect(await run(deleteOne, 'a/b', {}, steps)).toMatchObject({ account_id: 'a/b' });
	});

	it('refuse a state that SendGrid alone sets', async () => {
		await expect(run(updateState, 'sg1', { state: 'banned' }, [])).rejects.toThrow(Refusal);
	});

	it('take an answer without a redirect for no sign-in link', async () => {
		const steps = [{ call: `POST ${PATH}/sg1/sso`, answer: '' }];
		await expect(run(createSsoLink, 'sg1', {}, steps)).rejects.toThrow(SendGridError);
	});

	it('read on until a page brings nothing new', async () => {
		const page = (from: number, count: number) => ({
			accounts: Array.from({ length: count }, (_, index) => ({ id: `sg${from + index}` })),
			pages: { last: `sg${from + count - 1}` },
		});
		const call = `GET ${PATH}`;
		const pages = [page(0, 100), page(100, 30), page(129, 71), page(199, 2), page(200, 1)];
		const steps = pages.map((answer) => ({ call, answer }));
		expect(await run(getAll, '', { returnAll: true }, steps)).toHaveLength(201);
		const same = [page(0, 100), page(0, 100)].map((answer) => ({ call, answer }));
		await expect(run(getAll, '', { returnAll: true }, same)).rejects.toThrow(SendGridError);
	});
});
