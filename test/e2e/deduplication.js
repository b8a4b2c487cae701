/**
 * Runs the calls that it gets on its standard input in n8n's own deduplication helper, against a new
 * SQLite database, and prints what comes of each. Started with n8n's Node and folder.
 */
const { realpathSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');

const fromN8n = createRequire(join(realpathSync(process.argv[2]), 'package.json'));
fromN8n('reflect-metadata');
const { Container } = fromN8n('@n8n/di');
const { DbConnection, WorkflowRepository } = fromN8n('@n8n/db');

async function main() {
	const { workflows, calls } = JSON.parse(await text(process.stdin));
	const connection = Container.get(DbConnection);
	await connection.init();
	await connection.migrate();
	for (const id of workflows) {
		const workflow = { id, name: id, nodes: [], connections: {}, active: false, versionId: id };
		await Container.get(WorkflowRepository).insert(workflow);
	}
	const { DeduplicationHelper } = fromN8n('./dist/deduplication/deduplication-helper.js');
	const helper = new DeduplicationHelper();
	const outcomes = [];
	for (const together of calls) {
		const work = together.map(async ({ method, args }) => await helper[method](...args));
		const settled = await Promise.allSettled(work);
		outcomes.push(settled.map(({ value, reason }) => ({ value, error: reason?.message })));
	}
	process.stdout.write(`\nOUTCOMES ${JSON.stringify(outcomes)}\n`, () => process.exit(0));
}

async function text(stream) {
	let all = '';
	for await (const part of stream) all += part;
	return all;
}

void main();
