import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const NODE = 'nodes/SendGridProvisioning';

/** What each part may import, by the parts' names; what stands in parentheses only as types. */
const ALLOWED: Record<string, string[]> = {
	domain: ['domain'],
	transport: ['transport', 'domain', 'n8n-workflow', 'crypto'],
	sendgrid: ['sendgrid', 'transport', 'domain'],
	fields: ['fields', 'domain', '(transport)', '(n8n-workflow)'],
	resources: ['resources', 'fields', 'sendgrid', 'domain', '(transport)', '(n8n-workflow)'],
	'the runner': [
		'the runner',
		'resources',
		'events',
		'fields',
		'transport',
		'domain',
		'(n8n-workflow)',
	],
	events: [
		'events',
		'fields',
		'sendgrid',
		'domain',
		'(the runner)',
		'(transport)',
		'(n8n-workflow)',
		'crypto',
	],
	methods: ['methods', 'sendgrid', 'transport', 'domain', 'n8n-workflow'],
	'the node': [
		'resources',
		'events',
		'the runner',
		'methods',
		'fields',
		'transport',
		'domain',
		'n8n-workflow',
	],
	'the credential': ['transport', '(n8n-workflow)'],
};

/** What works through items or customers, and so knows both what to do and how it is sent. */
const RUNNERS = /^(resources\/items|events\/(poll|pollWords|round))(\.ts)?$/;

/** Files that use n8n's code and not only its types. */
const USING_N8N = [
	'SendGridProvisioning.node.ts',
	'SendGridProvisioningTrigger.node.ts',
	'transport/errors.ts',
	// For `sleep`, nothing of n8n's context.
	'transport/limit/requestQueue.ts',
	'transport/parallel.ts',
	'transport/send.ts',
];

interface Import {
	/** A package, or a file's path from the root. */
	from: string;
	typesOnly: boolean;
}

interface Source {
	path: string;
	/** Its rule's name in the table below. */
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

/** The part that a file belongs to, or the package that an import names. */
function layerOf(path: string): string {
	if (path.startsWith('credentials/')) return 'the credential';
	if (!path.startsWith(`${NODE}/`)) return path;
	const [folder = '', ...rest] = path.slice(NODE.length + 1).split('/');
	if (rest.length === 0 && !['resources', 'events'].includes(folder)) return 'the node';
	return RUNNERS.test(`${folder}/${rest.join('/')}`) ? 'the runner' : folder;
}

describe('imports', () => {
	it('go one way: node → resources and events → sendgrid → transport, and all to the domain', () => {
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

	it('are read from all files, each under a rule', () => {
		expect(sources.length).toBeGreaterThan(20);
		expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(60);
		expect(sources.filter(({ layer }) => !(layer in ALLOWED)).map(({ path }) => path)).toEqual([]);
	});

	it('bring n8n’s code into few files, its types into the others', () => {
		const users = sources
			.filter(({ imports }) =>
				imports.some(({ from, typesOnly }) => from === 'n8n-workflow' && !typesOnly),
			)
			.map(({ path }) => path.slice(NODE.length + 1))
			.filter((path) => !path.startsWith('methods/'));
		expect(users.filter((path) => !USING_N8N.includes(path))).toEqual([]);
	});

	it('are static, so that these rules see them all', () => {
		const hidden = [...sources, ...credentials].filter(({ lines }) =>
			lines.some((line) => /\b(require|import)\(/.test(line)),
		);
		expect(hidden.map(({ path }) => path)).toEqual([]);
	});

	it('of the credential are n8n’s types and the rules of its base URL', () => {
		expect(credentials.flatMap(({ imports }) => imports)).toEqual([
			{ from: 'n8n-workflow', typesOnly: true },
			{ from: `${NODE}/transport/baseUrl`, typesOnly: false },
		]);
	});
});

describe('n8n’s HTTP helper', () => {
	it('is called in one place', () => {
		const callers = sources.filter(({ lines }) =>
			lines.some((line) => /\bhttpRequest|\brequestWithAuthentication|\bhelpers\./.test(line)),
		);
		expect(callers.map(({ path }) => path)).toEqual([`${NODE}/transport/api.ts`]);
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

	it('switch no lint rule off', () => {
		const disabling = [...sources, ...credentials].filter(({ lines }) =>
			lines.some((line) => /eslint-disable|@ts-(ignore|expect-error|nocheck)/.test(line)),
		);
		expect(disabling.map(({ path }) => path)).toEqual([]);
	});
});
