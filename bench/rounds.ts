import { step } from '../playground/progress';

/** One way of doing the work, measured as often as there are rounds. */
export interface Contender<Sample> {
	name: string;
	/** In the first round only: slow, and bound by the latency, so that repeating it tells nothing. */
	once?: boolean;
	measure: () => Promise<Sample>;
}

export interface Result<Sample> {
	name: string;
	samples: Sample[];
}

/**
 * Measures A B C A B C …: what happens on the machine meanwhile meets all of them alike. Unlike one
 * after the other, where the first ones may have a quiet minute and the last ones a busy one.
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
