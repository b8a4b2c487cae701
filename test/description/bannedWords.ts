/** Words that make a reader stop, and what to write instead. */
export type BannedWords = Array<[words: RegExp, advice: string]>;

/** For everything that people read: documents, forms, messages, examples, and comments. */
export const BANNED: BannedWords = [
	[/\bshall\b/i, 'use should, must, or the present tense'],
	[/\banew\b/i, 'use again; for credits, reset'],
	[/\bhand(s|ed|ing)? (it |them )?out\b/i, 'use give, assign, or reset'],
	[/\bleft alone\b|\bleav(es?|ing) [^.]{1,40} alone\b/i, 'say that it isn’t changed'],
	[/\bstays? as (it|they) (is|are)\b/i, 'say that it isn’t changed'],
	[/\ball the same\b/i, 'use anyway'],
	[/\bby itself\b/i, 'use automatically'],
	[/\bat once\b/i, 'use immediately, or at the same time'],
	[/\bside by side\b/i, 'use in parallel'],
	[/\bone after the other\b/i, 'use in order'],
	[/\bfor (good|ever)\b/i, 'use permanently'],
	[/\bwhom(ever)?\b|\bwhoever\b/i, 'name the noun'],
	[/\b(some|no)body\b/i, 'use someone, no one, or you'],
	[/\bknows no\b/i, 'use can’t find'],
	[/\bstands? (in|for)\b/i, 'use is in, or replaces'],
	[/\bmeanwhile\b/i, 'use in the meantime'],
	[/, whatever\b/i, 'name the cases, or leave them out'],
	[/[:.] (Of|With) (a|an|the|which) [a-z]+ (is|are|the)\b/, 'use subject, verb, object'],
];

/** For everything that users read. Some of these words are fine in comments. */
export const BANNED_FOR_USERS: BannedWords = [
	...BANNED,
	[/\be-mail/i, 'write email'],
	[/\b(licen|defen|offen)ce/i, 'use US spelling'],
	[/\b(behavi|col|fav|hon|neighb)our/i, 'use US spelling'],
	[/\b\w+(ising|isation)\b(?<!rising|promising|comprising|revising|advising)/i, 'use US spelling'],
	[/\b(cancell|travell|labell)(ed|ing)\b|\bwhilst\b/i, 'use US spelling'],
	[
		/\bby anybody\b|\b(by|to|asks|shows) a person\b|\ba person’?'?s?\b/i,
		'use someone, no one, or you',
	],
	[/\b(IDs?|fields?|fees?|it|this|that|key|SendGrid|EU|new|host) alone\b/i, 'use only'],
	[/\bjust (this|these|that|those|so|the one)\b/i, 'use exactly'],
	[/\bforbids?\b/i, 'use isn’t allowed to'],
	[/\b(puts? out|putting out)\b/i, 'use return or report'],
	[/\bgives\b/i, 'use returns'],
	[/\btells\b/i, 'use shows or reports'],
	[/\b(is|are|was|were) gone\b/i, 'use is removed'],
	[/\bhands? over\b|\bhanded over\b/i, 'use send, or return'],
	[/\bswitch(ed)? (it|them|the workflow) on\b|\bworkflow (is|was) switched on\b/i, 'use publish'],
	[/\b(is|be) no mistake\b|\bmistakes?\b/i, 'say what happened'],
	[/\byou entered\b/i, 'say what the value is'],
	[/\b(sent|sends?|sending) (it |them |\d+ requests )?again by\b/i, 'use retried'],
	[/\ba no from\b|\bsays no\b/i, 'use an error from'],
	[/\btakes? the place of\b|\bin its place\b/i, 'use replaces, or instead'],
	[/\bdoes as well\b/i, 'use works, too'],
	[/\bmerely\b/i, 'use only'],
	[/\[(More|Here|This)\]\(/, 'name the link’s target'],
];
