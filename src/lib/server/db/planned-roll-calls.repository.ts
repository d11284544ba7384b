import { sql } from 'kysely';
import type { MarkStatus } from '$lib/contract/terms';
import type { DayRollCall } from '$lib/contract/timetable';
import type { Occurrence, PlannedRollCall } from '../domain/timetable';
import type { Db, Trx } from './executor';

/**
 * Roll calls of lessons from a day of the timetable on, whatever became of them.
 * @param classId of one class; null: of all, archived ones among them
 */
export async function listRollCallsOfLessons(
	db: Db,
	{ classId, fromDay }: { classId: string | null; fromDay: string },
): Promise<PlannedRollCall[]> {
	const rows = await db
		.selectFrom('lessons')
		.innerJoin('roll_calls', 'roll_calls.lesson_id', 'lessons.id')
		.select([
			'roll_calls.id',
			'roll_calls.state',
			'lessons.id as lessonId',
			sql<string>`roll_calls.lesson_day::text`.as('day'),
			'roll_calls.starts_at as startsAt',
			'roll_calls.ends_at as endsAt',
			'roll_calls.room',
		])
		.where('roll_calls.lesson_day', '>=', fromDay)
		.$if(classId !== null, (qb) => qb.where('lessons.class_id', '=', classId))
		.execute();
	return rows.map((row) => ({
		...row,
		startsAt: row.startsAt.getTime(),
		endsAt: (row.endsAt ?? row.startsAt).getTime(),
	}));
}

/** Plans roll calls; one that another node planned meanwhile is left as it is. */
export async function insertPlannedRollCalls(
	trx: Trx,
	planned: readonly (Occurrence & { displayToken: string })[],
): Promise<void> {
	if (planned.length === 0) return;
	// One array a column: a whole school's week would be more parameters than a statement may have.
	await sql`
		insert into roll_calls (class_id, state, starts_at, ends_at, late_after_minutes,
			display_token, lesson_id, lesson_day, room)
		select classes.id, 'planned', plan.starts_at, plan.ends_at, classes.late_after_minutes,
			plan.display_token, lessons.id, plan.day, plan.room
		from unnest(
			${planned.map(({ lessonId }) => lessonId)}::uuid[],
			${planned.map(({ day }) => day)}::text[]::date[],
			${planned.map(({ startsAt }) => isoOf(startsAt))}::text[]::timestamptz[],
			${planned.map(({ endsAt }) => isoOf(endsAt))}::text[]::timestamptz[],
			${planned.map(({ room }) => room)}::text[],
			${planned.map(({ displayToken }) => displayToken)}::text[]
		) as plan (lesson_id, day, starts_at, ends_at, room, display_token)
		join lessons on lessons.id = plan.lesson_id
		join classes on classes.id = lessons.class_id
		on conflict (lesson_id, lesson_day) do nothing
	`.execute(trx);
}

/** Moves planned roll calls; one that was opened meanwhile stays as it is. */
export async function movePlannedRollCalls(
	trx: Trx,
	moved: readonly (Occurrence & { id: string })[],
): Promise<void> {
	if (moved.length === 0) return;
	await sql`
		update roll_calls
		set starts_at = plan.starts_at, ends_at = plan.ends_at, room = plan.room
		from unnest(
			${moved.map(({ id }) => id)}::uuid[],
			${moved.map(({ startsAt }) => isoOf(startsAt))}::text[]::timestamptz[],
			${moved.map(({ endsAt }) => isoOf(endsAt))}::text[]::timestamptz[],
			${moved.map(({ room }) => room)}::text[]
		) as plan (id, starts_at, ends_at, room)
		where roll_calls.id = plan.id and roll_calls.state = 'planned'
	`.execute(trx);
}

/** Removes planned roll calls; one that was opened meanwhile stays. */
export async function deletePlannedRollCalls(trx: Trx, ids: readonly string[]): Promise<void> {
	if (ids.length === 0) return;
	await trx
		.deleteFrom('roll_calls')
		.where('id', '=', sql<string>`any(${ids}::uuid[])`)
		.where('state', '=', 'planned')
		.execute();
}

/** The class's planned roll call that may be opened now and is not over, the earliest one. */
export async function findDueRollCallId(
	db: Db,
	classId: string,
	now: Date,
): Promise<string | null> {
	const row = await db
		.selectFrom('roll_calls')
		.innerJoin('classes', 'classes.id', 'roll_calls.class_id')
		.select('roll_calls.id')
		.where('roll_calls.class_id', '=', classId)
		.where('roll_calls.state', '=', 'planned')
		.where('roll_calls.ends_at', '>', now)
		.where(
			sql<boolean>`roll_calls.starts_at
				<= ${now}::timestamptz + make_interval(mins => classes.open_early_minutes)`,
		)
		// No lesson is longer than half a day: what began earlier need not be looked at.
		.where(sql<boolean>`roll_calls.starts_at > ${now}::timestamptz - interval '1 day'`)
		.orderBy('roll_calls.starts_at')
		.limit(1)
		.executeTakeFirst();
	return row?.id ?? null;
}

interface DayOfTeacher {
	/** Of the classes of one teacher; null: of all. */
	teacherId: string | null;
	/** The day's first moment, and that of the next day. */
	from: Date;
	to: Date;
}

/** Roll calls that begin within a day, and those that are open whenever they began, in order of time. */
export async function listRollCallsOfDay(db: Db, day: DayOfTeacher): Promise<DayRollCall[]> {
	const rows = await selectRollCallsOfDay(db, day).execute();
	return rows.map(({ present, late, absent, excused, ...row }) => ({
		...row,
		isPlanned: row.endsAt !== null,
		startsAt: row.startsAt.getTime(),
		endsAt: row.endsAt?.getTime() ?? null,
		opensAt: row.opensAt.getTime(),
		counts: { present, late, absent, excused },
	}));
}

/** One query for any number of classes, and one that reads nothing of other days. */
export function selectRollCallsOfDay(db: Db, { teacherId, from, to }: DayOfTeacher) {
	return db
		.with('mine', (qb) =>
			qb
				.selectFrom('classes')
				.select(['classes.id', 'classes.name', 'classes.open_early_minutes'])
				.where('classes.archived_at', 'is', null)
				.$if(teacherId !== null, (classes) =>
					classes.where('classes.id', 'in', (eb) =>
						eb.selectFrom('class_teachers').select('class_id').where('user_id', '=', teacherId),
					),
				),
		)
		.with('shown', (qb) =>
			// Apart, not in one condition with "or": each half has its index.
			qb
				.selectFrom('mine')
				.innerJoin('roll_calls', 'roll_calls.class_id', 'mine.id')
				.select('roll_calls.id')
				.where('roll_calls.starts_at', '>=', from)
				.where('roll_calls.starts_at', '<', to)
				.union(
					qb
						.selectFrom('mine')
						.innerJoin('roll_calls', 'roll_calls.class_id', 'mine.id')
						.select('roll_calls.id')
						.where('roll_calls.state', '=', sql.lit('open')),
				),
		)
		.selectFrom('shown')
		.innerJoin('roll_calls', 'roll_calls.id', 'shown.id')
		.innerJoin('mine', 'mine.id', 'roll_calls.class_id')
		.innerJoinLateral(
			(eb) =>
				eb
					.selectFrom('marks')
					.select([
						countOf('present').as('present'),
						countOf('late').as('late'),
						countOf('absent').as('absent'),
						countOf('excused').as('excused'),
					])
					.whereRef('marks.roll_call_id', '=', 'roll_calls.id')
					.as('counts'),
			(join) => join.onTrue(),
		)
		.select([
			'roll_calls.id',
			'mine.id as classId',
			'mine.name as className',
			'roll_calls.state',
			'roll_calls.starts_at as startsAt',
			'roll_calls.ends_at as endsAt',
			sql<Date>`roll_calls.starts_at - make_interval(mins => mine.open_early_minutes)`.as(
				'opensAt',
			),
			'roll_calls.room',
			'counts.present',
			'counts.late',
			'counts.absent',
			'counts.excused',
		])
		.orderBy('roll_calls.starts_at')
		.orderBy('mine.name');
}

const countOf = (status: MarkStatus) =>
	sql<number>`(count(*) filter (where marks.status = ${sql.lit(status)}))::int`;

const isoOf = (instant: number) => new Date(instant).toISOString();
