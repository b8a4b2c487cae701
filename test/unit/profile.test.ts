import { profileFrom } from '../../nodes/SendGridProvisioning/fields/profile';
import { refusalOf } from './refusals';

describe('a profile', () => {
	it('has SendGrid’s keys and trimmed values', () => {
		const profile = {
			firstName: ' Ada ',
			lastName: 'B',
			companyName: 'C',
			companyWebsite: 'https://c.example',
			email: 'ada@c.example',
			phone: '+14155550100',
			timezone: 'Europe/Berlin',
		};
		expect(profileFrom(profile)).toEqual({
			first_name: 'Ada',
			last_name: 'B',
			company_name: 'C',
			company_website: 'https://c.example',
			email: 'ada@c.example',
			phone: '+14155550100',
			timezone: 'Europe/Berlin',
		});
	});

	it.each([undefined, null, '', {}, { email: '' }, { email: '  ', phone: null }])(
		'of which nothing is filled in (%j) is empty',
		(value) => {
			expect(profileFrom(value)).toEqual({});
		},
	);

	it('accepts only text, and names a field with another type', () => {
		expect(refusalOf(() => profileFrom({ phone: 14155550100 })).message).toContain('Phone');
		expect(refusalOf(() => profileFrom({ email: ['a@b.example'] })).message).toContain('Email');
		expect(refusalOf(() => profileFrom('Ada')).message).toContain('Profile');
	});
});
