import Table from 'cli-table3';
import { median, spread } from './statistics';

/** What was to be reached, and what was. */
export interface Goal {
	what: string;
	/** Undefined where this machine cannot measure it. */
	value: number | undefined;
	atMost: number;
}

export interface BenchTable {
	number: number;
	title: string;
	head: string[];
	rows: string[][];
	goals: Goal[];
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
	return [`\n${number}. ${title}`, table.toString(), ...goals.map(verdict)].join('\n');
}

export function isMet({ value, atMost }: Goal): boolean | undefined {
	return value === undefined ? undefined : value <= atMost;
}

function verdict(goal: Goal): string {
	const { what, value, atMost } = goal;
	if (value === undefined) return `   not measured  ${what}`;
	return `   ${isMet(goal) ? 'met   ' : 'MISSED'}  ${what}: ${Number(fixed(value, 3))}, goal at most ${atMost}`;
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
