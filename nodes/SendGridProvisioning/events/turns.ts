/** A trigger's turn to poll. */
export interface Turn {
	/** Whether a later activation has taken its place: what it finds is no longer wanted. */
	superseded: boolean;
}

const turns = new Map<string, { turn: Turn; expiresAt: number }>();

/**
 * Takes the turn of a trigger, which nobody else in this process may have at the same time: n8n
 * starts a poll when its time has come, whether or not the last one has ended. An activation does not
 * wait for a poll of the time before; it takes its place. So does any poll with one that takes twice
 * the time it has: its request will never end.
 */
export function takeTurn(
	trigger: string,
	{ activation, budgetMs, nowMs }: { activation: boolean; budgetMs: number; nowMs: number },
): Turn | undefined {
	const other = turns.get(trigger);
	if (other !== undefined && !activation && nowMs < other.expiresAt) return undefined;
	if (other !== undefined) other.turn.superseded = true;
	const turn = { superseded: false };
	turns.set(trigger, { turn, expiresAt: nowMs + 2 * budgetMs });
	return turn;
}

/** Ends the turn, so that the next poll may begin. */
export function endTurn(trigger: string, turn: Turn): void {
	if (turns.get(trigger)?.turn === turn) turns.delete(trigger);
}
