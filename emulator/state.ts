import type { Behavior } from './behavior';
import type { Directory } from './directory';

/** The parent account or one of its subusers: what owns API keys, domains, and links. */
export interface User {
	id: number;
	username: string;
	email: string;
	region: Region;
}

/** An API key of the parent account or of a subuser. */
export interface ApiKey {
	/** The secret that clients send. */
	key: string;
	/** The part of the key after `SG.`, which SendGrid uses as its ID. */
	id: string;
	name: string;
	owner: User;
	scopes: string[];
	/** Whether it is a key of a reseller's parent account. */
	reseller: boolean;
	/** From when until when it works, in real time, epoch ms; always, unless set. */
	validFrom?: number;
	validUntil?: number;
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
	/** Those of `ips` that are in the EU. */
	euIps?: string[];
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

export interface Subuser extends User {
	disabled: boolean;
	websiteAccess: boolean;
	/** Change them only with `assignIps`, which also updates `IpAddress.subusers`. */
	ips: string[];
	credits: Credits;
	/** 0 to 100. */
	reputation: number;
	/** When it was created over the API, in real time, epoch ms. */
	createdAt?: number;
}

/** A record that a domain or link requires in the customer's DNS. */
export interface DnsRecord {
	type: 'cname' | 'txt' | 'mx';
	host: string;
	data: string;
}

/** What domain authentication and link branding have in common. */
export interface Branding {
	id: number;
	owner: User;
	domain: string;
	subdomain: string;
	region: Region;
	default: boolean;
	/** By the name that SendGrid has for each record, such as `mail_cname`. */
	records: Record<string, DnsRecord>;
	/** The result of the latest validation by record; empty before the first. */
	validated: Record<string, boolean>;
	/** Subusers that the parent account has assigned it to. */
	assignedTo: Subuser[];
	/** When it was last validated, on the emulator's clock, epoch seconds. */
	validatedAt?: number;
}

/** An authenticated domain. */
export interface Domain extends Branding {
	ips: string[];
	customSpf: boolean;
	automaticSecurity: boolean;
}

/** An email that SendGrid has accepted. */
export interface AcceptedMail {
	owner: User;
	from: string;
	to: string[];
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
	/** The parent account. */
	parent: User;
	/** By secret, the parent's and the subusers'. */
	keys: Map<string, ApiKey>;
	/** Usernames, in lower case, of other SendGrid customers: no one else can use or act for them. */
	foreignUsernames: Set<string>;
	domains: Map<number, Domain>;
	links: Map<number, Branding>;
	/** The public DNS by `type host`; change it with `publishRecord`. */
	dns: Map<string, DnsRecord>;
	acceptedMail: AcceptedMail[];
	behavior: Behavior;
	/** Unused codes of sign-in links. */
	signInCodes: Map<string, SignInCode>;
	/** Number of the next dedicated IP that is created for an account. */
	nextDedicatedIp: number;
	/** ID of the next new subuser. */
	nextSubuserId: number;
	/** ID of the next domain or link. */
	nextBrandingId: number;
}
