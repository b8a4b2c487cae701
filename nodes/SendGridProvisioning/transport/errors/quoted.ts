import type { Answer } from './answer';

/** Each message is quoted up to this length. */
const MAX_QUOTE_LENGTH = 300;

/** A response's messages as a quotation to append to a message; empty if there are none. */
export function quoted(answer: Answer | undefined): string {
	const texts = (answer?.entries ?? []).map(({ message }) => message).filter((text) => text !== '');
	if (texts.length === 0) return '';
	const quotes = texts.map((text) => {
		// A link can hold a one-time code.
		const shown = text.replace(/\bhttps?:\/\/[^\s?#]*[?#]\S*/g, '[link]');
		return shown.length > MAX_QUOTE_LENGTH ? `${shown.slice(0, MAX_QUOTE_LENGTH)}…` : shown;
	});
	return `: “${quotes.join('; ')}”`;
}
