import { sql } from 'kysely';
import type { NoticeKind, NoticeSettings, NoticeView } from '$lib/contract/notices';
import type { AbsentDay, MissedMark, Place } from '../domain/notices';
import type { Db, Trx } from './executor';
import { memberOn } from './member-on';

/** What the school wants sent, and since when. */
export interface NoticeSettingsRow extends NoticeSettings {
	/** Since when the weekly ones are as they are: nothing is sent for moments up to then. */
	weeklySince: Date;
	/** Since when the weekly ones are on: they tell of nothing before. */
	weeklyOnSince: Date;
	/** Null: guardians are not written to. */
	guardiansSince: Date | null;
	/** Null: it was never looked who is at risk. */
	riskWatchedSince: Date | null;
}

/** A notice that is to be sent; who reads it has to be looked up again when its time comes. */
export interface PlannedNotice {
	kind: NoticeKind;
	address: string;
	userId: string | null;
	guardianId: string | null;
	studentId: string | null;
	classId: string | null;
	/** The school's day that it is about. */
	day: string;
	/** Of a weekly one: the time that it tells of, the end excluded. */
	tellsFrom: Date | null;
	tellsUntil: Date | null;
	dueAt: Date;
}

export interface ClaimedNotice extends Omit<PlannedNotice, 'dueAt'> {
	id: string;
	/** The one that begins now among them. */
	tries: number;
}

/** Somebody who can be written to: exactly one of the ids is set. */
export type Reader = Pick<PlannedNotice, 'address' | 'userId' | 'guardianId'>;

export async function readNoticeSettings(db: Db): Promise<NoticeSettingsRow> {
	const row = await db
		.selectFrom('school')
		.select([
			'notices_weekly as weekly',
			'notices_weekday as weekday',
			'notices_hour as hour',
			'notices_weekly_since as weeklySince',
			'notices_weekly_on_since as weeklyOnSince',
			'notices_on_risk as onRisk',
			'notices_guardians_since as guardiansSince',
			'notices_office as office',
			'risk_watched_since as riskWatchedSince',
		])
		.executeTakeFirstOrThrow();
	return { ...row, toGuardians: row.guardiansSince !== null };
}

/** What is turned on or moved by it holds from `now` on: nothing is sent after the fact. */
export async function writeNoticeSettings(
	db: Db,
	{ weekly, weekday, hour, onRisk, toGuardians, office }: NoticeSettings,
	now: Date,
): Promise<void> {
	await db
		.updateTable('school')
		.set({
			notices_weekly: weekly,
			notices_weekday: weekday,
			notices_hour: hour,
			notices_weekly_since: sql<Date>`case
				when (notices_weekly, notices_weekday, notices_hour)
					= (${weekly}::boolean, ${weekday}::smallint, ${hour}::smallint)
				then notices_weekly_since else ${now}::timestamptz end`,
			notices_weekly_on_since: sql<Date>`case
				when ${weekly}::boolean and not notices_weekly then ${now}::timestamptz
				else notices_weekly_on_since end`,
			notices_on_risk: onRisk,
			notices_guardians_since: toGuardians
				? sql<Date>`coalesce(notices_guardians_since, ${now}::timestamptz)`
				: null,
			notices_office: office,
		})
		.execute();
}

/** Any number of its own: two nodes that plan at the same time would do the same work twice. */
const NOTICES_LOCK = 7_160_405;

/** Takes the planner's lock until the transaction ends. @returns false when another node has it */
export async function tryNoticesLock(trx: Trx): Promise<boolean> {
	const { rows } = await sql<{
		taken: boolean;
	}>`select pg_try_advisory_xact_lock(${NOTICES_LOCK}) as taken`.execute(trx);
	return rows[0]?.taken === true;
}

/**
 * Everybody with an address who teaches a class, with the end of the last weekly notice of theirs that
 * ended before an instant; null where there is none.
 */
export async function listTeachersToTell(
	db: Db,
	before: Date,
): Promise<(Reader & { toldUntil: Date | null })[]> {
	const rows = await db
		.selectFrom('users')
		.select(['id', 'email'])
		.select((eb) =>
			eb
				.selectFrom('notices')
				.select(({ fn }) => fn.max('tells_until').as('end'))
				.whereRef('notices.user_id', '=', 'users.id')
				.where('notices.kind', '=', sql.lit('weekly'))
				.where('notices.tells_until', '<', before)
				.as('toldUntil'),
		)
		.where('disabled_at', 'is', null)
		.where('email', 'is not', null)
		.where('id', 'in', (eb) =>
			eb
				.selectFrom('class_teachers')
				.innerJoin('classes', 'classes.id', 'class_teachers.class_id')
				.select('class_teachers.user_id')
				.where('classes.archived_at', 'is', null),
		)
		.execute();
	return rows.map(({ id, email, toldUntil }) => ({
		address: email ?? '',
		userId: id,
		guardianId: null,
		toldUntil,
	}));
}

/** The guardians of students. */
export async function listGuardiansToTell(
	db: Db,
	studentIds: readonly string[],
): Promise<(Reader & { studentId: string })[]> {
	const rows = await db
		.selectFrom('guardians')
		.select(['id', 'email', 'student_id as studentId'])
		.where('student_id', '=', sql<string>`any(${studentIds}::uuid[])`)
		.execute();
	return rows.map(({ id, email, studentId }) => ({
		address: email,
		userId: null,
		guardianId: id,
		studentId,
	}));
}

/**
 * Days of students who have guardians, with an absence in a roll call that closed since an instant.
 * Only members of the day count, as in reports; what was imported was taken elsewhere, and is no news.
 */
export async function listAbsentDays(
	db: Db,
	{ fromDay, closedSince, now }: { fromDay: string; closedSince: Date; now: Date },
): Promise<AbsentDay[]> {
	const { rows } = await sql<Omit<AbsentDay, 'lastClosedAt'> & { lastClosedAt: Date }>`
		with calls as materialized (
			select roll_calls.id, class_id, state, ends_at, closed_at,
				(starts_at at time zone ${TIME_ZONE})::date as day
			from roll_calls join classes on classes.id = roll_calls.class_id
			where starts_at >= (${fromDay}::date::timestamp at time zone ${TIME_ZONE})
				and classes.archived_at is null and not imported
		)
		select members.student_id as "studentId", to_char(calls.day, 'YYYY-MM-DD') as day,
			max(closed_at) filter (where state = 'closed') as "lastClosedAt",
			bool_or(state = 'open' or (state = 'planned' and ends_at > ${now})) as "isGoingOn"
		from calls
		join members on members.class_id = calls.class_id and ${MEMBER_ON_THE_DAY}
		left join marks on marks.roll_call_id = calls.id and marks.student_id = members.student_id
		where members.student_id in (select student_id from guardians)
		group by members.student_id, calls.day
		having bool_or(state = 'closed' and marks.status = 'absent' and closed_at >= ${closedSince})
	`.execute(db);
	return rows.map((row) => ({ ...row, lastClosedAt: row.lastClosedAt.getTime() }));
}

/** Absences of a student on a day that stand now, in order of time. */
export async function listAbsencesOn(
	db: Db,
	studentId: string,
	day: string,
): Promise<{ className: string; startsAt: number }[]> {
	const { rows } = await sql<{ className: string; startsAt: Date }>`
		with calls as (
			select roll_calls.id, class_id, classes.name, starts_at, ${day}::date as day
			from roll_calls join classes on classes.id = roll_calls.class_id
			where state = 'closed' and classes.archived_at is null
				and class_id in (select class_id from members where student_id = ${studentId})
				and starts_at >= (${day}::date::timestamp at time zone ${TIME_ZONE})
				and starts_at < ((${day}::date + 1)::timestamp at time zone ${TIME_ZONE})
		)
		select distinct calls.id, calls.name as "className", calls.starts_at as "startsAt"
		from calls
		join members on members.class_id = calls.class_id and ${MEMBER_ON_THE_DAY}
		join marks on marks.roll_call_id = calls.id and marks.student_id = members.student_id
		where members.student_id = ${studentId} and marks.status = 'absent'
		order by calls.starts_at
	`.execute(db);
	return rows.map(({ className, startsAt }) => ({ className, startsAt: startsAt.getTime() }));
}

/**
 * Absent and late marks of a teacher's classes in roll calls that closed within a time, `until`
 * excluded, in order of time.
 */
export async function listMissed(
	db: Db,
	teacherId: string,
	{ from, until }: { from: Date; until: Date },
): Promise<MissedMark[]> {
	// One that was opened again weeks later is left to the reports: the bound on the start is what the
	// index by class and start needs, which has no closing in it.
	const { rows } = await sql<Omit<MissedMark, 'startsAt'> & { startsAt: Date }>`
		with calls as (
			select roll_calls.id, class_id, classes.name, starts_at,
				(starts_at at time zone ${TIME_ZONE})::date as day
			from roll_calls join classes on classes.id = roll_calls.class_id
			where state = 'closed' and classes.archived_at is null
				and class_id in (select class_id from class_teachers where user_id = ${teacherId})
				and starts_at >= ${from}::timestamptz - interval '7 days'
				and closed_at >= ${from} and closed_at < ${until}
		)
		select calls.class_id as "classId", calls.name as "className",
			users.id as "studentId", users.name, calls.starts_at as "startsAt",
			marks.status, marks.minutes_late as "minutesLate"
		from calls
		join members on members.class_id = calls.class_id and ${MEMBER_ON_THE_DAY}
		join marks on marks.roll_call_id = calls.id and marks.student_id = members.student_id
		join users on users.id = members.student_id
		where marks.status in ('absent', 'late')
		order by calls.starts_at, calls.id
	`.execute(db);
	return rows.map((row) => ({ ...row, startsAt: row.startsAt.getTime() }));
}

const TIME_ZONE = sql<string>`(select time_zone from school)`;

const MEMBER_ON_THE_DAY = memberOn(sql.ref('calls.day'));

export async function writeRiskWatched(trx: Trx, since: Date): Promise<void> {
	await trx.updateTable('school').set({ risk_watched_since: since }).execute();
}

/** Who was at risk when it was looked at last. */
export function listRiskSpells(db: Db): Promise<Place[]> {
	return db
		.selectFrom('risk_spells')
		.select(['class_id as classId', 'student_id as studentId'])
		.execute();
}

export async function insertRiskSpells(
	trx: Trx,
	places: readonly Place[],
	since: Date,
): Promise<void> {
	if (places.length === 0) return;
	await sql`
		insert into risk_spells (class_id, student_id, since)
		select class_id, student_id, ${since} from ${asPlaces(places)}
	`.execute(trx);
}

export async function deleteRiskSpells(trx: Trx, places: readonly Place[]): Promise<void> {
	if (places.length === 0) return;
	await sql`
		delete from risk_spells using ${asPlaces(places)}
		where risk_spells.class_id = places.class_id and risk_spells.student_id = places.student_id
	`.execute(trx);
}

/** Who hears that students are at risk: teachers of the class and, if wanted, the guardians. */
export async function listRiskReaders(
	db: Db,
	places: readonly Place[],
	{ withGuardians, day }: { withGuardians: boolean; day: string },
): Promise<(Reader & Place)[]> {
	if (places.length === 0) return [];
	const { rows } = await sql<Reader & Place>`
		with current as (
			select places.class_id, places.student_id
			from ${asPlaces(places)}
			join members using (class_id, student_id)
			where ${memberOn(sql`${day}::date`)}
		)
		select class_id as "classId", student_id as "studentId",
			users.email as address, users.id as "userId", null as "guardianId"
		from current
		join class_teachers using (class_id)
		join users on users.id = class_teachers.user_id
		where users.email is not null and users.disabled_at is null
		union all
		select class_id, student_id, guardians.email, null, guardians.id
		from current
		join guardians using (student_id)
		where ${withGuardians}
	`.execute(db);
	return rows;
}

/** One array a column: a whole school's would be more parameters than a statement may have. */
const asPlaces = (places: readonly Place[]) => sql`unnest(
	${places.map(({ classId }) => classId)}::uuid[],
	${places.map(({ studentId }) => studentId)}::uuid[]
) as places (class_id, student_id)`;

/** Classes that have an open roll call. */
export async function listBusyClasses(db: Db): Promise<string[]> {
	const rows = await db
		.selectFrom('roll_calls')
		.select('class_id')
		.where('state', '=', sql.lit('open'))
		.execute();
	return rows.map((row) => row.class_id);
}

/** Writes down what is to be sent. What was planned before stays as it is. @returns how many are new */
export async function insertNotices(trx: Trx, planned: readonly PlannedNotice[]): Promise<number> {
	if (planned.length === 0) return 0;
	const result = await sql`
		insert into notices (kind, address, user_id, guardian_id, student_id, class_id, day,
			tells_from, tells_until, due_at)
		select * from unnest(
			${planned.map(({ kind }) => kind)}::text[],
			${planned.map(({ address }) => address)}::text[],
			${planned.map(({ userId }) => userId)}::uuid[],
			${planned.map(({ guardianId }) => guardianId)}::uuid[],
			${planned.map(({ studentId }) => studentId)}::uuid[],
			${planned.map(({ classId }) => classId)}::uuid[],
			${planned.map(({ day }) => day)}::text[]::date[],
			${planned.map(({ tellsFrom }) => tellsFrom?.toISOString() ?? null)}::text[]::timestamptz[],
			${planned.map(({ tellsUntil }) => tellsUntil?.toISOString() ?? null)}::text[]::timestamptz[],
			${planned.map(({ dueAt }) => dueAt.toISOString())}::text[]::timestamptz[]
		)
		on conflict do nothing
	`.execute(trx);
	return Number(result.numAffectedRows ?? 0n);
}

/**
 * Takes the next notice whose time has come; no other node gets it. Committed before anything is
 * handed over, so that whatever happens then, it is not sent a second time. One about a class with an
 * open roll call waits: what is being corrected there does not count for a while.
 */
export async function claimNotice(db: Db, now: Date): Promise<ClaimedNotice | undefined> {
	return db
		.updateTable('notices')
		.set((eb) => ({ state: 'sending', tries: eb('tries', '+', 1), tried_at: now }))
		.where('id', '=', (eb) =>
			eb
				.selectFrom('notices')
				.select('notices.id')
				.where('notices.state', '=', sql.lit('waiting'))
				.where('notices.due_at', '<=', now)
				.where((notice) =>
					notice.not(
						notice.exists(
							notice
								.selectFrom('roll_calls')
								.select('roll_calls.id')
								.whereRef('roll_calls.class_id', '=', 'notices.class_id')
								.where('roll_calls.state', '=', sql.lit('open')),
						),
					),
				)
				.orderBy('notices.due_at')
				.orderBy('notices.id')
				.limit(1)
				.forUpdate()
				.skipLocked(),
		)
		.returning([
			'id',
			'kind',
			'address',
			'user_id as userId',
			'guardian_id as guardianId',
			'student_id as studentId',
			'class_id as classId',
			sql<string>`to_char(day, 'YYYY-MM-DD')`.as('day'),
			'tells_from as tellsFrom',
			'tells_until as tellsUntil',
			'tries',
		])
		.executeTakeFirst();
}

/** The reader's name, while the address is still theirs and they are to be written to. */
export async function findReaderName(
	db: Db,
	{ address, userId, guardianId }: Reader,
): Promise<string | undefined> {
	const row =
		guardianId === null
			? await db
					.selectFrom('users')
					.select('name')
					.where('id', '=', userId)
					.where('email', '=', address)
					.where('disabled_at', 'is', null)
					.executeTakeFirst()
			: await db
					.selectFrom('guardians')
					.select('name')
					.where('id', '=', guardianId)
					.where('email', '=', address)
					.executeTakeFirst();
	return row?.name;
}

/** What became of a notice that was taken; `retryAt` only for one that waits again. */
export type Outcome =
	| { state: 'sent' | 'dropped' }
	| { state: 'failed'; problem: string }
	| { state: 'waiting'; problem: string; retryAt: Date };

export async function settleNotice(db: Db, id: string, outcome: Outcome): Promise<void> {
	await db
		.updateTable('notices')
		.set({
			state: outcome.state,
			problem: 'problem' in outcome ? outcome.problem : null,
			...('retryAt' in outcome ? { due_at: outcome.retryAt } : {}),
		})
		.where('id', '=', id)
		.execute();
}

/** Gives up notices whose sending began before an instant and never ended. @returns how many */
export async function failInterruptedNotices(
	db: Db,
	before: Date,
	problem: string,
): Promise<number> {
	const result = await db
		.updateTable('notices')
		.set({ state: 'failed', problem })
		.where('state', '=', sql.lit('sending'))
		.where('tried_at', '<', before)
		.executeTakeFirst();
	return Number(result.numUpdatedRows);
}

export async function deleteNoticesBefore(db: Db, before: Date): Promise<void> {
	await db.deleteFrom('notices').where('created_at', '<', before).execute();
}

/** The newest notices, or the newest of those that were given up. */
export async function listNotices(
	db: Db,
	{ limit, failed }: { limit: number; failed: boolean },
): Promise<NoticeView[]> {
	const rows = await db
		.selectFrom('notices')
		.leftJoin('users', 'users.id', 'notices.student_id')
		.select([
			'notices.id',
			'notices.kind',
			'notices.address',
			'users.name as studentName',
			sql<string>`to_char(notices.day, 'YYYY-MM-DD')`.as('day'),
			'notices.state',
			sql<Date>`coalesce(notices.tried_at, notices.created_at)`.as('at'),
			'notices.tries',
			'notices.problem',
		])
		.$if(failed, (qb) => qb.where('notices.state', '=', sql.lit('failed')))
		.orderBy('notices.created_at', 'desc')
		.orderBy('notices.id')
		.limit(limit)
		.execute();
	return rows.map(({ at, ...row }) => ({ ...row, at: at.getTime() }));
}

export async function countFailedNotices(db: Db): Promise<number> {
	const { count } = await db
		.selectFrom('notices')
		.select(sql<number>`count(*)::int`.as('count'))
		.where('state', '=', sql.lit('failed'))
		.executeTakeFirstOrThrow();
	return count;
}
