import Table from 'cli-table3';
import { median, spread } from './statistics';

/** What was to be reached, and what was. */
export interface Goal {
	what: string;
	/** Undefined where this machine cannot measure it. */
	value: number | undefined;
	atMost: number;
}

/** A line of the README: this node, beside something else that does the same. */
export interface Comparison {
	task: string;
	ours: string;
	other: string;
	theirs: string;
	/** Ours of theirs; empty where the other one did not do the work. */
	ratio: string;
}

export interface BenchTable {
	number: number;
	title: string;
	head: string[];
	rows: string[][];
	goals: Goal[];
	/** What the README says of it. */
	comparisons: Comparison[];
	/** All single measurements. */
	samples: unknown;
}

export function printed({ number, title, head, rows, goals }: BenchTable): string {
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

/** Whether a goal was met, in words. */
export function verdict(goal: Goal): string {
	const { what, value, atMost } = goal;
	if (value === undefined) return `not measured: ${what}`;
	return `${isMet(goal) ? 'met' : 'MISSED'}: ${what}, ${Number(fixed(value, 3))} (goal: at most ${atMost})`;
}

/** This node's seconds beside another's. */
export function compared(
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

/** Median and, where there are several, smallest and largest value. */
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
