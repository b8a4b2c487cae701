import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import type { Target } from '../fields/target';
import type { Permission } from '../transport/callTraits';
import type { SendGridApi } from '../transport/client';
import type { OwnWrites } from './ownWrites';

/** What a file under `resources/<resource>/` exports. */
export interface Operation {
	/** How the operation reads in the menu. */
	option: INodePropertyOptions & { value: string; action: string };
	/** What the API key must be allowed to do for it, in all its forms. */
	needs: Permission[];
	/** Whose items run in order, and whom errors name. Its field comes first in the form. */
	target?: Target;
	/** Its own fields, without Options and without display rules for resource and operation. */
	description: INodeProperties[];
	/** What it adds to the Options that every operation has. */
	options?: INodeProperties[];
	/**
	 * Whether running an item twice does more than running it once. Such an operation refuses to run
	 * while n8n's "Retry On Fail" is on, which runs all items again, those that went through too. If it
	 * depends on an item's parameters, only such items are refused.
	 */
	onceOnly?: true | ((param: OperationContext['param']) => boolean);
	/**
	 * Whether nothing can bring back what it takes away. It must be chosen by hand: where resource or
	 * operation are expressions, an AI agent could decide on it by `$fromAI`.
	 */
	irreversible?: true;
	/** What a user should know after it ran. */
	note?: string;
	/** What else a user should know while "Retry On Fail" is on, after items that add up when run again. */
	retryNote?: string;
	/** Whether it changes nothing: it needn't wait for writes to the same customer. */
	readsOnly?: true;
	/**
	 * Does the work for one input item: read the parameters, look, decide, act.
	 * @throws Refusal before anything is sent, SendGridError or Unconfirmed afterwards
	 */
	execute(context: OperationContext): Promise<OperationResult>;
}

/** What an operation did for one input item, which hints count. */
export type Effect = 'read' | 'updated' | 'unchanged' | 'dry run';

/** What comes of an operation for one input item. */
export interface OperationResult {
	output: IDataObject | IDataObject[];
	effect: Effect;
	/** Whether running the item again would apply it a second time. */
	addsUp?: boolean;
	/** Looks later whether the change is still there. Only if running the item again is safe. */
	confirm?: Confirm;
}

/**
 * Waits, and looks whether a change is still there. It must be called, and runs beside other items.
 * `wait` is false if the execution was stopped.
 * @throws Overwritten, or Unchecked
 */
export type Confirm = (wait: (ms: number) => Promise<boolean>) => Promise<void>;

/** The effect of an operation that only sends something if it changes something. */
export function effectOf({ changed, dryRun }: { changed: boolean; dryRun: boolean }): Effect {
	if (dryRun) return 'dry run';
	return changed ? 'updated' : 'unchanged';
}

/** What an operation is handed for one input item. */
export interface OperationContext {
	api: SendGridApi;
	/** The account's ID or the subuser's username; empty for operations without a target. */
	target: string;
	/** What this process writes to the target's list. */
	ownWrites: OwnWrites;
	/** A parameter of this item, of whatever type; null where the form does not show it. */
	param: (name: string) => unknown;
	/** Loads what a run needs once per credential; a failed load is tried again by the next item. */
	once: <T>(key: string, load: () => Promise<T>) => Promise<T>;
}

/** What a `resources/<resource>/index.ts` exports. */
export interface Resource {
	option: INodePropertyOptions & { value: string };
	operations: Operation[];
}

/** The operation that the node's parameters name. @throws Refusal where there is none */
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
