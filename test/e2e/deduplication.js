/**
 * Runs the calls that it gets on its standard input in n8n's own deduplication helper, against a new
 * database, and prints the outcome of each. Started with n8n's Node and folder.
 */
const { realpathSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');

const fromN8n = createRequire(join(realpathSync(process.argv[2]), 'package.json'));
fromN8n('reflect-metadata');
const { Container } = fromN8n('@n8n/di');
const { DbConnection, ProcessedDataRepository, WorkflowRepository } = fromN8n('@n8n/db');

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
		const settled = await settledTogether(helper, together);
		outcomes.push(settled.map(({ value, reason }) => ({ value, error: reason?.message })));
	}
	process.stdout.write(`\nOUTCOMES ${JSON.stringify(outcomes)}\n`, () => process.exit(0));
}

/**
 * Makes calls at the same moment. Databases differ in how they interleave them, so here all calls read
 * before the first one writes, and they write in order.
 */
async function settledTogether(helper, together) {
	const repository = Container.get(ProcessedDataRepository);
	const { findOne } = ProcessedDataRepository.prototype;
	const made = [];
	let reads = 0;
	let announce;
	const allRead = new Promise((resolve) => (announce = resolve));
	for (const [index, { method, args }] of together.entries()) {
		// Each call reads once, before anything else.
		repository.findOne = async (...query) => {
			const found = await findOne.apply(repository, query);
			reads += 1;
			if (reads === together.length) announce();
			await allRead;
			await Promise.allSettled(made.slice(0, index));
			return found;
		};
		made.push(helper[method](...args));
	}
	return await Promise.allSettled(made);
}

async function text(stream) {
	let all = '';
	for await (const part of stream) all += part;
	return all;
}

void main();
