import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { runCommand } from '../playground/command';
import { argumentsOf } from '../playground/commandLine';
import { step } from '../playground/progress';
import { load, thisMachine, type Machine } from './machine';
import { forget, newHome } from './n8n';
import { HELP, readOptions, type Options } from './options';
import { publish } from './publish';
import { isMet, printed, type BenchTable } from './table';
import { limited } from './tables/limited';
import { merge } from './tables/merge';
import { pickList } from './tables/pickList';
import { scaling } from './tables/scaling';
import { unlimited } from './tables/unlimited';
import { warmUp } from './warmUp';
import { createWorld, type World } from './world';

/** Those that leave n8n as they found it come first; scaling starts n8n anew. */
const tables: Array<{ number: number; measure: (world: World) => Promise<BenchTable> }> = [
	{ number: 1, measure: unlimited },
	{ number: 2, measure: limited },
	{ number: 4, measure: merge },
	{ number: 5, measure: pickList },
	{ number: 3, measure: scaling },
];

type Conditions = Machine & { loadAfter: number };

let home: string | undefined;

async function main(): Promise<void> {
	const options = readOptions(argumentsOf(process.argv));
	if (options.help) return console.log(HELP);
	home = await newHome();
	const machine = thisMachine();
	const world = createWorld(home, options.size);
	await warmUp(world);

	const measured: BenchTable[] = [];
	for (const { number, measure } of tables) {
		if (!options.tables.includes(number)) continue;
		const measuring = step(`Table ${number}`);
		const table = await measure(world);
		measuring.done();
		console.log(printed(table));
		measured.push(table);
		// After each table: what was measured outlives a stop.
		write(options, { ...machine, loadAfter: load() }, measured);
	}
	console.log(`\n${inWords({ ...machine, loadAfter: load() })}`);
	if (options.size.quick) console.log('Quick: these numbers say nothing about speed.');
	console.log(`All measurements: ${options.jsonFile}`);
	if (options.publish) await publish(options.jsonFile);
}

function write({ jsonFile, size }: Options, conditions: Conditions, measured: BenchTable[]): void {
	const written = measured.map((table) => ({
		...table,
		goals: table.goals.map((goal) => ({ ...goal, met: isMet(goal) })),
	}));
	mkdirSync(dirname(resolve(jsonFile)), { recursive: true });
	writeFileSync(jsonFile, JSON.stringify({ conditions, size, tables: written }, null, 2));
}

function inWords(conditions: Conditions): string {
	return Object.entries(conditions)
		.map(([name, value]) => `${name} ${String(value)}`)
		.join(', ');
}

runCommand(main, () => {
	if (home) forget(home);
});
