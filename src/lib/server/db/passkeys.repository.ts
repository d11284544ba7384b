import type { DeviceState } from '$lib/contract/devices';
import type { Db, Trx } from './executor';

export interface PasskeyRow {
	id: string;
	deviceId: string;
	credentialId: Buffer;
	/** COSE_Key. */
	publicKey: Buffer;
	rpId: string;
	state: DeviceState;
}

export interface NewPasskey extends Omit<PasskeyRow, 'id'> {
	signCount: number;
	registeredAt: Date;
}

const COLUMNS = [
	'passkeys.id',
	'passkeys.device_id as deviceId',
	'passkeys.credential_id as credentialId',
	'passkeys.public_key as publicKey',
	'passkeys.rp_id as rpId',
	'passkeys.state',
] as const;

/** Keeps the hash of what a new passkey has to answer, in the place of an earlier one. */
export async function setPasskeyChallenge(
	db: Db,
	deviceId: string,
	challenge: { hash: Buffer; expiresAt: Date },
): Promise<void> {
	await db
		.updateTable('devices')
		.set({
			passkey_challenge_hash: challenge.hash,
			passkey_challenge_expires_at: challenge.expiresAt,
		})
		.where('id', '=', deviceId)
		.execute();
}

/** Uses a phone's challenge up. @returns its hash; undefined where none holds at that moment */
export async function takePasskeyChallenge(
	db: Db,
	deviceId: string,
	now: Date,
): Promise<Buffer | undefined> {
	const taken = await db
		.with('held', (qb) =>
			qb
				.selectFrom('devices')
				.select(['id', 'passkey_challenge_hash', 'passkey_challenge_expires_at'])
				.where('id', '=', deviceId)
				.where('passkey_challenge_hash', 'is not', null)
				.forUpdate(),
		)
		.updateTable('devices')
		.from('held')
		.set({ passkey_challenge_hash: null, passkey_challenge_expires_at: null })
		.whereRef('devices.id', '=', 'held.id')
		.returning([
			'held.passkey_challenge_hash as hash',
			'held.passkey_challenge_expires_at as expiresAt',
		])
		.executeTakeFirst();
	if (!taken?.hash || !taken.expiresAt || taken.expiresAt <= now) return undefined;
	return taken.hash;
}

export function findPasskeyByCredential(
	db: Db,
	credentialId: Buffer,
): Promise<PasskeyRow | undefined> {
	return db
		.selectFrom('passkeys')
		.select(COLUMNS)
		.where('credential_id', '=', credentialId)
		.executeTakeFirst();
}

/** With whose it is. */
export function findPasskey(
	db: Db,
	id: string,
): Promise<(PasskeyRow & { studentId: string; deviceState: DeviceState }) | undefined> {
	return db
		.selectFrom('passkeys')
		.innerJoin('devices', 'devices.id', 'passkeys.device_id')
		.select(COLUMNS)
		.select(['devices.student_id as studentId', 'devices.state as deviceState'])
		.where('passkeys.id', '=', id)
		.executeTakeFirst();
}

/** Those of a phone, also those that do not sign any more. */
export function listPasskeys(db: Db, deviceId: string): Promise<PasskeyRow[]> {
	return db.selectFrom('passkeys').select(COLUMNS).where('device_id', '=', deviceId).execute();
}

/** Those of the phone that signs for a student, that count or wait; undefined where no phone does. */
export async function listPasskeysInUse(
	db: Db,
	studentId: string,
): Promise<PasskeyRow[] | undefined> {
	const device = await db
		.selectFrom('devices')
		.select('id')
		.where('student_id', '=', studentId)
		.where('state', '=', 'active')
		.executeTakeFirst();
	return device && (await listPasskeys(db, device.id));
}

/** @returns false where the credential is known already, whoever's it is */
export async function insertPasskey(trx: Trx, passkey: NewPasskey): Promise<boolean> {
	const { numInsertedOrUpdatedRows } = await trx
		.insertInto('passkeys')
		.values({
			device_id: passkey.deviceId,
			credential_id: passkey.credentialId,
			public_key: passkey.publicKey,
			rp_id: passkey.rpId,
			sign_count: passkey.signCount,
			state: passkey.state,
			registered_at: passkey.registeredAt,
		})
		.onConflict((conflict) => conflict.column('credential_id').doNothing())
		.executeTakeFirst();
	return numInsertedOrUpdatedRows === 1n;
}

/** Forgets the passkey of a phone that waits, if there is one: it never signed anything. */
export async function deleteAskedPasskey(trx: Trx, deviceId: string): Promise<void> {
	await trx
		.deleteFrom('passkeys')
		.where('device_id', '=', deviceId)
		.where('state', '=', 'asked')
		.execute();
}

/** Takes a phone's passkey in a state, if there is one, out of use. */
export async function revokePasskey(
	trx: Trx,
	deviceId: string,
	state: 'asked' | 'active',
	decided: { by: string; at: Date },
): Promise<void> {
	await trx
		.updateTable('passkeys')
		.set({ state: 'revoked', decided_by: decided.by, decided_at: decided.at })
		.where('device_id', '=', deviceId)
		.where('state', '=', state)
		.execute();
}

export async function activatePasskey(
	trx: Trx,
	id: string,
	decided: { by: string; at: Date },
): Promise<void> {
	await trx
		.updateTable('passkeys')
		.set({ state: 'active', decided_by: decided.by, decided_at: decided.at })
		.where('id', '=', id)
		.execute();
}

/**
 * Notes that a passkey signed, if its counter went on; one that never counts stays at 0 (WebAuthn
 * Level 3, 6.1.1). In one step: of two signatures of a copied key, sent at once, one is behind.
 *
 * @returns false for a counter that did not go on
 */
export async function advanceSignCount(
	db: Db,
	id: string,
	signCount: number,
	at: Date,
): Promise<boolean> {
	const { numUpdatedRows } = await db
		.updateTable('passkeys')
		.set({ sign_count: signCount, last_used_at: at })
		.where('id', '=', id)
		.where('sign_count', signCount === 0 ? '=' : '<', String(signCount))
		.executeTakeFirst();
	return numUpdatedRows === 1n;
}
