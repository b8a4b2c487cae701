import { hugeLimit, withEmulator, type Context } from '../context';
import { PickList, type PageLoad } from '../pickList';
import { inRounds, type Result } from '../rounds';
import { median } from '../statistics';
import { fixed, withSpread, type BenchTable, type Comparison } from '../table';

const LATENCY_MS = 50;

/** Table 5: how long the editor takes to load a list of subusers. */
export async function pickList(context: Context): Promise<BenchTable> {
	const { subusersInPickList: subusers, pickListRequests } = context.size;
	const options = { latencyMs: LATENCY_MS, subusers, rateLimit: hugeLimit };
	const results = await withEmulator(options, async (emulator) => {
		const list = await PickList.open(context.home, await context.n8n(), emulator);
		const [far] = emulator.state.subusers.list(Math.floor(subusers * 0.9), 1);
		const prefix = far?.username.slice(0, 6) ?? '';
		return await inRounds(
			[
				{ name: 'first page', measure: () => list.loadThroughN8n() },
				{ name: 'first page, without n8n', measure: () => list.loadDirectly({}) },
				{ name: 'search', measure: () => list.loadThroughN8n(prefix) },
				{ name: 'search, without n8n', measure: () => list.loadDirectly({ username: prefix }) },
			],
			pickListRequests,
		);
	});
	return {
		number: 5,
		title: `pick list of ${subusers} subusers, ${LATENCY_MS} ms latency`,
		head: ['request', 'runs', 'ms', 'entries'],
		rows: results.map(({ name, samples }) => [
			name,
			String(samples.length),
			withSpread(
				samples.map(({ ms }) => ms),
				0,
			),
			fixed(median(samples.map(({ entries }) => entries)), 0),
		]),
		goals: [],
		comparisons: comparisonsOf(results, subusers),
		samples: results,
	};
}

function comparisonsOf(results: Array<Result<PageLoad>>, subusers: number): Comparison[] {
	const msOf = (name: string) => {
		const samples = results.find((result) => result.name === name)?.samples ?? [];
		return `${fixed(median(samples.map(({ ms }) => ms)), 0)} ms`;
	};
	const task = `a search in the list of ${subusers} subusers`;
	const other = 'the same without n8n';
	return [{ task, ours: msOf('search'), other, theirs: msOf('search, without n8n'), ratio: '' }];
}
