import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Saved, Workflow } from '../playground/n8nApi';
import { currentLine, nodeBinary } from '../playground/paths';
import { ourNode } from './n8n';

/** Writes the row in which n8n keeps the list of a node; each entry is a hash, as n8n's are. */
const SCRIPT = `
const { createHash } = require('node:crypto');
const { DatabaseSync } = require('node:sqlite');
const [file, workflowId, context, count] = process.argv.slice(1);
const hashOf = (index) => createHash('md5').update('other ' + index).digest('base64');
const data = [...Array(Number(count)).keys()].map(hashOf);
const database = new DatabaseSync(file);
database.exec('PRAGMA busy_timeout = 10000');
database
	.prepare('INSERT INTO processed_data ("workflowId", "context", "value") VALUES (?, ?, ?)')
	.run(workflowId, context, JSON.stringify({ mode: 'entries', data }));
database.close();
`;

/** Fills the list of keys of our node in this workflow. One that is done has one entry. */
export function fillKeyList(home: string, { id, nodes }: Saved<Workflow>, keys: number): void {
	const ours = nodes.find(({ type }) => type === ourNode);
	if (ours === undefined) throw new Error('The workflow has no node whose keys could be filled.');
	const database = join(home, '.n8n', 'database.sqlite');
	const values = [database, id, `n:${String(ours.id)}`, String(keys)];
	execFileSync(nodeBinary(currentLine), ['-e', SCRIPT, ...values], {
		stdio: ['ignore', 'ignore', 'inherit'],
		env: { NODE_NO_WARNINGS: '1' },
	});
}
