import type { INodeProperties } from 'n8n-workflow';
import { Refusal } from '../domain/refusal';
import { collection, butIs } from '../domain/values';

/** A field of the profile: its name in the form, SendGrid's key, and what the form shows. */
interface ProfileField {
	name: string;
	key: string;
	displayName: string;
	description: string;
	placeholder?: string;
}

/** @see https://www.twilio.com/docs/sendgrid/api-reference/account-provisioning-api-account-operations/create-account */
const FIELDS: ProfileField[] = [
	{
		name: 'companyName',
		key: 'company_name',
		displayName: 'Company Name',
		description: 'Legal or brand name of the company',
	},
	{
		name: 'companyWebsite',
		key: 'company_website',
		displayName: 'Company Website',
		description: 'Address of the company’s website',
		placeholder: 'e.g. https://birchwood-bakery.example',
	},
	{
		name: 'email',
		key: 'email',
		displayName: 'Email',
		description: 'Address at which SendGrid contacts the customer',
		placeholder: 'e.g. owner@birchwood-bakery.example',
	},
	{
		name: 'firstName',
		key: 'first_name',
		displayName: 'First Name',
		description: 'First name of the person who signs in',
	},
	{
		name: 'lastName',
		key: 'last_name',
		displayName: 'Last Name',
		description: 'Last name of the person who signs in',
	},
	{
		name: 'phone',
		key: 'phone',
		displayName: 'Phone',
		description: 'Number with country code: a plus sign and at most 15 digits',
		placeholder: 'e.g. +14155550100',
	},
	{
		name: 'timezone',
		key: 'timezone',
		displayName: 'Timezone',
		description: 'Name from the time zone database',
		placeholder: 'e.g. Europe/Berlin',
	},
];

/** What is known about the customer of a new account. */
export const profileField: INodeProperties = {
	displayName: 'Profile',
	name: 'profile',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	description:
		'Details that you know about the customer. SendGrid asks for the rest at the first sign-in.',
	options: FIELDS.map(({ name, displayName, description, placeholder }): INodeProperties => ({
		displayName,
		name,
		type: 'string',
		default: '',
		description,
		...(placeholder === undefined ? {} : { placeholder }),
	})),
};

/** Reads the collection, by SendGrid's keys; what is empty is left out. @throws Refusal */
export function profileFrom(value: unknown): Record<string, string> {
	const given = collection(value, 'Profile');
	const profile: Record<string, string> = {};
	for (const { name, key, displayName } of FIELDS) {
		const written = given[name] ?? '';
		if (typeof written !== 'string') {
			throw new Refusal(
				`${displayName} must be text, ${butIs(written)}`,
				`Correct ${displayName}.`,
			);
		}
		if (written.trim() !== '') profile[key] = written.trim();
	}
	return profile;
}
