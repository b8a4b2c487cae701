import type { Directory } from './directory';

/** An API key: what it may do, and whether its owner is a reseller. */
export interface ApiKey {
	key: string;
	scopes: string[];
	reseller: boolean;
}

export type OfferingType = 'package' | 'addon';

export interface Offering {
	name: string;
	type: OfferingType;
	quantity: number;
}

/** What an offering comes with; SendGrid leaves out keys that do not apply. */
export interface Entitlements {
	email_sends_max_monthly?: number;
	ip_count?: number;
	teammates_max_total?: number;
	users_max_total?: number;
}

export interface CatalogEntry {
	offering: Offering;
	entitlements: Entitlements;
}

/** All states an account can be in; a reseller can only set the first two. */
export const ACCOUNT_STATES = [
	'activated',
	'deactivated',
	'suspended',
	'banned',
	'indeterminate',
] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** A reseller's customer account. */
export interface Account {
	id: string;
	email: string;
	created_at: string;
	updated_at: string;
	profile: Record<string, string>;
	state: AccountState;
	offerings: Offering[];
	/** Dedicated IPs, oldest first; a test account has none. */
	ips: string[];
	testAccount: boolean;
}

export type CreditType = 'unlimited' | 'recurring' | 'nonrecurring';
export type ResetFrequency = 'monthly' | 'weekly' | 'daily';

/** SendGrid's five fields with SendGrid's nulls, and when the next reset is due (epoch ms). */
export interface Credits {
	type: CreditType;
	reset_frequency: ResetFrequency | null;
	remain: number | null;
	total: number | null;
	used: number | null;
	nextResetAt: number | null;
}

export type Region = 'global' | 'eu';

export interface Subuser {
	id: number;
	username: string;
	email: string;
	region: Region;
	disabled: boolean;
	websiteAccess: boolean;
	/** Change them with `assignIps`, which keeps the other direction up to date. */
	ips: string[];
	credits: Credits;
	/** 0 to 100. */
	reputation: number;
}

/** An IP address of the parent account and who sends from it. */
export interface IpAddress {
	ip: string;
	rdns?: string;
	pools: string[];
	warmup: boolean;
	/** Epoch seconds. */
	assignedAt: number;
	/** Kept by `assignIps`. */
	subusers: Set<string>;
}

export interface SignInCode {
	accountId: string;
	/** Epoch ms on the emulator's clock. */
	expiresAt: number;
}

/** Everything the emulated SendGrid remembers. Tests may read and change it at any time. */
export interface EmulatorState {
	/** By account id. */
	accounts: Directory<Account>;
	catalog: CatalogEntry[];
	/** By username, upper and lower case being the same. */
	subusers: Directory<Subuser>;
	ips: Map<string, IpAddress>;
	keys: Map<string, ApiKey>;
	/** One-time codes of sign-in links that nobody has used yet. */
	signInCodes: Map<string, SignInCode>;
	/** Number of the next dedicated IP that an account gets. */
	nextDedicatedIp: number;
	/** Given to the next subuser. */
	nextSubuserId: number;
}
