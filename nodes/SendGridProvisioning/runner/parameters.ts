/** What somebody has filled into a node's form. */
export interface Parameters {
	/** A parameter of an item; null where the form does not show it. May throw. */
	param: (index: number, name: string) => unknown;
	/** A parameter as it stands in the workflow, expressions not resolved. */
	rawParam: (name: string) => unknown;
}

/**
 * Reads parameters; those without an expression only for the first item, since asking n8n takes time
 * for each of them.
 */
export function cachedParam({ param, rawParam }: Parameters): Parameters['param'] {
	const fixed = new Map<string, unknown>();
	const varying = new Set<string>();
	return (index, name) => {
		if (fixed.has(name)) return fixed.get(name);
		const value = param(index, name);
		if (varying.has(name)) return value;
		if (hasExpression(rawParam(name))) varying.add(name);
		else fixed.set(name, value);
		return value;
	};
}

/**
 * Whether some text in it is an expression, which begins with "=". n8n 2 resolves them, `$fromAI`
 * included, in every field, also where the form takes none.
 */
export function hasExpression(written: unknown): boolean {
	return JSON.stringify(written ?? null).includes('"=');
}
