import { createHash } from 'node:crypto';
import { timestamp } from './clock';
import { nonrecurringCredits, recurringCredits, spendCredits, unlimitedCredits } from './credits';
import { assignIps } from './ips';
import { hashOf, DAY_MS } from './metrics';
import { businessName } from './names';
import { setOfferings } from './offerings';
import type { Account, AccountState, Credits, EmulatorState, Offering, Region } from './state';
import { addSubuser } from './subusers';

/** When the first account was created; the others follow every few hours. */
const FIRST_DAY = Date.UTC(2022, 0, 10, 8, 30);

/** Builds offerings from the short names of a package and of add-ons with their quantities. */
function offerings(packageName: string, addons: Record<string, number> = {}): Offering[] {
	return [
		{ name: `demo.ei.${packageName}.v1`, type: 'package', quantity: 1 },
		...Object.entries(addons).map(([name, quantity]): Offering => ({
			name: `demo.x.${name}.v1`,
			type: 'addon',
			quantity,
		})),
	];
}

interface AccountSeed {
	name: string;
	state?: AccountState;
	offerings: Offering[];
}

/** The first accounts, which never change: the examples name them. */
const FIRST_ACCOUNTS: AccountSeed[] = [
	{ name: 'birchwood-bakery', offerings: offerings('essentials-50k') },
	{
		name: 'saltmarsh-books',
		offerings: offerings('pro-100k', { ip: 1, 'marketing-campaigns': 1 }),
	},
	{ name: 'tidewater-toys', offerings: offerings('free') },
	{ name: 'lowmoor-linens', offerings: offerings('pro-300k', { ip: 3, 'subusers-10': 2 }) },
	{ name: 'fernhollow-florist', state: 'deactivated', offerings: offerings('essentials-50k') },
	{ name: 'rookwell-records', state: 'suspended', offerings: offerings('pro-100k') },
];

function laterAccount(index: number): AccountSeed {
	const hash = hashOf(`account ${index}`);
	const packages = ['free', 'essentials-50k', 'essentials-50k', 'pro-100k', 'pro-300k'];
	const addons: Record<string, number> = {};
	if (hash % 3 === 0) addons['marketing-campaigns'] = 1;
	if (hash % 4 === 0) addons.ip = 1 + (hash % 2);
	if (hash % 7 === 0) addons['teammates-5'] = 1;
	if (hash % 11 === 0) addons['expert-services'] = 1;
	return {
		name: businessName(index),
		state: hash % 40 === 0 ? 'suspended' : hash % 25 === 0 ? 'deactivated' : 'activated',
		offerings: offerings(packages[(hash >>> 8) % packages.length] ?? 'free', addons),
	};
}

/** The ID of a generated account, derived from its name so that it never changes. */
export function accountIdOf(name: string): string {
	return `sg${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

/** Adds the first `count` accounts of a sequence that is the same at each start. */
export function addAccounts(state: EmulatorState, count: number): void {
	for (let index = 0; index < count; index++) {
		const seed = FIRST_ACCOUNTS[index] ?? laterAccount(index);
		const createdAt = FIRST_DAY + index * 3 * 3_600_000 + (hashOf(seed.name) % 3_600_000);
		const account: Account = {
			id: accountIdOf(seed.name),
			email: `hello@${seed.name}.example`,
			created_at: timestamp(createdAt),
			updated_at: timestamp(createdAt + (hashOf(seed.name) % 90) * DAY_MS),
			profile: { company_name: seed.name, email: `hello@${seed.name}.example` },
			state: seed.state ?? 'activated',
			offerings: [],
			ips: [],
			testAccount: false,
		};
		// A copy, because tests may change an account's offerings.
		setOfferings(account, structuredClone(seed.offerings), state);
		state.accounts.add(account.id, account);
	}
}

/** Adds the parent account's IPs, from ranges reserved for documentation and benchmarks. */
export function addIps(state: EmulatorState, count: number): void {
	for (let index = 0; index < count; index++) {
		const ip =
			index < 200
				? `192.0.2.${index + 1}`
				: `198.${18 + ((index >>> 16) & 1)}.${(index >>> 8) & 255}.${index & 255}`;
		state.ips.set(ip, {
			ip,
			...(index % 3 !== 2 && { rdns: `o${index + 1}.mail.example.com` }),
			pools: index % 2 === 0 ? ['transactional'] : ['marketing'],
			warmup: index % 5 === 4,
			assignedAt: Math.floor((FIRST_DAY + index * DAY_MS) / 1000),
			subusers: new Set(),
		});
	}
}

interface SubuserSeed {
	name: string;
	region?: Region;
	disabled?: boolean;
	credits: (now: number) => Credits;
	/** Credits that are used up. */
	spent?: number;
}

const unlimited = (): Credits => unlimitedCredits();
const nonrecurring = (remain: number) => (): Credits => nonrecurringCredits(remain);
const monthly = (total: number) => (now: number) => recurringCredits(total, 'monthly', now);
const weekly = (total: number) => (now: number) => recurringCredits(total, 'weekly', now);
const daily = (total: number) => (now: number) => recurringCredits(total, 'daily', now);

/** The first subusers, which never change: each credit type, low credits, and difficult names. */
const FIRST_SUBUSERS: SubuserSeed[] = [
	{ name: 'birchwood-bakery', credits: monthly(10_000), spent: 2_500 },
	{ name: 'saltmarsh-books', credits: nonrecurring(4_200) },
	{ name: 'tidewater-toys', credits: unlimited },
	{ name: 'lowmoor-linens', credits: weekly(5_000), spent: 4_988 },
	{ name: 'fernhollow-florist', region: 'eu', credits: daily(500), spent: 100 },
	{ name: 'orders@juniperlane-kitchens.example', credits: monthly(2_000), spent: 1_950 },
	{ name: 'カモメ製菓', credits: monthly(3_000), spent: 300 },
	{ name: 'пекарня-берёза', region: 'eu', credits: nonrecurring(25) },
	{ name: 'quarrylane-bicycles', disabled: true, credits: unlimited },
	// These two start like the first name, so SendGrid's search by prefix finds all three.
	{ name: 'birchwood-bakery-eu', region: 'eu', credits: monthly(1_000) },
	{ name: 'Birchwood-Brewing', credits: daily(200), spent: 200 },
];

function laterSubuser(index: number): SubuserSeed {
	const hash = hashOf(`subuser ${index}`);
	const total = 500 * (1 + ((hash >>> 4) % 100));
	const kinds = [
		unlimited,
		nonrecurring(total),
		monthly(total),
		monthly(total),
		weekly(total),
		daily(total),
	];
	// One in twelve has almost no credits left; the others have used up to 95 % of them.
	const spent = hash % 12 === 0 ? total - (hash % 10) : Math.floor((total * (hash % 95)) / 100);
	const name = businessName(index);
	return {
		name: hash % 30 === 0 ? `mail@${name}.example` : name,
		region: hash % 6 === 0 ? 'eu' : 'global',
		disabled: hash % 33 === 0,
		credits: kinds[(hash >>> 12) % kinds.length] ?? unlimited,
		spent,
	};
}

/** Adds the first `count` subusers of a sequence that is the same at each start, with IPs. */
export function addSubusers(state: EmulatorState, count: number, now: number): void {
	const ips = [...state.ips.keys()];
	for (let index = 0; index < count; index++) {
		const seed = FIRST_SUBUSERS[index] ?? laterSubuser(index);
		const email = seed.name.includes('@') ? seed.name : `subuser${index + 1}@example.com`;
		const subuser = addSubuser(state, {
			username: seed.name,
			email,
			region: seed.region ?? 'global',
			ips: [],
		});
		const second = index % 8 === 3 ? ips[(index * 7 + 1) % ips.length] : undefined;
		const own = ips[(index * 7) % ips.length];
		assignIps(
			state,
			subuser,
			[own, second].filter((ip) => ip !== undefined),
		);
		subuser.disabled = seed.disabled ?? false;
		subuser.reputation = (1000 - (hashOf(seed.name) % 150)) / 10;
		subuser.credits = seed.credits(now);
		spendCredits(subuser, seed.spent ?? 0, now);
	}
}
