import { assertIpsConfirmed, assertIpsSendable, withIpChange } from '../../domain/ips';
import type { Change } from '../../domain/offerings';
import { changedIps, undoneIps } from '../../domain/overwrites';
import { allIps, putIps } from '../../sendgrid/subuserIps';
import type { ListChange } from '../../runner/changeList';

/** How to change the list of a subuser's IPs. */
export function ipListChange(target: string, change: Change, ips: string[]): ListChange<string[]> {
	return {
		read: async (api) => await allIps(api, target),
		decide: async (read) => {
			const before = await read();
			const after = withIpChange(before, change, ips);
			if (changedIps({ before, after }).length > 0) assertIpsSendable(after);
			return { before, after };
		},
		put: (list) => putIps(target, list),
		assertConfirmed: assertIpsConfirmed,
		changed: changedIps,
		undone: undoneIps,
	};
}
