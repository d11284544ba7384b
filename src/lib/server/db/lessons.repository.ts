import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { LessonPattern, LessonView, TimetableRules, Weekday } from '$lib/contract/timetable';
import type { Db, Trx } from './executor';

/** Any number: whoever plans roll calls, or changes what they are planned from, waits their turn. */
const PLANNING_LOCK = 7_160_403;

/** Makes planning happen one after another on all nodes, until the transaction ends. */
export async function lockPlanning(trx: Trx): Promise<void> {
	await sql`select pg_advisory_xact_lock(${PLANNING_LOCK})`.execute(trx);
}

/**
 * Lessons of classes that are still taught, in order of weekday and time.
 *
 * @param fromDay lessons that ended before it are left out, and so are earlier exceptions
 * @param classId of one class; null: of all
 */
export async function listLessons(
	db: Db,
	{ classId, fromDay }: { classId: string | null; fromDay: string },
): Promise<LessonView[]> {
	const rows = await db
		.selectFrom('lessons')
		.innerJoin('classes', 'classes.id', 'lessons.class_id')
		.select((eb) => [
			'lessons.id',
			'lessons.weekday',
			clock('lessons.starts_at').as('startsAt'),
			'lessons.length_minutes as lengthMinutes',
			'lessons.room',
			sql<string>`lessons.first_day::text`.as('firstDay'),
			sql<string | null>`lessons.last_day::text`.as('lastDay'),
			jsonArrayFrom(
				eb
					.selectFrom('lesson_exceptions')
					.select([
						sql<string>`lesson_exceptions.day::text`.as('day'),
						clock<string | null>('lesson_exceptions.starts_at').as('startsAt'),
					])
					.whereRef('lesson_exceptions.lesson_id', '=', 'lessons.id')
					.where('lesson_exceptions.day', '>=', fromDay)
					.orderBy('lesson_exceptions.day'),
			).as('exceptions'),
		])
		.where('classes.archived_at', 'is', null)
		.where((eb) =>
			eb.or([eb('lessons.last_day', 'is', null), eb('lessons.last_day', '>=', fromDay)]),
		)
		.$if(classId !== null, (qb) => qb.where('lessons.class_id', '=', classId))
		.orderBy('lessons.weekday')
		.orderBy('lessons.starts_at')
		.execute();
	return rows;
}

/** "09:05" */
const clock = <T = string>(column: string) => sql<T>`to_char(${sql.ref(column)}, 'HH24:MI')`;

export async function insertLesson(
	db: Db,
	classId: string,
	lesson: LessonPattern,
): Promise<{ id: string }> {
	return db
		.insertInto('lessons')
		.values({ class_id: classId, ...toColumns(lesson) })
		.returning('id')
		.executeTakeFirstOrThrow();
}

export async function updateLesson(db: Db, id: string, lesson: LessonPattern): Promise<void> {
	await db.updateTable('lessons').set(toColumns(lesson)).where('id', '=', id).execute();
}

/** Its roll calls stay; they are no lesson's then. */
export async function deleteLesson(db: Db, id: string): Promise<void> {
	await db.deleteFrom('lessons').where('id', '=', id).execute();
}

/** @param startsAt null: it is cancelled on that day */
export async function upsertException(
	db: Db,
	lessonId: string,
	{ day, startsAt }: { day: string; startsAt: string | null },
): Promise<void> {
	await db
		.insertInto('lesson_exceptions')
		.values({ lesson_id: lessonId, day, starts_at: startsAt })
		.onConflict((conflict) =>
			conflict.columns(['lesson_id', 'day']).doUpdateSet({ starts_at: startsAt }),
		)
		.execute();
}

export async function deleteException(db: Db, lessonId: string, day: string): Promise<void> {
	await db
		.deleteFrom('lesson_exceptions')
		.where('lesson_id', '=', lessonId)
		.where('day', '=', day)
		.execute();
}

export function readTimetableRules(db: Db, classId: string): Promise<TimetableRules> {
	return db
		.selectFrom('classes')
		.select(['open_early_minutes as openEarlyMinutes', 'close_after_minutes as closeAfterMinutes'])
		.where('id', '=', classId)
		.executeTakeFirstOrThrow();
}

export async function writeTimetableRules(
	db: Db,
	classId: string,
	rules: TimetableRules,
): Promise<void> {
	await db
		.updateTable('classes')
		.set({
			open_early_minutes: rules.openEarlyMinutes,
			close_after_minutes: rules.closeAfterMinutes,
		})
		.where('id', '=', classId)
		.execute();
}

function toColumns(lesson: LessonPattern) {
	return {
		weekday: lesson.weekday satisfies Weekday,
		starts_at: lesson.startsAt,
		length_minutes: lesson.lengthMinutes,
		room: lesson.room,
		first_day: lesson.firstDay,
		last_day: lesson.lastDay,
	};
}
