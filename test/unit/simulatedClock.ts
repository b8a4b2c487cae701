import type { Clock } from '../../nodes/SendGridProvisioning/transport/clock';

/** A clock that advances as soon as all work waits for it. */
export class SimulatedClock implements Clock {
	/** The next timer is the last entry. */
	private readonly timers: Array<{ at: number; wake: () => void }> = [];
	constructor(private time: number) {}

	readonly now = (): number => this.time;

	readonly sleep = async (ms: number): Promise<void> =>
		await new Promise((wake) => {
			const at = this.time + ms;
			let index = this.timers.length;
			while (index > 0 && (this.timers[index - 1]?.at ?? 0) <= at) index -= 1;
			this.timers.splice(index, 0, { at, wake });
		});

	/** Advances the clock by this time. */
	async pass(ms: number): Promise<void> {
		const end = this.time + ms;
		await settled();
		while ((this.timers.at(-1)?.at ?? Infinity) <= end) await this.wakeNext();
		this.time = end;
	}

	/** Advances the clock until the work has ended. */
	async run(work: Promise<unknown>): Promise<void> {
		let isDone = false;
		const end = (): void => {
			isDone = true;
		};
		void work.then(end, end);
		await settled();
		while (!isDone) await this.wakeNext();
		await work;
	}

	private async wakeNext(): Promise<void> {
		const timer = this.timers.pop();
		if (timer === undefined) throw new Error('Nothing waits for time to pass');
		this.time = timer.at;
		timer.wake();
		await settled();
	}
}

/** Lets all work continue until it waits for the clock again. */
async function settled(): Promise<void> {
	const turn = Promise.resolve();
	for (let turns = 0; turns < 20; turns += 1) await turn;
}
