import type { InvitationView, SignedInUser } from '$lib/contract/accounts';
import { messages } from '$lib/messages';
import type * as tokens from '../auth/invitations';
import type * as passwords from '../auth/password';
import type { NewSession, Sessions } from '../auth/sessions';
import type { SignInAttempt, SignInLimits } from '../auth/sign-in-limits';
import type { Db, Trx } from '../db/executor';
import type * as invitationRows from '../db/invitations.repository';
import type * as userRows from '../db/users.repository';
import { AppError } from '../errors';

export interface AccountsDeps {
	db: Db;
	users: typeof userRows;
	invitations: typeof invitationRows;
	sessions: Sessions;
	passwords: typeof passwords;
	tokens: typeof tokens;
	limits: SignInLimits;
	clock: () => Date;
}

/** Which sessions are over: all of a person, or one. */
export type SessionsEnded = { userId: string } | { sessionId: string };

/** A session for the cookie, and whose it is. */
export interface SignedIn extends NewSession {
	user: SignedInUser;
}

/** The account that somebody makes for themselves. */
export interface ChosenAccount {
	/** Used where the school does not know the person's name yet. */
	name: string;
	signInName: string;
	password: string;
}

export type Accounts = ReturnType<typeof createAccountsService>;

/** Signing in and out, and taking up invitations. */
export function createAccountsService(deps: AccountsDeps) {
	const { db, users, invitations, sessions, passwords, tokens, limits, clock } = deps;
	const listeners = new Set<(ended: SessionsEnded) => void>();
	const announceEnd = (ended: SessionsEnded) => listeners.forEach((listener) => listener(ended));

	return {
		/**
		 * @throws AppError 'unauthenticated' with one sentence for an unknown name, a wrong password
		 *   and a disabled account; TooManyError
		 */
		async signIn(attempt: SignInAttempt & { password: string }): Promise<SignedIn> {
			await limits.take(attempt);
			const account = await users.findBySignInName(db, attempt.signInName);
			const fits = await passwords.verifyPassword(account?.passwordHash ?? null, attempt.password);
			if (account === undefined || !fits || account.disabledAt !== null) {
				throw new AppError('unauthenticated', messages.refusals.signInFailed);
			}
			await limits.succeeded(attempt);
			const { id, role, name } = account;
			return { ...(await sessions.create(id)), user: { id, role, name } };
		},

		async signOut(sessionId: string): Promise<void> {
			await sessions.end(sessionId);
			announceEnd({ sessionId });
		},

		async signOutEverywhere(userId: string): Promise<void> {
			await sessions.endAll(userId);
			announceEnd({ userId });
		},

		/** Calls back when sessions end on this node. @returns how to stop listening */
		onSessionsEnded(listener: (ended: SessionsEnded) => void): () => void {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},

		/** What an invitation is for; null when it is unknown, used or too old. */
		async invitation(token: string): Promise<InvitationView | null> {
			const now = clock();
			const hash = tokens.hashInvitationToken(token);
			const open = await invitations.findOpenInvitation(db, hash, now);
			if (open === undefined) return null;
			const first = open.role === 'admin' && !(await users.adminExists(db));
			return { role: open.role, name: open.name, first };
		},

		/**
		 * Makes the account that the invitation promises, uses the invitation up and signs in. A
		 * person whom the school knows keeps the name that the school has.
		 *
		 * @throws AppError 'not-found' when it cannot be taken up (any more), 'conflict' when the
		 *   sign-in name is taken (the invitation stays good)
		 */
		async acceptInvitation(token: string, chosen: ChosenAccount): Promise<SignedIn> {
			const hash = tokens.hashInvitationToken(token);
			// Looked up before the password is hashed: that is slow, and only worth it for a real one.
			if (!(await invitations.findOpenInvitation(db, hash, clock()))) throw invitationGone();
			const passwordHash = await passwords.hashPassword(chosen.password);
			try {
				const user = await db
					.transaction()
					.execute((trx) => openAccount(deps, trx, hash, { ...chosen, passwordHash }));
				return { ...(await sessions.create(user.id)), user };
			} catch (thrown) {
				if (!users.isNameTaken(thrown)) throw thrown;
				throw new AppError('conflict', messages.refusals.signInNameTaken, { cause: thrown });
			}
		},

		/**
		 * A fresh invitation for the first admin, which voids those of earlier starts.
		 *
		 * @returns its token, or null when there is an admin
		 */
		async ensureAdminInvitation(): Promise<string | null> {
			return db.transaction().execute(async (trx) => {
				await invitations.lockFirstAdmin(trx);
				await invitations.voidFirstAdminInvitations(trx);
				if (await users.adminExists(trx)) return null;
				const { token, tokenHash, expiresAt } = tokens.drawInvitation(clock());
				const invitation = { role: 'admin', userId: null, createdBy: null } as const;
				await invitations.insertInvitation(trx, { ...invitation, tokenHash, expiresAt });
				return token;
			});
		},
	};
}

const invitationGone = () => new AppError('not-found', messages.refusals.invitationGone);

async function openAccount(
	{ users, invitations, clock }: AccountsDeps,
	trx: Trx,
	tokenHash: Buffer,
	chosen: ChosenAccount & { passwordHash: string },
): Promise<SignedInUser> {
	const claimed = await invitations.claimInvitation(trx, tokenHash, clock());
	if (claimed === undefined) throw invitationGone();
	if (claimed.userId === null) {
		const { role } = claimed;
		const id = await users.insertAccount(trx, { ...chosen, role });
		return { id, role, name: chosen.name };
	}
	const person = await users.giveAccount(trx, claimed.userId, chosen);
	if (person === undefined) throw invitationGone();
	return person;
}
