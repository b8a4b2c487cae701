import { createHash } from 'node:crypto';
import type {
	DeduplicationItemTypes,
	DeduplicationScope,
	ICheckProcessedContextData,
	ICheckProcessedOptions,
	IDataDeduplicator,
	IDeduplicationOutput,
} from 'n8n-workflow';
import { clock } from '../../nodes/SendGridProvisioning/transport/clock';

/**
 * Does what n8n's own deduplication helper does with its database table, in memory: each call reads
 * the list of a node, and then writes all of it back. test/e2e/processedData.test.ts holds it against
 * n8n's.
 */
export class ProcessedData implements IDataDeduplicator {
	/** The workflow that tests run. It changes with `reset`, so what an earlier test still does fails. */
	workflowId = 'test';
	/** The workflows that n8n has; a list belongs to one of them. */
	readonly workflows = new Set([this.workflowId]);
	/** How long a read and a write take. */
	readMs = 0;
	writeMs = 0;
	/** Room for a list; a list in SQLite and PostgreSQL has no limit. */
	mostBytes = Infinity;
	/** What each write fails with, if the database is out of order. */
	broken: Error | undefined;
	/** How many calls there were. */
	calls = 0;
	/** How many first inserts failed because another one came first. */
	collisions = 0;
	private readonly rows = new Map<string, string[]>();
	private resets = 0;

	/** Removes everything that is stored, and sets everything to normal. */
	reset(): void {
		this.rows.clear();
		Object.assign(this, { readMs: 0, writeMs: 0, mostBytes: Infinity, calls: 0, collisions: 0 });
		this.broken = undefined;
		this.resets += 1;
		this.workflowId = `test ${this.resets}`;
		this.workflows.clear();
		this.workflows.add(this.workflowId);
	}

	/** How many entries a node's list has. */
	size(nodeId = 'node-under-test'): number {
		return this.rows.get(`${this.workflowId} n:${nodeId}`)?.length ?? 0;
	}

	/** Fills a node's list with so many other entries. */
	fill(entries: number, nodeId = 'node-under-test'): void {
		const others = [...Array(entries).keys()].map((index) => hashOf(`other ${index}`));
		this.rows.set(`${this.workflowId} n:${nodeId}`, others);
	}

	async checkProcessedAndRecord(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		data: ICheckProcessedContextData,
		{ maxEntries }: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		const hashes = items.map(hashOf);
		const { row, list } = await this.read(scope, data);
		if (list === undefined) {
			if (maxEntries) hashes.splice(0, hashes.length - maxEntries);
			await this.insert(row, data, hashes);
			return { new: items, processed: [] };
		}
		const known = new Set(list);
		const isNew = hashes.map((hash) => !known.has(hash));
		list.push(...hashes.filter((_, index) => isNew[index]));
		if (maxEntries) list.splice(0, list.length - maxEntries);
		await this.update(row, list);
		return {
			new: items.filter((_, index) => isNew[index]),
			processed: items.filter((_, index) => !isNew[index]),
		};
	}

	async removeProcessed(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		data: ICheckProcessedContextData,
	): Promise<void> {
		const { row, list } = await this.read(scope, data);
		if (list === undefined) return;
		for (const hash of items.map(hashOf)) {
			const index = list.indexOf(hash);
			if (index !== -1) list.splice(index, 1);
		}
		await this.update(row, list);
	}

	async clearAllProcessedItems(
		scope: DeduplicationScope,
		data: ICheckProcessedContextData,
	): Promise<void> {
		this.rows.delete(rowOf(scope, data));
	}

	async getProcessedDataCount(
		scope: DeduplicationScope,
		data: ICheckProcessedContextData,
	): Promise<number> {
		const { list } = await this.read(scope, data);
		return list?.length ?? 0;
	}

	private async read(scope: DeduplicationScope, data: ICheckProcessedContextData) {
		if (this.workflows.has(String(data.workflow.id))) this.calls += 1;
		if (!data.workflow.id)
			throw new Error('The expression evaluated to a falsy value:\n\n  assert');
		const row = rowOf(scope, data);
		const list = this.rows.get(row);
		await clock.sleep(this.readMs);
		return { row, list: list === undefined ? undefined : [...list] };
	}

	private async insert(
		row: string,
		{ workflow }: ICheckProcessedContextData,
		list: string[],
	): Promise<void> {
		await this.beforeWrite(list);
		if (!this.workflows.has(String(workflow.id))) {
			throw new Error('SQLITE_CONSTRAINT: FOREIGN KEY constraint failed');
		}
		if (this.rows.has(row)) {
			this.collisions += 1;
			const columns = 'processed_data.workflowId, processed_data.context';
			throw new Error(`SQLITE_CONSTRAINT: UNIQUE constraint failed: ${columns}`);
		}
		this.rows.set(row, list);
	}

	private async update(row: string, list: string[]): Promise<void> {
		await this.beforeWrite(list);
		this.rows.set(row, list);
	}

	private async beforeWrite(list: string[]): Promise<void> {
		await clock.sleep(this.writeMs);
		if (this.broken !== undefined) throw this.broken;
		if (JSON.stringify({ mode: 'entries', data: list }).length > this.mostBytes) {
			throw new Error("ER_DATA_TOO_LONG: Data too long for column 'value' at row 1");
		}
	}
}

function rowOf(scope: DeduplicationScope, { workflow, node }: ICheckProcessedContextData): string {
	return `${workflow.id} ${scope === 'node' ? `n:${node?.id}` : ''}`;
}

function hashOf(value: DeduplicationItemTypes): string {
	return createHash('md5').update(String(value)).digest('base64');
}
