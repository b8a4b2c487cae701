/** Formats a value as TypeScript source: linters check literals, but not the results of functions. */
export function literal(value: unknown): string {
	if (Array.isArray(value)) return `[\n${value.map((entry) => `${literal(entry)},\n`).join('')}]`;
	if (typeof value === 'string')
		return `'${value.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;
	if (typeof value !== 'object' || value === null) return String(value);
	const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
	return `{\n${entries.map(([key, entry]) => `${keyOf(key)}: ${literal(entry)},\n`).join('')}}`;
}

function keyOf(key: string): string {
	return /^[A-Za-z_]\w*$/.test(key) ? key : literal(key);
}
