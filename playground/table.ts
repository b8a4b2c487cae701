import Table from 'cli-table3';
import type { Change, RunResult } from './examples';

/** What changed, as a table that fits a terminal of 100 columns. */
export function tableOf(changes: Change[]): string {
	const table = new Table({
		head: ['Customer', 'Before', 'After'],
		colWidths: [26, 35, 35],
		wordWrap: true,
		style: { head: [], border: [] },
	});
	let heading = '';
	for (const { says, customer, before, after } of changes) {
		if (says !== heading) table.push([{ colSpan: 3, content: says }]);
		heading = says;
		table.push([customer, lines(before), after === before ? '(unchanged)' : lines(after)]);
	}
	return table.toString();
}

function lines(state: string): string {
	return state.replaceAll('; ', '\n');
}

/** Why a run is not what it should be: its execution failed, or a customer is not as expected. */
export function failuresOf({ execution, changes }: RunResult): string[] {
	const failures: string[] = [];
	if (execution.status !== 'success') {
		const reason = execution.resultData.error?.message ?? 'no reason given';
		failures.push(`execution ${execution.id} ended with "${execution.status}": ${reason}`);
	}
	for (const { says, customer, after, expected } of changes) {
		if (after !== expected) {
			failures.push(`${says}: ${customer} has "${after}" instead of "${expected}"`);
		}
	}
	return failures;
}
