/** The parameters of a node. */
export interface Parameters {
	/**
	 * Returns an item's parameter; null if the form doesn't show it. Throws n8n's expression errors.
	 */
	param: (index: number, name: string) => unknown;
	/** Returns a parameter as saved in the workflow, with unresolved expressions. */
	rawParam: (name: string) => unknown;
}

/**
 * Reads a parameter without expressions only once for all items, because each call to n8n takes
 * time.
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
 * Whether any text in a saved parameter is an expression, which begins with "=". n8n 2 resolves
 * them in every field, `$fromAI` included, even if the form doesn't allow expressions.
 */
export function hasExpression(saved: unknown): boolean {
	return JSON.stringify(saved ?? null).includes('"=');
}
