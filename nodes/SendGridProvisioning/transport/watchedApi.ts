import { outcomeOf } from '../domain/outcome';
import type { Call } from './call';
import type { SendGridApi } from './client';
import { hadNoEffect } from './errors/failure';

/** An api, and whether a call that it has sent may have changed something in SendGrid. */
export interface WatchedApi {
	api: SendGridApi;
	mayHaveChanged: () => boolean;
}

/** Watches the calls of one item. */
export function watched(api: SendGridApi): WatchedApi {
	let changed = false;
	const watch = async <Result, Sent>(
		call: Call<Result>,
		send: (call: Call<Result>) => Promise<Sent>,
	): Promise<Sent> => {
		const outcome = await outcomeOf(async () => await send(call));
		if (call.method !== 'GET') changed ||= 'value' in outcome || !hadNoEffect(outcome.error);
		if ('value' in outcome) return outcome.value;
		throw outcome.error;
	};
	return {
		api: {
			send: async (call) => await watch(call, async () => await api.send(call)),
			trySend: async (call) => await watch(call, async () => await api.trySend(call)),
		},
		mayHaveChanged: () => changed,
	};
}
