import { sql } from 'kysely';
import type { RosterEntry } from '$lib/contract/roster';
import type { MarkStatus } from '$lib/contract/terms';
import type { NewDecision } from './decisions.repository';
import type { Db } from './executor';
import { selectMatchableStudents, type NewMark } from './marks.repository';

/**
 * Marks students whom nobody has marked, keeps the changes and why they were made, and gives the
 * roll call its next version: in one statement, and so in one round trip.
 *
 * @param at the version at which the caller knows that none of them has a mark
 * @param marks at least one, of different students
 * @returns the roster's lines that changed; null, and nothing is written, when the roll call is
 *   not open at that version any more, or the camera may not mark all of them (members on its day
 *   whose consent is granted at this moment)
 */
export async function insertMarksAt(
	db: Db,
	at: { rollCallId: string; cameraId: string; version: number },
	marks: readonly NewMark[],
	decisions: readonly NewDecision[],
): Promise<RosterEntry[] | null> {
	const studentIds = marks.map(({ studentId }) => studentId);
	const { rows } = await sql<NewLine>`
		with roll_call as (
			update roll_calls set version = version + 1
			where id = ${at.rollCallId} and version = ${at.version} and state = 'open'
				and ${marks.length}::bigint = (
					select count(*) from (${selectMatchableStudents(db, at.rollCallId, studentIds)}) as matchable
				)
			returning id, version
		), new_marks as (
			insert into marks
				(roll_call_id, student_id, status, marked_at, minutes_late, method, marked_by, version)
			select roll_call.id, new.*, roll_call.version
			from roll_call cross join jsonb_to_recordset(${json(marks.map(markRecord))}::text::jsonb) as new (
				student_id uuid, status text, marked_at timestamptz, minutes_late integer, method text,
				marked_by uuid
			)
			returning *
		), new_changes as (
			insert into mark_changes
				(roll_call_id, student_id, new_status, new_marked_at, method, changed_by)
			select roll_call_id, student_id, status, marked_at, method, marked_by from new_marks
		), new_decisions as (
			insert into decisions
				(roll_call_id, camera_id, track_id, decided_at, lane, reason, candidate_ids, evidence)
			select roll_call.id, ${at.cameraId}::uuid, new.*
			from roll_call cross join jsonb_to_recordset(${json(decisions.map(decisionRecord))}::text::jsonb) as new (
				track_id integer, decided_at timestamptz, lane text, reason text, candidate_ids uuid[],
				evidence jsonb
			)
		)
		select users.id as "studentId", users.name, new_marks.status, new_marks.method,
			new_marks.marked_at as "markedAt", new_marks.minutes_late as "minutesLate"
		from new_marks join users on users.id = new_marks.student_id
	`.execute(db);
	return rows.length === 0 ? null : rows.map(toEntry);
}

interface NewLine extends Pick<RosterEntry, 'studentId' | 'name' | 'minutesLate' | 'method'> {
	status: MarkStatus;
	markedAt: Date;
}

/** Whom a camera knows is enrolled. */
const toEntry = ({
	studentId,
	name,
	status,
	method,
	markedAt,
	minutesLate,
}: NewLine): RosterEntry => ({
	studentId,
	name,
	status,
	markedAt: markedAt.getTime(),
	minutesLate,
	method,
	leftAt: null,
	remark: null,
	enrolled: true,
});

const json = (value: unknown): string => JSON.stringify(value);

const markRecord = (mark: NewMark) => ({
	student_id: mark.studentId,
	status: mark.status,
	marked_at: mark.markedAt,
	minutes_late: mark.minutesLate,
	method: mark.method,
	marked_by: mark.markedBy,
});

const decisionRecord = (decision: NewDecision) => ({
	track_id: decision.trackId,
	decided_at: decision.decidedAt,
	lane: decision.lane,
	reason: decision.reason,
	candidate_ids: decision.candidateIds,
	evidence: decision.evidence,
});
