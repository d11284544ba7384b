import { sql } from 'kysely';
import type { Trx } from './executor';
import { MEMBER_ON_THE_DAY } from './marks.repository';

/** The marks that excuses make. Those who call have locked the roll call, unless it says otherwise. */

const ROLL_CALL_DAY = sql`(roll_calls.starts_at at time zone (select time_zone from school))::date`;

/** Needs `excuses`, `members` and `roll_calls`. */
const COVERS_ROLL_CALL = sql`(
	excuses.state = 'approved'
	and excuses.student_id = members.student_id
	and (excuses.class_id is null or excuses.class_id = roll_calls.class_id)
	and ${ROLL_CALL_DAY} between excuses.first_day and excuses.last_day
	and ${MEMBER_ON_THE_DAY}
)`;

/** Needs `marks`: "mark the rest" made it, and nobody has decided about this student since. */
const MADE_WITH_THE_REST = sql`(
	select rest_id from mark_changes
	where roll_call_id = marks.roll_call_id and student_id = marks.student_id and not conflict
	order by id desc limit 1
) is not null`;

/**
 * Needs the student's mark too, if there is one. What a person or the camera marked stands; a mark
 * that a teacher took back stays so, and an absence of "mark the rest", unless the excuse was approved
 * after that.
 */
const LEAVES_ROOM = sql`(
	(roll_calls.state = 'open' and marks.status is null
		and (marks.method is distinct from 'teacher' or marks.marked_at < excuses.decided_at))
	or (roll_calls.state = 'closed' and marks.status = 'absent' and marks.method = 'rule')
	or (marks.status = 'absent' and marks.method = 'teacher'
		and marks.marked_at < excuses.decided_at and ${MADE_WITH_THE_REST})
)`;

/** Excuses with the roll calls that they may cover, and the students' marks there, if there are any. */
const EXCUSES_WITH_MARKS = sql`
	excuses
	join members on members.student_id = excuses.student_id
	join roll_calls on roll_calls.class_id = members.class_id
		-- No zone is further than a day from UTC: so much the index can tell.
		and roll_calls.starts_at >= (excuses.first_day - 1)::timestamp at time zone 'UTC'
		and roll_calls.starts_at < (excuses.last_day + 2)::timestamp at time zone 'UTC'
	left join marks on marks.roll_call_id = roll_calls.id and marks.student_id = members.student_id
`;

/**
 * Marks members of the day as excused by their approved excuses, with the change of each, in one
 * statement: in an open roll call those who have no mark, in a closed one those whom the rule made
 * absent, in both those whom only "mark the rest" made absent.
 *
 * @param studentIds only these; null: all
 * @returns how many were marked
 */
export async function markExcused(
	trx: Trx,
	rollCallId: string,
	{ version, at, studentIds }: { version: number; at: Date; studentIds: readonly string[] | null },
): Promise<number> {
	const { numAffectedRows } = await sql`
		with covered as (
			select members.student_id, excuses.id as excuse_id, excuses.decided_at, excuses.decided_by,
				excuses.reason, marks.status as old_status, marks.remark as old_remark,
				coalesce(marks.remark, excuses.reason) as remark
			from roll_calls
			join members on members.class_id = roll_calls.class_id
			join excuses on ${COVERS_ROLL_CALL}
			left join marks on marks.roll_call_id = roll_calls.id
				and marks.student_id = members.student_id
			where roll_calls.id = ${rollCallId} and ${LEAVES_ROOM}
				and (${studentIds}::uuid[] is null or members.student_id = any(${studentIds}::uuid[]))
			-- One that is being withdrawn is waited for: its marks are looked for only once.
			for share of excuses
		), excusable as (
			-- Of several excuses the one that was approved first.
			select distinct on (student_id) * from covered order by student_id, decided_at, excuse_id
		), excused as (
			insert into marks (roll_call_id, student_id, status, marked_at, method, marked_by, version,
				remark, excuse_id)
			select ${rollCallId}::uuid, student_id, 'excused', ${at}::timestamptz, 'rule', decided_by,
				${version}::bigint, remark, excuse_id
			from excusable
			on conflict (roll_call_id, student_id) do update
			set status = 'excused', marked_at = excluded.marked_at, minutes_late = null, left_at = null,
				method = 'rule', marked_by = excluded.marked_by, version = excluded.version,
				remark = excluded.remark, excuse_id = excluded.excuse_id, came_in_at = null
		)
		insert into mark_changes (roll_call_id, student_id, old_status, new_status, method, changed_by,
			reason, old_remark, new_remark)
		select ${rollCallId}::uuid, student_id, old_status, 'excused', 'rule', decided_by, reason,
			old_remark, remark
		from excusable
	`.execute(trx);
	return Number(numAffectedRows ?? 0);
}

/**
 * Takes back what an excuse marked and nobody changed since, with the change: an open roll call's
 * student waits again, a closed one's is absent by the rule.
 *
 * @returns whether there was such a mark
 */
export async function takeBackExcused(
	trx: Trx,
	rollCallId: string,
	taken: { excuseId: string; version: number; at: Date; by: string; reason: string },
): Promise<boolean> {
	const { numAffectedRows } = await sql`
		with before as (
			select marks.student_id, marks.remark, nullif(marks.remark, excuses.reason) as new_remark,
				case roll_calls.state when 'closed' then 'absent' end as new_status,
				coalesce(roll_calls.closed_at, ${taken.at}::timestamptz) as marked_at
			from marks
			join excuses on excuses.id = marks.excuse_id
			join roll_calls on roll_calls.id = marks.roll_call_id
			where marks.roll_call_id = ${rollCallId} and marks.excuse_id = ${taken.excuseId}
				and marks.status = 'excused'
		), after as (
			update marks
			set status = before.new_status, marked_at = before.marked_at, method = 'rule',
				marked_by = ${taken.by}::uuid, version = ${taken.version}::bigint,
				remark = before.new_remark, excuse_id = null
			from before
			where marks.roll_call_id = ${rollCallId} and marks.student_id = before.student_id
		)
		insert into mark_changes (roll_call_id, student_id, old_status, new_status, method, changed_by,
			reason, old_remark, new_remark)
		select ${rollCallId}::uuid, student_id, 'excused', new_status, 'rule', ${taken.by}::uuid,
			${taken.reason}, remark, new_remark
		from before
	`.execute(trx);
	return Number(numAffectedRows ?? 0) > 0;
}

/**
 * The roll calls in which approved excuses would mark somebody now, in the order in which they are
 * to be locked: that of their start, so that those that are open, on which people wait, come last.
 * Locks nothing.
 */
export async function listRollCallsToExcuse(
	trx: Trx,
	excuseIds: readonly string[],
): Promise<string[]> {
	const { rows } = await sql<{ id: string }>`
		select distinct roll_calls.starts_at, roll_calls.id
		from ${EXCUSES_WITH_MARKS}
		where excuses.id = any(${excuseIds}::uuid[]) and ${COVERS_ROLL_CALL} and ${LEAVES_ROOM}
		order by roll_calls.starts_at, roll_calls.id
	`.execute(trx);
	return rows.map(({ id }) => id);
}

/** Marks on the days of approved excuses that say otherwise, once all that leave room are made. */
export async function countStandingMarks(trx: Trx, excuseIds: readonly string[]): Promise<number> {
	const { rows } = await sql<{ count: number }>`
		select count(distinct (roll_calls.id, members.student_id))::int as count
		from ${EXCUSES_WITH_MARKS}
		where excuses.id = any(${excuseIds}::uuid[]) and ${COVERS_ROLL_CALL}
			and marks.status <> 'excused'
	`.execute(trx);
	return rows[0]?.count ?? 0;
}

/** The roll calls with a mark of an excuse, in the order of {@link listRollCallsToExcuse}. */
export async function listRollCallsOfExcuse(trx: Trx, excuseId: string): Promise<string[]> {
	const rows = await trx
		.selectFrom('marks')
		.innerJoin('roll_calls', 'roll_calls.id', 'marks.roll_call_id')
		.select('roll_calls.id')
		.where('marks.excuse_id', '=', excuseId)
		.orderBy('roll_calls.starts_at')
		.orderBy('roll_calls.id')
		.execute();
	return rows.map(({ id }) => id);
}
