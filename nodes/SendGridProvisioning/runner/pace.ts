import { clock } from '../transport/clock';

/**
 * After so many steps, n8n does other work: a step can evaluate expressions for a millisecond, and
 * responses that arrive in the meantime would seem to time out.
 */
export const STEPS_AT_ONCE = 10;

/** Lets n8n do other work after a few of the steps that become possible at the same time. */
export class Pace {
	private steps = 0;
	private turn = Promise.resolve();

	/** Resolves when the next step may begin. Steps begin in the order of the calls. */
	async nextStep(): Promise<void> {
		if (this.steps > 0 && this.steps % STEPS_AT_ONCE === 0) {
			this.turn = this.turn.then(async () => await clock.sleep(0));
		}
		this.steps += 1;
		await this.turn;
	}
}
