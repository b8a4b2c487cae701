import type { Answer } from './answer';

/** What SendGrid says is quoted, up to this length for each message. */
const LONGEST_QUOTE = 300;

/** What an answer says, as it is put into a message; empty where it says nothing. */
export function quoted(answer: Answer | undefined): string {
	const texts = (answer?.entries ?? []).map(({ message }) => message).filter((text) => text !== '');
	if (texts.length === 0) return '';
	const said = texts.map((text) => {
		// A link can hold a one-time code.
		const shown = text.replace(/\bhttps?:\/\/[^\s?#]*[?#]\S*/g, '[link]');
		return shown.length > LONGEST_QUOTE ? `${shown.slice(0, LONGEST_QUOTE)}…` : shown;
	});
	return `: “${said.join('; ')}”`;
}
