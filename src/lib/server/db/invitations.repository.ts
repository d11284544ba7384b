import { sql } from 'kysely';
import type { Role } from '$lib/contract/terms';
import type { Db, Trx } from './executor';

export interface InvitationRow {
	role: Role;
	/** The person whose account it opens; null makes a new person. */
	userId: string | null;
}

export interface NewInvitation extends InvitationRow {
	tokenHash: Buffer;
	/** Null: made by the server itself, for the first admin. */
	createdBy: string | null;
	expiresAt: Date;
}

export async function insertInvitation(db: Db, invitation: NewInvitation): Promise<void> {
	await db
		.insertInto('invitations')
		.values({
			token_hash: invitation.tokenHash,
			role: invitation.role,
			user_id: invitation.userId,
			created_by: invitation.createdBy,
			expires_at: invitation.expiresAt,
		})
		.execute();
}

/** An invitation that can still be taken up, with the name of the person it is for, if known. */
export function findOpenInvitation(
	db: Db,
	tokenHash: Buffer,
	now: Date,
): Promise<(InvitationRow & { name: string | null }) | undefined> {
	return db
		.selectFrom('invitations')
		.leftJoin('users', 'users.id', 'invitations.user_id')
		.select(['invitations.role', 'invitations.user_id as userId', 'users.name'])
		.where('invitations.token_hash', '=', tokenHash)
		.where('invitations.used_at', 'is', null)
		.where('invitations.expires_at', '>', now)
		.executeTakeFirst();
}

/** Uses an invitation up. Of two who try at once, one gets the row and the other undefined. */
export function claimInvitation(
	trx: Trx,
	tokenHash: Buffer,
	now: Date,
): Promise<InvitationRow | undefined> {
	return trx
		.updateTable('invitations')
		.set({ used_at: now })
		.where('token_hash', '=', tokenHash)
		.where('used_at', 'is', null)
		.where('expires_at', '>', now)
		.returning(['role', 'user_id as userId'])
		.executeTakeFirst();
}

/** Voids what was sent to a person before: the newest link is the only one. */
export async function voidInvitationsOf(db: Db, userId: string): Promise<void> {
	await db
		.deleteFrom('invitations')
		.where('user_id', '=', userId)
		.where('used_at', 'is', null)
		.execute();
}

/** Voids the unused links that somebody made: they may no longer make any. */
export async function voidInvitationsBy(db: Db, createdBy: string): Promise<void> {
	await db
		.deleteFrom('invitations')
		.where('created_by', '=', createdBy)
		.where('used_at', 'is', null)
		.execute();
}

/** Voids the unused links of earlier starts. */
export async function voidFirstAdminInvitations(db: Db): Promise<void> {
	await db
		.deleteFrom('invitations')
		.where('created_by', 'is', null)
		.where('user_id', 'is', null)
		.where('used_at', 'is', null)
		.execute();
}

/**
 * Held until the transaction ends: decides one at a time whether the school still needs its first
 * admin. The number is the lock's name, chosen at random.
 */
export async function lockFirstAdmin(trx: Trx): Promise<void> {
	await sql`select pg_advisory_xact_lock(7264310958)`.execute(trx);
}
