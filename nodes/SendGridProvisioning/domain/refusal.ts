/** What somebody has to know about a failure: what happened (`message`) and what to do next (`description`). */
abstract class Explained extends Error {
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
	}
}

/** The input, or what it would do, is not acceptable. Said before anything is changed in SendGrid. */
export class Refusal extends Explained {
	override readonly name = 'Refusal';
}

/** SendGrid answered that it did something else than what it was asked for. */
export class Unconfirmed extends Explained {
	override readonly name = 'Unconfirmed';
}
