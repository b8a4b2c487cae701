import { readFileSync } from 'node:fs';
import client from '@sendgrid/client';
import type { ClientJob, ClientOutcome } from './job';

/** Updates credits as a script without n8n would. */
async function updateCredits(job: ClientJob): Promise<ClientOutcome> {
	client.setApiKey(job.apiKey);
	client.setDefaultRequest('baseUrl', job.baseUrl);
	let next = 0;
	let failed = 0;
	const work = async (): Promise<void> => {
		for (let credits = job.credits[next++]; credits; credits = job.credits[next++]) {
			const { username, total } = credits;
			try {
				await client.request({
					method: 'PUT',
					url: `/v3/subusers/${encodeURIComponent(username)}/credits`,
					body: { type: 'nonrecurring', total },
				});
			} catch {
				failed++;
			}
		}
	};
	const began = performance.now();
	await Promise.all(Array.from({ length: job.parallel }, work));
	return { seconds: (performance.now() - began) / 1000, failed };
}

async function main(): Promise<void> {
	const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ClientJob;
	console.log(JSON.stringify(await updateCredits(job)));
}

void main();
