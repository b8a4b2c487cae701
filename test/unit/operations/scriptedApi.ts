import type { IDataObject } from 'n8n-workflow';
import type { Operation } from '../../../nodes/SendGridProvisioning/runner/operation';
import { ownWritesOf } from '../../../nodes/SendGridProvisioning/runner/ownWrites';
import type { Call } from '../../../nodes/SendGridProvisioning/transport/call';
import {
	mayBeApplied,
	SendGridError,
} from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import type { Failure } from '../../../nodes/SendGridProvisioning/transport/errors/failure';
import type { Tried } from '../../../nodes/SendGridProvisioning/transport/client';

/** A call that an operation must make, as "METHOD path", and what comes of it. */
export interface Step {
	call: string;
	/** Left out where the call has no body. */
	body?: unknown;
	/** The body of SendGrid's answer, or why there is none. */
	answer?: unknown;
	failure?: Failure;
}

/** Runs an operation for one item; it must make exactly these calls, in this order. */
export async function run(
	operation: Operation,
	target: string,
	params: Record<string, unknown>,
	steps: Step[],
): Promise<IDataObject | IDataObject[]> {
	const left = [...steps];
	const send = async <Result>(call: Call<Result>): Promise<Result> => {
		const sent = { call: `${call.method} ${call.path.sent}`, body: call.body };
		const step = left.shift();
		if (step === undefined) throw new Error(`No call was left, but came ${sent.call}`);
		expect(sent).toEqual({ call: step.call, body: step.body });
		if (step.failure !== undefined) throw new SendGridError(step.failure, call);
		const result = call.read(step.answer, undefined, Date.now());
		if (result === undefined) throw new SendGridError({ kind: 'shape', status: 200 }, call);
		return result;
	};
	const trySend = async <Result>(call: Call<Result>): Promise<Tried<Result>> => {
		try {
			return { done: await send(call) };
		} catch (error) {
			if (!(error instanceof SendGridError) || !mayBeApplied(error.failure)) throw error;
			return { unknown: error, echo: false };
		}
	};
	const api = { send, trySend };
	try {
		const result = await operation.execute({
			api,
			target,
			param: (name) => params[name] ?? null,
			ownWrites: ownWritesOf(target),
			once: async (_key, load) => await load(),
		});
		return result.output;
	} finally {
		expect(left.map(({ call }) => call)).toEqual([]);
	}
}
