import type { Credits } from '../../../nodes/SendGridProvisioning/domain/credits';
import type { Offering } from '../../../nodes/SendGridProvisioning/domain/offerings';
import {
	creditReductions,
	offeringReductions,
	removals,
} from '../../../nodes/SendGridProvisioning/domain/reductions';

const plan = (name: string): Offering => ({ name, type: 'package', quantity: 1 });
const addon = (name: string, quantity = 1): Offering => ({ name, type: 'addon', quantity });
const [free, pro] = [plan('free'), plan('pro')];

describe('what a change of offerings removes or lowers', () => {
	it.each<[string[], Offering[], Offering[]]>([
		[[], [free], [free, addon('ip')]],
		[[], [free, addon('ip')], [pro, addon('ip', 2)]],
		[['ip 1,200 → 1'], [pro, addon('ip', 1200)], [pro, addon('ip')]],
		[['package pro → free', 'ip removed'], [pro, addon('ip')], [free]],
		[[], [pro], [free]],
		[
			['ip 2 → 1', 'teammates removed'],
			[pro, addon('teammates'), addon('ip', 2)],
			[pro, addon('ip')],
		],
	])('is %j', (reduced, before, after) => {
		expect(offeringReductions(before, after)).toEqual(reduced);
	});
});

describe('what new credits lower or remove', () => {
	const monthly = (total: number, remain: number): Credits => ({
		...{ type: 'recurring', reset_frequency: 'monthly' },
		...{ remain, total, used: total - remain },
	});
	const once = (remain: number | null): Credits => ({
		...{ type: 'nonrecurring', reset_frequency: null, remain, total: null, used: null },
	});
	const unlimited: Credits = { ...once(null), type: 'unlimited' };

	it.each<[string[], Credits, Credits]>([
		[[], monthly(1000, 400), monthly(1000, 400)],
		[[], monthly(1000, 400), monthly(2000, 2000)],
		[['total 2,000 → 1,000'], monthly(2000, 400), monthly(1000, 1000)],
		[['total 2,000 → 1,000', 'remaining 1,500 → 1,000'], monthly(2000, 1500), monthly(1000, 1000)],
		[['remaining 400 → 100'], monthly(1000, 400), monthly(1000, 100)],
		[['1,000 monthly → 250 nonrecurring', 'remaining 400 → 250'], monthly(1000, 400), once(250)],
		[['1,000 monthly → 700 nonrecurring'], monthly(1000, 400), once(700)],
		[[], once(250), monthly(1000, 1000)],
		[['remaining 400 → 250'], once(400), once(250)],
		[['unlimited → 1,000 monthly'], unlimited, monthly(1000, 1000)],
		[['unlimited → 250 nonrecurring'], unlimited, once(250)],
		[['limit removed, 20,000 monthly → unlimited'], monthly(20_000, 400), unlimited],
		[['limit removed, 250 nonrecurring → unlimited'], once(250), unlimited],
		[['limit removed, nonrecurring → unlimited'], once(null), unlimited],
		[[], unlimited, unlimited],
	])('is %j', (reduced, before, after) => {
		expect(creditReductions(before, after)).toEqual(reduced);
	});
});

it('names what is removed from a list', () => {
	expect(removals(['192.0.2.1'])).toEqual(['192.0.2.1 removed']);
	expect(removals([])).toEqual([]);
});
