import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import type { Target } from '../fields/target';
import type { Permission } from '../transport/callTraits';
import type { SendGridApi } from '../transport/client';
import type { OwnWrites } from './ownWrites';

/** The export of each file in `resources/<resource>/`. */
export interface Operation {
	/** Its menu entry. */
	option: INodePropertyOptions & { value: string; action: string };
	/** All permissions that the API key requires, whichever fields are used. */
	needs: Permission[];
	/**
	 * The kind of customer that it's about. Its field comes first in the form, errors name the
	 * customer, and writes to the same customer run in order.
	 */
	target?: Target;
	/** Its own fields, without Options and without display rules for resource and operation. */
	description: INodeProperties[];
	/** What it adds to the Options that every operation has. */
	options?: INodeProperties[];
	/**
	 * Whether running an item twice does more than running it once. Such an operation refuses to run
	 * while n8n's "Retry On Fail" is on, which runs all items again, those that went through too:
	 * always, or unless the item has a key. If it depends on an item's parameters, only such items are
	 * refused.
	 */
	onceOnly?:
		'always' | 'unlessKeyed' | ((param: OperationContext['param']) => 'unlessKeyed' | false);
	/** Whether an item can have a key, for which it runs at most once. Adds a field and an option. */
	onceKey?: OnceKeySupport;
	/**
	 * What is lost if nothing can restore what it removes, in a sentence for the form. Then resource and
	 * operation can't be expressions, which would let an AI agent choose it with `$fromAI`.
	 */
	irreversible?: string;
	/** A hint shown after a run. */
	note?: string;
	/** A hint shown after a run with "Retry On Fail" if a result is `cumulative`. */
	retryNote?: string;
	/** Whether it changes nothing. Then it doesn't wait for writes to the same customer. */
	readOnly?: true;
	/**
	 * Handles one input item: reads the parameters, looks in SendGrid, decides, and acts.
	 * @throws Refusal before anything is changed, SendGridError, or Unconfirmed
	 */
	execute(context: OperationContext): Promise<OperationResult>;
}

/** What "Run Once per Key" needs from an operation. */
export interface OnceKeySupport {
	/** What to add to the output of an item whose key is done: how things are now. */
	present?: (context: OperationContext) => Promise<IDataObject>;
}

/** What an operation did for one input item, which hints count. */
export type Effect =
	'read' | 'updated' | 'unchanged' | 'already done' | 'would change' | 'would not change';

/** The result of an operation for one input item. */
export interface OperationResult {
	output: IDataObject | IDataObject[];
	effect: Effect;
	/** Whether running the item again would apply it a second time. */
	cumulative?: boolean;
	/** What it removed or lowered, or would in a dry run; a hint shows it. */
	reduced?: string[];
	/** Hints shown after the run. */
	notes?: string[];
	/** What it created, with its ID: a node that another item's failure stops has no output for it. */
	created?: string;
	/** Looks later whether the change is still there. Only if running the item again is safe. */
	confirm?: Confirm;
}

/**
 * Waits, and looks whether a change is still there. It must be called, and runs beside other items.
 * `wait` is false if the execution was stopped.
 * @throws Overwritten, or Unchecked
 */
export type Confirm = (wait: (ms: number) => Promise<boolean>) => Promise<void>;

/** The effect of an operation that sends nothing if there is nothing to change. */
export function effectOf({ changed, dryRun }: { changed: boolean; dryRun: boolean }): Effect {
	if (dryRun) return changed ? 'would change' : 'would not change';
	return changed ? 'updated' : 'unchanged';
}

/** What an operation can use for one input item. */
export interface OperationContext {
	api: SendGridApi;
	/** The account's ID or the subuser's username; empty for an operation without `target`. */
	target: string;
	/** What this process writes to the target's list. */
	ownWrites: OwnWrites;
	/** Returns a parameter of this item, unchecked; null if the form doesn't show it. */
	param: (name: string) => unknown;
	/** Loads a value once per run and credential. After a failed load, the next item tries again. */
	cached: <T>(key: string, load: () => Promise<T>) => Promise<T>;
}

/** The export of each `resources/<resource>/index.ts`. */
export interface Resource {
	option: INodePropertyOptions & { value: string };
	operations: Operation[];
}

/** Finds the operation that the node's parameters name. @throws Refusal if there is none */
export function operationOf(
	resources: Resource[],
	resource: unknown,
	operation: unknown,
): Operation {
	const found = resources
		.find(({ option }) => option.value === resource)
		?.operations.find(({ option }) => option.value === operation);
	if (found !== undefined) return found;
	throw new Refusal(
		`There is no operation “${String(operation)}” of “${String(resource)}”`,
		'Choose resource and operation from the lists. A workflow made with a newer version of this node needs that version.',
	);
}
