import type { IExecuteFunctions } from 'n8n-workflow';
import { outcomeOf } from '../domain/outcome';
import { connect } from '../transport/connection';
import type { Connection } from '../transport/connection';
import type { RunReport } from './runReport';

/**
 * No input is this long. It has no small divisor, so that an expression which takes keys in rotation,
 * as `$itemIndex % 2` does, shows that it depends on the item.
 */
const NO_SUCH_ITEM = Number.MAX_SAFE_INTEGER;

/**
 * Gives each item of a run its connection. An expression in the credential may give each item a key
 * of its own, and a node can't see whether there is one. So the credential is also read for an item
 * that doesn't exist: n8n throws, or resolves to something else, where an expression depends on the
 * item. Then each item reads the credential for itself, and fails alone where that isn't possible;
 * otherwise all items share one connection.
 */
export function connectionsOf({
	context,
	report,
	count,
}: {
	context: IExecuteFunctions;
	report: RunReport;
	count: number;
}): (index: number) => Promise<Connection> {
	const connectItem = async (index: number): Promise<Connection> =>
		await connect(context, report, index);
	const findShared = async (): Promise<Connection | undefined> => {
		const [first, beyond] = await Promise.all([
			outcomeOf(async () => await connectItem(0)),
			outcomeOf(async () => await connectItem(NO_SUCH_ITEM)),
		]);
		if ('error' in first || 'error' in beyond) return undefined;
		return hasSameValues(first.value, beyond.value) ? first.value : undefined;
	};
	let shared: Promise<Connection | undefined> | undefined;
	return async (index) => {
		if (count === 1) return await connectItem(index);
		shared ??= findShared();
		return (await shared) ?? (await connectItem(index));
	};
}

function hasSameValues(one: Connection, other: Connection): boolean {
	return JSON.stringify(one.credential.data) === JSON.stringify(other.credential.data);
}
