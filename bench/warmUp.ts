import { step } from '../playground/progress';
import { withEmulator, type Context } from './context';
import { measureInN8n } from './measure';
import { creditUpdates } from './tasks';
import { floorForCredits, httpForCredits, oursForCredits } from './nodesUnderTest';

/** With less, later runs would still get faster, because V8 is still compiling shared code. */
const ITEMS = 1000;
const TIMES = 4;

/** Lets n8n load and compile shared code, which would otherwise slow down the first measurement. */
export async function warmUp(context: Context): Promise<void> {
	const warming = step('Starting n8n and warming it up');
	const { api } = await context.n8n();
	await withEmulator({ subusers: ITEMS }, async (emulator) => {
		const contenders = [
			oursForCredits(),
			httpForCredits(emulator.url),
			floorForCredits(emulator.url, { parallel: 50 }),
		];
		for (let time = 0; time < (context.size.quick ? 1 : TIMES); time++) {
			for (const underTest of contenders) {
				const task = creditUpdates(emulator, ITEMS);
				const { correct } = await measureInN8n(api, task, underTest);
				if (correct < ITEMS) {
					throw new Error(
						`${underTest.nodes[0]?.name} updated only ${correct} of ${ITEMS} subusers correctly.`,
					);
				}
			}
		}
	});
	warming.done();
}
