import { DataDeduplicationService } from 'n8n-core';
import type {
	ICheckProcessedContextData,
	IDataDeduplicator,
	IDeduplicationOutput,
	Workflow,
} from 'n8n-workflow';
import { outcomeOf } from '../../nodes/SendGridProvisioning/domain/outcome';
import { SendGridProvisioning } from '../../nodes/SendGridProvisioning/SendGridProvisioning.node';
import { clock } from '../../nodes/SendGridProvisioning/transport/clock';
import type { Clock } from '../../nodes/SendGridProvisioning/transport/clock';
import { ProcessedData } from './processedData';

/** A process of n8n with a node of its own: what the node keeps in memory is lost when it ends. */
export class ProcessOfN8n implements IDataDeduplicator {
	/** What a node must not ask of n8n's helper. */
	readonly misuses: string[] = [];
	/** Resolves at the first call after the process has been killed. */
	readonly death: Promise<void>;
	private die: () => void = () => {};
	private callsLeft = Infinity;
	private isDead = false;
	private isBuried = false;
	private readonly hanging: Array<(error: Error) => void> = [];
	private announceDeath: () => void = () => {};
	/** Resolves when it has died: at the first call too many. */
	readonly dead = new Promise<void>((resolve) => {
		this.announceDeath = resolve;
	});

	constructor(
		readonly Node: typeof SendGridProvisioning,
		private readonly table: ProcessedData,
	) {
		this.death = new Promise((resolve) => (this.die = resolve));
	}

	/** A process that was started now. */
	static started(table: ProcessedData): ProcessOfN8n {
		let Node: typeof SendGridProvisioning | undefined;
		const workflowOfN8n = jest.requireActual<object>('n8n-workflow');
		jest.isolateModules(() => {
			// The same one as before: loading it takes a second.
			jest.doMock('n8n-workflow', () => workflowOfN8n);
			const { clock: ownClock } = jest.requireActual<{ clock: Clock }>(
				'../../nodes/SendGridProvisioning/transport/clock',
			);
			// All processes share the time.
			Object.assign(ownClock, clock);
			const path = '../../nodes/SendGridProvisioning/SendGridProvisioning.node';
			({ SendGridProvisioning: Node } = jest.requireActual<{
				SendGridProvisioning: typeof SendGridProvisioning;
			}>(path));
			jest.dontMock('n8n-workflow');
		});
		if (Node === undefined) throw new Error('The node could not be loaded');
		return new ProcessOfN8n(Node, table);
	}

	/** Kills the process after so many further calls: those that follow never happen, nor end. */
	dieAfter(calls: number): void {
		this.callsLeft = calls;
	}

	/** Ends what hangs, so that a test can end. */
	bury(): void {
		this.isBuried = true;
		for (const reject of this.hanging.splice(0)) reject(new Error('The process was killed'));
	}

	async checkProcessedAndRecord(
		...call: Parameters<IDataDeduplicator['checkProcessedAndRecord']>
	): Promise<IDeduplicationOutput> {
		const [items, , data, { maxEntries }] = call;
		if (new Set(items).size < items.length) this.misuses.push('recorded a value twice in one call');
		if (maxEntries && items.length > 0) this.misuses.push('asked with maxEntries');
		return await this.alive(data, async () => await this.table.checkProcessedAndRecord(...call));
	}

	async removeProcessed(
		...[items, scope, data]: Parameters<IDataDeduplicator['removeProcessed']>
	): Promise<void> {
		if (items.length === 0) this.misuses.push('removed nothing');
		await this.alive(data, async () => await this.table.removeProcessed(items, scope, data));
	}

	async clearAllProcessedItems(): Promise<void> {
		this.misuses.push('cleared the list');
	}

	async getProcessedDataCount(
		...[scope, data]: Parameters<IDataDeduplicator['getProcessedDataCount']>
	): Promise<number> {
		return await this.alive(data, async () => await this.table.getProcessedDataCount(scope, data));
	}

	/** The workflows that have a call under way. */
	private readonly underWay = new Set<unknown>();

	private async alive<T>(
		{ workflow: { id } }: ICheckProcessedContextData,
		work: () => Promise<T>,
	): Promise<T> {
		if (this.callsLeft <= 0) {
			this.isDead = true;
			this.announceDeath();
		}
		if (this.isBuried) throw new Error('The process was killed');
		if (this.isDead) {
			this.die();
			return await new Promise((_, reject) => this.hanging.push(reject));
		}
		this.callsLeft -= 1;
		if (this.underWay.has(id)) this.misuses.push('called while another call was under way');
		this.underWay.add(id);
		const outcome = await outcomeOf(work);
		this.underWay.delete(id);
		if ('value' in outcome) return outcome.value;
		throw outcome.error;
	}
}

/** The table of the tests of this file, and the process that runs them. */
export const table = new ProcessedData();
export const thisProcess = new ProcessOfN8n(SendGridProvisioning, table);

const processes = new WeakMap<object, ProcessOfN8n>();

/** Lets n8n's helpers work in this process for all that runs in this workflow object. */
export function runIn(process: ProcessOfN8n, workflow: Workflow): void {
	processes.set(workflow, process);
}

const processOf = ({ workflow }: ICheckProcessedContextData): ProcessOfN8n => {
	const process = processes.get(workflow);
	if (process === undefined) throw new Error('The workflow runs in no process');
	return process;
};

const all: IDataDeduplicator = {
	checkProcessedAndRecord: async (items, scope, data, options) =>
		await processOf(data).checkProcessedAndRecord(items, scope, data, options),
	removeProcessed: async (items, scope, data, options) =>
		await processOf(data).removeProcessed(items, scope, data, options),
	clearAllProcessedItems: async (_scope, data) => await processOf(data).clearAllProcessedItems(),
	getProcessedDataCount: async (scope, data, options) =>
		await processOf(data).getProcessedDataCount(scope, data, options),
};
void DataDeduplicationService.init(all);
