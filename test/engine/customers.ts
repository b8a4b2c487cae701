import type { Account, Emulator, Offering, Subuser } from '../../emulator';

/** Customers for tests, put straight into an emulated SendGrid. */

export const PACKAGE: Offering = { name: 'demo.ei.free.v1', type: 'package', quantity: 1 };

export function addAccount({ state }: Emulator, id: string, offerings = [PACKAGE]): Account {
	return state.accounts.add(id, {
		id,
		email: `${id}@example.com`,
		created_at: '2026-01-01T00:00:00Z',
		updated_at: '2026-01-01T00:00:00Z',
		profile: {},
		state: 'activated',
		offerings: offerings.map((offering) => ({ ...offering })),
		ips: [],
		testAccount: false,
	});
}

/** With recurring credits: 1,000 a month, 400 of them used. */
export function addSubuser({ state, clock }: Emulator, username: string): Subuser {
	return state.subusers.add(username, {
		id: state.nextSubuserId++,
		username,
		email: 'someone@example.com',
		region: 'global',
		disabled: false,
		websiteAccess: true,
		ips: [],
		credits: {
			type: 'recurring',
			reset_frequency: 'monthly',
			remain: 600,
			total: 1000,
			used: 400,
			nextResetAt: clock.now() + 86_400_000,
		},
		reputation: 100,
	});
}
