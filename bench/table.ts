import Table from 'cli-table3';
import { median, spread } from './statistics';

/** A maximum that a measurement should meet. */
export interface Goal {
	name: string;
	/** Undefined if this machine can't measure it. */
	value: number | undefined;
	atMost: number;
}

/** A row of the table of comparisons: this node and an alternative for the same task. */
export interface Comparison {
	task: string;
	ours: string;
	other: string;
	theirs: string;
	/** Our time divided by theirs; empty if the alternative didn't complete the task. */
	ratio: string;
}

export interface BenchTable {
	number: number;
	title: string;
	head: string[];
	rows: string[][];
	goals: Goal[];
	/** Rows of the table of comparisons. */
	comparisons: Comparison[];
	/** All measurements. */
	samples: unknown;
}

/** The table and its goals as text for a terminal. */
export function formatTable({ number, title, head, rows, goals }: BenchTable): string {
	const table = new Table({
		head,
		colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
		style: { head: [], border: [] },
	});
	table.push(...rows);
	return [
		`\n${number}. ${title}`,
		table.toString(),
		...goals.map((goal) => `   ${verdict(goal)}`),
	].join('\n');
}

export function isMet({ value, atMost }: Goal): boolean | undefined {
	return value === undefined ? undefined : value <= atMost;
}

/** Whether a goal was met, as text. */
export function verdict(goal: Goal): string {
	const { name, value, atMost } = goal;
	if (value === undefined) return `not measured: ${name}`;
	return `${isMet(goal) ? 'met' : 'MISSED'}: ${name}, ${Number(fixed(value, 3))} (goal: at most ${atMost})`;
}

/** Compares this node's seconds with an alternative's. */
export function compare(
	task: string,
	ours: number[],
	{ other, theirs, digits = 2 }: { other: string; theirs: number[]; digits?: number },
): Comparison {
	const [our, their] = [median(ours), median(theirs)];
	return {
		...{ task, other, ours: `${fixed(our, 2)} s`, theirs: `${fixed(their, 2)} s` },
		ratio: fixed(our / their, digits),
	};
}

/** The median, and for several values also the smallest and the largest one. */
export function withSpread(values: number[], digits = 2): string {
	const { min, max } = spread(values);
	const middle = fixed(median(values), digits);
	return values.length > 1 ? `${middle} (${fixed(min, digits)}–${fixed(max, digits)})` : middle;
}

export function fixed(value: number, digits: number): string {
	return Number.isFinite(value) ? value.toFixed(digits) : 'n/a';
}

export function percent(share: number): string {
	return `${(share * 100).toFixed(1)} %`;
}
