import { sql } from 'kysely';
import type { AskedDevice, DeviceState, DeviceView } from '$lib/contract/check-in';
import type { Db, Trx } from './executor';

export interface DeviceRow {
	id: string;
	studentId: string;
	/** P-256, SubjectPublicKeyInfo. */
	publicKey: Buffer;
	state: DeviceState;
}

export interface NewDevice extends DeviceRow {
	name: string;
	registeredAt: Date;
}

export function findDevice(db: Db, id: string): Promise<DeviceRow | undefined> {
	return db
		.selectFrom('devices')
		.select(['id', 'student_id as studentId', 'public_key as publicKey', 'state'])
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

/** Takes a student's phone in a state, if there is one, out of use. */
export async function revokeDevice(
	trx: Trx,
	studentId: string,
	state: 'asked' | 'active',
	decided: { by: string | null; at: Date },
): Promise<void> {
	await trx
		.updateTable('devices')
		.set({ state: 'revoked', decided_by: decided.by, decided_at: decided.at })
		.where('student_id', '=', studentId)
		.where('state', '=', state)
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
		.select(['id', 'name', 'state', 'registered_at as registeredAt', 'last_used_at as lastUsedAt'])
		.where('student_id', '=', studentId)
		.orderBy('registered_at', 'desc')
		.orderBy('id')
		.execute();
	return rows.map(({ registeredAt, lastUsedAt, ...device }) => ({
		...device,
		registeredAt: registeredAt.getTime(),
		lastUsedAt: lastUsedAt?.getTime() ?? null,
	}));
}

/**
 * Phones that wait, the longest first.
 * @param teacherId of students whom this teacher teaches now; null: of everybody
 */
export async function listAskedDevices(
	db: Db,
	teacherId: string | null,
	limit: number,
): Promise<AskedDevice[]> {
	const rows = await selectAsked(db, teacherId)
		.innerJoin('users', 'users.id', 'devices.student_id')
		.select([
			'devices.id',
			'devices.name',
			'devices.student_id as studentId',
			'users.name as studentName',
			'devices.registered_at as registeredAt',
		])
		.orderBy('devices.registered_at')
		.orderBy('devices.id')
		.limit(limit)
		.execute();
	return rows.map((row) => ({ ...row, registeredAt: row.registeredAt.getTime() }));
}

/** How many there are; see {@link listAskedDevices}. */
export async function countAskedDevices(db: Db, teacherId: string | null): Promise<number> {
	const { count } = await selectAsked(db, teacherId)
		.select(sql<number>`count(*)::int`.as('count'))
		.executeTakeFirstOrThrow();
	return count;
}

function selectAsked(db: Db, teacherId: string | null) {
	return (
		db
			.selectFrom('devices')
			// In words, not as a parameter: PostgreSQL finds the partial index by them.
			.where('devices.state', '=', sql.lit('asked'))
			.$if(teacherId !== null, (qb) =>
				qb.where(sql<boolean>`exists (
					select from members
					join class_teachers on class_teachers.class_id = members.class_id
					join classes on classes.id = members.class_id
					where members.student_id = devices.student_id and members.valid_until is null
						and class_teachers.user_id = ${teacherId} and classes.archived_at is null
				)`),
			)
	);
}
