/**
 * While the latest registration doesn't poll, an older one is ignored this many times in a row. After
 * that, its polls run: n8n 1 doesn't schedule a registration whose times are scheduled already, so the
 * older one may be the only one that polls.
 */
const MOST_IGNORED = 3;

/** A context that n8n polls with. n8n makes one per activation; n8n 2's scheduler makes one per poll. */
export interface Registration {
	/** Higher than that of every context that started to poll earlier. */
	order: number;
	/** When n8n polls, one entry per time in the node's Poll Times. */
	pollTimes: string[];
	/** How many polls were ignored since the latest registration had polled `latestPolls` times. */
	ignored: { count: number; latestPolls: number };
}

/** The latest registration of a trigger, and how often n8n has polled with it. */
export interface Latest {
	registration: Registration;
	polls: number;
}

const registrations = new WeakMap<object, Registration>();
let count = 0;

/** Whether n8n has polled with this context. */
export function hasPolled(context: object): boolean {
	return registrations.has(context);
}

/** The registration of a context, which begins with its first poll. */
export function registrationOf(context: object, pollTimes: string[]): Registration {
	const known = registrations.get(context);
	if (known !== undefined) return known;
	count += 1;
	const registration = { order: count, pollTimes, ignored: { count: 0, latestPolls: 0 } };
	registrations.set(context, registration);
	return registration;
}

/**
 * Whether this poll must be ignored: n8n has registered the trigger again since, but still polls with
 * the older context too. n8n 1 does so after `n8n import:workflow`.
 * @see https://github.com/n8n-io/n8n/issues/35251
 */
export function isReplaced(registration: Registration, latest: Latest | undefined): boolean {
	if (latest === undefined || registration.order > latest.registration.order) return false;
	if (registration === latest.registration) {
		latest.polls += 1;
		return false;
	}
	const { ignored } = registration;
	if (ignored.latestPolls !== latest.polls) {
		registration.ignored = { count: 1, latestPolls: latest.polls };
		return true;
	}
	ignored.count += 1;
	return ignored.count <= MOST_IGNORED || hasOwnTimes(latest.registration, registration);
}

/** Whether one has a poll time that the other lacks, so that n8n certainly scheduled it. */
function hasOwnTimes({ pollTimes }: Registration, other: Registration): boolean {
	return pollTimes.some((time) => !other.pollTimes.includes(time));
}

/** The latest registration after a successful poll. n8n drops a registration whose first poll fails. */
export function latestAfter(latest: Latest | undefined, registration: Registration): Latest {
	if (latest !== undefined && latest.registration.order >= registration.order) return latest;
	return { registration, polls: (latest?.polls ?? 0) + 1 };
}
