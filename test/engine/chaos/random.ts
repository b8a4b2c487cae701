import { randomFrom } from '../../random';

/** Another one with CHAOS_SEED. */
export const SEED = Number(process.env.CHAOS_SEED ?? 20_260_310);
const random = randomFrom(SEED);
export const below = (count: number): number => Math.floor(random() * count);
export const range = (count: number): number[] => [...Array(count).keys()];
