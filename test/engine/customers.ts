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

/** The credits of a new subuser here, as SendGrid returns them. */
export const CREDITS_AT_FIRST = {
	type: 'recurring' as const,
	reset_frequency: 'monthly' as const,
	remain: 600,
	total: 1000,
	used: 400,
};

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
			...CREDITS_AT_FIRST,
			nextResetAt: clock.now() + 86_400_000,
		},
		reputation: 100,
	});
}
