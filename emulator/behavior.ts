/**
 * How the emulator behaves where SendGrid is undocumented or its sources disagree, and how long new
 * things take. Tests change it at any time as `state.behavior`; README.md names the sources.
 */
export interface Behavior {
	/**
	 * Which `On-Behalf-Of` headers are silently ignored, so that the request runs on the parent account.
	 * Lower-case ones were in 2018: https://github.com/sendgrid/docs/issues/3751
	 */
	ignoredOnBehalfOf: 'none' | 'lower-case' | 'all';
	/** The response to an `On-Behalf-Of` header with a subuser that doesn't exist or isn't the parent's. */
	unknownSubuserStatus: 401 | 403 | 404;
	/** Whether a disabled subuser can be acted for, and its keys work except for sending. */
	disabledSubuserCanAct: boolean;
	/** Which requests must go to the host of the subuser's region; `except-domains` spares `/v3/whitelabel`. */
	regionCheck: 'all' | 'except-domains' | 'none';
	/** The response to a request on behalf of a subuser on the other region's host. */
	wrongRegionStatus: 401 | 403 | 404 | 451;
	/** Whether requests on behalf of a subuser count on the key's rate limit, or on one per subuser. */
	rateLimitBy: 'key' | 'subuser';
	/** How long, in ms, a new subuser can't be used or acted for. */
	newSubuserDelayMs: number;
	/** The response until then. */
	newSubuserStatus: 401 | 403 | 404;
	/** How long, in ms, a new subuser isn't in lists. */
	newSubuserUnlistedMs: number;
	/** The status of a created subuser: 200 in the OpenAPI document, 201 in other sources. */
	createdSubuserStatus: 200 | 201;
	/** How long, in ms, a new API key is unknown. */
	newKeyDelayMs: number;
	/** How long, in ms, a deleted API key still works. */
	deletedKeyDelayMs: number;
	/** The scopes that SendGrid adds to each new key; no request can name them. */
	addedScopes: string[];
	/** What happens to scopes that don't exist or that a subuser can't have. */
	unknownScopes: 'dropped' | 'refused' | 'error';
	/** What happens to scopes that the creating key itself doesn't have. */
	scopesBeyondKey: 'granted' | 'dropped' | 'refused';
	/** What PUT /v3/api_keys/{id} does without scopes. */
	putWithoutScopes: 'refused' | 'kept' | 'full';
	/** The body of GET /v3/api_keys/{id}: the key itself, or as published, a list in `result`. */
	apiKeyBody: 'flat' | 'list';
	/** Whether a new email address applies only after a confirmation, which never comes here. */
	emailNeedsConfirmation: boolean;
	/** Whether the `domain` filter of domains and links must match exactly or only in part. */
	domainFilter: 'exact' | 'partial';
	/** Whether domains with manual security have the record `domain_spf`, as published. */
	manualDomainSpf: boolean;
	/** Whether the results of a validation are in the misspelled key of earlier responses. */
	misspelledValidation: boolean;
	/** The body of PATCH /v3/whitelabel/domains/{id}: the domain, or as published, a list. */
	updatedDomainBody: 'object' | 'list';
	/** Whether domains and links can be assigned before they are valid. */
	assignUnvalidated: boolean;
	/** The status of POST /v3/whitelabel/links/{id}/subuser: 200 as published, 201 in other sources. */
	assignedLinkStatus: 200 | 201;
	/**
	 * What adding and removing an account's IPs has to do with the quantity of its IP add-on: nothing, it
	 * changes the quantity, or the quantity limits the number of IPs.
	 */
	ipAddonQuantity: 'unrelated' | 'follows' | 'limits';
}

/** The default behavior: the documented one, else the one that is harder for a client. */
export function defaultBehavior(): Behavior {
	return {
		ignoredOnBehalfOf: 'lower-case',
		unknownSubuserStatus: 403,
		disabledSubuserCanAct: true,
		regionCheck: 'all',
		wrongRegionStatus: 451,
		rateLimitBy: 'key',
		newSubuserDelayMs: 0,
		newSubuserStatus: 403,
		newSubuserUnlistedMs: 0,
		createdSubuserStatus: 200,
		newKeyDelayMs: 0,
		deletedKeyDelayMs: 0,
		addedScopes: ['2fa_required', 'sender_verification_eligible'],
		unknownScopes: 'dropped',
		scopesBeyondKey: 'granted',
		putWithoutScopes: 'refused',
		apiKeyBody: 'flat',
		emailNeedsConfirmation: false,
		domainFilter: 'partial',
		manualDomainSpf: false,
		misspelledValidation: false,
		updatedDomainBody: 'object',
		assignUnvalidated: false,
		assignedLinkStatus: 200,
		ipAddonQuantity: 'unrelated',
	};
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isDelay = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;
const isTexts = (value: unknown): boolean =>
	Array.isArray(value) && value.every((entry) => typeof entry === 'string');
const isOneOf =
	(...choices: unknown[]) =>
	(value: unknown): boolean =>
		choices.includes(value);

const RULES: { [Key in keyof Behavior]: (value: unknown) => boolean } = {
	ignoredOnBehalfOf: isOneOf('none', 'lower-case', 'all'),
	unknownSubuserStatus: isOneOf(401, 403, 404),
	disabledSubuserCanAct: isFlag,
	regionCheck: isOneOf('all', 'except-domains', 'none'),
	wrongRegionStatus: isOneOf(401, 403, 404, 451),
	rateLimitBy: isOneOf('key', 'subuser'),
	newSubuserDelayMs: isDelay,
	newSubuserStatus: isOneOf(401, 403, 404),
	newSubuserUnlistedMs: isDelay,
	createdSubuserStatus: isOneOf(200, 201),
	newKeyDelayMs: isDelay,
	deletedKeyDelayMs: isDelay,
	addedScopes: isTexts,
	unknownScopes: isOneOf('dropped', 'refused', 'error'),
	scopesBeyondKey: isOneOf('granted', 'dropped', 'refused'),
	putWithoutScopes: isOneOf('refused', 'kept', 'full'),
	apiKeyBody: isOneOf('flat', 'list'),
	emailNeedsConfirmation: isFlag,
	domainFilter: isOneOf('exact', 'partial'),
	manualDomainSpf: isFlag,
	misspelledValidation: isFlag,
	updatedDomainBody: isOneOf('object', 'list'),
	assignUnvalidated: isFlag,
	assignedLinkStatus: isOneOf(200, 201),
	ipAddonQuantity: isOneOf('unrelated', 'follows', 'limits'),
};

/** The first setting that doesn't exist or has an invalid value; undefined if all are valid. */
export function invalidSetting(given: Record<string, unknown>): string | undefined {
	const rules = new Map<string, (value: unknown) => boolean>(Object.entries(RULES));
	return Object.keys(given).find((key) => !rules.get(key)?.(given[key]));
}
