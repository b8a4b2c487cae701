import type { ExpectedCredits } from '../customers';

/** The input of the process with SendGrid's client, as JSON in a file. */
export interface ClientJob {
	baseUrl: string;
	apiKey: string;
	/** Number of requests at the same time. */
	parallel: number;
	credits: ExpectedCredits[];
}

/** The process's output, as one line of JSON. */
export interface ClientOutcome {
	seconds: number;
	failed: number;
}
