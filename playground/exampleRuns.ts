import type { Example } from './examples';

const birchwood = { account: 'sg12890086d46449089b8bb53b5fdd3e91', name: 'birchwood-bakery' };
const lowmoor = { account: 'sgf9533515665d713032e63ecbc89da0bc', name: 'lowmoor-linens' };
const tidewater = { account: 'sg67669eead6e9026eff9a2fd99d56b013', name: 'tidewater-toys' };
const dapplewood = { account: 'sgeda2aa7127c98d6675cd49fa80350ba5', name: 'dapplewood-clinic' };
const eldergate = { account: 'sg74d91a6d49b141983bd68a7a7615a95e', name: 'eldergate-couriers' };
const flintmarsh = { account: 'sg3fca94b44f405dacae5a428ed1bd449c', name: 'flintmarsh-events' };
const foxglove = { account: 'sgabaf1aef569b64b70e4b9ba3bca7003b', name: 'foxglove-farm' };

/** What each example does to the emulator's first customers, which are the same at every start. The AI agent's needs a language model; those that begin with our own trigger run when SendGrid changes, in test/e2e/trigger.test.ts. */
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
				says: '4,000 emails later the same event again',
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
				says: '1,000 emails each later it runs again',
				spentBefore: 1_000,
				leadsTo: [
					{ customer: { subuser: 'saltmarsh-books' }, state: '24,000 left (nonrecurring)' },
					{ customer: { subuser: 'пекарня-берёза' }, state: '4,000 left (nonrecurring)' },
				],
			},
		],
	},
	{
		file: 'hubspot-deal-won.json',
		trigger: 'HubSpot: Deal Stage Changed',
		runs: [
			{
				says: 'HubSpot: a deal is won, the package grows',
				leadsTo: [{ customer: birchwood, state: 'demo.ei.pro-100k.v1' }],
			},
			{
				says: 'HubSpot sends the event a second time',
				leadsTo: [{ customer: birchwood, state: 'demo.ei.pro-100k.v1' }],
			},
		],
	},
	{
		file: 'pipedrive-deal-won.json',
		trigger: 'Pipedrive: Deal Changed',
		runs: [
			{
				says: 'Pipedrive: a fourth IP is sold',
				leadsTo: [
					{
						customer: lowmoor,
						state: 'demo.ei.pro-300k.v1; 4 × demo.x.ip.v1; 2 × demo.x.subusers-10.v1',
					},
				],
			},
		],
	},
	{
		file: 'salesforce-deal-won.json',
		trigger: 'Salesforce: Opportunity Updated',
		runs: [
			{
				says: 'Salesforce: two deals are won, one of a new customer',
				leadsTo: [{ customer: tidewater, state: 'demo.ei.pro-100k.v1; 2 × demo.x.ip.v1' }],
			},
			{
				says: 'Somebody edits the won deals later',
				leadsTo: [{ customer: tidewater, state: 'demo.ei.pro-100k.v1; 2 × demo.x.ip.v1' }],
			},
		],
	},
	{
		file: 'stripe-subscription.json',
		trigger: 'Stripe: Subscription Changed',
		runs: [
			{
				says: 'Stripe: a subscription changes to 50,000',
				leadsTo: [
					{ customer: { subuser: 'lowmoor-linens' }, state: '50,000 of 50,000 left (monthly)' },
				],
			},
			{
				says: '700 emails later Stripe sends the event again',
				spentBefore: 700,
				leadsTo: [
					{ customer: { subuser: 'lowmoor-linens' }, state: '49,300 of 50,000 left (monthly)' },
				],
			},
		],
	},
	{
		file: 'monthly-review.json',
		trigger: 'First of the Month',
		answers: { 'Ask for Approval': { data: { Decision: 'Make these changes' } } },
		runs: [
			{
				says: 'Monthly review: two of three accounts differ, and somebody approves',
				leadsTo: [
					{ customer: dapplewood, state: 'demo.ei.pro-100k.v1' },
					{ customer: eldergate, state: 'demo.ei.pro-100k.v1; 1 × demo.x.ip.v1' },
					{
						customer: flintmarsh,
						state: 'demo.ei.pro-300k.v1; 2 × demo.x.ip.v1; 1 × demo.x.marketing-campaigns.v1',
					},
				],
			},
		],
	},
	{
		file: 'offboarding.json',
		trigger: 'A Customer Leaves',
		answers: {
			'Ask Before Deleting': {
				data: { Decision: 'Delete it for good', 'Account ID': foxglove.account },
			},
		},
		runs: [
			{
				says: 'A customer left 30 days ago, and somebody decides to delete the account',
				leadsTo: [{ customer: foxglove, state: 'no such account' }],
			},
		],
	},
];
