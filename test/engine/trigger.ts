import { PollContext } from 'n8n-core';
import { Workflow, cronNodeOptions } from 'n8n-workflow';
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

/** How long n8n 2 allows a poll to take, in milliseconds. n8n 1 has no such limit. */
type Budget = number | 'n8n 1';

/** The trigger's node. By default, it's the only one in a new workflow. */
export interface TriggerNode {
	workflowId?: string;
	id?: string;
	name?: string;
	/** n8n's Poll Times, such as `{ mode: 'everyMinute' }`. */
	pollTimes?: IDataObject[];
}

/** The node type as n8n loads it: with the field Poll Times. */
class LoadedTrigger extends SendGridProvisioningTrigger {
	constructor() {
		super();
		this.description.properties.unshift({
			displayName: 'Poll Times',
			name: 'pollTimes',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			default: { item: [{ mode: 'everyMinute' }] },
			options: cronNodeOptions,
		});
	}
}

/** What n8n polls with until the next activation. */
interface Registration {
	workflow: Workflow;
	context: IPollFunctions;
}

/**
 * A workflow with our trigger, which this class polls as n8n does: with one context until the next
 * activation. The node's static data is only saved when a poll has items, and after publishing.
 */
export class TriggeredWorkflow {
	private current: Registration | undefined;
	/** What n8n's database holds. */
	database: IDataObject = {};
	/** Errors that the node reported as separate failed executions, while the poll succeeded. */
	readonly notices: Error[] = [];
	/** Whether n8n 2's scheduler polls: each poll gets a new context, with what the database holds. */
	scheduled = false;
	/** n8n's activation mode: "update" if another version is already published. */
	activationMode: 'activate' | 'update' = 'activate';

	/** The tests of a file share a process, so each workflow has its own ID. */
	private static count = 0;
	private static newId(): string {
		TriggeredWorkflow.count += 1;
		return `workflow ${TriggeredWorkflow.count}`;
	}
	private id: string;

	constructor(
		private readonly credential: () => ICredentialDataDecryptedObject,
		public parameters: INodeParameters,
		private readonly budgetMs: Budget = 300_000,
		private readonly node: TriggerNode = {},
	) {
		this.id = node.workflowId ?? TriggeredWorkflow.newId();
	}

	/** Publishes the workflow, as a user or a start of n8n does. Returns the items of the first poll. */
	async activate(): Promise<IDataObject[]> {
		const workflow = this.newWorkflow();
		this.current = { workflow, context: this.newContext(workflow, this.activationMode) };
		const items = await this.pollWith(this.current);
		this.save();
		return items;
	}

	/** One poll on schedule. n8n shows what the node throws as a failed execution. */
	async poll(): Promise<IDataObject[]> {
		if (this.scheduled) {
			const workflow = this.newWorkflow();
			this.current = { workflow, context: this.newContext(workflow, 'scheduler') };
		}
		return await this.pollWith(this.registration);
	}

	/** What n8n polls with now. n8n 1 may keep polling with it after the next activation. */
	get registration(): Registration {
		if (this.current === undefined) throw new Error('The workflow is not active');
		return this.current;
	}

	/** One poll on schedule with this registration, which may be an older one. */
	async pollWith({ workflow, context }: Registration): Promise<IDataObject[]> {
		const items = await itemsOf(context);
		if (items.length > 0) this.save(workflow);
		return items;
	}

	/** n8n is killed and started again. Returns the items of the poll that it starts with. */
	async restart(): Promise<IDataObject[]> {
		// The process loses what it kept about the workflow. A new ID has the same effect.
		this.id = TriggeredWorkflow.newId();
		return await this.activate();
	}

	/** The items that "Execute step" shows in the editor. */
	async test(): Promise<IDataObject[]> {
		const workflow = this.newWorkflow();
		const context = this.newContext(workflow, 'manual');
		const before = JSON.stringify(context.getWorkflowStaticData('node'));
		const items = await itemsOf(context);
		expect(JSON.stringify(context.getWorkflowStaticData('node'))).toBe(before);
		return items;
	}

	/** The node's static data, saved or not. */
	get remembered(): string {
		return JSON.stringify(this.current?.workflow.staticData);
	}

	private save({ staticData }: Workflow = this.registration.workflow): void {
		this.database = JSON.parse(JSON.stringify(staticData)) as IDataObject;
	}

	private get name(): string {
		return this.node.name ?? NAME;
	}

	private newWorkflow(): Workflow {
		const pollTimes = { item: this.node.pollTimes ?? [{ mode: 'everyMinute' }] };
		const parameters = { ...this.parameters, pollTimes: pollTimes as INodeParameters };
		const { id = 'trigger' } = this.node;
		const node = { ...nodeOf(parameters), id, name: this.name, type: TYPE };
		return new Workflow({
			id: this.id,
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: nodeTypesWith(new LoadedTrigger()),
			staticData: structuredClone(this.database),
		});
	}

	private newContext(
		workflow: Workflow,
		what: 'activate' | 'update' | 'scheduler' | 'manual',
	): IPollFunctions {
		const node = workflow.getNode(this.name);
		if (node === null) throw new Error('The workflow has no trigger');
		const mode = what === 'manual' ? 'manual' : 'trigger';
		const budget = (): number => (this.budgetMs === 'n8n 1' ? 0 : this.budgetMs);
		const context = new PollContext(
			workflow,
			node,
			additionalDataFor(this.credential(), mode),
			mode,
			what === 'scheduler' ? 'update' : what,
			undefined,
			// n8n has no such function in a manual test.
			mode === 'manual' ? undefined : (error) => this.notices.push(error),
			undefined,
			undefined,
			undefined,
			// n8n only passes this function if its scheduler polls; other polls have five minutes. Here, most
			// polls get it, so that tests can be shorter.
			what === 'update' ? undefined : () => budget(),
		);
		if (this.budgetMs === 'n8n 1') Object.assign(context, { getPollBudgetMs: undefined });
		return context as unknown as IPollFunctions;
	}
}

async function itemsOf(context: IPollFunctions): Promise<IDataObject[]> {
	const output = await new SendGridProvisioningTrigger().poll.call(context);
	// An empty output would start the workflow without items.
	expect(output).not.toEqual([[]]);
	return (output?.[0] ?? []).map(({ json }: INodeExecutionData) => json);
}
