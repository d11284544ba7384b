import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';
import { PersonNameSchema } from './accounts';
import { IdSchema } from './terms';
import { WEEKDAYS } from './timetable';

/**
 * `weekly`: what a teacher's classes missed in a week; `risk`: a student came to be at risk by the
 * school's rule; `absence`: a student was absent on a day, for their guardians.
 */
export const NoticeKindSchema = v.picklist(['weekly', 'risk', 'absence']);
export type NoticeKind = v.InferOutput<typeof NoticeKindSchema>;

/** `dropped`: when its time came there was nothing to say any more, or nobody to say it to. */
export const NoticeStateSchema = v.picklist(['waiting', 'sending', 'sent', 'dropped', 'failed']);
export type NoticeState = v.InferOutput<typeof NoticeStateSchema>;

/** Lower case: an address is one person's however it was typed. At most 254 characters (RFC 5321). */
export const EmailSchema = v.pipe(
	v.string(),
	v.normalize('NFKC'),
	v.trim(),
	v.toLowerCase(),
	v.rfcEmail(validation.email),
	v.maxLength(254, validation.email),
);

/** What is not typed is none. */
const orNull = (text: string) => (text === '' ? null : text);

/** What a school sends, and when by its own clock. */
export const NoticeSettingsSchema = v.object({
	weekly: v.boolean(),
	/** When the weekly ones go out. */
	weekday: v.picklist(WEEKDAYS, validation.weekday),
	hour: v.pipe(
		v.number(validation.hour),
		v.integer(validation.hour),
		v.minValue(0, validation.hour),
		v.maxValue(23, validation.hour),
	),
	onRisk: v.boolean(),
	/** Whether guardians get notices too, about their own student. */
	toGuardians: v.boolean(),
	/** How guardians reach the office. */
	office: v.pipe(
		v.string(),
		v.normalize('NFKC'),
		v.trim(),
		v.maxLength(200, validation.officeLong),
		v.transform(orNull),
	),
});
export type NoticeSettings = v.InferOutput<typeof NoticeSettingsSchema>;

export const SetEmailSchema = v.object({
	userId: IdSchema,
	email: v.union(
		[
			v.pipe(
				v.string(),
				v.trim(),
				v.literal(''),
				v.transform(() => null),
			),
			EmailSchema,
		],
		validation.email,
	),
});

export const AddGuardianSchema = v.object({
	userId: IdSchema,
	name: PersonNameSchema,
	email: EmailSchema,
});
export type NewGuardian = v.InferOutput<typeof AddGuardianSchema>;

export const RemoveGuardianSchema = v.object({ userId: IdSchema, guardianId: IdSchema });

export interface GuardianView {
	id: string;
	name: string;
	email: string;
}

/** Where somebody is written to: staff themselves, for a student their guardians. */
export interface ContactsView {
	email: string | null;
	/** By name. */
	guardians: GuardianView[];
}

/** A notice as admins see it. Instants are ms since 1970. */
export interface NoticeView {
	id: string;
	kind: NoticeKind;
	address: string;
	/** Whom it is about; null for weekly ones. */
	studentName: string | null;
	/** The school's day that it is about. */
	day: string;
	state: NoticeState;
	/** Of its last try, or of its making. */
	at: number;
	tries: number;
	/** Why the last try failed. */
	problem: string | null;
}

export interface NoticesView {
	settings: NoticeSettings;
	/** Where mails are written to as files; null: they are sent. */
	folder: string | null;
	/** The newest first. */
	latest: NoticeView[];
	/** The newest of those that were given up. */
	failed: NoticeView[];
	failedCount: number;
}

/** A mail as its reader gets it. */
export interface NoticeMail {
	subject: string;
	text: string;
}

/** What each kind of notice tells. Days and moments are in words: "Friday 27 November 2026". */
export interface WeeklyNotice {
	kind: 'weekly';
	reader: string;
	school: string;
	from: string;
	until: string;
	/** By name; never empty. */
	classes: WeeklyClass[];
}
export interface WeeklyClass {
	name: string;
	/** Who missed something, by name. */
	students: WeeklyStudent[];
	/** By name. */
	atRisk: ({ name: string } & RiskReasons)[];
}
export interface WeeklyStudent {
	name: string;
	absent: string[];
	late: { when: string; minutes: number | null }[];
}

/** Why the school's rule names somebody; at least one is not null. */
export interface RiskReasons {
	/** So many absences, not ended yet. */
	inARow: number | null;
	/** 0 to 1, below the school's limit. */
	rate: number | null;
}

export interface RiskNotice extends RiskReasons {
	kind: 'risk';
	reader: string;
	/** Guardians are told how to answer. */
	isGuardian: boolean;
	school: string;
	office: string | null;
	student: string;
	className: string;
	/** The days that the rule looked at. */
	from: string;
	until: string;
	/** Those on which the student was absent, oldest first; never empty. */
	absent: string[];
}

export interface AbsenceNotice {
	kind: 'absence';
	reader: string;
	school: string;
	office: string | null;
	student: string;
	day: string;
	/** In order of time; never empty. */
	lessons: { className: string; time: string }[];
}

/** The school's own words for what it writes about. */
export interface NoticeWords {
	absent: string;
	late: string;
}
