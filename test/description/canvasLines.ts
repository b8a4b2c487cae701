type Point = [x: number, y: number];

interface Node {
	name: string;
	type: string;
	position: Point;
	onError?: string;
}

/** The parts of a workflow that its lines depend on. */
export interface Canvas {
	nodes: Node[];
	connections: Record<string, { main?: Array<Array<{ node: string }> | null> }>;
}

/** A connection as n8n's editor draws it, as a chain of straight pieces. */
interface Line {
	from: string;
	to: string;
	points: Point[];
}

/** The width and height of a node on the canvas. */
const NODE_SIZE = 96;
/** How far the handle of an output extends beyond its node. */
const HANDLE = 8;
/** How far below its start a line runs if it leads back to the left. */
const DETOUR = 130;
/** How far such a line extends beyond its nodes. */
const OVERHANG = 40;
const PIECES = 40;

/** Pairs of connections that cross each other. Lines into the same node may join before it. */
export function crossingLines(canvas: Canvas): string[] {
	const lines = linesOf(canvas);
	return lines.flatMap((line, index) =>
		lines
			.slice(index + 1)
			.filter((other) => other.to !== line.to && cross(line.points, other.points))
			.map((other) => `${line.from} → ${line.to} and ${other.from} → ${other.to}`),
	);
}

function linesOf({ nodes, connections }: Canvas): Line[] {
	const byName = new Map(nodes.map((node) => [node.name, node]));
	return Object.entries(connections).flatMap(([from, outputs]) =>
		(outputs.main ?? []).flatMap((targets, output) =>
			(targets ?? []).flatMap(({ node: to }) => {
				const source = byName.get(from);
				const target = byName.get(to);
				if (!source || !target) throw new Error(`There is no ${source ? to : from}.`);
				const count = Math.max(outputsOf(source), outputs.main?.length ?? 0);
				const start: Point = [
					source.position[0] + NODE_SIZE + HANDLE,
					source.position[1] + (NODE_SIZE * (output + 1)) / (count + 1),
				];
				const end: Point = [target.position[0], target.position[1] + NODE_SIZE / 2];
				return [{ from, to, points: pointsBetween(start, end) }];
			}),
		),
	);
}

function outputsOf({ type, onError }: Node): number {
	if (type.endsWith('.if')) return 2;
	return onError === 'continueErrorOutput' ? 2 : 1;
}

function pointsBetween([x1, y1]: Point, [x2, y2]: Point): Point[] {
	if (x1 - 20 > x2) {
		const right = x1 + OVERHANG;
		const left = x2 - OVERHANG;
		const below = y1 + DETOUR;
		return [
			[x1, y1],
			[right, y1],
			[right, below],
			[left, below],
			[left, y2],
			[x2, y2],
		];
	}
	const middle = (x1 + x2) / 2;
	return Array.from({ length: PIECES + 1 }, (_, index) => {
		const after = index / PIECES;
		const before = 1 - after;
		// A cubic Bézier curve that starts and ends horizontally.
		const [start, first] = [before ** 3, 3 * before ** 2 * after];
		const [second, end] = [3 * before * after ** 2, after ** 3];
		return [
			start * x1 + (first + second) * middle + end * x2,
			(start + first) * y1 + (second + end) * y2,
		];
	});
}

function cross(line: Point[], other: Point[]): boolean {
	return piecesOf(line).some(([a, b]) =>
		piecesOf(other).some(
			([c, d]) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0,
		),
	);
}

function piecesOf(points: Point[]): Array<[Point, Point]> {
	return points.slice(1).map((point, index) => [points[index] ?? point, point]);
}

/** Positive on one side of the line from `a` to `b`, negative on the other. */
function side(a: Point, b: Point, point: Point): number {
	return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]);
}
