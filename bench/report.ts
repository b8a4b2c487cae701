import type { Machine } from './machine';
import { verdict, type BenchTable } from './table';

/** The part of the bench's JSON file that the pages show. */
export interface Results {
	conditions: Machine & { loadAfter: number };
	tables: Array<Omit<BenchTable, 'samples'>>;
}

/** The comparison that the README shows. */
const IN_README = { task: '1000 credit updates', other: 'HTTP Request, default' };

/** The README's sentence. @throws Error if the results don't have its comparison */
export function summary({ conditions, tables }: Results): string {
	const found = tables
		.flatMap(({ comparisons }) => comparisons)
		.find(({ task, other }) => task === IN_README.task && other === IN_README.other);
	if (found === undefined) throw new Error('The results have no comparison for the README');
	return `In n8n ${conditions.n8n}, 1,000 credit updates take ${found.ours}. With the HTTP Request node, they take ${found.theirs}.`;
}

/** All tables, first the one that compares this node with its alternatives, and which goals were met. */
export function allTables({ conditions, tables }: Results): string {
	const comparisons = tables.flatMap((table) =>
		table.comparisons.map(({ task, ours, other, theirs, ratio }) => [
			task,
			ours,
			other,
			theirs,
			ratio,
		]),
	);
	const parts = tables.map(({ number, title, head, rows, goals }) =>
		[
			`## ${number}. ${title}`,
			markdownTable(head, rows),
			...(goals.length === 0 ? [] : [goals.map((goal) => `- ${verdict(goal)}`).join('\n')]),
		].join('\n\n'),
	);
	const head = ['task', 'this node', 'compared with', 'its result', 'ratio'];
	return [describeMachine(conditions), markdownTable(head, comparisons), ...parts].join('\n\n');
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
