import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root, state } from '../playground/paths';
import type { Size } from './context';

export const HELP = `Measures how fast the node is, compared with its alternatives.

Usage: npm run bench -- [options]

  --rows 1,2,...,6   tables to measure; default: all
  --repeats 3        rounds, of which the tables show the median
  --json FILE        file for all measurements; default: .playground/bench.json
  --publish          write a sentence to README.md, the tables to docs/speed.md, and all measurements to
                     bench/results.json
  --against FOLDER   compare this checkout with another one, in turns and without a limit
  --quick            run once with few items: shows that the bench works, not how fast the node is
  --help             show this help
`;

const ALL_ROWS = '1,2,3,4,5,6';

export interface Options {
	tables: number[];
	jsonFile: string;
	publish: boolean;
	/** Another checkout of this repository to compare with. */
	against: string | undefined;
	size: Size;
	help: boolean;
}

/** @throws Error for an invalid command line */
export function readOptions(args: string[]): Options {
	const { values } = parseArgs({
		args,
		options: {
			rows: { type: 'string', default: ALL_ROWS },
			repeats: { type: 'string', default: '3' },
			json: { type: 'string', default: relative(process.cwd(), join(state, 'bench.json')) },
			publish: { type: 'boolean', default: false },
			against: { type: 'string' },
			quick: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	const { publish, quick, rows, repeats } = values;
	if (!/^[1-6](,[1-6])*$/.test(rows)) throw new Error('--rows must look like 1,2,3');
	if (publish && (quick || rows !== ALL_ROWS)) {
		throw new Error('--publish requires all tables: use neither --quick nor --rows');
	}
	if (!/^[1-9]\d?$/.test(repeats)) throw new Error('--repeats must be from 1 to 99');
	const against = values.against === undefined ? undefined : otherCheckout(values.against);
	if (against && (publish || rows !== ALL_ROWS)) {
		throw new Error('--against measures its own table: use neither --rows nor --publish');
	}
	return {
		tables: rows.split(',').map(Number),
		jsonFile: values.json,
		publish,
		against,
		size: quick ? quickSize : { ...fullSize, rounds: Number(repeats) },
		help: values.help,
	};
}

function otherCheckout(folder: string): string {
	const checkout = resolve(folder);
	if (checkout === root) throw new Error('--against must name another checkout');
	if (existsSync(join(checkout, 'package.json'))) return checkout;
	throw new Error(`--against must name a checkout; ${folder} has no package.json`);
}

const fullSize: Omit<Size, 'rounds'> = {
	items: 1000,
	scale: [1000, 5000, 20_000, 50_000],
	subusersInPickList: 10_000,
	pickListRequests: 15,
	quick: false,
};

const quickSize: Size = {
	items: 400,
	scale: [100, 400],
	subusersInPickList: 1000,
	pickListRequests: 3,
	rounds: 1,
	quick: true,
};
