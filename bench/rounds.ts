import { step } from '../playground/progress';

/** A measurement that is taken once per round. */
export interface Contender<Sample> {
	name: string;
	/** Whether to measure it only in the first round: it's slow, and latency makes it constant. */
	once?: boolean;
	measure: () => Promise<Sample>;
}

export interface Result<Sample> {
	name: string;
	samples: Sample[];
}

/**
 * Measures in the order A B C A B C …, so that a busy minute of the machine affects all contenders, not
 * one of them.
 */
export async function inRounds<Sample>(
	contenders: Array<Contender<Sample>>,
	rounds: number,
): Promise<Array<Result<Sample>>> {
	const results = contenders.map(({ name }) => ({ name, samples: new Array<Sample>() }));
	for (let round = 1; round <= rounds; round++) {
		const running = step(`  round ${round} of ${rounds}`);
		for (const [index, { name, once, measure }] of contenders.entries()) {
			if (once && round > 1) continue;
			running.update(name);
			results[index]?.samples.push(await measure());
		}
		running.done();
	}
	return results;
}
