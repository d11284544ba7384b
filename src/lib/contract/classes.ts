import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';
import { PersonNameSchema } from './accounts';
import { StrangersPerWrongNameSchema } from './recognition';
import {
	CheckInSignatureSchema,
	DisplayNamesSchema,
	IdSchema,
	type CheckInSignature,
	type DisplayNames,
	type EnrolmentState,
} from './terms';
import { DaySchema } from './timetable';

export const ClassNameSchema = v.pipe(
	v.string(),
	v.normalize('NFKC'),
	v.trim(),
	v.nonEmpty(validation.classNameMissing),
	v.maxLength(120, validation.classNameLong),
);

export const CreateClassSchema = v.object({ name: ClassNameSchema });

export const ClassSettingsSchema = v.object({
	name: ClassNameSchema,
	lateAfterMinutes: v.pipe(
		v.number(validation.minutesMissing),
		v.integer(validation.minutesWhole),
		v.minValue(0, validation.minutesNegative),
		v.maxValue(240, validation.minutesMany),
	),
	displayNames: DisplayNamesSchema,
	/** Null: as the school has it. */
	strangersPerWrongName: v.nullable(StrangersPerWrongNameSchema),
	// What is left out stays as it is.
	checkInByPhone: v.optional(v.boolean()),
	checkInAsksCode: v.optional(v.boolean()),
	checkInAsksLiveness: v.optional(v.boolean()),
	checkInAsksFace: v.optional(v.boolean()),
	checkInSignature: v.optional(CheckInSignatureSchema),
});
export type ClassSettings = v.InferOutput<typeof ClassSettingsSchema>;

/** Whether students may check in by phone, and which links of the chain a phone has to pass. */
export const CHECK_IN_SETTINGS = [
	'checkInByPhone',
	'checkInAsksCode',
	'checkInAsksLiveness',
	'checkInAsksFace',
] as const;
export interface CheckInSettings extends Record<(typeof CHECK_IN_SETTINGS)[number], boolean> {
	checkInSignature: CheckInSignature;
}

export const StudentNumberSchema = v.pipe(
	v.string(),
	v.normalize('NFKC'),
	v.trim(),
	v.maxLength(64, validation.studentNumberLong),
);

/** From which day on somebody is a member; not typed: as it is, or today. */
const SinceSchema = v.optional(
	v.union(
		[
			v.pipe(
				v.literal(''),
				v.transform(() => null),
			),
			DaySchema,
		],
		validation.day,
	),
	'',
);

export const ChangeMemberSchema = v.object({
	studentId: IdSchema,
	name: PersonNameSchema,
	since: SinceSchema,
});
export type MemberChange = v.InferOutput<typeof ChangeMemberSchema>;
export const RemoveMemberSchema = v.object({ studentId: IdSchema });

/** Most lines that one paste may hold; far above any class, far below a mistake. */
export const MAX_NAME_LINES = 1000;

export interface NewMember {
	name: string;
	studentNumber: string | null;
}

export interface NameLineProblem {
	/** Counted from 1, as an editor shows it. */
	line: number;
	text: string;
	message: string;
}

/**
 * Reads pasted names, one a line, each with an optional student number after its last comma; what
 * follows the comma without any digit belongs to the name ("Eze, Amina").
 * Empty lines are skipped. A line that repeats an earlier number is a problem, a repeated name
 * without a number is not (two students may share a name).
 */
export function parseNameLines(text: string): {
	members: NewMember[];
	problems: NameLineProblem[];
} {
	const members: NewMember[] = [];
	const problems: NameLineProblem[] = [];
	const lineOfNumber = new Map<string, number>();
	text.split(/\r\n|\r|\n/u).forEach((raw, index) => {
		if (raw.trim() === '') return;
		const line = index + 1;
		const problem = (message: string) => problems.push({ line, text: raw.trim(), message });
		if (members.length + problems.length >= MAX_NAME_LINES) {
			if (members.length + problems.length === MAX_NAME_LINES) {
				problem(validation.tooManyNames(MAX_NAME_LINES));
			}
			return;
		}
		const member = parseNameLine(raw);
		if (typeof member === 'string') return problem(member);
		const { studentNumber } = member;
		if (studentNumber !== null) {
			const earlier = lineOfNumber.get(studentNumber);
			if (earlier !== undefined) {
				return problem(validation.numberRepeated(studentNumber, earlier));
			}
			lineOfNumber.set(studentNumber, line);
		}
		members.push(member);
	});
	return { members, problems };
}

/** One line's member, or the message that says what is wrong with it. */
function parseNameLine(raw: string): NewMember | string {
	const comma = raw.lastIndexOf(',');
	const tail = comma < 0 ? '' : raw.slice(comma + 1).trim();
	// "Eze, Amina" is a name written the other way round: a number has a digit.
	const isName = comma < 0 || (tail !== '' && !/\p{Nd}/u.test(tail));
	const name = v.safeParse(PersonNameSchema, isName ? raw : raw.slice(0, comma));
	if (!name.success) return name.issues[0].message;
	const number = v.safeParse(StudentNumberSchema, isName ? '' : tail);
	if (!number.success) return number.issues[0].message;
	return { name: name.output, studentNumber: number.output === '' ? null : number.output };
}

export interface ClassSummary {
	id: string;
	name: string;
	memberCount: number;
	enrolledCount: number;
	noConsentCount: number;
	/** The roll call that is open now, if any. */
	openRollCallId: string | null;
	/** The last one that was closed. */
	lastRollCall: {
		id: string;
		closedAt: number;
		present: number;
		late: number;
		absent: number;
	} | null;
}

export interface MemberView {
	studentId: string;
	name: string;
	studentNumber: string | null;
	/** The school's day from which on they count, "2026-09-01". */
	since: string;
	enrolment: EnrolmentState;
	references: number;
	/** When the face was captured last, ms since 1970; null for one that was not, or who said no. */
	enrolledAt: number | null;
}

/** Whether staff have something to do about a face: capture it, for the first time or again, or confirm it. */
export function waitsForStaff({ enrolment }: Pick<MemberView, 'enrolment'>): boolean {
	return enrolment !== 'enrolled' && enrolment !== 'no-consent';
}

export interface ClassDetail extends CheckInSettings {
	id: string;
	name: string;
	lateAfterMinutes: number;
	displayNames: DisplayNames;
	/** Null: as the school has it. */
	strangersPerWrongName: number | null;
	openRollCallId: string | null;
	teachers: { id: string; name: string }[];
	members: MemberView[];
}

/** What came of adding names. */
export interface AddedMembers {
	added: number;
	/** Names of those who were members already, in the order given; they were left as they are. */
	alreadyThere: string[];
}

export const AddMembersSchema = v.object({
	names: v.pipe(v.string(), v.maxLength(400_000)),
	since: SinceSchema,
});
export const ClassTeacherSchema = v.object({ userId: IdSchema });
