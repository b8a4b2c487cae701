import type { Example } from './examples';

/** What each example does to the emulator's first customers, which are the same at every start. */
export const examples: Example[] = [
	{
		file: 'crm-deal-won.json',
		trigger: 'CRM: Deal Won',
		runs: [
			{
				says: 'Deal won: a larger package and a second IP',
				leadsTo: [
					{
						customer: { account: 'sg72512bc12e92b1d8b7ddac90b675f020', name: 'saltmarsh-books' },
						state: 'demo.ei.pro-300k.v1; 2 × demo.x.ip.v1; 1 × demo.x.marketing-campaigns.v1',
					},
				],
			},
		],
	},
	{
		file: 'plan-change.json',
		trigger: 'CRM: Plan Changed',
		runs: [
			{
				says: 'Plan changed to "growth"',
				leadsTo: [
					{
						customer: { subuser: 'birchwood-bakery' },
						state: '50,000 of 50,000 left (monthly)',
					},
				],
			},
			{
				says: '4,000 e-mails later the same event again',
				spentBefore: 4_000,
				leadsTo: [
					{
						customer: { subuser: 'birchwood-bakery' },
						state: '46,000 of 50,000 left (monthly)',
					},
				],
			},
		],
	},
	{
		file: 'monthly-credit-reset.json',
		trigger: 'When clicking ‘Execute workflow’',
		runs: [
			{
				says: 'Monthly reset of two subusers',
				leadsTo: [
					{ customer: { subuser: 'saltmarsh-books' }, state: '25,000 left (nonrecurring)' },
					{ customer: { subuser: 'пекарня-берёза' }, state: '5,000 left (nonrecurring)' },
				],
			},
			{
				says: '1,000 e-mails each later it runs again',
				spentBefore: 1_000,
				leadsTo: [
					{ customer: { subuser: 'saltmarsh-books' }, state: '24,000 left (nonrecurring)' },
					{ customer: { subuser: 'пекарня-берёза' }, state: '4,000 left (nonrecurring)' },
				],
			},
		],
	},
];
