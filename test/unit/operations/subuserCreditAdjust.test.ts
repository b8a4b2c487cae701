import { Refusal } from '../../../nodes/SendGridProvisioning/domain/refusal';
import { adjust } from '../../../nodes/SendGridProvisioning/resources/subuserCredit/adjust';
import { topUp } from '../../../nodes/SendGridProvisioning/resources/subuserCredit/topUp';
import { SendGridError } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import { run } from './scriptedApi';
import type { Step } from './scriptedApi';

const GET = 'GET /v3/subusers/birchwood/credits';
const PATCH = 'PATCH /v3/subusers/birchwood/credits/remaining';
const ONCE = { type: 'nonrecurring', reset_frequency: null, remain: 500, total: null, used: null };
const UNLIMITED = { ...ONCE, type: 'unlimited', remain: null };

const reads = (answer: unknown): Step => ({ call: GET, answer });
const adds = (by: number, answer: unknown): Step => ({
	call: PATCH,
	body: { allocation_update: by },
	answer,
});

describe('adjusting credits', () => {
	it('reads, sends the difference once, and tells what was there before', async () => {
		const after = { ...ONCE, remain: 400 };
		expect(
			await run(adjust, 'birchwood', { adjustment: '-100' }, [reads(ONCE), adds(-100, after)]),
		).toStrictEqual({
			username: 'birchwood',
			summary: 'remaining 500 → 400',
			dry_run: false,
			changed: true,
			adjustment: -100,
			...after,
			before: ONCE,
		});
	});

	it.each([
		['fewer', -100, 400],
		['fewer than there are', -600, 0],
		['more', 5, 505],
	])('only reads in a dry run of %s', async (_what, adjustment, remain) => {
		const params = { adjustment, dryRun: true };
		expect(await run(adjust, 'birchwood', params, [reads(ONCE)])).toStrictEqual({
			username: 'birchwood',
			summary: `remaining 500 → ${remain}`,
			dry_run: true,
			changed: true,
			adjustment,
			request: { allocation_update: adjustment },
			expected: { ...ONCE, remain },
			before: ONCE,
		});
	});

	it('refuses unlimited credits in a dry run, too', async () => {
		const params = { adjustment: 1, dryRun: true };
		await expect(run(adjust, 'birchwood', params, [reads(UNLIMITED)])).rejects.toThrow(Refusal);
	});

	it('refuses unlimited credits after reading them, and 0 before', async () => {
		const params = { adjustment: 1 };
		await expect(run(adjust, 'birchwood', params, [reads(UNLIMITED)])).rejects.toThrow(Refusal);
		await expect(run(adjust, 'birchwood', { adjustment: 0 }, [])).rejects.toThrow(Refusal);
		expect(adjust.onceOnly).toBe(true);
	});
});

describe('topping up credits', () => {
	it('sends exactly what is missing', async () => {
		const after = { ...ONCE, remain: 501 };
		expect(
			await run(topUp, 'birchwood', { minimum: 501 }, [reads(ONCE), adds(1, after)]),
		).toStrictEqual({
			username: 'birchwood',
			summary: 'remaining 500 → 501',
			dry_run: false,
			changed: true,
			added: 1,
			...after,
			before: ONCE,
		});
	});

	it('only reads in a dry run, and shows what would be added', async () => {
		const output = { username: 'birchwood', dry_run: true, before: ONCE };
		expect(
			await run(topUp, 'birchwood', { minimum: 501, dryRun: true }, [reads(ONCE)]),
		).toStrictEqual({
			...output,
			summary: 'remaining 500 → 501',
			changed: true,
			added: 1,
			request: { allocation_update: 1 },
			expected: { ...ONCE, remain: 501 },
		});
		expect(
			await run(topUp, 'birchwood', { minimum: 500, dryRun: true }, [reads(ONCE)]),
		).toStrictEqual({
			...output,
			summary: 'unchanged',
			changed: false,
			added: 0,
			request: null,
			expected: ONCE,
		});
	});

	it('sends nothing where enough is there, or no number', async () => {
		const params = { minimum: 500 };
		expect(await run(topUp, 'birchwood', params, [reads(ONCE)])).toMatchObject({ added: 0 });
		for (const remain of [null, 0]) {
			const answer = reads({ ...UNLIMITED, remain });
			expect(await run(topUp, 'birchwood', params, [answer])).toMatchObject({ added: 0 });
		}
	});

	it('sends nothing where SendGrid does not say how many remain', async () => {
		const silent = { ...ONCE, remain: undefined };
		const failed = run(topUp, 'birchwood', { minimum: 500 }, [reads(silent)]);
		await expect(failed).rejects.toThrow(Refusal);
	});

	it('leaves the doubt after a lost answer where SendGrid does not say how many remain', async () => {
		const lost: Step = {
			...adds(1, undefined),
			failure: { kind: 'lost', code: 'ECONNRESET' },
		};
		const silent = reads({ ...ONCE, remain: undefined });
		const failed = run(topUp, 'birchwood', { minimum: 501 }, [reads(ONCE), lost, silent]);
		await expect(failed).rejects.toMatchObject({ failure: { kind: 'lost' } });
	});

	it('sends nothing where the credits cannot be read', async () => {
		for (const answer of ['', {}, { ...ONCE, remain: '500' }]) {
			const failed = run(topUp, 'birchwood', { minimum: 900 }, [reads(answer)]);
			await expect(failed).rejects.toThrow(SendGridError);
		}
	});
});
