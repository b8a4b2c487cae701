import type { Answer } from './answer';

/** What SendGrid says is quoted, up to this length for each message. */
const MAX_QUOTE_LENGTH = 300;

/** What an answer says, as it is put into a message; empty where it says nothing. */
export function quoted(answer: Answer | undefined): string {
	const texts = (answer?.entries ?? []).map(({ message }) => message).filter((text) => text !== '');
	if (texts.length === 0) return '';
	const said = texts.map((text) => {
		// A link can hold a one-time code.
		const shown = text.replace(/\bhttps?:\/\/[^\s?#]*[?#]\S*/g, '[link]');
		return shown.length > MAX_QUOTE_LENGTH ? `${shown.slice(0, MAX_QUOTE_LENGTH)}…` : shown;
	});
	return `: “${said.join('; ')}”`;
}
