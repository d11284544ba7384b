import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';
import { AnswerSchema } from './excuses';
import type { MarkChangeView } from './marks';
import { IdSchema, MarkStatusSchema, type DisputeState, type MarkStatus } from './terms';

/** A student says that their own mark is wrong. */
export const DisputeMarkSchema = v.object({
	text: v.pipe(
		v.string(),
		v.normalize('NFKC'),
		v.trim(),
		v.nonEmpty(validation.disputeMissing),
		v.maxLength(500, validation.reasonLong),
	),
});
export type DisputedMark = v.InferOutput<typeof DisputeMarkSchema>;

/** As long as a class may wait until somebody is late. */
export const MOST_MINUTES_LATE = 240;

const MinutesLateSchema = v.pipe(
	v.number(validation.minutesMissing),
	v.integer(validation.minutesWhole),
	v.minValue(0, validation.minutesNegative),
	v.maxValue(MOST_MINUTES_LATE, validation.minutesMany),
);

/**
 * The status that the teacher looked at. Where another stands by then, nothing is answered. Without
 * it the answer holds for whatever stands.
 */
const SawStatusSchema = v.optional(v.picklist([...MarkStatusSchema.options, 'waiting']));

/** The teacher changes the mark, or keeps it. */
export const AnswerDisputeSchema = v.variant('decision', [
	v.pipe(
		v.object({
			decision: v.literal('changed'),
			disputeId: IdSchema,
			sawStatus: SawStatusSchema,
			status: MarkStatusSchema,
			/** Of a student who came late, and only asked for then. */
			minutesLate: v.optional(v.nullable(MinutesLateSchema), null),
			answer: AnswerSchema,
		}),
		v.forward(
			v.partialCheck(
				[['status'], ['minutesLate']],
				({ status, minutesLate }) => status !== 'late' || minutesLate !== null,
				validation.minutesMissing,
			),
			['minutesLate'],
		),
	),
	v.object({
		decision: v.literal('kept'),
		disputeId: IdSchema,
		sawStatus: SawStatusSchema,
		answer: AnswerSchema,
	}),
]);
export type DisputeAnswer = v.InferOutput<typeof AnswerDisputeSchema>;

/** A dispute as a page shows it. Instants are ms since 1970. */
export interface DisputeView {
	id: string;
	rollCallId: string;
	classId: string;
	className: string;
	startsAt: number;
	studentId: string;
	studentName: string;
	disputedStatus: MarkStatus;
	/** What stands now. */
	status: MarkStatus | null;
	text: string;
	disputedAt: number;
	state: DisputeState;
	answeredBy: string | null;
	answeredAt: number | null;
	answer: string | null;
}

/** A dispute that waits, with what became of its mark so far, the oldest change first. */
export interface WaitingDispute extends DisputeView {
	history: MarkChangeView[];
}

/** What staff have to decide, and what was decided. */
export interface DisputeLists {
	/** The oldest first; of very many, not all. */
	waiting: WaitingDispute[];
	/** How many wait altogether. */
	waitingCount: number;
	/** The last ones, the newest first. */
	answered: DisputeView[];
}

/** Why a mark cannot be disputed now. */
export type DisputeRefusal = 'no-mark' | 'waiting' | 'too-late';
