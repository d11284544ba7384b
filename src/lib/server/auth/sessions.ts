import { PostgresJsAdapter } from '@lucia-auth/adapter-postgresql';
import type { Cookies } from '@sveltejs/kit';
import { Lucia, TimeSpan } from 'lucia';
import { createHash, randomBytes } from 'node:crypto';
import type { SignedInUser } from '$lib/contract/accounts';
import type { Role } from '$lib/contract/terms';

/** Days without a visit after which one signs in again; each visit in the second half renews. */
const SESSION_DAYS = 14;
const SESSION_COOKIE = 'facetrack_session';

/** A session as its owner holds it. */
export interface NewSession {
	/** Goes into the cookie and nowhere else. */
	token: string;
	expiresAt: Date;
}

/** Somebody's valid session. */
export interface CurrentSession {
	/** Names the session in the table; useless in a cookie. */
	id: string;
	user: SignedInUser;
	/** Set when the session was prolonged and the cookie has to follow. */
	renewed: NewSession | null;
}

type Sql = ConstructorParameters<typeof PostgresJsAdapter>[0];

const createLucia = (sql: Sql) =>
	new Lucia(new PostgresJsAdapter(sql, { user: 'users', session: 'sessions' }), {
		sessionExpiresIn: new TimeSpan(SESSION_DAYS, 'd'),
		sessionCookie: { name: SESSION_COOKIE },
		getUserAttributes: ({ role, name, disabled_at }) => ({ role, name, disabledAt: disabled_at }),
	});

declare module 'lucia' {
	interface Register {
		Lucia: ReturnType<typeof createLucia>;
		DatabaseUserAttributes: { role: Role; name: string; disabled_at: Date | null };
	}
}

/** The table holds a hash of the token, so that a copy of the table opens no session. */
const sessionIdOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export type Sessions = ReturnType<typeof createSessions>;

/** Sessions in PostgreSQL. The only place that knows Lucia; nothing of it leaves this file. */
export function createSessions(sql: Sql) {
	const lucia = createLucia(sql);

	/** The session that a cookie's token opens; null when there is none or the account is disabled. */
	async function validate(token: string): Promise<CurrentSession | null> {
		const { session, user } = await lucia.validateSession(sessionIdOf(token));
		if (session === null || user.disabledAt !== null) return null;
		return {
			id: session.id,
			user: { id: user.id, role: user.role, name: user.name },
			renewed: session.fresh ? { token, expiresAt: session.expiresAt } : null,
		};
	}

	return {
		async create(userId: string): Promise<NewSession> {
			const token = randomBytes(32).toString('base64url');
			const session = await lucia.createSession(userId, {}, { sessionId: sessionIdOf(token) });
			return { token, expiresAt: session.expiresAt };
		},

		validate,

		/** The same for a `Cookie` header, as a socket's handshake has it. */
		async validateCookieHeader(header: string | undefined): Promise<CurrentSession | null> {
			const token = lucia.readSessionCookie(header ?? '');
			return token === null ? null : validate(token);
		},

		/** Whether a session is still valid, by its id: for connections that outlive a request. */
		async stillValid(sessionId: string): Promise<boolean> {
			const { session, user } = await lucia.validateSession(sessionId);
			return session !== null && user.disabledAt === null;
		},

		async end(sessionId: string): Promise<void> {
			await lucia.invalidateSession(sessionId);
		},

		async endAll(userId: string): Promise<void> {
			await lucia.invalidateUserSessions(userId);
		},

		async removeExpired(): Promise<void> {
			await lucia.deleteExpiredSessions();
		},
	};
}

/** What is needed to write a cookie: every load, action and endpoint event has it. */
export interface CookieEvent {
	cookies: Pick<Cookies, 'get' | 'set' | 'delete'>;
	url: URL;
}

/** `url` already says https where a trusted proxy took it, so plain http on localhost works too. */
const attributes = ({ url }: CookieEvent) =>
	({ path: '/', httpOnly: true, sameSite: 'lax', secure: url.protocol === 'https:' }) as const;

export function readSessionCookie({ cookies }: CookieEvent): string | null {
	return cookies.get(SESSION_COOKIE) ?? null;
}

/** Hands a session to the browser: after signing in, taking up an invitation, or a renewal. */
export function writeSessionCookie(event: CookieEvent, { token, expiresAt }: NewSession): void {
	event.cookies.set(SESSION_COOKIE, token, { ...attributes(event), expires: expiresAt });
}

export function clearSessionCookie(event: CookieEvent): void {
	event.cookies.delete(SESSION_COOKIE, attributes(event));
}
