import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 30_000;

export interface Mailbox {
	port: number;
	/** Waits for the next email, and returns its headers and decoded body. */
	next(): Promise<string>;
	close(): Promise<void>;
}

/** Starts an SMTP server on this computer that accepts every email and forwards none. */
export async function startMailbox(): Promise<Mailbox> {
	const mails: string[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket.once('close', () => sockets.delete(socket)));
		void converse(socket, mails);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		async next() {
			for (const until = Date.now() + TIMEOUT_MS; Date.now() < until; await sleep(100)) {
				const mail = mails.shift();
				if (mail !== undefined) return mail;
			}
			throw new Error(`No email arrived within ${TIMEOUT_MS / 1000} seconds.`);
		},
		async close() {
			for (const socket of sockets) socket.destroy();
			server.close();
			await once(server, 'close');
		},
	};
}

/** The server's side of SMTP (RFC 5321), as far as n8n's client uses it. */
async function converse(socket: Socket, mails: string[]): Promise<void> {
	const say = (line: string) => socket.write(`${line}\r\n`);
	let data: string[] | undefined;
	say('220 127.0.0.1');
	for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
		if (data === undefined) {
			if (line === 'DATA') data = [];
			say(line === 'DATA' ? '354 Go on' : line === 'QUIT' ? '221 Bye' : '250 OK');
		} else if (line === '.') {
			mails.push(decode(data.join('\n')));
			data = undefined;
			say('250 OK');
		} else data.push(line.replace(/^\.\./, '.'));
	}
}

/** Unfolds headers and decodes quoted-printable, which n8n's client uses. */
function decode(mail: string): string {
	const bodyAt = mail.indexOf('\n\n');
	const headers = mail.slice(0, bodyAt).replace(/\n[ \t]+/g, ' ');
	const bytes = (headers + mail.slice(bodyAt))
		.replaceAll('=\n', '')
		.replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
	return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Submits the form that an email of n8n's "Send and Wait for Response" links to; returns its page. */
export async function answerForm(mail: string, answers: string[]): Promise<string> {
	const link = /href="([^"]+\/webhook-waiting\/[^"]+)"/.exec(mail)?.[1];
	if (!link) throw new Error(`The email has no link to a form:\n${mail}`);
	// n8n sends the email a moment before the execution waits for its answer.
	for (const until = Date.now() + TIMEOUT_MS; ; await sleep(200)) {
		const page = await fetch(link);
		if (page.ok) {
			const form = new FormData();
			answers.forEach((answer, index) => form.set(`field-${index}`, answer));
			const sent = await fetch(link, { method: 'POST', body: form });
			if (!sent.ok) throw new Error(`The form answered ${sent.status}: ${await sent.text()}`);
			return await page.text();
		}
		if (Date.now() > until)
			throw new Error(`The link answered ${page.status}: ${await page.text()}`);
	}
}
