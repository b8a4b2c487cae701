/** How often a log gets a new line. */
const LOG_INTERVAL_MS = 5_000;

export interface Progress {
	update(detail: string): void;
	done(note?: string): void;
}

/** Shows a step's progress: in one line of a terminal, or as new lines of a log. */
export function step(title: string): Progress {
	const began = Date.now();
	const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
	const terminal = process.stdout.isTTY;
	let shown = Date.now();
	process.stdout.write(terminal ? `${title} …` : `${title} …\n`);

	function write(text: string) {
		const width = process.stdout.columns || 80;
		if (terminal) process.stdout.write(`\r\x1b[2K${text.slice(0, width - 1)}`);
		else process.stdout.write(`${text}\n`);
	}

	return {
		update(detail) {
			if (!terminal && Date.now() - shown < LOG_INTERVAL_MS) return;
			shown = Date.now();
			write(terminal ? `${title}: ${detail}` : `  ${detail}`);
		},
		done(note = 'done') {
			write(terminal ? `${title}: ${note} (${seconds()})` : `  ${note} (${seconds()})`);
			if (terminal) process.stdout.write('\n');
		},
	};
}
