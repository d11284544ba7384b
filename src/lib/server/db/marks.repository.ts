import { sql, type QueryCreator } from 'kysely';
import type { OwnMark } from '$lib/contract/record';
import type { RosterEntry } from '$lib/contract/roster';
import type { MarkMethod, MarkStatus } from '$lib/contract/terms';
import type { MarkContent, StandingMark } from '../domain/hand-mark';
import { latestConsent } from './consents.repository';
import type { Db, Trx } from './executor';
import { memberOn } from './member-on';
import type { EngineId } from './references.repository';
import type { Database } from './schema';

/** A student as a roll call has them. */
export interface MarkedStudentRow {
	studentId: string;
	name: string;
	mark: StandingMark | null;
}

export interface NewMark {
	studentId: string;
	status: MarkStatus | null;
	markedAt: Date;
	minutesLate: number | null;
	method: MarkMethod;
	markedBy: string | null;
}

/** A mark that is written over another one. */
export interface WrittenMark extends MarkContent, Pick<StandingMark, 'method' | 'markedBy'> {
	studentId: string;
	/** When it arrived, where it was made before the roll call closed and came in after that. */
	cameInAt?: number | null;
}

export interface NewMarkChange {
	/** Made by the device; null for the server's own doing. */
	requestId: string | null;
	studentId: string;
	/** Null: there was no mark. */
	before: StandingMark | null;
	after: MarkContent;
	method: MarkMethod;
	changedBy: string | null;
	reason: string | null;
	/** Set where nothing was changed, because another person's newer mark stood there. */
	conflict?: { wanted: MarkStatus | null };
	/** When it was made, where it was not made just now. ms since 1970 */
	madeAt?: number | undefined;
	/** It was made before the roll call closed and came in after that. */
	cameInLate?: boolean;
}

/**
 * The roster's lines, in no order: who was a member on the roll call's day (the school's day), and
 * whoever has a mark although the membership ended since.
 * @param sinceVersion only lines whose mark changed after it.
 * @param engine whose references count as enrolled; null: anybody's.
 */
export async function listRosterEntries(
	db: Db,
	rollCallId: string,
	{ engine, sinceVersion }: { engine: EngineId | null; sinceVersion: number | null },
): Promise<RosterEntry[]> {
	const rows = await db
		.with('people', (qb) => selectRoster(qb, rollCallId))
		.selectFrom('people')
		.innerJoin('users', 'users.id', 'people.student_id')
		.leftJoin('marks', (join) =>
			join
				.onRef('marks.student_id', '=', 'people.student_id')
				.on('marks.roll_call_id', '=', rollCallId),
		)
		.select((eb) => [
			'users.id as studentId',
			'users.name',
			'marks.status',
			'marks.marked_at as markedAt',
			'marks.minutes_late as minutesLate',
			'marks.method',
			'marks.left_at as leftAt',
			'marks.remark',
			'marks.came_in_at as cameInAt',
			eb
				.exists(
					eb
						.selectFrom('face_references')
						.select('face_references.id')
						.whereRef('face_references.student_id', '=', 'users.id')
						.$if(engine !== null, (references) =>
							references
								.where('face_references.model_id', '=', engine?.modelId ?? '')
								.where('face_references.pipeline_version', '=', engine?.pipelineVersion ?? ''),
						),
				)
				.$castTo<boolean>()
				.as('enrolled'),
		])
		.$if(sinceVersion !== null, (qb) => qb.where('marks.version', '>', String(sinceVersion)))
		.execute();
	return rows.map(toEntry);
}

/** Who is on the roster, in no order; see {@link listRosterEntries}. */
export async function listRosterStudentIds(db: Db, rollCallId: string): Promise<string[]> {
	const rows = await selectRoster(db, rollCallId).execute();
	return rows.map(({ student_id }) => student_id);
}

/** Names and marks of some students in a roll call. */
export async function listMarkedStudents(
	db: Db,
	rollCallId: string,
	studentIds: readonly string[],
): Promise<MarkedStudentRow[]> {
	const rows = await db
		.selectFrom('users')
		.leftJoin('marks', (join) =>
			join.onRef('marks.student_id', '=', 'users.id').on('marks.roll_call_id', '=', rollCallId),
		)
		.select([
			'users.id as studentId',
			'users.name',
			'marks.status',
			'marks.marked_at as markedAt',
			'marks.minutes_late as minutesLate',
			'marks.method',
			'marks.marked_by as markedBy',
			'marks.version',
			'marks.left_at as leftAt',
			'marks.remark',
			'marks.excuse_id as excuseId',
		])
		.where('users.id', '=', sql<string>`any(${studentIds}::uuid[])`)
		.execute();
	return rows.map(({ studentId, name, method, markedAt, leftAt, version, ...mark }) => ({
		studentId,
		name,
		mark:
			method === null || markedAt === null
				? null
				: {
						...mark,
						method,
						markedAt: markedAt.getTime(),
						leftAt: leftAt?.getTime() ?? null,
						version: Number(version),
					},
	}));
}

/**
 * Of some students, those whom the camera may mark in the roll call: members on its day whose
 * consent is granted at this moment.
 */
export async function listMatchableStudents(
	db: Db,
	rollCallId: string,
	studentIds: readonly string[],
): Promise<string[]> {
	const rows = await selectMatchableStudents(db, rollCallId, studentIds).execute();
	return rows.map(({ studentId }) => studentId);
}

/** See {@link listMatchableStudents}. */
export function selectMatchableStudents(
	db: QueryCreator<Database>,
	rollCallId: string,
	studentIds: readonly string[],
) {
	return db
		.selectFrom('roll_calls')
		.innerJoin('members', 'members.class_id', 'roll_calls.class_id')
		.innerJoinLateral(latestConsent, (join) => join.onTrue())
		.select('members.student_id as studentId')
		.distinct()
		.where('roll_calls.id', '=', rollCallId)
		.where('members.student_id', '=', sql<string>`any(${studentIds}::uuid[])`)
		.where('consent.decision', '=', 'granted')
		.where(MEMBER_ON_THE_DAY);
}

/** Everybody on the roster with their mark, in no order; see {@link listRosterEntries}. */
export async function listStudentsOnRoster(
	db: Db,
	rollCallId: string,
): Promise<{ studentId: string; name: string; marked: boolean; status: MarkStatus | null }[]> {
	const rows = await db
		.with('people', (qb) => selectRoster(qb, rollCallId))
		.selectFrom('people')
		.innerJoin('users', 'users.id', 'people.student_id')
		.leftJoin('marks', (join) =>
			join
				.onRef('marks.student_id', '=', 'people.student_id')
				.on('marks.roll_call_id', '=', rollCallId),
		)
		.select(['users.id as studentId', 'users.name', 'marks.status', 'marks.method'])
		.execute();
	return rows.map(({ method, ...student }) => ({ ...student, marked: method !== null }));
}

/** Whether the student is on the roll call's roster: a member on its day, or marked in it. */
export async function isOnRoster(db: Db, rollCallId: string, studentId: string): Promise<boolean> {
	const row = await db
		.selectFrom(selectRoster(db, rollCallId).as('people'))
		.select('student_id')
		.where('student_id', '=', studentId)
		.executeTakeFirst();
	return row !== undefined;
}

/** Writes marks over whatever was there, at `version`; the caller has locked the roll call. */
export async function upsertMarks(
	trx: Trx,
	rollCallId: string,
	version: number,
	marks: readonly WrittenMark[],
): Promise<void> {
	await trx
		.insertInto('marks')
		.values(
			marks.map((mark) => ({
				roll_call_id: rollCallId,
				student_id: mark.studentId,
				status: mark.status,
				marked_at: new Date(mark.markedAt),
				minutes_late: mark.minutesLate,
				method: mark.method,
				marked_by: mark.markedBy,
				version,
				left_at: toDate(mark.leftAt),
				remark: mark.remark,
				excuse_id: mark.excuseId,
				came_in_at: toDate(mark.cameInAt ?? null),
			})),
		)
		.onConflict((conflict) =>
			conflict.columns(['roll_call_id', 'student_id']).doUpdateSet((eb) => ({
				status: eb.ref('excluded.status'),
				marked_at: eb.ref('excluded.marked_at'),
				minutes_late: eb.ref('excluded.minutes_late'),
				method: eb.ref('excluded.method'),
				marked_by: eb.ref('excluded.marked_by'),
				version: eb.ref('excluded.version'),
				left_at: eb.ref('excluded.left_at'),
				remark: eb.ref('excluded.remark'),
				excuse_id: eb.ref('excluded.excuse_id'),
				came_in_at: eb.ref('excluded.came_in_at'),
			})),
		)
		.execute();
}

/**
 * Marks every member of the day who has no status as absent by the rule, with the change of each,
 * in one statement; the caller has locked the roll call.
 */
export async function markRestAbsent(
	trx: Trx,
	rollCallId: string,
	{ version, at, by }: { version: number; at: Date; by: string | null },
): Promise<void> {
	await sql`
		with absent as (
			insert into marks (roll_call_id, student_id, status, marked_at, method, marked_by, version)
			select roll_calls.id, members.student_id, 'absent', ${at}::timestamptz, 'rule', ${by}::uuid, ${version}::bigint
			from roll_calls
			join members on members.class_id = roll_calls.class_id
			where roll_calls.id = ${rollCallId} and ${MEMBER_ON_THE_DAY}
			on conflict (roll_call_id, student_id) do update
			set status = 'absent', marked_at = excluded.marked_at, minutes_late = null, came_in_at = null,
				method = 'rule', marked_by = excluded.marked_by, version = excluded.version
			where marks.status is null
			returning student_id
		)
		insert into mark_changes (roll_call_id, student_id, new_status, method, changed_by)
		select ${rollCallId}::uuid, student_id, 'absent', 'rule', ${by}::uuid from absent
	`.execute(trx);
}

/**
 * Takes back who was made absent by the rule, with the change of each, in one statement; the caller
 * has locked the roll call. The rows stay: devices that were away ask for what changed. Whom a teacher
 * had taken back before the closing stays taken back, so that the camera leaves them alone.
 */
export async function takeBackRuleAbsences(
	trx: Trx,
	rollCallId: string,
	{ version, by, reason }: { version: number; by: string; reason: string },
): Promise<void> {
	await sql`
		with waiting as (
			update marks
			set status = null, marked_by = ${by}::uuid, version = ${version}::bigint,
				method = ${METHOD_OF_WAITING}
			where roll_call_id = ${rollCallId} and method = 'rule' and status = 'absent'
			returning student_id
		)
		insert into mark_changes
			(roll_call_id, student_id, old_status, new_status, method, changed_by, reason)
		select ${rollCallId}::uuid, student_id, 'absent', null, 'rule', ${by}::uuid, ${reason}
		from waiting
	`.execute(trx);
}

/** The change that a device's request made, if it was taken already. */
export function findChangeByRequest(
	db: Db,
	requestId: string,
): Promise<
	| { rollCallId: string; studentId: string; conflict: boolean; wanted: MarkStatus | null }
	| undefined
> {
	return db
		.selectFrom('mark_changes')
		.select([
			'roll_call_id as rollCallId',
			'student_id as studentId',
			'conflict',
			'wanted_status as wanted',
		])
		.where('request_id', '=', requestId)
		.executeTakeFirst();
}

/**
 * What stood before a person's request changed the mark, if that still is its newest change; `mark:
 * null`: nothing did, or an excuse that has been withdrawn since.
 */
export async function findMarkBefore(
	db: Db,
	rollCallId: string,
	studentId: string,
	{ requestId, actorId }: { requestId: string; actorId: string },
): Promise<{ mark: Omit<StandingMark, 'version' | 'minutesLate'> | null } | undefined> {
	const newest = await db
		.selectFrom('mark_changes')
		.leftJoin('excuses', 'excuses.id', 'mark_changes.old_excuse_id')
		.select([
			'mark_changes.request_id as requestId',
			'mark_changes.changed_by as changedBy',
			'excuses.state as excuseState',
			'mark_changes.old_status as status',
			'mark_changes.old_method as method',
			'mark_changes.old_marked_by as markedBy',
			'mark_changes.old_marked_at as markedAt',
			'mark_changes.old_left_at as leftAt',
			'mark_changes.old_remark as remark',
			'mark_changes.old_excuse_id as excuseId',
		])
		.where('mark_changes.roll_call_id', '=', rollCallId)
		.where('mark_changes.student_id', '=', studentId)
		.where('mark_changes.conflict', '=', false)
		.orderBy('mark_changes.id', 'desc')
		.limit(1)
		.executeTakeFirst();
	if (newest?.requestId !== requestId || newest.changedBy !== actorId) return undefined;
	const { method, markedAt, leftAt, status, markedBy, remark, excuseId } = newest;
	const isWithdrawn = excuseId !== null && newest.excuseState !== 'approved';
	if (method === null || markedAt === null || isWithdrawn) return { mark: null };
	const times = { markedAt: markedAt.getTime(), leftAt: leftAt?.getTime() ?? null };
	return { mark: { status, method, markedBy, remark, excuseId, ...times } };
}

/**
 * When the mark by hand was made that stands, and the roll call's version that has it; undefined
 * where none stands, also none that was taken back by hand.
 */
export async function findHandMade(
	db: Db,
	rollCallId: string,
	studentId: string,
): Promise<{ madeAt: number; version: number } | undefined> {
	const row = await db
		.selectFrom('marks')
		.innerJoin('mark_changes', (join) =>
			join
				.onRef('mark_changes.roll_call_id', '=', 'marks.roll_call_id')
				.onRef('mark_changes.student_id', '=', 'marks.student_id'),
		)
		.select((eb) => [
			eb.fn.coalesce('mark_changes.made_at', 'mark_changes.changed_at').as('madeAt'),
			'marks.version',
		])
		.where('marks.roll_call_id', '=', rollCallId)
		.where('marks.student_id', '=', studentId)
		.where('marks.method', '=', 'teacher')
		.where('mark_changes.method', '=', 'teacher')
		.where('mark_changes.conflict', '=', false)
		.orderBy('mark_changes.id', 'desc')
		.limit(1)
		.executeTakeFirst();
	return row && { madeAt: row.madeAt.getTime(), version: Number(row.version) };
}

/** Keeps what changed, by whom, how and why. */
export async function insertChanges(
	trx: Trx,
	rollCallId: string,
	changes: readonly NewMarkChange[],
): Promise<void> {
	await trx
		.insertInto('mark_changes')
		.values(
			changes.map(({ before, after, ...change }) => ({
				request_id: change.requestId,
				roll_call_id: rollCallId,
				student_id: change.studentId,
				old_status: before?.status ?? null,
				new_status: after.status,
				old_method: before?.method ?? null,
				old_marked_by: before?.markedBy ?? null,
				old_excuse_id: before?.excuseId ?? null,
				old_marked_at: toDate(before?.markedAt ?? null),
				new_marked_at: new Date(after.markedAt),
				old_left_at: toDate(before?.leftAt ?? null),
				new_left_at: toDate(after.leftAt),
				old_remark: before?.remark ?? null,
				new_remark: after.remark,
				method: change.method,
				changed_by: change.changedBy,
				reason: change.reason,
				conflict: change.conflict !== undefined,
				wanted_status: change.conflict?.wanted ?? null,
				made_at: toDate(change.madeAt ?? null),
				came_in_late: change.cameInLate ?? false,
			})),
		)
		.execute();
}

/** A student's own marks, newest first, without those that were taken back. */
export async function listOwnMarks(db: Db, studentId: string, limit: number): Promise<OwnMark[]> {
	const rows = await selectOwnMarks(db, studentId)
		.where('marks.status', 'is not', null)
		.orderBy('marks.marked_at', 'desc')
		.orderBy('marks.roll_call_id')
		.limit(limit)
		.execute();
	return rows.map(toOwnMark);
}

/** A student's own mark in a roll call, also one that was taken back. */
export async function findOwnMark(
	db: Db,
	studentId: string,
	rollCallId: string,
): Promise<OwnMark | undefined> {
	const row = await selectOwnMarks(db, studentId)
		.where('marks.roll_call_id', '=', rollCallId)
		.executeTakeFirst();
	return row && toOwnMark(row);
}

/** A student's marks as they themselves may read them, in no order. */
export function selectOwnMarks(db: Db, studentId: string) {
	return db
		.selectFrom('marks')
		.innerJoin('roll_calls', 'roll_calls.id', 'marks.roll_call_id')
		.innerJoin('classes', 'classes.id', 'roll_calls.class_id')
		.leftJoin('users', 'users.id', 'marks.marked_by')
		.select([
			'marks.roll_call_id as rollCallId',
			'classes.name as className',
			'roll_calls.starts_at as startsAt',
			'marks.status',
			'marks.method',
			'marks.marked_at as markedAt',
			'marks.minutes_late as minutesLate',
			'marks.left_at as leftAt',
			'marks.remark',
			'users.name as markedBy',
			'marks.came_in_at as cameInAt',
		])
		.where('marks.student_id', '=', studentId);
}

type SelectedOwnMark = Awaited<
	ReturnType<ReturnType<typeof selectOwnMarks>['executeTakeFirstOrThrow']>
>;

function toOwnMark({ cameInAt, ...row }: SelectedOwnMark): OwnMark {
	return {
		...row,
		...(cameInAt === null ? {} : { cameInLate: true }),
		startsAt: row.startsAt.getTime(),
		markedAt: row.markedAt.getTime(),
		leftAt: row.leftAt?.getTime() ?? null,
	};
}

/** Members on the roll call's day, and whoever has a mark although the membership ended since. */
export function selectRoster(db: QueryCreator<Database>, rollCallId: string) {
	return db
		.selectFrom('roll_calls')
		.innerJoin('members', 'members.class_id', 'roll_calls.class_id')
		.select('members.student_id')
		.where('roll_calls.id', '=', rollCallId)
		.where(MEMBER_ON_THE_DAY)
		.union(db.selectFrom('marks').select('student_id').where('roll_call_id', '=', rollCallId));
}

/**
 * How a mark in the query `marks` is none once the rule's or "mark the rest" is taken back: by hand
 * where a teacher had taken it back before, so that the camera leaves it alone, or by the rule.
 */
export const METHOD_OF_WAITING = sql<MarkMethod>`coalesce((
	select method from mark_changes
	where roll_call_id = marks.roll_call_id and student_id = marks.student_id
		and method <> 'rule' and rest_id is null
	order by id desc limit 1
), 'rule')`;

/** Needs `members` and `roll_calls` in the query. */
export const MEMBER_ON_THE_DAY = memberOn(
	sql`(roll_calls.starts_at at time zone (select time_zone from school))::date`,
);

const toDate = (at: number | null): Date | null => (at === null ? null : new Date(at));

/** A mark that was taken back reads like none, but for what is remarked of the student. */
function toEntry(row: {
	studentId: string;
	name: string;
	status: MarkStatus | null;
	markedAt: Date | null;
	minutesLate: number | null;
	method: MarkMethod | null;
	leftAt: Date | null;
	remark: string | null;
	cameInAt: Date | null;
	enrolled: boolean;
}): RosterEntry {
	const waiting = row.status === null;
	return {
		studentId: row.studentId,
		name: row.name,
		status: row.status,
		markedAt: waiting ? null : (row.markedAt?.getTime() ?? null),
		minutesLate: row.minutesLate,
		method: waiting ? null : row.method,
		leftAt: row.leftAt?.getTime() ?? null,
		remark: row.remark,
		...(waiting || row.cameInAt === null ? {} : { cameInLate: true }),
		enrolled: row.enrolled,
	};
}
