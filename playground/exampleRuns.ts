import { exampleFiles, type Example, type Run } from './examples';

const birchwood = { account: 'sg12890086d46449089b8bb53b5fdd3e91', name: 'birchwood-bakery' };
const lowmoor = { account: 'sgf9533515665d713032e63ecbc89da0bc', name: 'lowmoor-linens' };
const tidewater = { account: 'sg67669eead6e9026eff9a2fd99d56b013', name: 'tidewater-toys' };
const dapplewood = { account: 'sgeda2aa7127c98d6675cd49fa80350ba5', name: 'dapplewood-clinic' };
const eldergate = { account: 'sg74d91a6d49b141983bd68a7a7615a95e', name: 'eldergate-couriers' };
const flintmarsh = { account: 'sg3fca94b44f405dacae5a428ed1bd449c', name: 'flintmarsh-events' };
const foxglove = { account: 'sgabaf1aef569b64b70e4b9ba3bca7003b', name: 'foxglove-farm' };
/** What the onboarding example sets up for its sample. */
const readyToSend =
	'50,000 of 50,000 left (monthly); domain maplecroft-ceramics.example; API key Production';
const rotated: Run['expectedStates'] = [
	{
		customer: { sender: 'kestrelby-kitchens' },
		state: 'unlimited; API key Production (this month)',
	},
	{ customer: { sender: 'tidewater-toys' }, state: 'unlimited; API key Production (this month)' },
];

/**
 * The runs of each example, and what they change for the emulator's first customers. Two kinds are
 * missing: the AI agent requires a language model, and test/e2e/trigger.test.ts runs the examples that
 * start with our trigger. The first example is the one in the README's steps.
 */
export const examples: Example[] = [
	{
		file: 'crm-deal-won.json',
		trigger: 'CRM: Deal Won',
		runs: [
			{
				title: 'Deal won: a larger package and a second IP',
				expectedStates: [
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
				title: 'Plan changed to "growth"',
				expectedStates: [
					{
						customer: { subuser: 'birchwood-bakery' },
						state: '50,000 of 50,000 left (monthly)',
					},
				],
			},
			{
				title: 'The same event again, 4,000 emails later',
				creditsSpentBefore: 4_000,
				expectedStates: [
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
				title: 'Monthly reset of two subusers',
				expectedStates: [
					{ customer: { subuser: 'saltmarsh-books' }, state: '25,000 left (nonrecurring)' },
					{ customer: { subuser: 'пекарня-берёза' }, state: '5,000 left (nonrecurring)' },
				],
			},
			{
				title: 'The same run again, 1,000 emails each later',
				creditsSpentBefore: 1_000,
				expectedStates: [
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
				title: 'HubSpot: a deal is won for a larger package',
				expectedStates: [{ customer: birchwood, state: 'demo.ei.pro-100k.v1' }],
			},
			{
				title: 'HubSpot sends the same event again',
				expectedStates: [{ customer: birchwood, state: 'demo.ei.pro-100k.v1' }],
			},
		],
	},
	{
		file: 'pipedrive-deal-won.json',
		trigger: 'Pipedrive: Deal Changed',
		runs: [
			{
				title: 'Pipedrive: a fourth IP is sold',
				expectedStates: [
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
				title: 'Salesforce: two deals are won, one by a new customer',
				expectedStates: [{ customer: tidewater, state: 'demo.ei.pro-100k.v1; 2 × demo.x.ip.v1' }],
			},
			{
				title: 'Someone edits the won deals later',
				expectedStates: [{ customer: tidewater, state: 'demo.ei.pro-100k.v1; 2 × demo.x.ip.v1' }],
			},
		],
	},
	{
		file: 'stripe-subscription.json',
		trigger: 'Stripe: Subscription Changed',
		runs: [
			{
				title: 'Stripe: a subscription changes to 50,000 emails',
				expectedStates: [
					{ customer: { subuser: 'lowmoor-linens' }, state: '50,000 of 50,000 left (monthly)' },
				],
			},
			{
				title: 'Stripe sends the same event again, 700 emails later',
				creditsSpentBefore: 700,
				expectedStates: [
					{ customer: { subuser: 'lowmoor-linens' }, state: '49,300 of 50,000 left (monthly)' },
				],
			},
		],
	},
	{
		file: 'stripe-payment.json',
		trigger: 'Stripe: Invoice Paid',
		runs: [
			{
				title: 'Stripe: an invoice for 20,000 more emails is paid',
				expectedStates: [
					{ customer: { subuser: 'heatherwick-garage' }, state: '28,575 left (nonrecurring)' },
				],
			},
			{
				title: 'Stripe sends the same event again, 500 emails later',
				creditsSpentBefore: 500,
				expectedStates: [
					{ customer: { subuser: 'heatherwick-garage' }, state: '28,075 left (nonrecurring)' },
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
				title: 'Monthly review: two of three accounts differ, and the changes are approved',
				expectedStates: [
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
				data: { Decision: 'Delete it permanently', 'Account ID': foxglove.account },
			},
		},
		runs: [
			{
				title: 'A customer left 30 days ago, and the deletion is approved',
				expectedStates: [{ customer: foxglove, state: 'no such account' }],
			},
		],
	},
	{
		file: 'offboarding-subuser.json',
		trigger: 'A Customer Leaves',
		answers: {
			'Ask Before Deleting': {
				data: { Decision: 'Delete it permanently', Username: 'gorsebank-fitness' },
			},
		},
		runs: [
			{
				title: 'A subuser left 30 days ago, and the deletion is approved',
				expectedStates: [{ customer: { sender: 'gorsebank-fitness' }, state: 'no such subuser' }],
			},
		],
	},
	{
		file: 'customer-ready-to-send.json',
		trigger: 'New Customer',
		runs: [
			{
				title: 'A new customer, from nothing to an API key',
				expectedStates: [{ customer: { sender: 'maplecroft-ceramics' }, state: readyToSend }],
			},
			{
				title: 'The CRM sends the new customer again',
				expectedStates: [{ customer: { sender: 'maplecroft-ceramics' }, state: readyToSend }],
			},
		],
	},
	{
		file: 'rotate-api-keys.json',
		trigger: 'First of the Quarter',
		runs: [
			{ title: 'A new API key for two subusers', expectedStates: rotated },
			{ title: 'The same run again, in the same month', expectedStates: rotated },
		],
	},
];

/**
 * All examples, without runs. n8n lists the workflow that was saved last first, so the example in the
 * README's steps comes last.
 */
export function inImportOrder(): Example[] {
	const isRun = (file: string) => examples.some((example) => example.file === file);
	const others = exampleFiles()
		.filter((file) => !isRun(file))
		.map((file) => ({ file, trigger: '', runs: [] }));
	const withoutRuns = examples.map(({ file, trigger }) => ({ file, trigger, runs: [] }));
	return [...withoutRuns, ...others].reverse();
}
