import { sql } from 'kysely';
import type { MarkChangeView, MarkConflict } from '$lib/contract/marks';
import type { MarkMethod, MarkStatus } from '$lib/contract/terms';
import type { Db } from './executor';

/**
 * What became of a student's mark in a roll call, oldest first; of more than `limit` changes the
 * newest ones. What a change left as it was is not told again.
 */
export async function listMarkChanges(
	db: Db,
	rollCallId: string,
	studentId: string,
	limit: number,
): Promise<MarkChangeView[]> {
	const rows = await selectChanges(db)
		.where('mark_changes.roll_call_id', '=', rollCallId)
		.where('mark_changes.student_id', '=', studentId)
		.orderBy('mark_changes.id', 'desc')
		.limit(limit)
		.execute();
	return rows.map(toView).reverse();
}

/** What became of some marks, oldest first; see {@link listMarkChanges}. */
export async function listChangesOfMarks(
	db: Db,
	marks: readonly { rollCallId: string; studentId: string }[],
): Promise<{ rollCallId: string; studentId: string; change: MarkChangeView }[]> {
	const rows = await selectChanges(db)
		.select(['mark_changes.roll_call_id as rollCallId', 'mark_changes.student_id as studentId'])
		.where(
			sql<boolean>`(mark_changes.roll_call_id, mark_changes.student_id) in (
				select * from unnest(
					${marks.map(({ rollCallId }) => rollCallId)}::uuid[],
					${marks.map(({ studentId }) => studentId)}::uuid[]
				)
			)`,
		)
		.orderBy('mark_changes.id')
		.execute();
	return rows.map(({ rollCallId, studentId, ...row }) => ({
		rollCallId,
		studentId,
		change: toView(row),
	}));
}

/** What stands of a student in a roll call, and by whom; undefined where there is no mark. */
export async function findStandingMark(
	db: Db,
	rollCallId: string,
	studentId: string,
): Promise<Omit<MarkConflict, 'wanted'> | undefined> {
	const row = await db
		.selectFrom('marks')
		.leftJoin('users', 'users.id', 'marks.marked_by')
		.select([
			'marks.student_id as studentId',
			'marks.status',
			'marks.marked_at as markedAt',
			'users.name as by',
		])
		.where('marks.roll_call_id', '=', rollCallId)
		.where('marks.student_id', '=', studentId)
		.executeTakeFirst();
	return row && { ...row, markedAt: row.markedAt.getTime() };
}

function selectChanges(db: Db) {
	return db
		.selectFrom('mark_changes')
		.leftJoin('users', (join) =>
			join
				.onRef('users.id', '=', 'mark_changes.changed_by')
				.on('mark_changes.method', '<>', 'camera'),
		)
		.select([
			'mark_changes.changed_at as changedAt',
			'mark_changes.method',
			'users.name as by',
			'mark_changes.old_status as from',
			'mark_changes.new_status as to',
			'mark_changes.old_marked_at as oldMarkedAt',
			'mark_changes.new_marked_at as newMarkedAt',
			'mark_changes.old_left_at as oldLeftAt',
			'mark_changes.new_left_at as newLeftAt',
			'mark_changes.old_remark as oldRemark',
			'mark_changes.new_remark as newRemark',
			'mark_changes.reason',
			'mark_changes.conflict',
			'mark_changes.wanted_status as wanted',
			'mark_changes.made_at as madeAt',
			'mark_changes.came_in_late as cameInLate',
		]);
}

/** What took longer on its way was not made just now. */
const WAITED_MS = 60_000;

const ARRIVALS: readonly (MarkStatus | null)[] = ['present', 'late'];

function toView(row: {
	changedAt: Date;
	method: MarkMethod;
	by: string | null;
	from: MarkStatus | null;
	to: MarkStatus | null;
	oldMarkedAt: Date | null;
	newMarkedAt: Date | null;
	oldLeftAt: Date | null;
	newLeftAt: Date | null;
	oldRemark: string | null;
	newRemark: string | null;
	reason: string | null;
	conflict: boolean;
	wanted: MarkStatus | null;
	madeAt: Date | null;
	cameInLate: boolean;
}): MarkChangeView {
	const { changedAt, method, by, from, to, reason, conflict, wanted, madeAt } = row;
	const waited = madeAt !== null && changedAt.getTime() - madeAt.getTime() >= WAITED_MS;
	const arrivedBefore = ARRIVALS.includes(from) ? row.oldMarkedAt : null;
	const arrivedAfter = ARRIVALS.includes(to) ? row.newMarkedAt : null;
	return {
		changedAt: changedAt.getTime(),
		method,
		by,
		from,
		to,
		arrivedAt: unlessSame(toMs(arrivedBefore), toMs(arrivedAfter)),
		leftAt: unlessSame(toMs(row.oldLeftAt), toMs(row.newLeftAt)),
		remark: unlessSame(row.oldRemark, row.newRemark),
		reason,
		conflict: conflict ? { wanted } : null,
		...(waited ? { madeAt: madeAt.getTime() } : {}),
		...(row.cameInLate ? { cameInLate: true } : {}),
	};
}

const toMs = (at: Date | null): number | null => at?.getTime() ?? null;

function unlessSame<T>(before: T | null, after: T | null): T | null {
	return after === before ? null : after;
}
