import type { AskedCredits } from '../customers';

/** What the process with SendGrid's own client is told, as JSON in a file. */
export interface ClientJob {
	baseUrl: string;
	apiKey: string;
	/** How many requests at the same time. */
	parallel: number;
	credits: AskedCredits[];
}

/** What it prints, as JSON in one line. */
export interface ClientOutcome {
	seconds: number;
	failed: number;
}
