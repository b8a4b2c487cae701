import type { Machine } from './machine';
import { verdict, type BenchTable } from './table';

/** The part of the bench's JSON file that the pages show. */
export interface Results {
	conditions: Machine & { loadAfter: number };
	tables: Array<Omit<BenchTable, 'samples'>>;
}

/** The README's table, which compares this node with its alternatives. */
export function summary({ conditions, tables }: Results): string {
	const rows = tables.flatMap(({ comparisons }) =>
		comparisons.map(({ task, ours, other, theirs, ratio }) => [task, ours, other, theirs, ratio]),
	);
	const head = ['task', 'this node', 'compared with', 'its result', 'ratio'];
	return `${markdownTable(head, rows)}\n\n${describeMachine(conditions)}`;
}

/** All tables, and which goals were met. */
export function allTables({ conditions, tables }: Results): string {
	const parts = tables.map(({ number, title, head, rows, goals }) =>
		[
			`## ${number}. ${title}`,
			markdownTable(head, rows),
			...(goals.length === 0 ? [] : [goals.map((goal) => `- ${verdict(goal)}`).join('\n')]),
		].join('\n\n'),
	);
	return [describeMachine(conditions), ...parts].join('\n\n');
}

function describeMachine({
	date,
	processor,
	cores,
	memoryGiB,
	system,
	n8n,
	n8nNode,
}: Machine): string {
	return `Measured on ${date.slice(0, 10)} with n8n ${n8n} (Node ${n8nNode.slice(1)}) on ${cores} cores of an ${processor}, ${memoryGiB} GiB of memory, ${system.split('-')[0]}.`;
}

function markdownTable(head: string[], rows: string[][]): string {
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	const bars = head.map((_, index) => (index === 0 ? '---' : '---:'));
	return [line(head), line(bars), ...rows.map(line)].join('\n');
}
