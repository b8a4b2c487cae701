/** What a script was given. pnpm hands on the `--` that npm wants before a script's options. */
export function argumentsOf(argv: string[]): string[] {
	return argv.slice(2).filter((argument) => argument !== '--');
}

/** npm passes no signal on to what it started: when it is gone, nobody is left to stop this. */
export function whenParentExits(end: () => void): void {
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) end();
	}, 1000).unref();
}
