import type { Fault } from '../../emulator';

/** The kinds of requests, the columns of the table. */
export const KINDS = [
	/** A GET. */
	'read',
	/** The GET with which Check API key permissions asks for the reseller agreement: 403 is the answer “no”. */
	'agreement',
	/** A write that is safe to repeat and whose response shows the result. */
	'update',
	/** A write that is safe to repeat and has an empty response. */
	'setting',
	/** The same for a deletion. If a repeated one finds nothing, the node looks in SendGrid. */
	'deletion',
	/** A write that would count twice if repeated. */
	'once',
	/** The same, but after an unclear response the node looks in SendGrid. */
	'once+look',
	/** The request for a sign-in link, which is in a header of the response. */
	'link',
] as const;
export type Kind = (typeof KINDS)[number];

/**
 * What happens if a fault (row) strikes a request (column).
 *
 * The number is how often the request is sent. The word is how the item ends:
 * - `done`: it has the right output. A write was applied exactly once.
 * - `fails`: it has an error. Nothing was applied, and the message doesn't say that it may have been.
 * - `doubt`: it has an error that says that the write may have been applied. It wasn't.
 * - `doubt!`: it has an error that says that the write may have been applied. It was, once.
 *
 * `*` means that the node then looked in SendGrid. `2+` means at least 2 requests. `2-4` means at most
 * 4: a busy machine can miss the timeout again. `-` means that this isn't tried. The status is the
 * failed item's `http_code`; `own` is that of SendGrid's success.
 */
export const TABLE = `
fault                           read      agreement  update    setting   deletion   once      once+look  link      status

No fault
none                            1 done    1 done     1 done    1 done    1 done     1 done    1 done     1 done    -
slow response                   1 done    1 done     1 done    1 done    1 done     1 done    1 done     1 done    -

SendGrid, or a server in front of it, refuses the request
400                             1 fails   1 fails    1 fails   1 fails   1 fails    1 fails   1 fails    1 fails   400
401                             1 fails   1 fails    1 fails   1 fails   1 fails    1 fails   1 fails    1 fails   401
403                             1 fails   1 done     1 fails   1 fails   1 fails    1 fails   1 fails    1 fails   403
404                             1 fails   1 fails    1 fails   1 fails   1 fails    1 fails   1 fails    1 fails   404
403, HTML of a proxy            1 fails   1 fails    1 fails   1 fails   1 fails    1 fails   1 fails    1 fails   403
404, JSON of another product    1 fails   1 fails    1 fails   1 fails   1 fails    1 fails   1 fails    1 fails   404
redirect                        1 fails   1 fails    1 fails   1 fails   1 fails    1 fails   1 fails    1 fails   302

The rate limit is reached
429                             2 done    2 done     2 done    2 done    2 done     2 done    2 done     2 done    -
429 without headers             2 done    2 done     2 done    2 done    2 done     2 done    2 done     2 done    -
429, lasting                    2+ fails  2+ fails   2+ fails  2+ fails  2+ fails   2+ fails  2+ fails   2+ fails  429 or none

The request fails and isn't applied
408                             2 done    2 done     2 done    2 done    2 done     1 doubt   1 doubt*   1 doubt   408
500                             2 done    2 done     2 done    2 done    2 done     1 doubt   1 doubt*   1 doubt   500
500 of a gateway                2 done    2 done     2 done    2 done    2 done     1 doubt   1 doubt*   1 doubt   500
502, HTML of a gateway          2 done    2 done     2 done    2 done    2 done     1 doubt   1 doubt*   1 doubt   502
503                             2 done    2 done     2 done    2 done    2 done     1 doubt   1 doubt*   1 doubt   503
connection lost                 2 done    2 done     2 done    2 done    2 done     1 doubt   1 doubt*   1 doubt   none
connection refused              2 done    2 done     2 done    2 done    2 done     2 done    2 done     2 done    -

The request is applied, but the response is lost
connection lost afterwards      2 done    2 done     2 done    2 done    2 done*    1 doubt!  1 done*    1 doubt!  none
500 afterwards                  2 done    2 done     2 done    2 done    2 done*    1 doubt!  1 done*    1 doubt!  500
504 of a gateway afterwards     2 done    2 done     2 done    2 done    2 done*    1 doubt!  1 done*    1 doubt!  504
lost afterwards, then 403       2 fails   2 done     2 doubt!  2 doubt!  2 doubt!   1 doubt!  1 done*    1 doubt!  403 or none
lost afterwards, look fails     -         -          -         -         2 doubt!*  -         1 doubt!*  -         400 or 404 or none

The fault lasts
503, lasting                    4 fails   4 fails    4 doubt   4 doubt   4 doubt    1 doubt   1 doubt*   1 doubt   503
connection refused, lasting     4 fails   4 fails    4 fails   4 fails   4 fails    4 fails   4 fails    4 fails   none
lost afterwards, lasting        4 fails   4 fails    4 doubt!  4 doubt!  4 doubt!   1 doubt!  1 done*    1 doubt!  none

The response can't be read
empty                           1 fails   1 fails    1 doubt!  1 done    1 done     1 doubt!  1 done*    1 done    own
cut off                         1 fails   1 fails    1 doubt!  1 done    1 done     1 doubt!  1 done*    1 done    own
200, HTML of a gateway          1 fails   1 fails    1 doubt   1 doubt   1 doubt    1 doubt   1 doubt*   1 doubt   200
200, JSON of a gateway          1 fails   1 fails    1 doubt   1 doubt   1 doubt    1 doubt   1 doubt*   1 doubt   200

No response comes in time
no response, lasting            4 fails   4 fails    4 doubt   4 doubt   4 doubt    1 doubt   1 doubt*   1 doubt   none
no response                     2-4 done  2-4 done   2-4 done  2-4 done  2-4 done   1 doubt   1 doubt*   1 doubt   none
applied, response too late      2-4 done  2-4 done   2-4 done  2-4 done  2-4 done*  1 doubt!  1 done*    1 doubt!  none
applied, endless response       2-4 done  2-4 done   2-4 done  2-4 done  2-4 done*  1 doubt!  1 done*    1 doubt!  none
`;

/** How a row's fault is made. */
export interface FaultPlan {
	/** What strikes the request: the second fault strikes its repetition. */
	strikes: Array<Fault | { kind: 'refusedConnection' }>;
	/** Whether the fault strikes every repetition, too. */
	isLasting?: true;
	/** What strikes the look in SendGrid afterwards. */
	strikesLook?: Fault;
	/** The options of the node. */
	options?: { timeoutSeconds?: number; maxWaitSeconds?: number };
}

const RATE_LIMITED: Fault = { kind: 'status', status: 429, headers: { 'retry-after': '0.05' } };
const FORBIDDEN: Fault = { kind: 'status', status: 403 };
const LOST_AFTERWARDS: Fault = { kind: 'appliedThenLost' };
const REFUSED = { kind: 'refusedConnection' } as const;
const IMPATIENT = { timeoutSeconds: 2 };

const status = (code: number): FaultPlan => ({ strikes: [{ kind: 'status', status: code }] });

export const PLANS: Record<string, FaultPlan> = {
	none: { strikes: [] },
	'slow response': { strikes: [{ kind: 'slow', delayMs: 50 }] },
	'400': status(400),
	'401': status(401),
	'403': status(403),
	'404': status(404),
	'403, HTML of a proxy': { strikes: [{ kind: 'stranger', status: 403, form: 'html' }] },
	'404, JSON of another product': { strikes: [{ kind: 'stranger', status: 404, form: 'json' }] },
	redirect: { strikes: [{ kind: 'redirect', location: 'http://elsewhere.example/' }] },
	'429': { strikes: [RATE_LIMITED] },
	'429 without headers': { strikes: [{ kind: 'status', status: 429, gateway: true }] },
	'429, lasting': { strikes: [RATE_LIMITED], isLasting: true, options: { maxWaitSeconds: 1 } },
	'408': status(408),
	'500': status(500),
	'500 of a gateway': { strikes: [{ kind: 'status', status: 500, gateway: true }] },
	'502, HTML of a gateway': { strikes: [{ kind: 'html', gateway: true }] },
	'503': status(503),
	'connection lost': { strikes: [{ kind: 'reset' }] },
	'connection refused': { strikes: [REFUSED] },
	'connection lost afterwards': { strikes: [LOST_AFTERWARDS] },
	'500 afterwards': { strikes: [{ kind: 'appliedThenStatus' }] },
	'504 of a gateway afterwards': {
		strikes: [{ kind: 'appliedThenStatus', status: 504, html: true, gateway: true }],
	},
	'lost afterwards, then 403': { strikes: [LOST_AFTERWARDS, FORBIDDEN] },
	// Not SendGrid's own 403, which the look after creating a subuser would retry.
	'lost afterwards, look fails': {
		strikes: [LOST_AFTERWARDS],
		strikesLook: { kind: 'stranger', status: 403, form: 'html' },
	},
	'503, lasting': { ...status(503), isLasting: true },
	'connection refused, lasting': { strikes: [REFUSED], isLasting: true },
	'lost afterwards, lasting': { strikes: [LOST_AFTERWARDS], isLasting: true },
	empty: { strikes: [{ kind: 'emptyBody' }] },
	'cut off': { strikes: [{ kind: 'truncated' }] },
	'200, HTML of a gateway': { strikes: [{ kind: 'html', status: 200, gateway: true }] },
	'200, JSON of a gateway': {
		strikes: [{ kind: 'status', status: 200, body: { message: 'In maintenance' }, gateway: true }],
	},
	'no response, lasting': { strikes: [{ kind: 'hang' }], isLasting: true, options: IMPATIENT },
	'no response': { strikes: [{ kind: 'hang' }], options: IMPATIENT },
	'applied, response too late': {
		strikes: [{ kind: 'slow', delayMs: 4000 }],
		options: IMPATIENT,
	},
	'applied, endless response': { strikes: [{ kind: 'trickle' }], options: IMPATIENT },
};

/** A row of the table. */
export interface FaultRow {
	fault: string;
	plan: FaultPlan;
	/** A cell for each kind of request that the fault is tried with. */
	cells: Partial<Record<Kind, string>>;
	/** What `http_code` a failed item may have; `own` is the status of SendGrid's success. */
	statuses: Array<number | 'own' | undefined>;
}

/** The rows of the table, by the heading above them. */
export function rowsByGroup(): Array<{ group: string; rows: FaultRow[] }> {
	const [header = '', ...lines] = TABLE.split('\n').filter((line) => line !== '');
	if (cellsOf(header).join() !== ['fault', ...KINDS, 'status'].join())
		throw new Error('The table’s header has other columns');
	const groups: Array<{ group: string; rows: FaultRow[] }> = [];
	for (const line of lines) {
		const [fault = '', ...cells] = cellsOf(line);
		if (cells.length === 0) groups.push({ group: fault, rows: [] });
		else groups.at(-1)?.rows.push(rowOf(fault, cells));
	}
	return groups;
}

function rowOf(fault: string, cells: string[]): FaultRow {
	const plan = PLANS[fault];
	if (plan === undefined) throw new Error(`PLANS lacks the fault “${fault}”`);
	if (cells.length !== KINDS.length + 1) throw new Error(`The row “${fault}” lacks cells`);
	const tried = KINDS.flatMap((kind, index) => {
		const cell = cells[index] ?? '-';
		return cell === '-' ? [] : [[kind, cell]];
	});
	const statuses = (cells.at(-1) ?? '').split(' or ').map((written) => {
		if (written === 'own') return written;
		return /^\d+$/.test(written) ? Number(written) : undefined;
	});
	return { fault, plan, cells: Object.fromEntries(tried) as FaultRow['cells'], statuses };
}

function cellsOf(line: string): string[] {
	return line.trim().split(/ {2,}/);
}
