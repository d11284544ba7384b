import { sql } from 'kysely';
import type { MarkRest } from '$lib/contract/marks';
import type { Trx } from './executor';
import { METHOD_OF_WAITING, selectRoster } from './marks.repository';

/**
 * Gives those of the students who are on the roster and have no status one by hand, with the change
 * of each, in one statement; the caller has locked the roll call. What was remarked of them stays.
 *
 * @returns who was marked
 */
export async function insertRestMarks(
	trx: Trx,
	{ id, rollCallId, studentIds, status }: MarkRest,
	{ version, at, by, madeAt, cameInAt }: RestMarking,
): Promise<string[]> {
	const { rows } = await sql<{ studentId: string }>`
		with rest as (
			insert into marks
				(roll_call_id, student_id, status, marked_at, method, marked_by, version, came_in_at)
			select ${rollCallId}::uuid, student_id, ${status}, ${at}::timestamptz, 'teacher', ${by}::uuid,
				${version}::bigint, ${cameInAt}::timestamptz
			from (${selectRoster(trx, rollCallId)}) as people
			where student_id = any(${studentIds}::uuid[]) and not exists (
				select from marks join mark_changes as later using (roll_call_id, student_id)
				where marks.roll_call_id = ${rollCallId} and marks.student_id = people.student_id
					and marks.method = 'teacher' and later.method = 'teacher' and not later.conflict
					and coalesce(later.made_at, later.changed_at) > ${madeAt}::timestamptz
			)
			on conflict (roll_call_id, student_id) do update
			set status = excluded.status, marked_at = excluded.marked_at, minutes_late = null,
				method = excluded.method, marked_by = excluded.marked_by, version = excluded.version,
				came_in_at = excluded.came_in_at
			where marks.status is null or (
				${cameInAt}::timestamptz is not null and marks.status = 'absent' and marks.method = 'rule'
			)
			returning student_id, status, marked_at
		)
		insert into mark_changes
			(request_id, roll_call_id, student_id, old_status, new_status, new_marked_at, method, changed_by,
				rest_id, made_at, came_in_late)
		select ${idOnFirst(id)}, ${rollCallId}::uuid, student_id,
			case when ${cameInAt}::timestamptz is not null then 'absent' end, status, marked_at, 'teacher',
			${by}::uuid, ${id}::uuid, ${madeAt}::timestamptz, ${cameInAt}::timestamptz is not null
		from rest
		returning student_id as "studentId"
	`.execute(trx);
	return rows.map(({ studentId }) => studentId);
}

interface RestMarking {
	version: number;
	/** When whoever is marked counts as marked. */
	at: Date;
	by: string;
	/** What somebody did by hand after that stands. Null: it was made just now. */
	madeAt: Date | null;
	/** When it arrived, where the roll call closed meanwhile: then the closing's absences are no marks. */
	cameInAt: Date | null;
}

/**
 * Takes back what "mark the rest" did, where it still is the newest change, with the change of each,
 * in one statement; the caller has locked the roll call. The rows stay: devices that were away ask
 * for what changed.
 *
 * @returns how many students it concerns: they wait again, or are absent by the rule once it is closed
 */
export async function takeBackRest(
	trx: Trx,
	{ id, rollCallId, restId }: { id: string; rollCallId: string; restId: string },
	{ version, by, reason, closedAt }: TakingBack,
): Promise<number> {
	const { numAffectedRows } = await sql`
		with rest as (
			select student_id, new_status, new_marked_at from mark_changes
			where rest_id = ${restId} and roll_call_id = ${rollCallId} and new_status is not null
				and not exists (
					select from mark_changes as later
					where later.roll_call_id = mark_changes.roll_call_id
						and later.student_id = mark_changes.student_id
						and later.id > mark_changes.id and not later.conflict
				)
		), waiting as (
			update marks
			set status = case when ${closedAt}::timestamptz is not null then 'absent' end,
				marked_at = coalesce(${closedAt}::timestamptz, marks.marked_at),
				marked_by = ${by}::uuid, version = ${version}::bigint, came_in_at = null,
				method = case when ${closedAt}::timestamptz is null then ${METHOD_OF_WAITING} else 'rule' end
			from rest
			where marks.roll_call_id = ${rollCallId} and marks.student_id = rest.student_id
			returning rest.*
		)
		insert into mark_changes
			(request_id, roll_call_id, student_id, old_status, new_status, old_marked_at, method, changed_by,
				reason, rest_id)
		select ${idOnFirst(id)}, ${rollCallId}::uuid, student_id, new_status,
			case when ${closedAt}::timestamptz is not null then 'absent' end, new_marked_at, 'teacher',
			${by}::uuid, ${reason}, ${restId}::uuid
		from waiting
	`.execute(trx);
	return Number(numAffectedRows ?? 0);
}

interface TakingBack {
	version: number;
	by: string;
	reason: string;
	/** When the roll call closed, where it is: nobody waits in it. */
	closedAt: Date | null;
}

/** One of the rows keeps the request, by which a retry is known. */
const idOnFirst = (id: string) =>
	sql<string | null>`case when row_number() over (order by student_id) = 1 then ${id}::uuid end`;
