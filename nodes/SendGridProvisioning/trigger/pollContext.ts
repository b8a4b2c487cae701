import type { IPollFunctions } from 'n8n-workflow';
import { isRecord } from '../domain/values';
import { hasPolled } from './registrations';

/** Why n8n polls: on schedule, because the workflow is published, or because someone tests the step. */
export type PollReason = 'schedule' | 'activation' | 'test';

/** How long a poll may take by default in n8n 2. n8n 1 has no limit. */
const DEFAULT_BUDGET_MS = 300_000;

/** n8n 1 has no `getPollBudgetMs`, although the types say so. */
type PollContext = Omit<IPollFunctions, 'getPollBudgetMs'> & { getPollBudgetMs?: () => number };

/** How long n8n allows this poll to take. */
export function budgetOf(context: PollContext): number {
	return context.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS;
}

/** A new context means that the workflow is being published, or that n8n 2's scheduler polls. */
export function reasonOf(context: PollContext): PollReason {
	if (context.getMode() === 'manual') return 'test';
	return hasPolled(context) || isFromScheduler(context) ? 'schedule' : 'activation';
}

/**
 * Whether n8n 2's scheduler made this context. Its activation mode is always "update", which is also
 * the mode in which a new version of a workflow is published. But only the scheduler passes a function
 * for the time limit. Otherwise n8n uses a default, which JavaScript names after its parameter.
 */
function isFromScheduler(context: PollContext): boolean {
	const { getPollBudgetMs } = context;
	if (getPollBudgetMs === undefined || context.getActivationMode() !== 'update') return false;
	return getPollBudgetMs.name !== 'getPollBudgetMs';
}

/** The trigger's key in this process: workflow ID and node name, as for n8n's static data. */
export function triggerKeyOf(context: PollContext): string {
	return JSON.stringify([context.getWorkflow().id, context.getNode().name]);
}

/** When n8n polls, one entry per time in the node's Poll Times. */
export function pollTimesOf(context: PollContext): string[] {
	const pollTimes: unknown = context.getNodeParameter('pollTimes', null);
	const times = isRecord(pollTimes) ? pollTimes['item'] : undefined;
	return Array.isArray(times) ? times.map((time) => JSON.stringify(time)) : [];
}
