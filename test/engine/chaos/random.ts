/** A small generator of random numbers from 0 up to 1, always the same for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** Another one with CHAOS_SEED. */
export const SEED = Number(process.env.CHAOS_SEED ?? 20_260_310);
const random = randomFrom(SEED);
export const below = (count: number): number => Math.floor(random() * count);
export const range = (count: number): number[] => [...Array(count).keys()];
