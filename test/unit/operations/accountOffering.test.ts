import { Refusal, Unconfirmed } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { getAll } from '../../../nodes/SendGridProvisioning/resources/accountOffering/getAll';
import { getCatalog } from '../../../nodes/SendGridProvisioning/resources/accountOffering/getCatalog';
import { update } from '../../../nodes/SendGridProvisioning/resources/accountOffering/update';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import { run } from './scriptedApi';
import type { Step } from './scriptedApi';

const FREE = { name: 'acme.free.v1', type: 'package', quantity: 1 };
const PRO = { name: 'acme.pro.v1', type: 'package', quantity: 1 };
const IPS = { name: 'acme.ip.v2', type: 'addon', quantity: 2 };
const MARKETING = { name: 'acme.marketing.v1', type: 'addon', quantity: 1 };

const PATH = '/v3/partners/accounts/sg123/offerings';

function reads(...offerings: object[]): Step {
	return { call: `GET ${PATH}`, answer: { offerings } };
}

function puts(...offerings: object[]): Step {
	return { call: `PUT ${PATH}`, body: { offerings }, answer: { offerings } };
}

const FORM = {
	change: 'merge',
	specifyOfferings: 'fields',
	package: '',
	addons: {},
	offeringNames: [],
	options: {},
};

async function updated(params: Record<string, unknown>, ...steps: Step[]): Promise<unknown> {
	return await run(update, 'sg123', { ...FORM, ...params }, steps);
}

describe('updating account offerings', () => {
	it('reads, then puts the merged list, and tells what was there before', async () => {
		const output = await updated(
			{ package: 'acme.pro.v1', addons: { addon: [{ name: 'acme.ip.v2', quantity: '3' }] } },
			reads(FREE, IPS, MARKETING),
			puts(PRO, { ...IPS, quantity: 3 }, MARKETING),
		);
		expect(output).toStrictEqual({
			account_id: 'sg123',
			summary: 'acme.free.v1 → acme.pro.v1; acme.ip.v2 2 → 3',
			dry_run: false,
			changed: true,
			before: [FREE, IPS, MARKETING],
			offerings: [PRO, { ...IPS, quantity: 3 }, MARKETING],
			added: ['acme.pro.v1'],
			removed: ['acme.free.v1'],
			updated: [{ name: 'acme.ip.v2', from: 2, to: 3 }],
		});
	});

	it('only reads where nothing would change', async () => {
		const output = await updated(
			{ package: 'acme.pro.v1', addons: { addon: [IPS] } },
			reads(IPS, PRO, MARKETING),
		);
		expect(output).toStrictEqual({
			account_id: 'sg123',
			summary: 'unchanged',
			dry_run: false,
			changed: false,
			before: [IPS, PRO, MARKETING],
			offerings: [IPS, PRO, MARKETING],
			added: [],
			removed: [],
			updated: [],
		});
	});

	it('only reads in a dry run, and tells what would be sent', async () => {
		const output = await updated({ package: 'acme.pro.v1', dryRun: true }, reads(FREE, IPS));
		expect(output).toStrictEqual({
			account_id: 'sg123',
			summary: 'acme.free.v1 → acme.pro.v1',
			dry_run: true,
			changed: true,
			before: [FREE, IPS],
			offerings: [PRO, IPS],
			added: ['acme.pro.v1'],
			removed: ['acme.free.v1'],
			updated: [],
		});
	});

	it('says in a dry run, too, that nothing would change', async () => {
		const output = await updated({ package: 'acme.pro.v1', dryRun: true }, reads(PRO));
		expect(output).toMatchObject({ dry_run: true, changed: false, offerings: [PRO] });
	});

	it('replaces everything', async () => {
		const output = await updated(
			{ change: 'replace', package: 'acme.free.v1' },
			reads(PRO, IPS),
			puts(FREE),
		);
		expect(output).toMatchObject({
			changed: true,
			added: ['acme.free.v1'],
			removed: ['acme.pro.v1', 'acme.ip.v2'],
		});
	});

	it('does not put a replacement that has the same in another order', async () => {
		const output = await updated(
			{ change: 'replace', package: 'acme.pro.v1', addons: { addon: [IPS] } },
			reads(IPS, PRO),
		);
		expect(output).toMatchObject({ changed: false, offerings: [IPS, PRO] });
	});

	it('removes by name, and does nothing where the account has none of these', async () => {
		const params = { change: 'remove', offeringNames: ['acme.ip.v2'] };
		expect(await updated(params, reads(PRO, IPS), puts(PRO))).toMatchObject({
			changed: true,
			removed: ['acme.ip.v2'],
		});
		expect(await updated(params, reads(PRO))).toMatchObject({ changed: false, removed: [] });
	});

	it('takes JSON, whatever lies in the fields', async () => {
		const offeringsJson = JSON.stringify({ offerings: [MARKETING] });
		const params = { specifyOfferings: 'json', offeringsJson, package: 'acme.free.v1' };
		const output = await updated(params, reads(PRO), puts(PRO, MARKETING));
		expect(output).toMatchObject({ added: ['acme.marketing.v1'] });
	});

	it('takes JSON as a list from an expression', async () => {
		const params = { specifyOfferings: 'json', offeringsJson: [MARKETING] };
		await updated(params, reads(PRO), puts(PRO, MARKETING));
	});

	it('takes fields, whatever lies in the JSON', async () => {
		const params = { package: 'acme.pro.v1', offeringsJson: '{' };
		await updated(params, reads(FREE), puts(PRO));
	});

	it('reads a quantity that SendGrid leaves out as 1', async () => {
		const { name, type } = PRO;
		const params = { package: 'acme.pro.v1' };
		expect(await updated(params, reads({ name, type }))).toMatchObject({
			changed: false,
			before: [PRO],
		});
	});

	it('sends of an offering only what SendGrid’s documentation has', async () => {
		await updated(
			{ addons: { addon: [MARKETING] } },
			reads({ ...PRO, label: 'Pro', since: 2024 }),
			puts(PRO, MARKETING),
		);
	});

	it('encodes the account’s ID', async () => {
		const step = {
			call: 'GET /v3/partners/accounts/a%2Fb%20c/offerings',
			answer: { offerings: [PRO] },
		};
		const output = await run(update, 'a/b c', { ...FORM, package: 'acme.pro.v1' }, [step]);
		expect(output).toMatchObject({ account_id: 'a/b c' });
	});

	it.each([
		['an empty form', {}],
		['an unknown change', { change: 'add', package: 'acme.pro.v1' }],
		['no change', { change: null, package: 'acme.pro.v1' }],
		['an unknown way to specify', { specifyOfferings: 'csv', package: 'acme.pro.v1' }],
		['broken JSON', { specifyOfferings: 'json', offeringsJson: '[{' }],
		['a bad quantity', { addons: { addon: [{ name: 'acme.ip.v2', quantity: 0 }] } }],
		['a replacement without a package', { change: 'replace', addons: { addon: [IPS] } }],
		['options that are no collection', { package: 'acme.pro.v1', options: 'dryRun' }],
		['a dry run that is “yes”', { package: 'acme.pro.v1', dryRun: 'yes' }],
		['refusing that is “yes”', { package: 'acme.pro.v1', options: { refuseRemovals: 'yes' } }],
	])('refuses %s before it asks SendGrid anything', async (_what, params) => {
		await expect(updated(params)).rejects.toThrow(Refusal);
	});

	it.each(['', '  ', null])(
		'says of JSON that is %j that it names nothing',
		async (offeringsJson) => {
			const params = { specifyOfferings: 'json', offeringsJson };
			await expect(updated(params)).rejects.toThrow('The change names no offering');
		},
	);

	it('refuses what would leave two packages or none, before the PUT, in a dry run too', async () => {
		for (const dryRun of [false, true]) {
			const addition = { addons: { addon: [IPS] }, dryRun };
			await expect(updated(addition, reads(FREE, PRO))).rejects.toThrow('2 packages');
			await expect(updated(addition, reads())).rejects.toThrow('without a package');
			const removal = { change: 'remove', offeringNames: ['acme.pro.v1'], dryRun };
			await expect(updated(removal, reads(PRO, IPS))).rejects.toThrow('without a package');
		}
	});

	it('refuses removals where that is asked for, before the PUT', async () => {
		const options = { refuseRemovals: true };
		const losing = [
			{ change: 'remove', offeringNames: ['acme.ip.v2'], options },
			{ addons: { addon: [{ name: 'acme.ip.v2', quantity: 1 }] }, options },
			{ package: 'acme.free.v1', options },
			{ change: 'replace', package: 'acme.pro.v1', options },
		];
		for (const params of losing) {
			await expect(updated(params, reads(PRO, IPS))).rejects.toThrow('take something away');
		}
	});

	it('lets additions through while removals are refused', async () => {
		const params = { addons: { addon: [MARKETING] }, options: { refuseRemovals: true } };
		await updated(params, reads(PRO, IPS), puts(PRO, IPS, MARKETING));
	});

	it('fails where SendGrid dropped or altered what was sent', async () => {
		const params = { addons: { addon: [IPS] } };
		for (const offerings of [[PRO], [PRO, { ...IPS, quantity: 1 }], [PRO, IPS, MARKETING]]) {
			const put = { ...puts(PRO, IPS), answer: { offerings } };
			await expect(updated(params, reads(PRO), put)).rejects.toThrow(Unconfirmed);
		}
	});

	it.each([
		['an empty body', ''],
		['a page', '<html></html>'],
		['no list', {}],
		['a list of something else', { offerings: ['acme.pro.v1'] }],
		['an offering without a name', { offerings: [{ type: 'package' }] }],
		['an offering without a type', { offerings: [{ name: 'acme.pro.v1' }] }],
		['a quantity that is text', { offerings: [{ ...PRO, quantity: '1' }] }],
	])('puts nothing where the account’s offerings come as %s', async (_what, answer) => {
		const broken = { ...reads(), answer };
		await expect(updated({ package: 'acme.pro.v1' }, broken)).rejects.toThrow(SendGridError);
	});

	it('puts nothing where reading fails', async () => {
		const failing: Step = { ...reads(), failure: { kind: 'lost', code: 'ECONNRESET' } };
		await expect(updated({ package: 'acme.pro.v1' }, failing)).rejects.toThrow(SendGridError);
	});
});

describe('getting many account offerings', () => {
	it('gives one row for each, with the account', async () => {
		const rows = await run(getAll, 'sg123', { returnAll: true }, [reads(PRO, IPS)]);
		expect(rows).toStrictEqual([
			{ account_id: 'sg123', ...PRO },
			{ account_id: 'sg123', ...IPS },
		]);
	});

	it('gives no more than the limit', async () => {
		expect(await run(getAll, 'sg123', { returnAll: false, limit: 1 }, [reads(PRO, IPS)])).toEqual([
			{ account_id: 'sg123', ...PRO },
		]);
	});

	it('gives no row where there is nothing', async () => {
		expect(await run(getAll, 'sg123', { limit: 50 }, [reads()])).toEqual([]);
	});

	it('refuses a limit of 0 before it asks SendGrid', async () => {
		await expect(run(getAll, 'sg123', { limit: 0 }, [])).rejects.toThrow('Limit');
	});
});

describe('getting the offering catalog', () => {
	const CALL = 'GET /v3/partners/offerings';

	it('gives one row for each entry, with what it entitles to', async () => {
		const catalog = [
			{ offering: PRO, entitlements: { email_sends_max_monthly: 100_000, ip_count: 1 } },
			{ offering: { name: 'acme.ip.v2', type: 'addon' } },
		];
		const rows = await run(getCatalog, '', {}, [{ call: CALL, answer: { catalog } }]);
		expect(rows).toStrictEqual([
			{ ...PRO, entitlements: { email_sends_max_monthly: 100_000, ip_count: 1 } },
			{ ...IPS, quantity: 1, entitlements: {} },
		]);
	});

	it('fails on anything but a catalog', async () => {
		for (const answer of ['', {}, { catalog: [PRO] }, { catalog: null }]) {
			await expect(run(getCatalog, '', {}, [{ call: CALL, answer }])).rejects.toThrow(
				SendGridError,
			);
		}
	});
});
