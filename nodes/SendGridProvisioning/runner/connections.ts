import type { IExecuteFunctions } from 'n8n-workflow';
import { outcomeOf } from '../domain/outcome';
import { connect } from '../transport/connection';
import type { Connection } from '../transport/connection';
import type { RunReport } from './runReport';

/**
 * An index beyond any input. It has no small divisor, so that expressions such as `$itemIndex % 2`
 * return something else for it than for item 0.
 */
const NO_SUCH_ITEM = Number.MAX_SAFE_INTEGER;

/**
 * Returns the connection of each item. A credential's expressions can depend on the item, and a
 * node can't see them. So the credential is also read for an item that doesn't exist: if it has
 * such an expression, n8n throws or returns other values. Then each item reads the credential, so
 * that one that can't be read fails only its item. Otherwise all items share one connection.
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
