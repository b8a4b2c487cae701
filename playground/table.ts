import Table from 'cli-table3';
import type { Change, RunResult } from './examples';

/** A table of changes that fits in 100 columns. */
export function tableOf(changes: Change[]): string {
	const table = new Table({
		head: ['Customer', 'Before', 'After'],
		colWidths: [26, 35, 35],
		wordWrap: true,
		style: { head: [], border: [] },
	});
	let lastTitle = '';
	for (const { title, customer, before, after } of changes) {
		if (title !== lastTitle) table.push([{ colSpan: 3, content: title }]);
		lastTitle = title;
		table.push([customer, lines(before), after === before ? '(unchanged)' : lines(after)]);
	}
	return table.toString();
}

function lines(state: string): string {
	return state.replaceAll('; ', '\n');
}

/** How a run differs from its expected result: a failed execution, or customers in another state. */
export function failuresOf({ execution, changes }: RunResult): string[] {
	const failures: string[] = [];
	if (execution.status !== 'success') {
		const reason = execution.resultData.error?.message ?? 'no reason given';
		failures.push(`execution ${execution.id} ended with "${execution.status}": ${reason}`);
	}
	for (const { title, customer, after, expected } of changes) {
		if (after !== expected) {
			failures.push(`${title}: ${customer} has "${after}" instead of "${expected}"`);
		}
	}
	return failures;
}
