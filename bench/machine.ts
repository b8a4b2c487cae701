import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type as system } from 'node:os';
import { currentLine, nodeBinary } from '../playground/paths';

/** The machine and the time of a measurement. */
export interface Machine {
	date: string;
	system: string;
	processor: string;
	cores: number;
	memoryGiB: number;
	n8n: string;
	/** The version of Node that runs n8n. */
	n8nNode: string;
	/** The version of Node that runs the bench and the emulator. */
	node: string;
	/** Load average of the last minute, before the bench. */
	loadBefore: number;
}

export function thisMachine(): Machine {
	return {
		date: new Date().toISOString(),
		system: `${system()} ${release()}`,
		processor: cpus()[0]?.model.trim() || 'unknown',
		cores: cpus().length,
		memoryGiB: Math.round(totalmem() / 2 ** 30),
		n8n: currentLine.version,
		n8nNode: execFileSync(nodeBinary(currentLine), ['--version'], { encoding: 'utf8' }).trim(),
		node: process.version,
		loadBefore: load(),
	};
}

export function load(): number {
	return Number((loadavg()[0] ?? 0).toFixed(2));
}
