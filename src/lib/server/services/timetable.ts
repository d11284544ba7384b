import type {
	LessonChange,
	LessonDay,
	LessonEnd,
	LessonException,
	LessonPattern,
	LessonView,
	TimetableRules,
	TimetableView,
} from '$lib/contract/timetable';
import { messages } from '$lib/messages';
import type { Db, Trx } from '../db/executor';
import type * as lessonRows from '../db/lessons.repository';
import type { Actor } from '../domain/access';
import {
	findOverlap,
	heldAt,
	isLessonDay,
	planningFrom,
	schoolDay,
	type Lesson,
} from '../domain/timetable';
import { AppError } from '../errors';
import type { Classes } from './classes';
import { planAhead, type PlanningDeps } from './roll-call-planning';
import { notFound } from './roll-call-change';
import { timeOfDay } from './school-clock';

export interface TimetableDeps extends PlanningDeps {
	db: Db;
	lessons: typeof lessonRows;
	classes: Pick<Classes, 'requireTaught'>;
}

export type Timetable = ReturnType<typeof createTimetableService>;

/** A class's timetable while it changes: nobody else plans until it is done. */
interface Changing {
	trx: Trx;
	/** Lessons that have not ended, with their exceptions from yesterday on. */
	lessons: readonly Lesson[];
	now: number;
	timeZone: string;
	today: string;
}

const refused = messages.timetable.refusals;

/**
 * Timetables of classes. Every change plans the roll calls of the next days anew at once. Methods
 * throw AppError 'forbidden' for a role that may not do it, and 'not-found' for a class or lesson
 * that is not there or is somebody else's.
 */
export function createTimetableService(deps: TimetableDeps) {
	const { db, lessons: rows, clock } = deps;

	async function change(
		actor: Actor,
		classId: string,
		work: (changing: Changing) => Promise<void>,
	): Promise<void> {
		await deps.classes.requireTaught(actor, classId, 'manageTimetable');
		await db.transaction().execute(async (trx) => {
			// Two lessons that are added at once would not see each other overlap.
			await rows.lockPlanning(trx);
			await work(await readTimetable(deps, trx, classId));
			await planAhead(deps, trx, classId);
		});
	}

	return {
		async of(actor: Actor, classId: string): Promise<TimetableView> {
			await deps.classes.requireTaught(actor, classId, 'viewClass');
			const { timeZone } = await deps.school.readSchool(db);
			const today = schoolDay(clock().getTime(), timeZone);
			const [rules, lessons] = await Promise.all([
				rows.readTimetableRules(db, classId),
				rows.listLessons(db, { classId, fromDay: today }),
			]);
			return { today, rules, lessons };
		},

		/** @throws AppError 'conflict' when it overlaps another lesson, which the message names */
		addLesson: (actor: Actor, classId: string, lesson: LessonPattern): Promise<void> =>
			change(actor, classId, async ({ trx, lessons }) => {
				refuseOverlap({ ...lesson, id: '', exceptions: [] }, lessons);
				await rows.insertLesson(trx, classId, lesson);
			}),

		/**
		 * Changes a lesson for good; roll calls that were opened stay as they are.
		 * @throws AppError 'conflict' as for {@link addLesson}
		 */
		changeLesson: (actor: Actor, classId: string, lesson: LessonChange): Promise<void> =>
			change(actor, classId, async ({ trx, lessons }) => {
				const { lessonId, ...pattern } = lesson;
				const before = requireLesson(lessons, lessonId);
				// An exception of a day on which it is no longer held says nothing any more.
				const changed = { ...before, ...pattern };
				const exceptions = before.exceptions.filter(({ day }) => isLessonDay(changed, day));
				refuseOverlap({ ...changed, exceptions }, lessons);
				await rows.updateLesson(trx, lessonId, pattern);
			}),

		/** Ends a lesson with a day; with one before its first it is removed. */
		endLesson: (actor: Actor, classId: string, { lessonId, lastDay }: LessonEnd): Promise<void> =>
			change(actor, classId, async (changing) => {
				const lesson = requireLesson(changing.lessons, lessonId);
				if (lastDay < lesson.firstDay) await removeLesson(deps, changing, classId, lessonId);
				else await rows.updateLesson(changing.trx, lessonId, { ...lesson, lastDay });
			}),

		/**
		 * Cancels or moves a lesson on one day, today or later.
		 * @throws AppError 'invalid' for a day on which it is not held, or a time that is over;
		 *   'conflict' when it is moved onto another lesson, which the message names
		 */
		exceptDay: (actor: Actor, classId: string, exception: LessonException): Promise<void> =>
			change(actor, classId, async (changing) => {
				const lesson = requireLesson(changing.lessons, exception.lessonId);
				const { day } = exception;
				const startsAt = exception.kind === 'moved' ? exception.startsAt : null;
				requireDay(changing, lesson, day);
				if (startsAt !== null) refuseMove(changing, lesson, { day, startsAt });
				await rows.upsertException(changing.trx, lesson.id, { day, startsAt });
			}),

		/** Holds a lesson on a day as its pattern says again. */
		restoreDay: (actor: Actor, classId: string, { lessonId, day }: LessonDay): Promise<void> =>
			change(actor, classId, async ({ trx, lessons }) => {
				const lesson = requireLesson(lessons, lessonId);
				const exceptions = lesson.exceptions.filter((one) => one.day !== day);
				refuseOverlap({ ...lesson, exceptions }, lessons);
				await rows.deleteException(trx, lessonId, day);
			}),

		/** Holds for roll calls that are opened from now on. */
		async updateRules(actor: Actor, classId: string, rules: TimetableRules): Promise<void> {
			await deps.classes.requireTaught(actor, classId, 'manageTimetable');
			await rows.writeTimetableRules(db, classId, rules);
		},

		/** Plans the roll calls of all classes for the next days; the housekeeper's work. */
		planAll: () => db.transaction().execute((trx) => planAhead(deps, trx, null)),
	};
}

async function readTimetable(
	{ lessons, school, clock }: TimetableDeps,
	trx: Trx,
	classId: string,
): Promise<Changing> {
	const now = clock().getTime();
	const { timeZone } = await school.readSchool(trx);
	const fromDay = planningFrom(now, timeZone);
	return {
		trx,
		now,
		timeZone,
		today: schoolDay(now, timeZone),
		lessons: await lessons.listLessons(trx, { classId, fromDay }),
	};
}

/** @throws AppError 'not-found' */
function requireLesson(lessons: readonly Lesson[], lessonId: string): Lesson {
	const found = lessons.find(({ id }) => id === lessonId);
	if (found === undefined) throw notFound();
	return found;
}

/** @throws AppError 'invalid' */
function requireDay({ today }: Changing, lesson: Lesson, day: string): void {
	if (day < today) throw new AppError('invalid', refused.dayOver);
	if (!isLessonDay(lesson, day)) {
		throw new AppError('invalid', refused.notThatDay(messages.timetable.weekday(lesson.weekday)));
	}
}

/** @throws AppError 'invalid', 'conflict' */
function refuseMove(
	{ lessons, now, timeZone }: Changing,
	lesson: Lesson,
	moved: { day: string; startsAt: string },
): void {
	if (heldAt(lesson, moved, timeZone).endsAt <= now) {
		throw new AppError('invalid', refused.timeOver);
	}
	const others = lesson.exceptions.filter(({ day }) => day !== moved.day);
	refuseOverlap({ ...lesson, exceptions: [...others, moved] }, lessons);
}

/** @throws AppError 'conflict' that names the other lesson */
function refuseOverlap(lesson: Lesson, lessons: readonly Lesson[]): void {
	const others = lessons.filter(({ id }) => id !== lesson.id);
	const other = findOverlap(lesson, others);
	if (other !== null) throw new AppError('conflict', refused.overlap(nameOf(other)));
}

/** "Monday 09:00–09:45" */
function nameOf(lesson: LessonView): string {
	const { startsAt, endsAt } = heldAt(lesson, { ...lesson, day: lesson.firstDay }, 'UTC');
	return messages.timetable.lesson(
		lesson.weekday,
		timeOfDay(startsAt, 'UTC'),
		timeOfDay(endsAt, 'UTC'),
	);
}

/** What was planned of it goes first: without its lesson nothing would find it again. */
async function removeLesson(
	{ lessons, planned }: TimetableDeps,
	{ trx, now, timeZone }: Changing,
	classId: string,
	lessonId: string,
): Promise<void> {
	const fromDay = planningFrom(now, timeZone);
	const rollCalls = await planned.listRollCallsOfLessons(trx, { classId, fromDay });
	const coming = rollCalls.filter((one) => one.lessonId === lessonId && one.endsAt > now);
	await planned.deletePlannedRollCalls(
		trx,
		coming.map(({ id }) => id),
	);
	await lessons.deleteLesson(trx, lessonId);
}
