import { readFileSync } from 'node:fs';
import type { RunningN8n } from './n8n';

/** The peak memory of n8n's process in MiB; undefined without /proc. */
export function peakMiB({ process: { pid } }: RunningN8n): number | undefined {
	try {
		// The started process is a guard, and n8n its only child.
		const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
		const status = readFileSync(`/proc/${children.trim().split(' ')[0]}/status`, 'utf8');
		const kiB = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
		return kiB === undefined ? undefined : Number(kiB) / 1024;
	} catch {
		return undefined;
	}
}
