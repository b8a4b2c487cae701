import type * as N8n from 'n8n-workflow';
import type { INode } from 'n8n-workflow';
import type * as Errors from '../../../../nodes/SendGridProvisioning/transport/errors/nodeError';

const MODULE = '../../../../nodes/SendGridProvisioning/transport/errors/nodeError';

const NODE: INode = {
	id: '1',
	name: 'SendGrid',
	type: 'sendGridProvisioning',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** n8n replaces messages that contain these codes, such as ECONNRESET, with its own advice. */
const MESSAGES = [
	'Subuser orchard-lane: SendGrid didn’t answer (ECONNRESET); the change may have been applied',
	'SendGrid didn’t answer (ECONNABORTED); the account may have been created',
	'SendGrid didn’t answer (ETIMEDOUT); the change may have been applied',
	'Subuser homeaccess: the response isn’t what SendGrid documents; the change may have been applied',
	'Subuser deepermoor-linens: SendGrid failed with status 503; the change may have been applied',
];

// If an AI agent of version 2 calls the node as a tool, n8n wraps the error in one of its own.
describe.each(['n8n-workflow', 'n8n-workflow-1'])('the error of a tool (%s)', (library) => {
	let nodeError: typeof Errors.nodeError;
	let n8n: typeof N8n;

	beforeAll(() => {
		n8n = jest.requireActual<typeof N8n>(library);
		jest.doMock('n8n-workflow', () => n8n);
		jest.isolateModules(() => {
			({ nodeError } = jest.requireActual<typeof Errors>(MODULE));
		});
	});

	it.each(MESSAGES)('still says “%s” after n8n has wrapped it', (message) => {
		for (const httpCode of [{}, { httpCode: 503 }]) {
			const explanation = { message, description: 'Look first.', fromApi: true, ...httpCode };
			const wrapped = new n8n.NodeOperationError(NODE, nodeError(NODE, explanation));
			expect(wrapped.message).toBe(message);
			expect(wrapped.description).toBe('Look first.');
		}
	});
});
