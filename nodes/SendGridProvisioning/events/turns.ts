/** A trigger's turn to poll. */
export interface Turn {
	/** Whether a later activation has taken its place: what it finds is no longer wanted. */
	superseded: boolean;
}

const turns = new Map<string, Turn>();

/**
 * Takes the turn of a trigger, which nobody else in this process may have at the same time: n8n
 * starts a poll when its time has come, whether or not the last one has ended. An activation does not
 * wait for a poll of the time before; it takes its place.
 */
export function takeTurn(trigger: string, activation: boolean): Turn | undefined {
	const other = turns.get(trigger);
	if (other !== undefined && !activation) return undefined;
	if (other !== undefined) other.superseded = true;
	const turn = { superseded: false };
	turns.set(trigger, turn);
	return turn;
}

/** Ends the turn, so that the next poll may begin. */
export function endTurn(trigger: string, turn: Turn): void {
	if (turns.get(trigger) === turn) turns.delete(trigger);
}
