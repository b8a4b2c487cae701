/**
 * Calls n8n's HTTP helper for each item, several at the same time. It has no checks, no rate limit, and
 * no retries, so no node that uses this helper can be much faster.
 */
class PlatformFloor {
	constructor() {
		this.description = {
			displayName: 'Platform Floor',
			name: 'platformFloor',
			group: ['transform'],
			version: 1,
			description: 'Sends one request for each item',
			defaults: { name: 'Platform Floor' },
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: 'sendGridApi', required: true }],
			properties: [
				{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: '' },
				{ displayName: 'Read Fields', name: 'readFields', type: 'boolean', default: false },
				{ displayName: 'Username', name: 'username', type: 'string', default: '' },
				{ displayName: 'Total', name: 'total', type: 'string', default: '' },
				{
					displayName: 'Read Credential Once',
					name: 'readCredentialOnce',
					type: 'boolean',
					default: false,
				},
				{ displayName: 'In Parallel', name: 'parallel', type: 'number', default: 1 },
			],
		};
	}

	async execute() {
		const items = this.getInputData();
		const baseUrl = this.getNodeParameter('baseUrl', 0);
		const readFields = this.getNodeParameter('readFields', 0);
		// The cost of users' expressions, which n8n evaluates for each item.
		const fieldsOf = (index) =>
			readFields
				? {
						username: this.getNodeParameter('username', index),
						total: this.getNodeParameter('total', index),
					}
				: items[index].json;
		// Otherwise, n8n reads and decrypts the credential for each request.
		const credential = this.getNodeParameter('readCredentialOnce', 0)
			? { credentialsDecrypted: { data: await this.getCredentials('sendGridApi') } }
			: undefined;
		const output = new Array(items.length);
		let next = 0;
		const work = async () => {
			while (next < items.length) {
				const index = next++;
				const { username, total } = fieldsOf(index);
				const request = {
					method: 'PUT',
					url: `${baseUrl}/v3/subusers/${encodeURIComponent(username)}/credits`,
					body: { type: 'nonrecurring', total },
					json: true,
				};
				const json = await this.helpers.httpRequestWithAuthentication.call(
					this,
					'sendGridApi',
					request,
					credential,
				);
				output[index] = { json, pairedItem: { item: index } };
			}
		};
		const workers = Array.from({ length: this.getNodeParameter('parallel', 0) }, work);
		await Promise.all(workers);
		return [output];
	}
}

module.exports = { PlatformFloor };
