import { PollContext } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeExecutionData,
	INodeParameters,
	IPollFunctions,
} from 'n8n-workflow';
import { SendGridProvisioningTrigger } from '../../nodes/SendGridProvisioning/SendGridProvisioningTrigger.node';
import { additionalDataFor, nodeOf, nodeTypesWith } from './engine';

const NAME = 'SendGrid Provisioning Trigger';
const TYPE = 'n8n-nodes-sendgrid-provisioning.sendGridProvisioningTrigger';

/** What n8n 2 lets a poll take. n8n 1 has no such setting. */
type Budget = number | 'n8n 1';

/**
 * A workflow that our trigger starts, driven as n8n drives it: with one context from one activation to
 * the next, and with the node's data kept in n8n's database when a poll had items and when the
 * workflow is switched on, and at no other time.
 */
export class TriggeredWorkflow {
	private context: IPollFunctions | undefined;
	private workflow: Workflow | undefined;
	/** What n8n's database holds. */
	database: IDataObject = {};
	/** Errors that made failed executions of their own, while the poll went on. */
	readonly told: Error[] = [];
	/** Whether n8n 2's scheduler polls: each poll gets a context of its own, and what the database holds. */
	scheduled = false;

	/** Tests of one file share a process, and so do workflows: each has an ID of its own. */
	private static count = 0;
	private static newId(): string {
		TriggeredWorkflow.count += 1;
		return `workflow ${TriggeredWorkflow.count}`;
	}
	private id = TriggeredWorkflow.newId();

	constructor(
		private readonly credential: () => ICredentialDataDecryptedObject,
		public parameters: INodeParameters,
		private readonly budgetMs: Budget = 300_000,
	) {}

	/** Switches the workflow on, as a user or a start of n8n does. Gives the items of the first poll. */
	async activate(): Promise<IDataObject[]> {
		this.workflow = this.newWorkflow();
		this.context = this.newContext(this.workflow, 'trigger');
		const items = await this.poll();
		this.save();
		return items;
	}

	/** One poll on schedule; what the node throws shows in n8n as a failed execution. */
	async poll(): Promise<IDataObject[]> {
		if (this.context === undefined || this.workflow === undefined) {
			throw new Error('The workflow is not active');
		}
		if (this.scheduled) {
			this.workflow = this.newWorkflow();
			this.context = this.newContext(this.workflow, 'trigger');
		}
		const items = await itemsOf(this.context);
		if (items.length > 0) this.save();
		return items;
	}

	/** n8n is killed and started again. Gives the items of the poll that it starts with. */
	async restart(): Promise<IDataObject[]> {
		// What the process remembers of a workflow goes with it; another one has no such memory.
		this.id = TriggeredWorkflow.newId();
		return await this.activate();
	}

	/** What "Execute step" in the editor shows. */
	async test(): Promise<IDataObject[]> {
		const workflow = this.newWorkflow();
		const context = this.newContext(workflow, 'manual');
		const before = JSON.stringify(context.getWorkflowStaticData('node'));
		const items = await itemsOf(context);
		expect(JSON.stringify(context.getWorkflowStaticData('node'))).toBe(before);
		return items;
	}

	/** What the node remembers at this moment, saved or not. */
	get remembered(): string {
		return JSON.stringify(this.workflow?.staticData);
	}

	private save(): void {
		this.database = JSON.parse(this.remembered) as IDataObject;
	}

	private newWorkflow(): Workflow {
		const node = { ...nodeOf(this.parameters), name: NAME, type: TYPE };
		return new Workflow({
			id: this.id,
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: nodeTypesWith(new SendGridProvisioningTrigger()),
			staticData: structuredClone(this.database),
		});
	}

	private newContext(workflow: Workflow, mode: 'trigger' | 'manual'): IPollFunctions {
		const node = workflow.getNode(NAME);
		if (node === null) throw new Error('The workflow has no trigger');
		const additionalData = additionalDataFor(this.credential(), mode);
		const context = new PollContext(
			workflow,
			node,
			additionalData,
			mode,
			mode === 'manual' ? 'manual' : 'activate',
			undefined,
			// In a test by hand n8n has no such function.
			mode === 'manual' ? undefined : (error) => this.told.push(error),
			undefined,
			undefined,
			undefined,
			() => (this.budgetMs === 'n8n 1' ? 0 : this.budgetMs),
		);
		if (this.budgetMs === 'n8n 1') Object.assign(context, { getPollBudgetMs: undefined });
		return context as unknown as IPollFunctions;
	}
}

async function itemsOf(context: IPollFunctions): Promise<IDataObject[]> {
	const output = await new SendGridProvisioningTrigger().poll.call(context);
	// An empty output would start the workflow with nothing.
	expect(output).not.toEqual([[]]);
	return (output?.[0] ?? []).map(({ json }: INodeExecutionData) => json);
}
