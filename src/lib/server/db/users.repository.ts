import postgres from 'postgres';
import type { Role } from '$lib/contract/terms';
import type { Db, Trx } from './executor';

/** What signing in has to know of an account. */
export interface AccountRow {
	id: string;
	role: Role;
	name: string;
	passwordHash: string | null;
	disabledAt: Date | null;
}

export interface PersonRow extends AccountRow {
	signInName: string | null;
}

export interface NewAccount {
	role: Role;
	name: string;
	signInName: string;
	passwordHash: string;
}

const PERSON_COLUMNS = [
	'id',
	'role',
	'name',
	'sign_in_name as signInName',
	'password_hash as passwordHash',
	'disabled_at as disabledAt',
] as const;

export function findBySignInName(db: Db, signInName: string): Promise<AccountRow | undefined> {
	return db
		.selectFrom('users')
		.select(['id', 'role', 'name', 'password_hash as passwordHash', 'disabled_at as disabledAt'])
		.where('sign_in_name', '=', signInName)
		.executeTakeFirst();
}

export function findPerson(db: Db, userId: string): Promise<PersonRow | undefined> {
	return db.selectFrom('users').select(PERSON_COLUMNS).where('id', '=', userId).executeTakeFirst();
}

/** The same, locked until the transaction ends. */
export function lockPerson(trx: Trx, userId: string): Promise<PersonRow | undefined> {
	return trx
		.selectFrom('users')
		.select(PERSON_COLUMNS)
		.where('id', '=', userId)
		.forUpdate()
		.executeTakeFirst();
}

/**
 * @returns the new account's id
 * @throws what {@link isNameTaken} knows, when the sign-in name is somebody's
 */
export async function insertAccount(db: Db, account: NewAccount): Promise<string> {
	const row = await db
		.insertInto('users')
		.values({
			role: account.role,
			name: account.name,
			sign_in_name: account.signInName,
			password_hash: account.passwordHash,
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	return row.id;
}

/** Whether a write failed because the sign-in name is somebody's: names are unique by their index. */
export function isNameTaken(thrown: unknown): boolean {
	return (
		thrown instanceof postgres.PostgresError && thrown.constraint_name === 'users_sign_in_name_key'
	);
}

/**
 * Gives a person on a roster an account; one who has an account keeps the one they have.
 *
 * @returns the person, or undefined when they have an account, are disabled or are gone
 * @throws what {@link isNameTaken} knows, when the sign-in name is somebody's
 */
export function giveAccount(
	db: Db,
	userId: string,
	account: Pick<NewAccount, 'signInName' | 'passwordHash'>,
): Promise<{ id: string; role: Role; name: string } | undefined> {
	return db
		.updateTable('users')
		.set({ sign_in_name: account.signInName, password_hash: account.passwordHash })
		.where('id', '=', userId)
		.where('sign_in_name', 'is', null)
		.where('disabled_at', 'is', null)
		.returning(['id', 'role', 'name'])
		.executeTakeFirst();
}

/** Whether anybody can manage the school. */
export async function adminExists(db: Db): Promise<boolean> {
	const row = await db
		.selectFrom('users')
		.select('id')
		.where('role', '=', 'admin')
		.where('sign_in_name', 'is not', null)
		.where('disabled_at', 'is', null)
		.limit(1)
		.executeTakeFirst();
	return row !== undefined;
}

/**
 * Ids of the admins who can sign in, locked in one order: of two admins who disable each other at
 * once, the second waits and then finds only the first left.
 */
export async function lockAdmins(trx: Trx): Promise<string[]> {
	const rows = await trx
		.selectFrom('users')
		.select('id')
		.where('role', '=', 'admin')
		.where('sign_in_name', 'is not', null)
		.where('disabled_at', 'is', null)
		.orderBy('id')
		.forUpdate()
		.execute();
	return rows.map(({ id }) => id);
}

export async function setDisabledAt(db: Db, userId: string, disabledAt: Date | null) {
	await db.updateTable('users').set({ disabled_at: disabledAt }).where('id', '=', userId).execute();
}

/** Where staff get their notices; null: nowhere. */
export async function findEmail(db: Db, userId: string): Promise<string | null> {
	const row = await db
		.selectFrom('users')
		.select('email')
		.where('id', '=', userId)
		.executeTakeFirst();
	return row?.email ?? null;
}

/** @throws what {@link isEmailTaken} knows, when the address is somebody's */
export async function setEmail(db: Db, userId: string, email: string | null): Promise<void> {
	await db.updateTable('users').set({ email }).where('id', '=', userId).execute();
}

/** Whether a write failed because the address is somebody's. */
export function isEmailTaken(thrown: unknown): boolean {
	return thrown instanceof postgres.PostgresError && thrown.constraint_name === 'users_email_key';
}

export async function setRole(db: Db, userId: string, role: Role): Promise<void> {
	await db.updateTable('users').set({ role }).where('id', '=', userId).execute();
}

/** Everybody the school knows, with whether an invitation waits for them. */
export function listPeople(
	db: Db,
	now: Date,
): Promise<(Omit<PersonRow, 'passwordHash'> & { pendingInvitation: boolean })[]> {
	return db
		.selectFrom('users')
		.select((eb) => [
			'id',
			'role',
			'name',
			'sign_in_name as signInName',
			'disabled_at as disabledAt',
			eb
				.exists(
					eb
						.selectFrom('invitations')
						.select('invitations.id')
						.whereRef('invitations.user_id', '=', 'users.id')
						.where('invitations.used_at', 'is', null)
						.where('invitations.expires_at', '>', now),
				)
				.$castTo<boolean>()
				.as('pendingInvitation'),
		])
		.execute();
}
