import { PickList, type Load } from '../pickList';
import { inRounds, type Result } from '../rounds';
import { median } from '../statistics';
import { fixed, withSpread, type BenchTable, type Comparison } from '../table';
import { hugeLimit, withEmulator, type World } from '../world';

const LATENCY_MS = 50;

/** 5: how long somebody looks at an empty list in the editor. */
export async function pickList(world: World): Promise<BenchTable> {
	const { subusersInPickList: subusers, pickListRequests } = world.size;
	const options = { latencyMs: LATENCY_MS, subusers, rateLimit: hugeLimit };
	const results = await withEmulator(options, async (emulator) => {
		const list = await PickList.open(world.home, await world.n8n(), emulator);
		const late = emulator.state.subusers.list(Math.floor(subusers * 0.9), 1)[0]?.username ?? '';
		const begun = late.slice(0, 6);
		return await inRounds(
			[
				{ name: 'first page', measure: () => list.load() },
				{ name: 'first page, without n8n', measure: () => list.ask({}) },
				{ name: 'search', measure: () => list.load(begun) },
				{ name: 'search, without n8n', measure: () => list.ask({ username: begun }) },
			],
			pickListRequests,
		);
	});
	return {
		number: 5,
		title: `pick list of ${subusers} subusers, ${LATENCY_MS} ms per answer of SendGrid`,
		head: ['what', 'times', 'ms', 'entries'],
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

function comparisonsOf(results: Array<Result<Load>>, subusers: number): Comparison[] {
	const msOf = (name: string) => {
		const samples = results.find((result) => result.name === name)?.samples ?? [];
		return `${fixed(median(samples.map(({ ms }) => ms)), 0)} ms`;
	};
	const task = `a search in the list of ${subusers} subusers`;
	const other = 'the same, without n8n';
	return [{ task, ours: msOf('search'), other, theirs: msOf('search, without n8n'), ratio: '' }];
}
