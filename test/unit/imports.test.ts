import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const NODE = 'nodes/SendGridProvisioning';

/** What each folder may import. In parentheses: only types. */
const ALLOWED: Record<string, string[]> = {
	domain: ['domain'],
	transport: ['transport', 'domain', 'n8n-workflow', 'crypto'],
	sendgrid: ['sendgrid', 'transport', 'domain'],
	fields: ['fields', 'domain', '(transport)', '(n8n-workflow)'],
	runner: ['runner', 'fields', 'transport', 'domain', 'n8n-workflow', 'crypto'],
	resources: [
		'resources',
		'runner',
		'fields',
		'sendgrid',
		'domain',
		'(transport)',
		'(n8n-workflow)',
	],
	trigger: [
		'trigger',
		'runner',
		'fields',
		'sendgrid',
		'transport',
		'domain',
		'(n8n-workflow)',
		'crypto',
	],
	methods: ['methods', 'sendgrid', 'transport', 'domain', 'n8n-workflow'],
	'the node': [
		'resources',
		'trigger',
		'runner',
		'methods',
		'fields',
		'transport',
		'domain',
		'n8n-workflow',
	],
	'the credential': ['sendgrid', 'transport', '(n8n-workflow)'],
};

interface Import {
	/** A package, or a file's path from the root. */
	from: string;
	typesOnly: boolean;
}

interface Source {
	path: string;
	/** The name of its rule in `ALLOWED`. */
	layer: string;
	lines: string[];
	imports: Import[];
}

function sourcesIn(folder: string): Source[] {
	return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => {
			const path = posix.join(folder, name.split(sep).join('/'));
			const text = readFileSync(join(ROOT, path), 'utf8');
			return {
				path,
				layer: layerOf(path),
				lines: text.trimEnd().split('\n'),
				imports: importsOf(path, text),
			};
		});
}

function importsOf(path: string, text: string): Import[] {
	const statements = text.matchAll(
		/^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm,
	);
	return [...statements].map(([, typesOnly, from = '']) => ({
		from: from.startsWith('.')
			? relative(ROOT, join(ROOT, dirname(path), from))
					.split(sep)
					.join('/')
			: from,
		typesOnly: typesOnly !== undefined,
	}));
}

const sources = sourcesIn(NODE);
const credentials = sourcesIn('credentials');

/** The layer of a file, or the package that an import names. */
function layerOf(path: string): string {
	if (path.startsWith('credentials/')) return 'the credential';
	if (!path.startsWith(`${NODE}/`)) return path;
	const [folder = '', ...rest] = path.slice(NODE.length + 1).split('/');
	return rest.length === 0 && folder.includes('.') ? 'the node' : folder;
}

describe('imports', () => {
	it('go one way: node → resources and trigger → runner, fields, sendgrid → transport → domain', () => {
		const astray = [...sources, ...credentials].flatMap(({ path, layer, imports }) =>
			imports
				.filter(({ from, typesOnly }) => {
					const target = layerOf(from);
					const allowed = ALLOWED[layer] ?? [];
					return !allowed.includes(target) && !(typesOnly && allowed.includes(`(${target})`));
				})
				.map(({ from }) => `${path} imports ${from}`),
		);
		expect(astray).toEqual([]);
	});

	it('are read from all files, and each file has a rule', () => {
		expect(sources.length).toBeGreaterThan(20);
		expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(60);
		expect(sources.filter(({ layer }) => !(layer in ALLOWED)).map(({ path }) => path)).toEqual([]);
	});

	it('have no circles, even of types', () => {
		const files = [...sources, ...sourcesIn('emulator')];
		const importsByFile = new Map(
			files.map(({ path, imports }) => [
				path.replace(/(\/index)?\.ts$/, ''),
				imports.map(({ from }) => from.replace(/\/index$/, '')),
			]),
		);
		const circles: string[] = [];
		const visit = (file: string, trail: string[]): void => {
			if (trail.includes(file)) {
				circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
				return;
			}
			if (visited.has(file)) return;
			for (const next of importsByFile.get(file) ?? []) visit(next, [...trail, file]);
			visited.add(file);
		};
		const visited = new Set<string>();
		for (const file of importsByFile.keys()) visit(file, []);
		expect(circles).toEqual([]);
	});

	it('are static, so that these rules apply to all of them', () => {
		const hidden = [...sources, ...credentials].filter(({ lines }) =>
			lines.some((line) => /\b(require|import)\(/.test(line)),
		);
		expect(hidden.map(({ path }) => path)).toEqual([]);
	});

	it('of the credential are n8n’s types, the rules of its base URL, and its test', () => {
		expect(credentials.flatMap(({ imports }) => imports)).toEqual([
			{ from: 'n8n-workflow', typesOnly: true },
			{ from: `${NODE}/sendgrid/apiKey`, typesOnly: false },
			{ from: `${NODE}/transport/baseUrl`, typesOnly: false },
			{ from: `${NODE}/transport/credentialTest`, typesOnly: false },
		]);
	});
});

describe('n8n’s HTTP helper', () => {
	it('is called in two places, one of them for the credential test', () => {
		const callers = sources.filter(({ lines }) =>
			lines.some((line) =>
				/\bhttpRequest|\brequestWithAuthentication|\bhelpers\.(?!(check|remove|get)Processed)/.test(
					line,
				),
			),
		);
		expect(callers.map(({ path }) => path)).toEqual([
			`${NODE}/transport/connection.ts`,
			`${NODE}/transport/credentialTest.ts`,
		]);
	});
});

describe('files', () => {
	it('under nodes/ have no more than 200 lines', () => {
		const long = sources.filter(({ lines }) => lines.length > 200);
		expect(long.map(({ path, lines }) => `${path}: ${lines.length}`)).toEqual([]);
	});

	it('of operations have no more than 120 lines, 80 of them in what it does', () => {
		const operations = sources.filter(({ lines }) =>
			lines.some((line) => /: Operation = \{/.test(line)),
		);
		const long = operations.filter(({ lines }) => {
			const start = lines.findIndex((line) => line.startsWith('async function execute'));
			return start < 0 || lines.length > 120 || lines.length - start > 80;
		});
		expect(operations.length).toBeGreaterThanOrEqual(5);
		expect(long.map(({ path }) => path)).toEqual([]);
	});

	it('disable no lint rules', () => {
		const disabling = [...sources, ...credentials].filter(({ lines }) =>
			lines.some((line) => /eslint-disable|@ts-(ignore|expect-error|nocheck)/.test(line)),
		);
		expect(disabling.map(({ path }) => path)).toEqual([]);
	});
});
