import { createHash } from 'node:crypto';
import { timestamp } from './clock';
import { nonrecurringCredits, recurringCredits, spendCredits, unlimitedCredits } from './credits';
import { assignIps } from './ips';
import { hashOf, DAY_MS } from './metrics';
import { businessName } from './names';
import { setOfferings } from './offerings';
import type { Account, AccountState, Credits, EmulatorState, Offering, Region } from './state';
import { addSubuser } from './subusers';

/** Accounts came every few hours since this day, which lies before any usual start of the clock. */
const FIRST_DAY = Date.UTC(2022, 0, 10, 8, 30);

/** Offerings in short: a package, then add-ons with their quantities. */
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

/** The first accounts are always these, so that examples can name them. */
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
	const pick = hashOf(`account ${index}`);
	const packages = ['free', 'essentials-50k', 'essentials-50k', 'pro-100k', 'pro-300k'];
	const addons: Record<string, number> = {};
	if (pick % 3 === 0) addons['marketing-campaigns'] = 1;
	if (pick % 4 === 0) addons.ip = 1 + (pick % 2);
	if (pick % 7 === 0) addons['teammates-5'] = 1;
	if (pick % 11 === 0) addons['expert-services'] = 1;
	return {
		name: businessName(index),
		state: pick % 40 === 0 ? 'suspended' : pick % 25 === 0 ? 'deactivated' : 'activated',
		offerings: offerings(packages[(pick >>> 8) % packages.length] ?? 'free', addons),
	};
}

/** The id of an account of the customer base: made from its name, so it never changes. */
export function accountIdOf(name: string): string {
	return `sg${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

/** Fills the state with this many accounts, the same ones at each start. */
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
		// A copy: tests may change what an account has.
		setOfferings(account, structuredClone(seed.offerings), state);
		state.accounts.add(account.id, account);
	}
}

/** The parent account's IPs, from the ranges that are reserved for documentation and benchmarks. */
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
	/** How many of the credits are used up. */
	spent?: number;
}

const unlimited = (): Credits => unlimitedCredits();
const once = (remain: number) => (): Credits => nonrecurringCredits(remain);
const monthly = (total: number) => (now: number) => recurringCredits(total, 'monthly', now);
const weekly = (total: number) => (now: number) => recurringCredits(total, 'weekly', now);
const daily = (total: number) => (now: number) => recurringCredits(total, 'daily', now);

/** The first subusers are always these: each credit type, low credits, and names that trip code up. */
const FIRST_SUBUSERS: SubuserSeed[] = [
	{ name: 'birchwood-bakery', credits: monthly(10_000), spent: 2_500 },
	{ name: 'saltmarsh-books', credits: once(4_200) },
	{ name: 'tidewater-toys', credits: unlimited },
	{ name: 'lowmoor-linens', credits: weekly(5_000), spent: 4_988 },
	{ name: 'fernhollow-florist', region: 'eu', credits: daily(500), spent: 100 },
	{ name: 'orders@juniperlane-kitchens.example', credits: monthly(2_000), spent: 1_950 },
	{ name: 'カモメ製菓', credits: monthly(3_000), spent: 300 },
	{ name: 'пекарня-берёза', region: 'eu', credits: once(25) },
	{ name: 'quarrylane-bicycles', disabled: true, credits: unlimited },
	// These begin like other names, which is what SendGrid's search by username goes by.
	{ name: 'birchwood-bakery-eu', region: 'eu', credits: monthly(1_000) },
	{ name: 'Birchwood-Brewing', credits: daily(200), spent: 200 },
];

function laterSubuser(index: number): SubuserSeed {
	const pick = hashOf(`subuser ${index}`);
	const total = 500 * (1 + ((pick >>> 4) % 100));
	const kinds = [
		unlimited,
		once(total),
		monthly(total),
		monthly(total),
		weekly(total),
		daily(total),
	];
	// One in twelve has almost nothing left, the others something between nothing and all.
	const spent = pick % 12 === 0 ? total - (pick % 10) : Math.floor((total * (pick % 95)) / 100);
	const name = businessName(index);
	return {
		name: pick % 30 === 0 ? `mail@${name}.example` : name,
		region: pick % 6 === 0 ? 'eu' : 'global',
		disabled: pick % 33 === 0,
		credits: kinds[(pick >>> 12) % kinds.length] ?? unlimited,
		spent,
	};
}

/** Fills the state with this many subusers, the same ones at each start, sending from its IPs. */
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
