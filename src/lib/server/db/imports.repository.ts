import { sql } from 'kysely';
import type { ExcuseState, RollCallState } from '$lib/contract/terms';
import type {
	KnownExcuse,
	KnownMark,
	KnownRollCall,
	NewRollCall,
	PlannedMark,
	RollCallPlace,
} from '../domain/import-marks';
import type { Membership } from '../domain/import-people';
import type { Period } from '$lib/contract/reports';
import type { Db, Trx } from './executor';

/** Any number; one import at a time. */
const IMPORT_LOCK = 7_160_404;
/** Marks a statement: some megabytes as JSON. */
const ROWS_AT_ONCE = 5_000;

/**
 * Keeps every other import out until the transaction ends, on all nodes. Nobody waits for it: those
 * who wait would hold the pool's connections.
 * @returns false while another one holds it
 */
export async function tryLockImports(trx: Trx): Promise<boolean> {
	const { rows } = await sql<{ locked: boolean }>`
		select pg_try_advisory_xact_lock(${IMPORT_LOCK}) as locked
	`.execute(trx);
	return rows[0]?.locked ?? false;
}

/** Everybody who was ever a member of the classes, with the days. */
export async function listMemberships(db: Db, classIds: readonly string[]): Promise<Membership[]> {
	return db
		.selectFrom('members')
		.innerJoin('users', 'users.id', 'members.student_id')
		.select([
			'members.class_id as classId',
			'users.id as studentId',
			'users.name',
			'users.student_number as studentNumber',
			sql<string>`members.valid_from::text`.as('from'),
			sql<string | null>`members.valid_until::text`.as('until'),
		])
		.where('members.class_id', '=', sql<string>`any(${classIds}::uuid[])`)
		.execute();
}

/** All students, as members of no class from the first day on. */
export async function listSchoolMemberships(db: Db): Promise<Membership[]> {
	const rows = await db
		.selectFrom('users')
		.select(['id as studentId', 'name', 'student_number as studentNumber'])
		.where('role', '=', 'student')
		.execute();
	return rows.map((row) => ({ ...row, classId: null, from: '', until: null }));
}

/**
 * Roll calls that begin at a minute of the school's clock, in any state; two where a minute has two.
 * The range lets the index by class and start serve: no zone's clocks are moved by more.
 */
export async function listRollCallsAt(
	db: Db,
	places: readonly RollCallPlace[],
): Promise<KnownRollCall[]> {
	const { rows } = await sql<Omit<KnownRollCall, 'startsAt'> & { startsAt: Date }>`
		select roll_calls.id, place.class_id as "classId", place.clock, roll_calls.state,
			roll_calls.starts_at as "startsAt"
		from unnest(
			${places.map(({ classId }) => classId)}::uuid[], ${places.map(({ clock }) => clock)}::text[]
		) as place (class_id, clock)
		cross join school
		join roll_calls on roll_calls.class_id = place.class_id
			and roll_calls.starts_at >= (place.clock::timestamp at time zone school.time_zone) - interval '3 hours'
			and roll_calls.starts_at <= (place.clock::timestamp at time zone school.time_zone) + interval '3 hours'
			and to_char(roll_calls.starts_at at time zone school.time_zone, 'YYYY-MM-DD HH24:MI') = place.clock
	`.execute(db);
	return rows.map((row) => ({ ...row, startsAt: row.startsAt.getTime() }));
}

/** Locks roll calls until the transaction ends, in the order that everybody keeps: start, then id. */
export async function lockRollCalls(trx: Trx, ids: readonly string[]): Promise<void> {
	await trx
		.selectFrom('roll_calls')
		.select('id')
		.where('id', '=', sql<string>`any(${ids}::uuid[])`)
		.orderBy('starts_at')
		.orderBy('id')
		.forUpdate()
		.execute();
}

export async function listMarksOf(db: Db, rollCallIds: readonly string[]): Promise<KnownMark[]> {
	const rows = await db
		.selectFrom('marks')
		.select([
			'roll_call_id as rollCallId',
			'student_id as studentId',
			'status',
			'marked_at as markedAt',
			'minutes_late as minutesLate',
			'left_at as leftAt',
			'remark',
			'excuse_id as excuseId',
		])
		.where('roll_call_id', '=', sql<string>`any(${rollCallIds}::uuid[])`)
		.execute();
	return rows.map((row) => ({
		...row,
		markedAt: row.markedAt.getTime(),
		leftAt: row.leftAt?.getTime() ?? null,
	}));
}

/** Excuses of students that wait or hold in some days. */
export async function listExcusesOf(
	db: Db,
	studentIds: readonly string[],
	days: Period,
): Promise<(KnownExcuse & { state: ExcuseState })[]> {
	return db
		.selectFrom('excuses')
		.select([
			'student_id as studentId',
			'class_id as classId',
			sql<string>`first_day::text`.as('firstDay'),
			sql<string>`last_day::text`.as('lastDay'),
			'state',
		])
		.where('student_id', '=', sql<string>`any(${studentIds}::uuid[])`)
		.where('state', 'in', ['asked', 'approved'])
		.where('first_day', '<=', days.to)
		.where('last_day', '>=', days.from)
		.execute();
}

/**
 * Makes roll calls that were taken elsewhere: closed, off the timetable, and at version 1, because
 * marks come with them.
 * @param rollCalls each with when it counts as closed
 * @returns their ids, in the order given
 */
export async function insertClosedRollCalls(
	trx: Trx,
	rollCalls: readonly (NewRollCall & { closedAt: number; displayToken: string })[],
	by: string,
): Promise<string[]> {
	if (rollCalls.length === 0) return [];
	const { rows } = await sql<{ id: string }>`
		with new as (
			select gen_random_uuid() as id, place.*
			from unnest(
				${rollCalls.map(({ classId }) => classId)}::uuid[],
				${rollCalls.map(({ startsAt }) => isoOf(startsAt))}::text[]::timestamptz[],
				${rollCalls.map(({ closedAt }) => isoOf(closedAt))}::text[]::timestamptz[],
				${rollCalls.map(({ displayToken }) => displayToken)}::text[]
			) with ordinality as place (class_id, starts_at, closed_at, display_token, n)
		), made as (
			insert into roll_calls (id, class_id, state, starts_at, late_after_minutes, opened_at,
				opened_by, closed_at, closed_by, display_token, version, imported)
			select new.id, class_id, 'closed', starts_at, late_after_minutes, starts_at,
				${by}::uuid, closed_at, ${by}::uuid, display_token, 1, true
			from new join classes on classes.id = new.class_id
		)
		select id from new order by n
	`.execute(trx);
	return rows.map(({ id }) => id);
}

/** A mark that an import writes, in a roll call that is there. */
export type ImportedMarkRow = Pick<PlannedMark, 'studentId' | 'before' | 'after'> & {
	rollCallId: string;
};

/**
 * Writes marks over whatever was there, with the change of each; the caller has locked the roll calls
 * and given them the versions that the marks take over.
 */
export async function writeImportedMarks(
	trx: Trx,
	marks: readonly ImportedMarkRow[],
	{ by, reason }: { by: string; reason: string },
): Promise<void> {
	for (let from = 0; from < marks.length; from += ROWS_AT_ONCE) {
		const records = marks.slice(from, from + ROWS_AT_ONCE).map(toRecord);
		await sql`
			with new as (
				select * from jsonb_to_recordset(${JSON.stringify(records)}::text::jsonb) as new (
					roll_call_id uuid, student_id uuid, status text, marked_at timestamptz,
					minutes_late integer, left_at timestamptz, remark text, excuse_id uuid,
					old_status text, old_marked_at timestamptz, old_left_at timestamptz, old_remark text
				)
			), written as (
				insert into marks (roll_call_id, student_id, status, marked_at, minutes_late, left_at,
					remark, excuse_id, method, marked_by, version)
				select new.roll_call_id, student_id, status, marked_at, minutes_late, left_at,
					remark, excuse_id, 'teacher', ${by}::uuid, roll_calls.version
				from new join roll_calls on roll_calls.id = new.roll_call_id
				on conflict (roll_call_id, student_id) do update
				set status = excluded.status, marked_at = excluded.marked_at,
					minutes_late = excluded.minutes_late, left_at = excluded.left_at,
					remark = excluded.remark, excuse_id = excluded.excuse_id, method = excluded.method,
					marked_by = excluded.marked_by, version = excluded.version, came_in_at = null
			)
			insert into mark_changes (roll_call_id, student_id, old_status, new_status, method,
				changed_by, reason, old_marked_at, new_marked_at, old_left_at, new_left_at,
				old_remark, new_remark)
			select roll_call_id, student_id, old_status, status, 'teacher', ${by}::uuid, ${reason},
				old_marked_at, marked_at, old_left_at, left_at, old_remark, remark
			from new
		`.execute(trx);
	}
}

const isoOf = (instant: number) => new Date(instant).toISOString();
const isoOrNull = (instant: number | null) => (instant === null ? null : isoOf(instant));

const toRecord = ({ rollCallId, studentId, before, after }: ImportedMarkRow) => ({
	roll_call_id: rollCallId,
	student_id: studentId,
	status: after.status,
	marked_at: isoOf(after.markedAt),
	minutes_late: after.minutesLate,
	left_at: isoOrNull(after.leftAt),
	remark: after.remark,
	excuse_id: after.excuseId,
	old_status: before?.status ?? null,
	old_marked_at: isoOrNull(before?.markedAt ?? null),
	old_left_at: isoOrNull(before?.leftAt ?? null),
	old_remark: before?.remark ?? null,
});

/** Gives roll calls their next version; the caller has locked them. */
export async function raiseVersions(
	trx: Trx,
	ids: readonly string[],
): Promise<{ id: string; version: number; state: RollCallState; closedAt: number | null }[]> {
	const rows = await trx
		.updateTable('roll_calls')
		.set({ version: sql<string>`version + 1` })
		.where('id', '=', sql<string>`any(${ids}::uuid[])`)
		.returning(['id', 'version', 'state', 'closed_at as closedAt'])
		.execute();
	return rows.map((row) => ({
		...row,
		version: Number(row.version),
		closedAt: row.closedAt?.getTime() ?? null,
	}));
}

/** Roll calls of which the camera still asks something; few, because closed ones seldom do. */
export async function listAsking(
	trx: Trx,
	ids: readonly string[],
): Promise<{ id: string; version: number }[]> {
	const rows = await trx
		.selectFrom('doubts')
		.innerJoin('roll_calls', 'roll_calls.id', 'doubts.roll_call_id')
		.select(['roll_calls.id', 'roll_calls.version'])
		.distinct()
		.where('roll_calls.id', '=', sql<string>`any(${ids}::uuid[])`)
		.where('doubts.state', '=', 'waiting')
		.execute();
	return rows.map((row) => ({ ...row, version: Number(row.version) }));
}

/** Of some marks, those whose roll call's answers to the camera's questions brought references. */
export async function listLearnt(
	trx: Trx,
	marks: readonly { rollCallId: string; studentId: string }[],
): Promise<{ rollCallId: string; studentId: string }[]> {
	const { rows } = await sql<{ rollCallId: string; studentId: string }>`
		select distinct doubts.roll_call_id as "rollCallId", face_references.student_id as "studentId"
		from unnest(
			${marks.map(({ rollCallId }) => rollCallId)}::uuid[],
			${marks.map(({ studentId }) => studentId)}::uuid[]
		) as mark (roll_call_id, student_id)
		join face_references on face_references.student_id = mark.student_id
		join doubts on doubts.id = face_references.doubt_id and doubts.roll_call_id = mark.roll_call_id
	`.execute(trx);
	return rows;
}
