import type { Problem } from './openapi';

/** What SendGrid does, or is assumed to do, although its documents don't allow it. */
export interface Exception {
	operation: RegExp;
	/** The response's status; undefined for a request. */
	status?: number | RegExp;
	at: RegExp;
	/** The source, or "assumed" with a reason. */
	source: string;
	/** A condition for the value at that place. */
	when?: (value: unknown) => boolean;
}

const DOCS = 'https://www.twilio.com/docs/sendgrid/api-reference';
const DOCS_2018 = 'https://github.com/sendgrid/docs/blob/b128e7b33/source/API_Reference/Web_API_v3';

/** The records of both kinds of security; the documents publish only one of them in each response. */
const AUTOMATIC = ['dkim1', 'dkim2', 'mail_cname'];
const MANUAL = ['dkim', 'mail_server', 'subdomain_spf'];

function areDomainRecords(value: unknown): boolean {
	const names = Object.keys(value as object).sort();
	return [AUTOMATIC, MANUAL, [...MANUAL, 'domain_spf'].sort()].some(
		(form) => form.join() === names.join(),
	);
}

export const EXCEPTIONS: Exception[] = [
	{
		operation: /./,
		status: 429,
		at: /^status$/,
		source: `${DOCS}/how-to-use-the-sendgrid-v3-api/rate-limits`,
	},
	{
		operation: / \/v3\/(subusers|ips|scopes)/,
		status: /^(400|401|403|500)$/,
		at: /^status$/,
		source: `all v3 endpoints: ${DOCS}/how-to-use-the-sendgrid-v3-api/errors`,
	},
	{
		operation: / \/v3\/(user|api_keys|whitelabel|scopes)/,
		status: /^(400|401|403|404|451|500)$/,
		at: /^status$/,
		source: `all v3 endpoints: ${DOCS}/how-to-use-the-sendgrid-v3-api/errors`,
	},
	{
		operation: /^GET \/v3\/api_keys\/\{api_key_id\}$/,
		status: 200,
		at: /^body\/(api_key_id|name|scopes)$/,
		source: `the key itself instead of a list: ${DOCS_2018}/API_Keys/index.apiblueprint`,
	},
	{
		operation: /^PUT \/v3\/api_keys\/\{api_key_id\}$/,
		status: 200,
		at: /^body\/scopes$/,
		source: 'the example in the same document',
	},
	{
		operation: /^(GET|POST|PATCH) \/v3\/whitelabel\/domains/,
		status: /^20[01]$/,
		at: /^body(\/\d+)?\/dns(\/|$)/,
		when: areDomainRecords,
		source: `each response has the records of the domain's kind of security: ${DOCS_2018}/Whitelabel/domains.apiblueprint`,
	},
	{
		operation: /^PATCH \/v3\/whitelabel\/domains\/\{domain_id\}$/,
		status: 200,
		at: /^body$/,
		when: (value) => !Array.isArray(value) && 'dns' in (value as object),
		source: `the domain instead of a list: ${DOCS_2018}/Whitelabel/domains.apiblueprint`,
	},
	{
		operation: /^POST \/v3\/whitelabel\/domains\/\{id\}\/validate$/,
		status: 200,
		at: /^body\/validation_results\/(mail_server|subdomain_spf|domain_spf|dkim)$/,
		source:
			'the results of manual security in live tests: https://github.com/awwa/sendgrid4r/tree/f42b6b8',
	},
	{
		operation: /^POST \/v3\/whitelabel\/domains\/\{id\}\/validate$/,
		status: 200,
		at: /^body\/validation_resuts$/,
		source: 'earlier responses: https://github.com/twilio/sendgrid-oai/pull/68',
	},
	{
		operation: /^GET \/v3\/whitelabel\/links$/,
		at: /^query (offset|exclude_subusers|username|domain)$/,
		source: `${DOCS_2018}/Whitelabel/links.apiblueprint`,
	},
	{
		operation: /^POST \/v3\/whitelabel\/links\/\{link_id\}\/subuser$/,
		status: 201,
		at: /^status$/,
		source: `${DOCS_2018}/Whitelabel/links.apiblueprint`,
	},
	{
		operation: /^POST \/v3\/subusers$/,
		status: 201,
		at: /^status$/,
		source:
			'the responses in other clients of this API, e.g. digitalocean/terraform-provider-sendgrid',
	},
	{
		operation: /^PUT \/v3\/partners\/accounts\/.*\/(offerings|state)$/,
		status: 404,
		at: /^status$/,
		source: 'assumed: other operations on an unknown account publish it',
	},
	{
		operation: /^POST \/v3\/partners\/accounts\/.*\/sso$/,
		status: 400,
		at: /^status$/,
		source: 'assumed: all other partner operations publish it',
	},
	{
		operation: /^(DELETE|PATCH|PUT|GET) \/v3\/subusers\/\{subuser_name\}/,
		status: 404,
		at: /^status$/,
		source: 'assumed: nothing is published for an unknown subuser, other than on credits',
	},
	{
		operation: / \/v3\/subusers\/\{subuser_name\}\/credits/,
		status: 200,
		at: /^body\/reset_frequency$/,
		when: (value) => value === null,
		source:
			'the description of reset_frequency in the same document; its "nullable" is ignored next to a $ref',
	},
	{
		operation: /^GET \/v3\/partners\/accounts$/,
		status: 200,
		at: /^body\/accounts\/\d+\/(email|updated_at)$/,
		source: 'the example in the same document',
	},
	{
		operation: /^POST \/v3\/subusers$/,
		status: /^20[01]$/,
		at: /^body\/(signup_session_token|authorization_token)$/,
		source: 'the responses in other clients of this API, e.g. kenzo0107/sendgrid',
	},
	{
		operation: /^POST \/v3\/subusers$/,
		at: /^body$/,
		when: (value) =>
			JSON.stringify(Object.keys(value as object).sort()) ===
			JSON.stringify(['email', 'include_region', 'password', 'region', 'username']),
		source: `the guide to EU subusers leaves ips out: ${DOCS}/subusers-api/how-to-create-a-eu-regional-subuser-with-the-twilio-sendgrid-api`,
	},
	{
		operation: /^GET \/v3\/subusers\/(stats|reputations)$/,
		at: /^query (subusers|usernames)$/,
		when: Array.isArray,
		source:
			'the description of the operation (subusers); for usernames https://github.com/Jericho/StrongGrid/issues/301',
	},
];

/** Problems without a matching exception. */
export function unexplained(problems: Problem[]): Problem[] {
	return problems.filter(
		(problem) => !EXCEPTIONS.some((exception) => explains(exception, problem)),
	);
}

function explains({ operation, status, at, when }: Exception, problem: Problem): boolean {
	const sameStatus =
		status instanceof RegExp ? status.test(String(problem.status)) : status === problem.status;
	return (
		sameStatus &&
		operation.test(problem.operation) &&
		at.test(problem.at) &&
		(!when || when(problem.value))
	);
}
