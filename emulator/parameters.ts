import type { FastifyRequest } from 'fastify';
import { refuse } from './errors';

/** A query parameter's last value. */
export function text(request: FastifyRequest, name: string): string | undefined {
	return list(request, name).at(-1);
}

/** All values of a repeatable query parameter. */
export function list(request: FastifyRequest, name: string): string[] {
	const value = (request.query as Record<string, string | string[] | undefined>)[name];
	if (value === undefined) return [];
	return Array.isArray(value) ? value : [value];
}

interface IntegerRule {
	min: number;
	max?: number;
	fallback: number;
}

/** Reads an integer within bounds, or answers 400 and names the parameter. */
export function integer(request: FastifyRequest, name: string, rule: IntegerRule): number {
	const value = text(request, name);
	if (value === undefined) return rule.fallback;
	const number = /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;
	if (number >= rule.min && number <= (rule.max ?? Infinity)) return number;
	const bounds =
		rule.max === undefined ? `of at least ${rule.min}` : `from ${rule.min} to ${rule.max}`;
	refuse(400, `${name} must be an integer ${bounds}`, name);
}

/** Rows per page: the `limit`, or fewer under a `shortPages` fault. */
export function pageSize(request: FastifyRequest, rule: IntegerRule): number {
	const limit = integer(request, 'limit', rule);
	const { fault } = request;
	return fault?.kind === 'shortPages' ? Math.min(limit, fault.rows) : limit;
}

/** Reads one of the allowed words, or answers 400 and names the parameter. */
export function oneOf<T extends string>(
	request: FastifyRequest,
	name: string,
	words: readonly T[],
	fallback: T,
): T {
	const value = text(request, name);
	if (value === undefined) return fallback;
	return (
		words.find((word) => word === value) ??
		refuse(400, `${name} must be one of: ${words.join(', ')}`, name)
	);
}

/** Reads a boolean; default false. */
export function flag(request: FastifyRequest, name: string): boolean {
	return oneOf(request, name, ['true', 'false'], 'false') === 'true';
}

/** Reads a YYYY-MM-DD date as UTC midnight in epoch ms, or answers 400 and names the parameter. */
export function date(request: FastifyRequest, name: string, fallback?: number): number {
	const value = text(request, name);
	if (value === undefined && fallback !== undefined) return fallback;
	const time = /^\d{4}-\d{2}-\d{2}$/.test(value ?? '') ? Date.parse(`${value}T00:00:00Z`) : NaN;
	if (Number.isNaN(time)) refuse(400, `${name} must be a date in the format YYYY-MM-DD`, name);
	return time;
}
