import { execFileSync, spawnSync } from 'node:child_process';
import {
	copyFileSync,
	mkdtempSync,
	readFileSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { versionsToTry } from '../../playground/versions';
import { ROOT } from './forms';

interface Step {
	uses?: string;
	run?: string;
	env?: Record<string, string>;
}

interface Job {
	uses?: string;
	needs?: string;
	environment?: string;
	permissions?: Record<string, string>;
	'timeout-minutes'?: number;
	strategy?: { matrix: Record<string, unknown> };
	outputs?: Record<string, string>;
	steps?: Step[];
}

interface Workflow {
	permissions: Record<string, string>;
	jobs: Record<string, Job>;
}

const folder = join(ROOT, '.github', 'workflows');
const files = readdirSync(folder);
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const workflowOf = (file: string): Workflow => parse(read(`.github/workflows/${file}`)) as Workflow;
const commandsOf = ({ steps = [] }: Job): string => steps.map(({ run = '' }) => run).join('\n');

describe.each(files)('the workflow %s', (file) => {
	const { jobs, permissions } = workflowOf(file);

	it('pins other projects’ actions by commit', () => {
		const used = Object.values(jobs).flatMap(({ uses, steps = [] }) => [
			uses ?? [],
			...steps.map((step) => step.uses ?? []),
		]);
		const named = used.flat().filter((action) => !action.startsWith('./'));
		expect(named).not.toEqual([]);
		expect(named.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
	});

	it('has read permission only, except for the jobs that publish', () => {
		expect(permissions).toEqual({ contents: 'read' });
		const more = Object.entries(jobs).filter(([, job]) => job.permissions);
		expect(Object.fromEntries(more.map(([name, job]) => [name, job.permissions]))).toEqual(
			file === 'publish.yml'
				? { publish: { contents: 'read', 'id-token': 'write' }, release: { contents: 'write' } }
				: {},
		);
	});

	it('has a timeout for every job', () => {
		const own = Object.values(jobs).filter(({ uses }) => !uses);
		expect(own.filter((job) => !job['timeout-minutes'])).toEqual([]);
	});
});

describe('the CI workflow', () => {
	const { jobs } = workflowOf('ci.yml');

	it('runs the parts of .ci/run, and nothing that could drift from it', () => {
		const commands = Object.values(jobs).map((job) => commandsOf(job));
		expect(commands.filter((text) => text.includes('bash .ci/run'))).toHaveLength(2);
		expect(commandsOf(jobs['checks'] ?? {})).toContain('bash .ci/run ${{ matrix.part }}');
		expect(commandsOf(jobs['e2e'] ?? {})).toContain('bash .ci/run e2e "$FILE"');
		expect(commands.filter((text) => /\b(npm|npx|pnpm|apt-get)\b/.test(text))).toEqual([]);
	});

	it('runs everything on one Node version, and on the others what can differ there', () => {
		expect(jobs['checks']?.strategy?.matrix['include']).toEqual([
			{ node: 20, part: 'tests' },
			{ node: 22, part: 'checks' },
			{ node: 24, part: 'tests' },
		]);
	});

	it('runs each e2e file in a job of its own', () => {
		const script = `GITHUB_OUTPUT=$(mktemp)\n${commandsOf(jobs['e2e-files'] ?? {})}\ncat "$GITHUB_OUTPUT"; rm "$GITHUB_OUTPUT"`;
		const printed = execFileSync('bash', ['-ec', script], { cwd: ROOT, encoding: 'utf8' });
		const [, files = ''] = /^files=(.*)$/m.exec(printed) ?? [];
		const inFolder = readdirSync(join(ROOT, 'test', 'e2e'))
			.filter((name) => name.endsWith('.test.ts'))
			.map((name) => `test/e2e/${name}`);
		expect(JSON.parse(files)).toEqual(inFolder.sort());
		expect(jobs['e2e-files']?.outputs).toEqual({ files: '${{ steps.list.outputs.files }}' });
		expect(jobs['e2e']?.needs).toBe('e2e-files');
		const matrix = { file: '${{ fromJSON(needs.e2e-files.outputs.files) }}' };
		expect(jobs['e2e']?.strategy?.matrix).toEqual(matrix);
	});

	it('gives them longer than .ci/run gives its tests', () => {
		const minutes = [...read('.ci/run').matchAll(/\b(\d+)m npm (run )?test/g)].map(([, limit]) =>
			Number(limit),
		);
		const [checks, e2e] = minutes;
		expect(jobs['checks']?.['timeout-minutes']).toBeGreaterThan((checks ?? Infinity) + 10);
		expect(jobs['e2e']?.['timeout-minutes']).toBeGreaterThan((e2e ?? Infinity) + 10);
	});
});

describe('the compatibility workflow', () => {
	const { compatibility: job } = workflowOf('compatibility.yml').jobs;

	it('tries each version in README’s table', () => {
		expect(job?.strategy?.matrix['n8n']).toEqual(versionsToTry);
		expect(commandsOf(job ?? {})).toContain('npm run compatibility -- ${{ matrix.n8n }}');
	});
});

describe('the publish workflow', () => {
	const { jobs } = workflowOf('publish.yml');
	const { version, ci, publish, release } = jobs;

	it('first checks the tag and runs CI', () => {
		expect(commandsOf(version ?? {})).toContain('bash .ci/check-release "$GITHUB_REF_NAME"');
		expect(commandsOf(version ?? {})).toContain('--is-ancestor "$GITHUB_SHA" origin/main');
		expect(ci).toEqual({ needs: 'version', uses: './.github/workflows/ci.yml' });
		expect(publish?.needs).toBe('ci');
		expect(release?.needs).toBe('publish');
	});

	it('publishes once, with provenance, in a protected environment', () => {
		const all = Object.values(jobs)
			.map((job) => commandsOf(job))
			.join('\n');
		expect(all.match(/\bnpm publish .*/g)).toEqual(['npm publish --provenance --access public']);
		expect(commandsOf(publish ?? {})).toContain('npm publish --provenance');
		expect(publish?.environment).toBe('npm');
	});

	it('has the token only in the step that publishes', () => {
		const holders = Object.values(jobs).flatMap(({ steps = [] }) =>
			steps.filter(({ env = {} }) => JSON.stringify(env).includes('NPM_TOKEN')),
		);
		expect(holders.map(({ run = '' }) => run.includes('npm publish'))).toEqual([true]);
		expect(read('.github/workflows/ci.yml')).not.toContain('secrets');
	});
});

describe('a tag', () => {
	const copy = mkdtempSync(join(tmpdir(), 'release-'));
	afterAll(() => rmSync(copy, { recursive: true, force: true }));

	beforeEach(() => {
		for (const file of ['package.json', 'README.md', 'CHANGELOG.md']) {
			copyFileSync(join(ROOT, file), join(copy, file));
		}
	});

	const change = (file: string, from: RegExp, to: string): void => {
		const path = join(copy, file);
		writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
	};
	/** Prepares a release as docs/releasing.md describes. */
	const prepare = (): void => {
		change('CHANGELOG.md', /(?<=^## \[\d+\.\d+\.\d+\] - )Unreleased$/m, '2026-12-01');
		change('README.md', /^.*is not on npm yet.*$/m, '');
	};
	const check = (tag: string) => {
		const { status, stdout } = spawnSync('bash', [join(ROOT, '.ci', 'check-release'), tag], {
			env: { ...process.env, RELEASE_FOLDER: copy },
			encoding: 'utf8',
		});
		return { status, output: stdout.trim() };
	};
	const { version } = JSON.parse(read('package.json')) as { version: string };

	it('is accepted if package.json, changelog, and README agree', () => {
		prepare();
		expect(check(`v${version}`)).toEqual({ status: 0, output: '' });
	});

	it.each<[string, () => void, string, string]>([
		['of another version', () => {}, 'v99.0.0', 'package.json says'],
		[
			'of a version without a date in the changelog',
			() => change('CHANGELOG.md', /(?<= - )2026-12-01$/m, 'Unreleased'),
			`v${version}`,
			'no dated section',
		],
		[
			'if the README says that the version isn’t on npm',
			() => change('README.md', /$/, '\nVersion 0.1.0 is not on npm yet.\n'),
			`v${version}`,
			'is not on npm yet',
		],
	])('%s is refused', (_, plantFault, tag, reason) => {
		prepare();
		plantFault();
		const { status, output } = check(tag);
		expect([status, output]).toEqual([1, expect.stringContaining(reason)]);
	});
});

describe('the notes of a release', () => {
	const notesOf = (version: string): string =>
		execFileSync('bash', [join(ROOT, '.ci', 'release-notes'), version], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		});
	const versions = [...read('CHANGELOG.md').matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map(
		([, version]) => version ?? '',
	);

	it.each(versions)('%s are its section of the changelog', (version) => {
		const notes = notesOf(version);
		expect(read('CHANGELOG.md')).toContain(notes);
		expect(notes).toMatch(/^### Added\n\n- /m);
		expect(notes).not.toMatch(/^## |^\[/m);
	});

	it('fail if the changelog has no section', () => {
		expect(() => notesOf('99.0.0')).toThrow();
	});
});
