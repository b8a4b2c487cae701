import { step } from '../playground/progress';
import { measureInN8n } from './measure';
import { creditUpdates } from './tasks';
import { floorForCredits, httpForCredits, oursForCredits } from './ways';
import { withEmulator, type World } from './world';

/** After fewer, runs still get faster: the compiler is at work on what they all use. */
const ITEMS = 1000;
const TIMES = 4;

/** Lets n8n load and compile what all ways need, so that whoever comes first does not pay for it. */
export async function warmUp(world: World): Promise<void> {
	const warming = step('Starting n8n and warming it up');
	const { api } = await world.n8n();
	await withEmulator({ subusers: ITEMS }, async (emulator) => {
		const ways = [
			oursForCredits(),
			httpForCredits(emulator.url),
			floorForCredits(emulator.url, { parallel: 50 }),
		];
		for (let time = 0; time < (world.size.quick ? 1 : TIMES); time++) {
			for (const way of ways) {
				const { right } = await measureInN8n(api, creditUpdates(emulator, ITEMS), way);
				if (right < ITEMS) {
					throw new Error(`${way.nodes[0]?.name} got only ${right} of ${ITEMS} items right.`);
				}
			}
		}
	});
	warming.done();
}
