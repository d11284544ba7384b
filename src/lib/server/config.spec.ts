// Protects: every setting has the stated default, and every wrong value is named in one sentence that
// repeats no secret.
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './config';

describe('loadConfig', () => {
	it('needs nothing', () => {
		expect(loadConfig({})).toEqual({
			port: 3000,
			host: '0.0.0.0',
			origin: null,
			databaseUrl: null,
			dataDir: resolve('.data'),
			encryptionKey: null,
			trustProxy: false,
			logLevel: 'info',
			smtp: null,
		});
	});

	it('takes an empty variable for a missing one, as compose files write it', () => {
		const empty = { PORT: '', ORIGIN: '', DATABASE_URL: '', FACETRACK_KEY: '', TRUST_PROXY: '' };
		expect(loadConfig(empty)).toEqual(loadConfig({}));
	});

	it('reads each value', () => {
		const key = Buffer.alloc(32, 7);
		const config = loadConfig({
			PORT: '0',
			HOST: '127.0.0.1',
			ORIGIN: 'https://roll.school.example/',
			DATABASE_URL: 'postgres://u:p@db/facetrack',
			DATA_DIR: '/var/lib/facetrack',
			FACETRACK_KEY: key.toString('base64'),
			TRUST_PROXY: 'true',
			LOG_LEVEL: 'debug',
			SMTP_URL: 'smtps://user:password@mail.school.example:465',
			MAIL_FROM: 'A school <attendance@school.example>',
		});
		expect(config).toEqual({
			port: 0,
			host: '127.0.0.1',
			origin: 'https://roll.school.example',
			databaseUrl: 'postgres://u:p@db/facetrack',
			dataDir: resolve('/var/lib/facetrack'),
			encryptionKey: Uint8Array.from(key),
			trustProxy: true,
			logLevel: 'debug',
			smtp: {
				url: 'smtps://user:password@mail.school.example:465',
				from: 'A school <attendance@school.example>',
			},
		});
		expect(Object.isFrozen(config)).toBe(true);
	});

	it('asks for a database where none is embedded', () => {
		expect(() => loadConfig({ REQUIRE_DATABASE_URL: 'true' })).toThrow(/^DATABASE_URL is missing/);
	});

	it('asks from whom mails come where a mail server is set', () => {
		const smtp = { SMTP_URL: 'smtp://user:secret@mail.school.example' };
		expect(() => loadConfig(smtp)).toThrow(/^MAIL_FROM is missing/);
		expect(() => loadConfig(smtp)).not.toThrow(/secret/);
		const from = 'attendance@school.example';
		expect(loadConfig({ ...smtp, MAIL_FROM: from }).smtp).toEqual({ url: smtp.SMTP_URL, from });
		expect(loadConfig({ MAIL_FROM: from }).smtp).toBeNull();
	});

	it.each(['school', 'A school', 'a@b c@d', 'A <a@b', 'A\r\nBcc: <x@y>'])(
		'takes no sender like %j',
		(from) => {
			expect(() => loadConfig({ MAIL_FROM: from })).toThrow(/MAIL_FROM must look like/);
		},
	);

	it('names every wrong value at once and repeats none', () => {
		const wrong = {
			PORT: '99999',
			ORIGIN: 'http://a/b',
			DATABASE_URL: 'secret',
			FACETRACK_KEY: 'x',
			SMTP_URL: 'https://secret@mail',
		};
		expect(() => loadConfig(wrong)).toThrow(
			/^The configuration is wrong: PORT must .*; ORIGIN must .*; DATABASE_URL must .*; FACETRACK_KEY must .*; SMTP_URL must .*\.$/,
		);
		expect(() => loadConfig(wrong)).not.toThrow(/secret/);
	});
});
