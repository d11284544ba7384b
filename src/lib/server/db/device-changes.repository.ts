import type { DeviceChange, DeviceChangeView } from '$lib/contract/devices';
import type { Db, Trx } from './executor';
import { taughtBy } from './devices.repository';

export interface NewDeviceChange {
	deviceId: string;
	what: DeviceChange;
	by: string;
	at: Date;
}

/** Writes down what was done with a phone that is there. */
export async function insertDeviceChange(trx: Trx, change: NewDeviceChange): Promise<void> {
	const { deviceId, what, by, at } = change;
	await trx
		.insertInto('device_changes')
		.columns(['device_id', 'device_name', 'student_id', 'what', 'changed_by', 'changed_at'])
		.expression((eb) =>
			eb
				.selectFrom('devices')
				.select((select) => [
					'devices.id',
					'devices.name',
					'devices.student_id',
					select.val(what).as('what'),
					select.cast<string>(select.val(by), 'uuid').as('changed_by'),
					select.cast<Date>(select.val(at), 'timestamptz').as('changed_at'),
				])
				.where('devices.id', '=', deviceId),
		)
		.execute();
}

/**
 * What was done with phones, the newest first.
 * @param teacherId of students whom this teacher teaches now; null: of everybody
 */
export async function listDeviceChanges(
	db: Db,
	teacherId: string | null,
	limit: number,
): Promise<DeviceChangeView[]> {
	const rows = await db
		.selectFrom('device_changes')
		.innerJoin('users as students', 'students.id', 'device_changes.student_id')
		.leftJoin('users as authors', 'authors.id', 'device_changes.changed_by')
		.select([
			'device_changes.id',
			'device_changes.what',
			'device_changes.device_name as deviceName',
			'students.name as studentName',
			'authors.name as changedBy',
			'device_changes.changed_at as at',
		])
		.$if(teacherId !== null, (qb) =>
			qb.where(taughtBy(teacherId ?? '', 'device_changes.student_id')),
		)
		.orderBy('device_changes.id', 'desc')
		.limit(limit)
		.execute();
	return rows.map(({ at, ...row }) => ({ ...row, at: at.getTime() }));
}
