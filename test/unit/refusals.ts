import { Refusal } from '../../nodes/SendGridProvisioning/domain/refusal';

/** Returns the refusal that the work throws; fails if it does anything else. */
export function refusalOf(work: () => unknown): Refusal {
	try {
		work();
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		expect(error.message).not.toBe('');
		expect(error.description).not.toBe('');
		return error;
	}
	throw new Error('Nothing was refused');
}

/** Values that aren't whole numbers of at least 1, in all types that an expression can return. */
export const BAD_AMOUNTS: unknown[] = [
	0,
	-1,
	1.5,
	NaN,
	Infinity,
	2 ** 53,
	'',
	'0',
	'-1',
	'1.5',
	' 3',
	'3 ',
	'3\n',
	'03',
	'+3',
	'1e2',
	'0x3',
	'1,000',
	'٣',
	'abc',
	'9007199254740992',
	null,
	undefined,
	true,
	false,
	[],
	[3],
	{},
];
