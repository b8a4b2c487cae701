import type { Answer } from './answer';

/** What SendGrid says is quoted, up to this length for each message. */
const LONGEST_QUOTE = 300;

/** What an answer says, as it is put into a message; empty where it says nothing. */
export function quoted(answer: Answer | undefined): string {
	const texts = (answer?.entries ?? []).map(({ message }) => message).filter((text) => text !== '');
	if (texts.length === 0) return '';
	const said = texts.map((text) =>
		text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text,
	);
	return `: “${said.join('; ')}”`;
}
