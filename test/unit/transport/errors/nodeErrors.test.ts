import type { INode } from 'n8n-workflow';
import type { Explanation } from '../../../../nodes/SendGridProvisioning/transport/errors/explain';
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

interface MadeError extends Error {
	description?: unknown;
	context?: { itemIndex?: number };
	[key: string]: unknown;
}

// Each n8n line has its own n8n-workflow.
describe.each(['n8n-workflow', 'n8n-workflow-1'])(
	'the error that stops the node (%s)',
	(library) => {
		let { nodeError }: Partial<typeof Errors> = {};

		beforeAll(() => {
			jest.doMock('n8n-workflow', () => jest.requireActual<object>(library));
			jest.isolateModules(() => {
				({ nodeError } = jest.requireActual<typeof Errors>(MODULE));
			});
		});

		function errorOf(explanation: Partial<Explanation>, itemIndex?: number): MadeError {
			const whole = { message: 'No', description: 'Do this.', fromApi: true, ...explanation };
			return nodeError?.(NODE, whole, itemIndex) as unknown as MadeError;
		}

		it.each([
			'Subuser homeaccess: SendGrid doesn’t accept the API key',
			'The field websiteAccess is empty',
			'SendGrid didn’t answer (ECONNRESET)',
			'SendGrid couldn’t be reached (ECONNREFUSED), nothing was sent',
			'SendGrid didn’t answer (ETIMEDOUT)',
			'SendGrid refused the request with status 400: “too many requests”',
			'Bad gateway',
		])('keeps the message “%s”', (message) => {
			for (const fromApi of [true, false]) {
				for (const status of [{}, { httpCode: 400 }, { httpCode: 429 }, { httpCode: 503 }]) {
					const error = errorOf({ message, fromApi, ...status });
					expect(error.message).toBe(message);
					expect(error.description).toBe('Do this.');
					expect(error['messages']).toEqual([]);
				}
			}
		});

		it('keeps a description that equals the message', () => {
			for (const fromApi of [true, false]) {
				const error = errorOf({ message: 'Same.', description: 'Same.', fromApi });
				expect(error.description).toBe('Same.');
			}
		});

		it('is a NodeApiError if SendGrid or the network caused it, otherwise a NodeOperationError', () => {
			const api = errorOf({ message: 'No', fromApi: true, httpCode: 403 });
			expect(api.name).toBe('NodeApiError');
			expect(api['httpCode']).toBe('403');
			const operation = errorOf({ message: 'No', fromApi: false });
			expect(operation.name).toBe('NodeOperationError');
		});

		it('has the item’s index, including 0', () => {
			for (const fromApi of [true, false]) {
				const error = errorOf({ message: 'No', fromApi }, 0);
				expect(error.context?.itemIndex).toBe(0);
				expect(errorOf({ message: 'No', fromApi }).context?.itemIndex).toBeUndefined();
			}
		});

		it('contains nothing of the request or response', () => {
			const error = errorOf({ message: 'No', fromApi: true, httpCode: 500 });
			expect(JSON.stringify([error['errorResponse'], error.cause])).not.toMatch(/header|Bearer/i);
		});
	},
);
