import { resolve } from 'node:path';
import * as v from 'valibot';
import { StartupError } from './errors';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the environment decides. Read once at the start, never changed. */
export interface Config {
	/** TCP port; 0 lets the system choose. */
	readonly port: number;
	readonly host: string;
	/** `https://roll.school.example`, without a path; null: as each request's Host header says. */
	readonly origin: string | null;
	/** A PostgreSQL 14 or later; null: the embedded one. */
	readonly databaseUrl: string | null;
	/** Absolute path. */
	readonly dataDir: string;
	/** 32 bytes; null: from the key file in `dataDir`. */
	readonly encryptionKey: Uint8Array | null;
	/** Whether X-Forwarded-For, -Proto and -Host are believed. */
	readonly trustProxy: boolean;
	readonly logLevel: LogLevel;
	/** The mail server that notices go through; null: they are written to files in `dataDir`. */
	readonly smtp: Readonly<{ url: string; from: string }> | null;
}

const isOrigin = (text: string): boolean => {
	if (!URL.canParse(text)) return false;
	const url = new URL(text);
	return /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, '');
};

const isPostgresUrl = (text: string): boolean =>
	URL.canParse(text) && /^postgres(?:ql)?:$/.test(new URL(text).protocol);

const isSmtpUrl = (text: string): boolean =>
	URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '';

/** An address, alone or as `A name <address>`. */
const SENDER = /^(?:[^<>@\p{Cc}]+ )?<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/u;

/** An unset and an empty variable are the same: compose files write the empty one. */
const given = <const T extends v.GenericSchema<string, unknown>>(schema: T) =>
	v.optional(
		v.union([
			v.pipe(
				v.literal(''),
				v.transform(() => undefined),
			),
			schema,
		]),
	);

const flag = (name: string) =>
	given(
		v.pipe(
			v.picklist(['true', 'false', '1', '0'], `${name} must be true or false`),
			v.transform((text) => text === 'true' || text === '1'),
		),
	);

const EnvironmentSchema = v.object({
	PORT: given(
		v.pipe(
			v.string(),
			v.regex(/^\d{1,5}$/, 'PORT must be a number from 0 to 65535, for example 3000'),
			v.transform(Number),
			v.maxValue(65_535, 'PORT must be a number from 0 to 65535, for example 3000'),
		),
	),
	HOST: given(v.pipe(v.string(), v.trim())),
	ORIGIN: given(
		v.pipe(
			v.string(),
			v.check(
				isOrigin,
				'ORIGIN must be an address like https://roll.school.example, without a path',
			),
			v.transform((text) => text.replace(/\/$/, '')),
		),
	),
	DATABASE_URL: given(
		v.pipe(
			v.string(),
			v.check(
				isPostgresUrl,
				'DATABASE_URL must look like postgres://user:password@host:5432/facetrack',
			),
		),
	),
	DATA_DIR: given(v.string()),
	FACETRACK_KEY: given(
		v.pipe(
			v.string(),
			v.check(
				(text) => Buffer.from(text, 'base64').length === 32,
				'FACETRACK_KEY must be 32 bytes in base64 (make one with: openssl rand -base64 32)',
			),
			v.transform((text) => Uint8Array.from(Buffer.from(text, 'base64'))),
		),
	),
	TRUST_PROXY: flag('TRUST_PROXY'),
	// Set by the container image, which brings no database of its own.
	REQUIRE_DATABASE_URL: flag('REQUIRE_DATABASE_URL'),
	SMTP_URL: given(
		v.pipe(
			v.string(),
			v.check(
				isSmtpUrl,
				'SMTP_URL must look like smtps://user:password@mail.school.example:465 (smtp:// for port 587)',
			),
		),
	),
	MAIL_FROM: given(
		v.pipe(
			v.string(),
			v.trim(),
			v.regex(SENDER, 'MAIL_FROM must look like A school <attendance@school.example>'),
		),
	),
	LOG_LEVEL: given(v.picklist(LOG_LEVELS, `LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`)),
});

/**
 * Reads the configuration from environment variables.
 *
 * @throws StartupError one sentence that names every wrong value and what it should be. The values
 *   themselves are not repeated: some of the variables are secrets.
 */
export function loadConfig(env: Record<string, string | undefined>): Config {
	const parsed = v.safeParse(EnvironmentSchema, env);
	if (!parsed.success) {
		const wrong = parsed.issues.map((issue) => deepest(issue).message);
		throw new StartupError(`The configuration is wrong: ${[...new Set(wrong)].join('; ')}.`);
	}
	const values = parsed.output;
	if (values.REQUIRE_DATABASE_URL && !values.DATABASE_URL) {
		throw new StartupError(
			'DATABASE_URL is missing, and here is no embedded database: set it to a PostgreSQL, like postgres://user:password@host:5432/facetrack.',
		);
	}
	if (values.SMTP_URL && !values.MAIL_FROM) {
		throw new StartupError(
			'MAIL_FROM is missing, and SMTP_URL is set: say from whom notices come, like A school <attendance@school.example>.',
		);
	}
	return Object.freeze({
		port: values.PORT ?? 3000,
		host: values.HOST ?? '0.0.0.0',
		origin: values.ORIGIN ?? null,
		databaseUrl: values.DATABASE_URL ?? null,
		dataDir: resolve(values.DATA_DIR ?? '.data'),
		encryptionKey: values.FACETRACK_KEY ?? null,
		trustProxy: values.TRUST_PROXY ?? false,
		logLevel: values.LOG_LEVEL ?? 'info',
		smtp:
			values.SMTP_URL && values.MAIL_FROM
				? Object.freeze({ url: values.SMTP_URL, from: values.MAIL_FROM })
				: null,
	});
}

/** A union reports "invalid type" and keeps what its members said inside; the last one is ours. */
function deepest(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown> {
	const inner = issue.issues?.at(-1);
	return inner ? deepest(inner) : issue;
}
