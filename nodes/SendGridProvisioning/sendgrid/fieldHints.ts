import { CHECK_CATALOG } from '../domain/offerings';

/** What to do about an offering that SendGrid refuses: `name` alone wouldn't say which field it is. */
export const OFFERING_HINTS: Record<string, string> = {
	name: CHECK_CATALOG,
	offerings: CHECK_CATALOG,
	type: CHECK_CATALOG,
};

/** What to do about fields that the form calls something else, by SendGrid's names for them. */
function hintsForLabels(labels: Record<string, string>): Record<string, string> {
	const hints = Object.entries(labels).map(([field, label]) => [
		field,
		`Correct ${label}, which SendGrid calls “${field}”, and run the item again.`,
	]);
	return Object.fromEntries(hints) as Record<string, string>;
}

/** A list of addresses that is picked. */
export const IPS_HINTS = hintsForLabels({ ips: 'IP Names or IDs' });

/** The permissions of an API key. */
export const SCOPES_HINTS = hintsForLabels({ scopes: 'Scope Names or IDs' });

/** The settings of a subuser's credits. */
export const CREDITS_HINTS = hintsForLabels({ total: 'Total Credits', type: 'Credit Type' });

/** The query of a report. */
export const STATS_HINTS = hintsForLabels({
	date: 'Month',
	sort_by_direction: 'Sort Direction',
	sort_by_metric: 'Sort By',
	subuser: 'Username Contains',
});
