import type { GuardianView } from '$lib/contract/notices';
import type { Db } from './executor';

export function listGuardians(db: Db, studentId: string): Promise<GuardianView[]> {
	return db
		.selectFrom('guardians')
		.select(['id', 'name', 'email'])
		.where('student_id', '=', studentId)
		.execute();
}

/** @returns false when the student has a guardian with this address */
export async function insertGuardian(
	db: Db,
	{ studentId, name, email }: { studentId: string; name: string; email: string },
): Promise<boolean> {
	const result = await db
		.insertInto('guardians')
		.values({ student_id: studentId, name, email })
		.onConflict((conflict) => conflict.columns(['student_id', 'email']).doNothing())
		.executeTakeFirst();
	return result.numInsertedOrUpdatedRows === 1n;
}

/** Removing one who is gone already changes nothing. */
export async function deleteGuardian(
	db: Db,
	{ studentId, guardianId }: { studentId: string; guardianId: string },
): Promise<void> {
	await db
		.deleteFrom('guardians')
		.where('id', '=', guardianId)
		.where('student_id', '=', studentId)
		.execute();
}
