import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Config } from '../config';

/** A mail to one person. Plain text: nothing in it is fetched, and any program shows it. */
export interface OutgoingMail {
	/** The notice's; a mail server that gets the same one twice knows it by this. */
	id: string;
	to: { name: string; address: string };
	subject: string;
	text: string;
	date: Date;
}

/** Hands mails over. */
export interface Mailer {
	/** Where they are written to as files; null: a mail server gets them. */
	readonly folder: string | null;
	/** @throws MailError when it was not taken */
	send(mail: OutgoingMail): Promise<void>;
	close(): void;
}

/** A mail was not taken. The message says why, as the mail server or the system put it. */
export class MailError extends Error {
	override readonly name = 'MailError';
}

/** A mail server that says nothing for so long is as good as none. */
const TIMEOUT_MS = 20_000;
/** A reason is read on a page; a mail server's may go on and on. */
const MAX_REASON = 300;

/** Sends through SMTP_URL, or writes files to the data folder where none is set. */
export function createMailer({ smtp, dataDir }: Pick<Config, 'smtp' | 'dataDir'>): Mailer {
	if (smtp === null) return createFolderMailer(join(dataDir, 'mail'));
	const transport = createTransport({
		url: smtp.url,
		connectionTimeout: TIMEOUT_MS,
		greetingTimeout: TIMEOUT_MS,
		socketTimeout: TIMEOUT_MS,
		dnsTimeout: TIMEOUT_MS,
	});
	return {
		folder: null,
		send: (mail) =>
			orMailError(async () => {
				await transport.sendMail(messageOf(mail, smtp.from));
			}),
		close: () => transport.close(),
	};
}

/** Nobody is written to: each mail becomes a file that any mail program opens. */
function createFolderMailer(folder: string): Mailer {
	const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
	return {
		folder,
		send: (mail) =>
			orMailError(async () => {
				const from = { name: 'FaceTrack', address: 'facetrack@localhost' };
				const { message } = await transport.sendMail(messageOf(mail, from));
				// In order of time by their names; they hold names and absences, as the database does.
				const time = mail.date.toISOString().replaceAll(':', '-');
				await mkdir(folder, { recursive: true, mode: 0o700 });
				await writeFile(join(folder, `${time} ${mail.id}.eml`), message, { mode: 0o600 });
			}),
		close: () => transport.close(),
	};
}

function messageOf(mail: OutgoingMail, from: SendMailOptions['from']): SendMailOptions {
	const { id, to, subject, text, date } = mail;
	return {
		from,
		to,
		subject,
		text,
		date,
		messageId: `<${id}@facetrack>`,
		// So that no out-of-office message answers (RFC 3834, 5).
		headers: { 'Auto-Submitted': 'auto-generated' },
		disableFileAccess: true,
		disableUrlAccess: true,
	};
}

async function orMailError(work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (cause) {
		const reason = cause instanceof Error ? cause.message : String(cause);
		throw new MailError(reason.slice(0, MAX_REASON), { cause });
	}
}
