import { arrivalsIn } from '../domain/arrivals';
import type { Known } from '../domain/arrivals';
import type { Diff, DiffMode, Snapshot } from './event';

/** Reports customers that are new in SendGrid's list. */
export function newCustomers(
	before: Known,
	{ listed }: Pick<Snapshot<unknown>, 'listed'>,
	mode: DiffMode,
): Diff<readonly number[]> {
	const { arrived, known } = arrivalsIn(before, listed);
	const items = mode === 'record' ? [] : arrived.map(({ fields }) => fields);
	return { items, customers: known };
}
