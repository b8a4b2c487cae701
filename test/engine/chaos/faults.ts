import type { Fault } from '../../../emulator';
import { below } from './random';
import { here } from './sendGrid';

const RETRY = { 'retry-after': '0.05' };
const FAULTS: Fault[] = [
	{ kind: 'status', status: 400 },
	{ kind: 'status', status: 403 },
	{ kind: 'status', status: 408 },
	{ kind: 'status', status: 429, headers: RETRY },
	{ kind: 'status', status: 429, headers: RETRY },
	{ kind: 'status', status: 500, headers: RETRY },
	{ kind: 'status', status: 503, headers: RETRY },
	{ kind: 'html' },
	{ kind: 'emptyBody' },
	{ kind: 'truncated' },
	{ kind: 'reset' },
	{ kind: 'appliedThenLost' },
	{ kind: 'appliedThenLost' },
	{ kind: 'appliedThenStatus' },
	{ kind: 'appliedThenStatus', status: 502, html: true },
	{ kind: 'slow', delayMs: 20 },
	{ kind: 'redirect', location: 'http://elsewhere.example/' },
];

/** Lets about one in seven requests of each endpoint go wrong. */
export function spoil(endpoints: string[], requests: number, hang = true): void {
	for (const match of endpoints) {
		for (let left = requests / 7; left > 0; left -= 1) {
			const fault = FAULTS[below(FAULTS.length)];
			if (fault !== undefined) here.fail({ match, after: below(requests), ...fault });
		}
		if (hang) here.fail({ match, after: below(requests), kind: 'hang' });
	}
}
