import { clock } from './clock';
import { CANCEL_CHECK_MS } from './limit/requestQueue';

/** Waits. Returns false, soon afterwards, if no one waits for the rest any longer. */
export async function pause(shouldStop: () => boolean, ms: number): Promise<boolean> {
	const end = clock.now() + ms;
	while (clock.now() < end) {
		if (shouldStop()) return false;
		await clock.sleep(Math.min(end - clock.now(), CANCEL_CHECK_MS));
	}
	return true;
}
