import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { getScopes } from '../nodes/SendGridProvisioning/sendgrid/apiKey';
import { accessOf, isWithin } from '../nodes/SendGridProvisioning/transport/baseUrl';
import { testCredential } from '../nodes/SendGridProvisioning/transport/credentialTest';

/** Marks the request of n8n's credential test. `authenticate` removes this header. */
const TEST_MARK = 'X-Credential-Test';

/** n8n's HTTP helpers, by the credential that the next request is signed with. */
const helpersFor = new WeakMap<ICredentialDataDecryptedObject, IHttpRequestHelper['helpers']>();

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
				'Key of the parent account, from Settings > API Keys in SendGrid. Offerings require a reseller’s key with Full Access, credits a key that can manage subusers.',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			options: [
				{ name: 'Custom', value: 'custom', description: 'An API gateway, or the emulator' },
				{
					name: 'EU',
					value: 'eu',
					description: 'For keys created in the EU portal (app.eu.sendgrid.com)',
				},
				{ name: 'Global', value: 'global', description: 'For all other keys' },
			],
			default: 'global',
			description:
				'Region in which the key was created. Keys from the EU portal only work with EU.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://sendgrid-gateway.example.com',
			description:
				'Replaces https://api.sendgrid.com. Plain http only works for this computer and for host names without a dot.',
			displayOptions: { show: { region: ['custom'] } },
		},
		{
			// n8n calls `preAuthentication` only if a field like this is empty, as this one always is.
			displayName: 'Connection Test',
			name: 'connectionTest',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: '',
			description: 'Makes the credential test show what is wrong',
		},
	];

	/**
	 * Keeps n8n's HTTP helper for the credential test, because `authenticate` doesn't get one. n8n
	 * calls this before every request, so it sends nothing.
	 */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		helpersFor.set(credentials, this.helpers);
		return {};
	}

	/**
	 * Signs only requests to the credential's base URL. For n8n's credential test, it first sends a
	 * request of its own: n8n would show only an error's code, and accept any response as SendGrid's,
	 * but an error that is thrown here reaches the dialog unchanged.
	 */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { [TEST_MARK]: testMark, ...headers } = requestOptions.headers ?? {};
		const helpers = helpersFor.get(credentials);
		if (testMark !== undefined && helpers !== undefined) {
			await testCredential(helpers.httpRequest, credentials, getScopes());
		}
		const { apiKey, baseUrl } = accessOf(credentials);
		// n8n's HTTP Request node, which can also use this credential, calls the URL `uri`.
		const {
			baseURL = '',
			uri = '',
			url = uri,
		}: Partial<IHttpRequestOptions> & { uri?: string } = requestOptions;
		if (!isWithin(baseUrl, baseURL, url)) {
			throw new Error('The API key is only sent to the host that the credential names');
		}
		return { ...requestOptions, headers: { ...headers, Authorization: `Bearer ${apiKey}` } };
	}

	/** Its response only counts if `authenticate` found no error, or had no helper. */
	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ $credentials.region === "custom" ? String($credentials.baseUrl ?? "").trim().replace(/\\/+v3\\/*$/, "") : $credentials.region === "eu" ? "https://api.eu.sendgrid.com" : "https://api.sendgrid.com" }}',
			url: '/v3/scopes',
			headers: { Accept: 'application/json', [TEST_MARK]: 'true' },
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'SendGrid doesn’t accept this API key, or a proxy or gateway refused the request. Check that the key was copied whole, and that the region is the one it was created in, or the base URL is right.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'SendGrid accepts this API key, but it has no access, or a proxy or firewall refused the request. Check its permissions in SendGrid under Settings > API Keys, and any allowed IP addresses.',
				},
			},
		],
	};
}
