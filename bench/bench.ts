import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { runCommand } from '../playground/command';
import { argumentsOf } from '../playground/commandLine';
import { step } from '../playground/progress';
import { load, thisMachine, type Machine } from './machine';
import { clearFolder, createHome } from './n8n';
import { createContext, type Context } from './context';
import { HELP, readOptions, type Options } from './options';
import { publish } from './publish';
import { formatTable, isMet, type BenchTable } from './table';
import { checkouts } from './tables/checkouts';
import { keyed } from './tables/keyed';
import { limited } from './tables/limited';
import { merge } from './tables/merge';
import { pickList } from './tables/pickList';
import { scaling } from './tables/scaling';
import { unlimited } from './tables/unlimited';
import { warmUp } from './warmUp';

/** Scaling is last, because it restarts n8n, which the other tables share. */
const tables: Array<{ number: number; measure: (context: Context) => Promise<BenchTable> }> = [
	{ number: 1, measure: unlimited },
	{ number: 2, measure: limited },
	{ number: 4, measure: merge },
	{ number: 5, measure: pickList },
	{ number: 6, measure: keyed },
	{ number: 3, measure: scaling },
];

type Conditions = Machine & { loadAfter: number };

const homes: string[] = [];

async function main(): Promise<void> {
	const options = readOptions(argumentsOf(process.argv));
	if (options.help) return console.log(HELP);
	const context = await contextFor(options);
	const machine = thisMachine();
	await warmUp(context);
	const { against } = options;
	const other = against === undefined ? undefined : await contextFor(options, against);
	if (other) await warmUp(other);
	const selected = other
		? [{ number: 1, measure: async () => await checkouts(context, other) }]
		: tables.filter(({ number }) => options.tables.includes(number));

	const measured: BenchTable[] = [];
	for (const { number, measure } of selected) {
		const measuring = step(`Table ${number}`);
		const table = await measure(context);
		measuring.done();
		console.log(formatTable(table));
		measured.push(table);
		// Saved after each table, so that stopping the bench doesn't lose them.
		save(options, { ...machine, loadAfter: load() }, measured);
	}
	console.log(`\n${describe({ ...machine, loadAfter: load() })}`);
	if (options.size.quick) console.log('With --quick, these numbers say nothing about speed.');
	console.log(`All measurements: ${options.jsonFile}`);
	if (options.publish) await publish(options.jsonFile);
}

/** Installs the package of a checkout, by default this one, in a user folder of its own. */
async function contextFor({ size }: Options, checkout?: string): Promise<Context> {
	const home = await createHome(checkout);
	homes.push(home);
	return createContext(home, size);
}

function save({ jsonFile, size }: Options, conditions: Conditions, measured: BenchTable[]): void {
	const results = measured.map((table) => ({
		...table,
		goals: table.goals.map((goal) => ({ ...goal, met: isMet(goal) })),
	}));
	mkdirSync(dirname(resolve(jsonFile)), { recursive: true });
	writeFileSync(jsonFile, JSON.stringify({ conditions, size, tables: results }, null, 2));
}

function describe(conditions: Conditions): string {
	return Object.entries(conditions)
		.map(([name, value]) => `${name} ${String(value)}`)
		.join(', ');
}

runCommand(main, () => homes.forEach(clearFolder));
