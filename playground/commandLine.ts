/** The script's arguments, without the `--` that pnpm, unlike npm, passes on. */
export function argumentsOf(argv: string[]): string[] {
	return argv.slice(2).filter((argument) => argument !== '--');
}

/** Calls `stop` when npm exits, because npm doesn't pass signals on to its scripts. */
export function whenParentExits(stop: () => void): void {
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) stop();
	}, 1000).unref();
}
