import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';
import { IdSchema, type RollCallState } from './terms';

/** ISO 8601: 1 is Monday. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** A day of the school, "2026-11-24". */
export const DaySchema = v.pipe(
	v.string(),
	v.nonEmpty(validation.dayMissing),
	v.check(isDay, validation.day),
);
/** A time of the school's clock, "09:05". */
export const TimeOfDaySchema = v.pipe(
	v.string(),
	v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, validation.timeOfDay),
);

/** The pattern alone would take the 31st of February. */
function isDay(text: string): boolean {
	if (!/^(19|20|21)\d{2}-\d{2}-\d{2}$/.test(text)) return false;
	const instant = Date.parse(`${text}T00:00Z`);
	return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

const minutes = (least: number, most: number) =>
	v.pipe(
		v.number(validation.minutesMissing),
		v.integer(validation.minutesWhole),
		v.minValue(least, validation.minutesFrom(least, most)),
		v.maxValue(most, validation.minutesFrom(least, most)),
	);

/** What is not typed is none. */
const orNull = (text: string) => (text === '' ? null : text);

const lesson = {
	weekday: v.picklist(WEEKDAYS, validation.weekday),
	startsAt: TimeOfDaySchema,
	lengthMinutes: minutes(1, 720),
	room: v.pipe(
		v.string(),
		v.normalize('NFKC'),
		v.trim(),
		v.maxLength(60, validation.roomLong),
		v.transform(orNull),
	),
	firstDay: DaySchema,
	/** Held on it, for the last time. */
	lastDay: v.union(
		[
			v.pipe(
				v.literal(''),
				v.transform(() => null),
			),
			DaySchema,
		],
		(issue) => (issue.input === '' ? validation.dayMissing : validation.day),
	),
};

/** Days compare as they are written. */
const isInOrder = ({ firstDay, lastDay }: { firstDay: string; lastDay: string | null }) =>
	lastDay === null || lastDay >= firstDay;
const BOTH_DAYS = [['firstDay'], ['lastDay']] as const;

/** A lesson that is held every week, as a form sends it. */
export const LessonSchema = v.pipe(
	v.object(lesson),
	v.forward(v.partialCheck(BOTH_DAYS, isInOrder, validation.lastDay), ['lastDay']),
);
export type LessonPattern = v.InferOutput<typeof LessonSchema>;

export const ChangeLessonSchema = v.pipe(
	v.object({ lessonId: IdSchema, ...lesson }),
	v.forward(v.partialCheck(BOTH_DAYS, isInOrder, validation.lastDay), ['lastDay']),
);
export type LessonChange = v.InferOutput<typeof ChangeLessonSchema>;

export const EndLessonSchema = v.object({ lessonId: IdSchema, lastDay: DaySchema });
export type LessonEnd = v.InferOutput<typeof EndLessonSchema>;

const ofDay = { lessonId: IdSchema, day: DaySchema };

/** Cancels a lesson on one day, or moves it to another time of that day. */
export const ExceptLessonSchema = v.variant('kind', [
	// A browser sends the time's field whatever is chosen.
	v.object({ kind: v.literal('cancelled'), ...ofDay }),
	v.object({ kind: v.literal('moved'), ...ofDay, startsAt: TimeOfDaySchema }),
]);
export type LessonException = v.InferOutput<typeof ExceptLessonSchema>;

export const RestoreLessonSchema = v.object(ofDay);
export type LessonDay = v.InferOutput<typeof RestoreLessonSchema>;

/** When a class's planned roll calls may be opened, and when they close by themselves. */
export const TimetableRulesSchema = v.object({
	openEarlyMinutes: minutes(0, 120),
	closeAfterMinutes: minutes(0, 240),
});
export type TimetableRules = v.InferOutput<typeof TimetableRulesSchema>;

export const StartRollCallSchema = v.object({
	classId: IdSchema,
	/** A planned one; without it the one that is due, or one off the timetable. */
	rollCallId: v.optional(IdSchema),
});

export const ReopenRollCallSchema = v.object({
	reason: v.pipe(
		v.string(),
		v.normalize('NFKC'),
		v.trim(),
		v.nonEmpty(validation.reasonMissing),
		v.maxLength(500, validation.reasonLong),
	),
});

/** A lesson as its class's page shows it. */
export interface LessonView extends LessonPattern {
	id: string;
	/** From today on, the earliest first; `startsAt: null`: cancelled. */
	exceptions: { day: string; startsAt: string | null }[];
}

export interface TimetableView {
	/** The school's day. */
	today: string;
	rules: TimetableRules;
	/** In order of weekday and time; those that have ended are not among them. */
	lessons: LessonView[];
}

/** A roll call of a day, as Today shows it. Instants are ms since 1970. */
export interface DayRollCall {
	id: string;
	classId: string;
	className: string;
	state: RollCallState;
	/** False for one off the timetable. */
	isPlanned: boolean;
	startsAt: number;
	/** Null for one off the timetable. */
	endsAt: number | null;
	/** From when it may be opened. */
	opensAt: number;
	room: string | null;
	/** Of an open or closed one. */
	counts: { present: number; late: number; absent: number; excused: number };
}
