import type { Directory } from './directory';

/** An API key, its scopes, and whether it belongs to a reseller. */
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

/** What an offering includes; SendGrid leaves out keys that don't apply. */
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

/** All states of an account; a reseller can set only the first two. */
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
	/** Dedicated IPs, oldest first; a test account never has any. */
	ips: string[];
	testAccount: boolean;
}

export type CreditType = 'unlimited' | 'recurring' | 'nonrecurring';
export type ResetFrequency = 'monthly' | 'weekly' | 'daily';

/** SendGrid's five fields, and the time of the next reset (epoch ms). */
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
	/** Change them only with `assignIps`, which also updates `IpAddress.subusers`. */
	ips: string[];
	credits: Credits;
	/** 0 to 100. */
	reputation: number;
}

/** An IP address of the parent account, and the subusers that send from it. */
export interface IpAddress {
	ip: string;
	rdns?: string;
	pools: string[];
	warmup: boolean;
	/** Epoch seconds. */
	assignedAt: number;
	/** Usernames; change them only with `assignIps`. */
	subusers: Set<string>;
}

export interface SignInCode {
	accountId: string;
	/** Epoch ms on the emulator's clock. */
	expiresAt: number;
}

/** Everything that the emulated SendGrid stores. Tests may read and change it at any time. */
export interface EmulatorState {
	/** By account ID. */
	accounts: Directory<Account>;
	catalog: CatalogEntry[];
	/** By username, ignoring case. */
	subusers: Directory<Subuser>;
	ips: Map<string, IpAddress>;
	keys: Map<string, ApiKey>;
	/** Unused codes of sign-in links. */
	signInCodes: Map<string, SignInCode>;
	/** Number of the next dedicated IP that is created for an account. */
	nextDedicatedIp: number;
	/** ID of the next new subuser. */
	nextSubuserId: number;
}
