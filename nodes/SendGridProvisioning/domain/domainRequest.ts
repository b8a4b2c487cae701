import { Refusal } from './refusal';

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
			'Custom SPF requires that Automatic Security is off',
			'Switch Automatic Security off, or leave Custom SPF off: SendGrid maintains SPF itself then.',
		);
	}
	const { custom_dkim_selector: selector } = request;
	if (selector === undefined || /^[a-z0-9]{3}$/i.test(selector)) return;
	throw new Refusal(
		`Custom DKIM Selector must have three letters or digits, but is “${selector}”`,
		'Enter three letters or digits, or leave it empty.',
	);
}
