import { SMTPServer } from 'smtp-server';
import { freePort } from './server';

export interface ReceivedMail {
	to: string;
	/** As it came over the wire, headers and all. */
	source: string;
}

export interface MailServer {
	readonly url: string;
	readonly received: ReceivedMail[];
	/** What it says to the next mails instead of taking them; null: it takes them. */
	refuse: (reason: string | null) => void;
	stop: () => Promise<void>;
}

/** A real SMTP server on a port of its own that keeps what it gets. */
export async function startMailServer(): Promise<MailServer> {
	const received: ReceivedMail[] = [];
	let refusal: string | null = null;
	const server = new SMTPServer({
		authOptional: true,
		hideSTARTTLS: true,
		onData(stream, session, answer) {
			const parts: Buffer[] = [];
			stream.on('data', (part: Buffer) => parts.push(part));
			stream.on('end', () => {
				if (refusal !== null) {
					answer(Object.assign(new Error(refusal), { responseCode: 451 }));
					return;
				}
				const source = Buffer.concat(parts).toString();
				for (const { address } of session.envelope.rcptTo) received.push({ to: address, source });
				answer();
			});
		},
	});
	const port = await freePort();
	await new Promise<void>((resolve) => {
		server.listen(port, '127.0.0.1', resolve);
	});
	return {
		url: `smtp://127.0.0.1:${String(port)}`,
		received,
		refuse(reason) {
			refusal = reason;
		},
		stop: () =>
			new Promise((resolve) => {
				server.close(resolve);
			}),
	};
}
