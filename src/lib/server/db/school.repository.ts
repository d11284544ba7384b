import type { School } from '$lib/contract/accounts';
import type { RecognitionSettings } from '$lib/contract/recognition';
import type { StatusName, StatusNames } from '$lib/contract/statuses';
import type { MarkStatus } from '$lib/contract/terms';
import type { Db, Trx } from './executor';

/** The one row that the first migration made. */
export function readSchool(db: Db): Promise<School> {
	return db
		.selectFrom('school')
		.select(['name', 'time_zone as timeZone'])
		.executeTakeFirstOrThrow();
}

export async function writeSchool(db: Db, school: School): Promise<void> {
	await db.updateTable('school').set({ name: school.name, time_zone: school.timeZone }).execute();
}

/** Rates from outside the app's choices are possible: an operator may have set one by SQL. */
export interface RecognitionRow extends Omit<RecognitionSettings, 'strangersPerWrongName'> {
	strangersPerWrongName: number;
}

export function readRecognition(db: Db): Promise<RecognitionRow> {
	return db
		.selectFrom('school')
		.select([
			'strangers_per_wrong_name as strangersPerWrongName',
			'recognises_visitors as recognisesVisitors',
			'asks_about_photographs as asksAboutPhotographs',
			'decision_retention_days as decisionRetentionDays',
		])
		.executeTakeFirstOrThrow();
}

export async function writeRecognition(db: Db, settings: RecognitionSettings): Promise<void> {
	await db
		.updateTable('school')
		.set({
			strangers_per_wrong_name: settings.strangersPerWrongName,
			recognises_visitors: settings.recognisesVisitors,
			asks_about_photographs: settings.asksAboutPhotographs,
			decision_retention_days: settings.decisionRetentionDays,
		})
		.execute();
}

/** For how many hours the school takes what waited on a device without a network. */
export async function readLateRecordsHours(db: Db): Promise<number> {
	const { hours } = await db
		.selectFrom('school')
		.select('late_records_hours as hours')
		.executeTakeFirstOrThrow();
	return hours;
}

export async function writeLateRecordsHours(db: Db, hours: number): Promise<void> {
	await db.updateTable('school').set({ late_records_hours: hours }).execute();
}

/** The statuses that the school has named itself. */
export function listStatusNames(db: Db): Promise<({ status: MarkStatus } & StatusName)[]> {
	return db.selectFrom('status_names').select(['status', 'word', 'letter', 'colour']).execute();
}

export async function replaceStatusNames(trx: Trx, names: StatusNames): Promise<void> {
	await trx.deleteFrom('status_names').execute();
	await trx
		.insertInto('status_names')
		.values([
			{ status: 'present', ...names.present },
			{ status: 'late', ...names.late },
			{ status: 'absent', ...names.absent },
			{ status: 'excused', ...names.excused },
		])
		.execute();
}
