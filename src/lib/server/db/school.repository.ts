import type { School } from '$lib/contract/accounts';
import type { Db } from './executor';

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
