import { sql } from 'kysely';
import type { DisputeView } from '$lib/contract/disputes';
import type { DisputeState, MarkStatus } from '$lib/contract/terms';
import type { Db, Trx } from './executor';

export interface NewDispute {
	rollCallId: string;
	studentId: string;
	disputedStatus: MarkStatus;
	text: string;
	disputedAt: Date;
}

/** What a teacher answered. */
export interface AnsweredDispute {
	id: string;
	state: Exclude<DisputeState, 'waiting'>;
	answer: string | null;
	answeredBy: string;
	answeredAt: Date;
}

/** @returns false when an earlier dispute of the mark waits */
export async function insertDispute(db: Db, dispute: NewDispute): Promise<boolean> {
	const { numInsertedOrUpdatedRows } = await db
		.insertInto('disputes')
		.values({
			roll_call_id: dispute.rollCallId,
			student_id: dispute.studentId,
			disputed_status: dispute.disputedStatus,
			text: dispute.text,
			disputed_at: dispute.disputedAt,
			state: 'waiting',
		})
		.onConflict((conflict) =>
			// In words, not as a parameter: PostgreSQL finds the partial index by them.
			conflict
				.columns(['roll_call_id', 'student_id'])
				.where('state', '=', sql.lit('waiting'))
				.doNothing(),
		)
		.executeTakeFirst();
	return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** @returns false when it was answered meanwhile */
export async function updateToAnswered(trx: Trx, dispute: AnsweredDispute): Promise<boolean> {
	const { numUpdatedRows } = await trx
		.updateTable('disputes')
		.set({
			state: dispute.state,
			answer: dispute.answer,
			answered_by: dispute.answeredBy,
			answered_at: dispute.answeredAt,
		})
		.where('id', '=', dispute.id)
		.where('state', '=', sql.lit('waiting'))
		.executeTakeFirst();
	return numUpdatedRows > 0n;
}

export async function findDispute(db: Db, id: string): Promise<DisputeView | undefined> {
	const row = await selectDisputes(db).where('disputes.id', '=', id).executeTakeFirst();
	return row && toView(row);
}

/** Disputes of one mark, the newest first. */
export async function listDisputesOfMark(
	db: Db,
	rollCallId: string,
	studentId: string,
): Promise<DisputeView[]> {
	const rows = await selectDisputes(db)
		.where('disputes.roll_call_id', '=', rollCallId)
		.where('disputes.student_id', '=', studentId)
		.orderBy('disputes.disputed_at', 'desc')
		.execute();
	return rows.map(toView);
}

/** A student's disputes that were answered since, the latest answer first. */
export async function listAnswersTo(
	db: Db,
	studentId: string,
	since: Date,
): Promise<DisputeView[]> {
	const rows = await selectDisputes(db)
		.where('disputes.student_id', '=', studentId)
		.where('disputes.answered_at', '>=', since)
		.orderBy('disputes.answered_at', 'desc')
		.execute();
	return rows.map(toView);
}

/** Those that wait, the oldest first. @param teacherId of the classes of one teacher; null: all */
export async function listWaitingDisputes(
	db: Db,
	teacherId: string | null,
	limit: number,
): Promise<DisputeView[]> {
	const rows = await selectDisputes(db)
		.where('disputes.state', '=', sql.lit('waiting'))
		.where(isShownTo(teacherId))
		.orderBy('disputes.disputed_at')
		.orderBy('disputes.id')
		.limit(limit)
		.execute();
	return rows.map(toView);
}

/** Those that were answered last, the newest first; see {@link listWaitingDisputes}. */
export async function listAnsweredDisputes(
	db: Db,
	teacherId: string | null,
	limit: number,
): Promise<DisputeView[]> {
	const rows = await selectDisputes(db)
		.where('disputes.answered_at', 'is not', null)
		.where(isShownTo(teacherId))
		.orderBy('disputes.answered_at', 'desc')
		.limit(limit)
		.execute();
	return rows.map(toView);
}

/** How many wait; see {@link listWaitingDisputes}. */
export async function countWaitingDisputes(db: Db, teacherId: string | null): Promise<number> {
	const { count } = await db
		.selectFrom('disputes')
		.innerJoin('roll_calls', 'roll_calls.id', 'disputes.roll_call_id')
		.select((eb) => eb.fn.countAll<string>().as('count'))
		.where('disputes.state', '=', sql.lit('waiting'))
		.where(isShownTo(teacherId))
		.executeTakeFirstOrThrow();
	return Number(count);
}

/** Needs `roll_calls` in the query. */
function isShownTo(teacherId: string | null) {
	return teacherId === null
		? sql<boolean>`true`
		: sql<boolean>`roll_calls.class_id in (
			select class_id from class_teachers where user_id = ${teacherId}
		)`;
}

function selectDisputes(db: Db) {
	return db
		.selectFrom('disputes')
		.innerJoin('roll_calls', 'roll_calls.id', 'disputes.roll_call_id')
		.innerJoin('classes', 'classes.id', 'roll_calls.class_id')
		.innerJoin('users as students', 'students.id', 'disputes.student_id')
		.leftJoin('users as staff', 'staff.id', 'disputes.answered_by')
		.leftJoin('marks', (join) =>
			join
				.onRef('marks.roll_call_id', '=', 'disputes.roll_call_id')
				.onRef('marks.student_id', '=', 'disputes.student_id'),
		)
		.select([
			'disputes.id',
			'disputes.roll_call_id as rollCallId',
			'classes.id as classId',
			'classes.name as className',
			'roll_calls.starts_at as startsAt',
			'disputes.student_id as studentId',
			'students.name as studentName',
			'disputes.disputed_status as disputedStatus',
			'marks.status',
			'disputes.text',
			'disputes.disputed_at as disputedAt',
			'disputes.state',
			'staff.name as answeredBy',
			'disputes.answered_at as answeredAt',
			'disputes.answer',
		]);
}

type SelectedDispute = Awaited<
	ReturnType<ReturnType<typeof selectDisputes>['executeTakeFirstOrThrow']>
>;

function toView(row: SelectedDispute): DisputeView {
	return {
		...row,
		startsAt: row.startsAt.getTime(),
		disputedAt: row.disputedAt.getTime(),
		answeredAt: row.answeredAt?.getTime() ?? null,
	};
}
