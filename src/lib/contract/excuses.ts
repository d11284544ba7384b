import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';
import { daysIn } from './reports';
import { ExcuseAskerSchema, IdSchema, type ExcuseAsker, type ExcuseState } from './terms';
import { DaySchema } from './timetable';

/** The most days that one excuse covers: a school year with room to spare. */
export const MAX_EXCUSE_DAYS = 400;
/** The most of their own that a student is shown. */
export const MAX_OWN_EXCUSES = 100;

const sentence = (missing: string) =>
	v.pipe(
		v.string(),
		v.normalize('NFKC'),
		v.trim(),
		v.nonEmpty(missing),
		v.maxLength(500, validation.reasonLong),
	);

/** No answer is none. */
export const AnswerSchema = v.pipe(
	v.optional(v.string(), ''),
	v.normalize('NFKC'),
	v.trim(),
	v.maxLength(500, validation.reasonLong),
	v.transform((text) => (text === '' ? null : text)),
);

const days = {
	/** Empty: every class of the student. */
	classId: v.union([
		v.pipe(
			v.literal(''),
			v.transform(() => null),
		),
		IdSchema,
	]),
	firstDay: DaySchema,
	/** Excused on it too. */
	lastDay: DaySchema,
	reason: sentence(validation.reasonMissing),
};
const BOTH_DAYS = [['firstDay'], ['lastDay']] as const;

interface Days {
	firstDay: string;
	lastDay: string;
}

/** Days compare as they are written. */
const isInOrder = ({ firstDay, lastDay }: Days) => lastDay >= firstDay;
const isShort = ({ firstDay, lastDay }: Days) =>
	daysIn({ from: firstDay, to: lastDay }) <= MAX_EXCUSE_DAYS;

/** A student asks to be excused. */
export const AskExcuseSchema = v.pipe(
	v.object(days),
	v.forward(v.partialCheck(BOTH_DAYS, isInOrder, validation.lastDay), ['lastDay']),
	v.forward(v.partialCheck(BOTH_DAYS, isShort, validation.excuseLong(MAX_EXCUSE_DAYS)), [
		'lastDay',
	]),
);
export type AskedExcuse = v.InferOutput<typeof AskExcuseSchema>;

/** The office or a teacher writes an excuse down, approved at once. */
export const RecordExcuseSchema = v.intersect([
	AskExcuseSchema,
	v.object({ studentId: IdSchema, askedBy: ExcuseAskerSchema }),
]);
export type RecordedExcuse = v.InferOutput<typeof RecordExcuseSchema>;

export const DecideExcuseSchema = v.object({
	excuseId: IdSchema,
	decision: v.picklist(['approved', 'declined']),
	answer: AnswerSchema,
});
export type ExcuseDecision = v.InferOutput<typeof DecideExcuseSchema>;

export const WithdrawExcuseSchema = v.object({ excuseId: IdSchema });

/** An excuse as a page shows it. Days are the school's, instants ms since 1970. */
export interface ExcuseView {
	id: string;
	studentId: string;
	studentName: string;
	/** Null: every class. */
	classId: string | null;
	className: string | null;
	firstDay: string;
	lastDay: string;
	reason: string;
	askedBy: ExcuseAsker;
	state: ExcuseState;
	recordedAt: number;
	/** Names; null also for an account that is gone. */
	decidedBy: string | null;
	decidedAt: number | null;
	answer: string | null;
	withdrawnBy: string | null;
	withdrawnAt: number | null;
}

/** An excuse in a list of staff. */
export interface StaffExcuse extends ExcuseView {
	/** Whether it is theirs to decide and to withdraw. */
	mayDecide: boolean;
}

/** The lists of staff: for a decision; today and later; over, declined or withdrawn. */
export const EXCUSE_LISTS = ['waiting', 'current', 'past'] as const;
export type ExcuseList = (typeof EXCUSE_LISTS)[number];

export interface ExcusePage {
	excuses: StaffExcuse[];
	/** From 1. */
	page: number;
	hasMore: boolean;
}

/** A student with the classes that an excuse of theirs can be for. */
export interface ExcusableStudent {
	id: string;
	name: string;
	classes: { id: string; name: string }[];
}

/** What the page of a student's own excuses shows. */
export interface OwnExcuses {
	/** The school's day. */
	today: string;
	/** The latest day first; of very many, not all. */
	excuses: ExcuseView[];
	classes: { id: string; name: string }[];
}
