import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { accessOf, isWithin } from '../nodes/SendGridProvisioning/transport/baseUrl';

export class SendGridProvisioningApi implements ICredentialType {
	name = 'sendGridProvisioningApi';

	displayName = 'SendGrid Provisioning API';

	icon: Icon = {
		light: 'file:sendGridProvisioning.svg',
		dark: 'file:sendGridProvisioning.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-sendgrid-provisioning/n8n-nodes-sendgrid-provisioning#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. SG.xxxxxxxx',
			description:
				'From SendGrid, Settings > API Keys, made in the parent account: for offerings the reseller’s with Full Access, for credits any that may manage subusers',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			options: [
				{ name: 'Custom', value: 'custom', description: 'An API gateway, or the emulator' },
				{ name: 'EU', value: 'eu', description: 'For keys made in the EU portal' },
				{ name: 'Global', value: 'global', description: 'For all other keys' },
			],
			default: 'global',
			description: 'Where the key was made. Keys from the EU portal work with EU alone.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://sendgrid-gateway.example.com',
			description:
				'What stands in place of https://api.sendgrid.com. Plain http is only for this computer and for host names without a dot.',
			displayOptions: { show: { region: ['custom'] } },
		},
	];

	/** Signs requests to the credential's own base URL, and no others. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { apiKey, baseUrl } = accessOf(credentials);
		// n8n's HTTP Request node, in which this credential can be chosen too, calls the URL `uri`.
		const {
			baseURL = '',
			uri = '',
			url = uri,
		}: Partial<IHttpRequestOptions> & { uri?: string } = requestOptions;
		if (!isWithin(baseUrl, baseURL, url)) {
			throw new Error('The API key is only sent to the host that the credential names');
		}
		return {
			...requestOptions,
			headers: { ...requestOptions.headers, Authorization: `Bearer ${apiKey}` },
		};
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ $credentials.region === "custom" ? $credentials.baseUrl.trim() : $credentials.region === "eu" ? "https://api.eu.sendgrid.com" : "https://api.sendgrid.com" }}',
			url: '/v3/scopes',
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'SendGrid does not accept this API key. Check that it was copied whole, and that the region is the one it was made in.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'SendGrid knows this API key but gives it no access. Check its permissions in SendGrid under Settings > API Keys, and any allowed IP addresses.',
				},
			},
		],
	};
}
