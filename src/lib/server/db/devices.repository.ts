import { sql } from 'kysely';
import type {
	AskedDevice,
	DeviceInUse,
	DeviceState,
	DeviceView,
	RevokedBecause,
} from '$lib/contract/devices';
import { passkeyStanding } from '$lib/contract/passkeys';
import type { Db, Trx } from './executor';

export interface DeviceRow {
	id: string;
	studentId: string;
	/** P-256, SubjectPublicKeyInfo. */
	publicKey: Buffer;
	state: DeviceState;
	revokedBecause: RevokedBecause | null;
}

export interface NewDevice extends Omit<DeviceRow, 'revokedBecause'> {
	name: string;
	registeredAt: Date;
}

export function findDevice(db: Db, id: string): Promise<DeviceRow | undefined> {
	return db
		.selectFrom('devices')
		.select([
			'id',
			'student_id as studentId',
			'public_key as publicKey',
			'state',
			'revoked_because as revokedBecause',
		])
		.where('id', '=', id)
		.executeTakeFirst();
}

export async function insertDevice(trx: Trx, device: NewDevice): Promise<void> {
	await trx
		.insertInto('devices')
		.values({
			id: device.id,
			student_id: device.studentId,
			name: device.name,
			public_key: device.publicKey,
			state: device.state,
			registered_at: device.registeredAt,
		})
		.execute();
}

/** Forgets the phone of a student that waits, if there is one: it never signed anything. */
export async function deleteAskedDevice(trx: Trx, studentId: string): Promise<void> {
	await trx
		.deleteFrom('devices')
		.where('student_id', '=', studentId)
		.where('state', '=', 'asked')
		.execute();
}

/** The phone that signs for a student, if there is one. */
export async function findActiveDeviceId(db: Db, studentId: string): Promise<string | undefined> {
	const row = await db
		.selectFrom('devices')
		.select('id')
		.where('student_id', '=', studentId)
		.where('state', '=', sql.lit('active'))
		.executeTakeFirst();
	return row?.id;
}

/** Takes a phone out of use. */
export async function revokeDevice(
	trx: Trx,
	id: string,
	revoked: { because: RevokedBecause; by: string; at: Date },
): Promise<void> {
	await trx
		.updateTable('devices')
		.set({
			state: 'revoked',
			revoked_because: revoked.because,
			decided_by: revoked.by,
			decided_at: revoked.at,
		})
		.where('id', '=', id)
		.execute();
}

export async function activateDevice(
	trx: Trx,
	id: string,
	decided: { by: string; at: Date },
): Promise<void> {
	await trx
		.updateTable('devices')
		.set({ state: 'active', decided_by: decided.by, decided_at: decided.at })
		.where('id', '=', id)
		.execute();
}

export async function touchDevice(db: Db, id: string, at: Date): Promise<void> {
	await db.updateTable('devices').set({ last_used_at: at }).where('id', '=', id).execute();
}

/** A student's phones, the newest first. */
export async function listDevices(db: Db, studentId: string): Promise<DeviceView[]> {
	const rows = await db
		.selectFrom('devices')
		.select([
			'id',
			'name',
			'state',
			'revoked_because as revokedBecause',
			'registered_at as registeredAt',
			'last_used_at as lastUsedAt',
			sql<DeviceState[]>`array(
				select state from passkeys where passkeys.device_id = devices.id
			)`.as('passkeys'),
		])
		.where('student_id', '=', studentId)
		.orderBy('registered_at', 'desc')
		.orderBy('id')
		.execute();
	return rows.map(({ registeredAt, lastUsedAt, passkeys, ...device }) => ({
		...device,
		registeredAt: registeredAt.getTime(),
		lastUsedAt: lastUsedAt?.getTime() ?? null,
		passkey: passkeyStanding(passkeys),
	}));
}

/**
 * What waits for staff, the longest first.
 * @param teacherId of students whom this teacher teaches now; null: of everybody
 */
export async function listAskedDevices(
	db: Db,
	teacherId: string | null,
	limit: number,
): Promise<AskedDevice[]> {
	const rows = await db
		.selectFrom(selectAsked(db, teacherId).as('asked'))
		.innerJoin('users', 'users.id', 'asked.studentId')
		.selectAll('asked')
		.select('users.name as studentName')
		.orderBy('asked.registeredAt')
		.orderBy('asked.id')
		.limit(limit)
		.execute();
	return rows.map((row) => ({ ...row, registeredAt: row.registeredAt.getTime() }));
}

/** How many there are; see {@link listAskedDevices}. */
export async function countAskedDevices(db: Db, teacherId: string | null): Promise<number> {
	const { count } = await db
		.selectFrom(selectAsked(db, teacherId).as('asked'))
		.select(sql<number>`count(*)::int`.as('count'))
		.executeTakeFirstOrThrow();
	return count;
}

/**
 * Phones that sign, by their students' names.
 * @param teacherId see {@link listAskedDevices}
 */
export async function listDevicesInUse(
	db: Db,
	teacherId: string | null,
	limit: number,
): Promise<DeviceInUse[]> {
	const rows = await db
		.selectFrom('devices')
		.innerJoin('users', 'users.id', 'devices.student_id')
		.select([
			'devices.id',
			'devices.name',
			'devices.student_id as studentId',
			'users.name as studentName',
			'devices.registered_at as registeredAt',
			'devices.last_used_at as lastUsedAt',
			sql<boolean>`exists (
				select from passkeys where passkeys.device_id = devices.id and passkeys.state = 'active'
			)`.as('hasPasskey'),
		])
		.where('devices.state', '=', sql.lit('active'))
		.$if(teacherId !== null, (qb) => qb.where(taughtBy(teacherId ?? '', 'devices.student_id')))
		.orderBy('users.name')
		.orderBy('devices.id')
		.limit(limit)
		.execute();
	return rows.map((row) => ({
		...row,
		registeredAt: row.registeredAt.getTime(),
		lastUsedAt: row.lastUsedAt?.getTime() ?? null,
	}));
}

/** Whether a teacher teaches a student now, in a class that is still taught. */
export const taughtBy = (teacherId: string, studentColumn: string) => sql<boolean>`exists (
	select from members
	join class_teachers on class_teachers.class_id = members.class_id
	join classes on classes.id = members.class_id
	where members.student_id = ${sql.ref(studentColumn)} and members.valid_until is null
		and class_teachers.user_id = ${teacherId} and classes.archived_at is null
)`;

/** Phones that wait, and passkeys that wait on phones that sign. */
function selectAsked(db: Db, teacherId: string | null) {
	const phones = db
		.selectFrom('devices')
		.select([
			sql.lit<'phone' | 'passkey'>('phone').as('what'),
			'devices.id',
			'devices.name',
			'devices.student_id as studentId',
			'devices.registered_at as registeredAt',
		])
		// In words, not as a parameter: PostgreSQL finds the partial index by them.
		.where('devices.state', '=', sql.lit('asked'))
		.$if(teacherId !== null, (qb) => qb.where(taughtBy(teacherId ?? '', 'devices.student_id')));
	const passkeys = db
		.selectFrom('passkeys')
		.innerJoin('devices', 'devices.id', 'passkeys.device_id')
		.select([
			sql.lit<'phone' | 'passkey'>('passkey').as('what'),
			'passkeys.id',
			'devices.name',
			'devices.student_id as studentId',
			'passkeys.registered_at as registeredAt',
		])
		.where('passkeys.state', '=', sql.lit('asked'))
		.where('devices.state', '=', sql.lit('active'))
		.$if(teacherId !== null, (qb) => qb.where(taughtBy(teacherId ?? '', 'devices.student_id')));
	return phones.unionAll(passkeys);
}
