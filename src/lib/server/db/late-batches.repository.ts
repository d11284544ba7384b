import { sql } from 'kysely';
import type { Db, Trx } from './executor';

/** Remembers that a device has an open roll call on screen; again is once. */
export async function insertRollCallDevice(
	db: Db,
	{ rollCallId, deviceId, userId }: { rollCallId: string; deviceId: string; userId: string },
): Promise<void> {
	await sql`
		insert into roll_call_devices (roll_call_id, device_id, user_id)
		select id, ${deviceId}::uuid, ${userId}::uuid from roll_calls
		where id = ${rollCallId} and state = 'open'
		on conflict do nothing
	`.execute(db);
}

/** Whether a device had the roll call on screen while it was open, in the hands of this person. */
export async function wasOnDevice(
	db: Db,
	{ rollCallId, deviceId, userId }: { rollCallId: string; deviceId: string; userId: string },
): Promise<boolean> {
	const row = await db
		.selectFrom('roll_call_devices')
		.select('device_id')
		.where('roll_call_id', '=', rollCallId)
		.where('device_id', '=', deviceId)
		.where('user_id', '=', userId)
		.executeTakeFirst();
	return row !== undefined;
}

/** Notes that a batch is taken. @returns false for one that was taken before */
export async function insertLateBatch(trx: Trx, id: string, rollCallId: string): Promise<boolean> {
	const row = await trx
		.insertInto('late_batches')
		.values({ id, roll_call_id: rollCallId })
		.onConflict((conflict) => conflict.column('id').doNothing())
		.returning('id')
		.executeTakeFirst();
	return row !== undefined;
}

/** Deletes what no school would take any more, if it came again. @returns how many there were */
export async function deleteExpiredLateBatches(db: Db): Promise<number> {
	const result = await db
		.deleteFrom('late_batches')
		.where('received_at', '<', sql<Date>`now() - interval '8 days'`)
		.executeTakeFirst();
	return Number(result.numDeletedRows);
}
