import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { state } from '../playground/paths';
import type { Size } from './world';

export const HELP = `How fast the node is, beside what one would use instead.

Usage: npm run bench -- [options]

  --rows 1,2,3,4,5   which tables; all unless told
  --repeats 3        rounds; medians are taken over them
  --json FILE        where all measurements are written; .playground/bench.json unless told
  --publish          puts the tables into README.md and docs/speed.md, and all measurements beside
                     the bench, in results.json
  --quick            small and once: shows that everything works, not how fast it is
  --help             this text
`;

export interface Options {
	tables: number[];
	jsonFile: string;
	publish: boolean;
	size: Size;
	help: boolean;
}

/** @throws Error for a command line that cannot be understood */
export function readOptions(args: string[]): Options {
	const { values } = parseArgs({
		args,
		options: {
			rows: { type: 'string', default: '1,2,3,4,5' },
			repeats: { type: 'string', default: '3' },
			json: { type: 'string', default: relative(process.cwd(), join(state, 'bench.json')) },
			publish: { type: 'boolean', default: false },
			quick: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (!/^[1-5](,[1-5])*$/.test(values.rows)) throw new Error('--rows must look like 1,2,3');
	if (values.publish && (values.quick || values.rows !== '1,2,3,4,5')) {
		throw new Error('Only a whole bench can be published: leave --quick and --rows out');
	}
	if (!/^[1-9]\d?$/.test(values.repeats)) throw new Error('--repeats must be from 1 to 99');
	return {
		tables: values.rows.split(',').map(Number),
		jsonFile: values.json,
		publish: values.publish,
		size: values.quick ? quickSize : { ...fullSize, rounds: Number(values.repeats) },
		help: values.help,
	};
}

const fullSize: Omit<Size, 'rounds'> = {
	items: 1000,
	scale: [1000, 5000, 20_000, 50_000],
	subusersInPickList: 10_000,
	pickListRequests: 15,
	quick: false,
};

const quickSize: Size = {
	items: 200,
	scale: [100, 400],
	subusersInPickList: 1000,
	pickListRequests: 3,
	rounds: 1,
	quick: true,
};
