import { Refusal } from './refusal';
import { butIs } from './values';

/** The body that creates an authenticated domain. Absent fields have SendGrid's defaults. */
export interface DomainRequest {
	domain: string;
	subdomain?: string;
	automatic_security: boolean;
	default?: boolean;
	custom_dkim_selector?: string;
	custom_spf?: boolean;
	ips?: string[];
	region?: 'global' | 'eu';
}

/** @throws Refusal for options that don't go together, or that SendGrid doesn't allow */
export function assertDomainRequest(request: DomainRequest): void {
	const { automatic_security: isAutomatic, custom_spf: customSpf } = request;
	if (customSpf === true && isAutomatic) {
		throw new Refusal(
			'Custom SPF requires Automatic Security to be off',
			'Turn off Automatic Security in the options, or remove Custom SPF: with Automatic Security, SendGrid maintains SPF.',
		);
	}
	const { custom_dkim_selector: selector } = request;
	if (selector === undefined || /^[a-z0-9]{3}$/i.test(selector)) return;
	throw new Refusal(
		`Custom DKIM Selector must be three letters or digits, ${butIs(selector)}`,
		'Enter three letters or digits, such as abc, or leave it empty.',
	);
}
