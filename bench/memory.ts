import { readFileSync } from 'node:fs';
import type { RunningN8n } from './n8n';

/** The most memory that n8n's process ever had, in MiB; undefined where there is no /proc. */
export function peakMiB({ process: { pid } }: RunningN8n): number | undefined {
	try {
		// What we started is a guard; n8n is its only child.
		const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
		const status = readFileSync(`/proc/${children.trim().split(' ')[0]}/status`, 'utf8');
		const kiB = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
		return kiB === undefined ? undefined : Number(kiB) / 1024;
	} catch {
		return undefined;
	}
}
