import { Refusal } from './refusal';
import { collection, shown } from './values';

/** What SendGrid asks a customer for at the first sign-in, unless it is given here. Keys as SendGrid spells them. */
export type Profile = Partial<
	Record<
		| 'first_name'
		| 'last_name'
		| 'company_name'
		| 'company_website'
		| 'email'
		| 'phone'
		| 'timezone',
		string
	>
>;

/** Form fields and SendGrid's keys for them. */
const KEYS: Array<[string, keyof Profile, string]> = [
	['companyName', 'company_name', 'Company Name'],
	['companyWebsite', 'company_website', 'Company Website'],
	['email', 'email', 'Email'],
	['firstName', 'first_name', 'First Name'],
	['lastName', 'last_name', 'Last Name'],
	['phone', 'phone', 'Phone'],
	['timezone', 'timezone', 'Timezone'],
];

/** Reads the collection; what is empty is left out. @throws Refusal */
export function profileFrom(value: unknown): Profile {
	const given = collection(value, 'Profile');
	const profile: Profile = {};
	for (const [name, key, label] of KEYS) {
		const written = given[name] ?? '';
		if (typeof written !== 'string') {
			throw new Refusal(`${label} must be text, but is ${shown(written)}`, `Correct ${label}.`);
		}
		if (written.trim() !== '') profile[key] = written.trim();
	}
	return profile;
}
