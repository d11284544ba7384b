import * as v from 'valibot';
import {
	IdSchema,
	InstantSchema,
	MarkStatusSchema,
	type MarkMethod,
	type MarkStatus,
} from './terms';

const REMARK_LENGTH = 500;

const VersionSchema = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * When a person did it on their device, in server time; without it, now. What was made without a
 * network arrives later, and is refused where this cannot be: in the future, before the roll call was
 * opened, or longer ago than the school takes.
 */
export const MadeAtSchema = InstantSchema;

/** What stands beside a status. */
export const MarkDetailsSchema = v.object({
	/** When the student came; only of somebody who is present or late. Null: at `markedAt`. */
	arrivedAt: v.nullable(InstantSchema),
	/** When the student left early; only of somebody who came. */
	leftAt: v.nullable(InstantSchema),
	/** Empty text is none. */
	remark: v.pipe(v.string(), v.normalize('NFKC'), v.trim(), v.maxLength(REMARK_LENGTH)),
});
export type MarkDetails = v.InferOutput<typeof MarkDetailsSchema>;

/** A mark by hand; `status: null` takes the mark back. `id` makes a retry harmless. */
export const MarkRequestSchema = v.object({
	id: IdSchema,
	rollCallId: IdSchema,
	studentId: IdSchema,
	status: v.nullable(MarkStatusSchema),
	/** When the teacher tapped, in server time: a tap made offline keeps its own time. */
	markedAt: InstantSchema,
	/**
	 * The version of the roster that the teacher looked at. Where somebody else's mark by hand is newer
	 * and says otherwise, that mark stands and the answer tells of the conflict. Without it, or from
	 * the newest version, the request always holds.
	 */
	sawVersion: v.optional(VersionSchema),
	/** Replaces all details; without it a remark stays, and the rest goes with the old status. */
	details: v.optional(MarkDetailsSchema),
	/**
	 * This device's request that is taken back: where it still is the newest change of the mark, what
	 * stood before it stands again, whoever had made that. Otherwise the request holds as it is.
	 */
	undoes: v.optional(IdSchema),
	madeAt: v.optional(MadeAtSchema),
	/** Why it is changed, for the history. */
	reason: v.optional(v.pipe(v.string(), v.maxLength(REMARK_LENGTH))),
});
export type MarkRequest = v.InferOutput<typeof MarkRequestSchema>;

/** What stands instead of what a device asked for. */
export interface MarkConflict {
	studentId: string;
	/** What stands. Null: taken back. */
	status: MarkStatus | null;
	/** What was asked for and not done. */
	wanted: MarkStatus | null;
	/** Who made the mark that stands; null for an account that is gone. */
	by: string | null;
	markedAt: number;
}

export interface MarkAnswer {
	version: number;
	/** Null: it is done as asked. */
	conflict: MarkConflict | null;
}

/** The most students that one tap marks: far above any class. */
export const MAX_REST = 1000;

/** "Mark the rest": of these students, whoever still has no mark gets one. Touches nobody else. */
export const MarkRestSchema = v.object({
	id: IdSchema,
	rollCallId: IdSchema,
	/** Those whom the teacher saw without a mark. */
	studentIds: v.pipe(v.array(IdSchema), v.minLength(1), v.maxLength(MAX_REST)),
	status: v.picklist(['present', 'absent']),
	markedAt: InstantSchema,
	madeAt: v.optional(MadeAtSchema),
});
export type MarkRest = v.InferOutput<typeof MarkRestSchema>;

/** Takes back what one "mark the rest" did, where nobody has changed it since. */
export const UndoRestSchema = v.object({
	id: IdSchema,
	rollCallId: IdSchema,
	restId: IdSchema,
	madeAt: v.optional(MadeAtSchema),
});
export type UndoRest = v.InferOutput<typeof UndoRestSchema>;

/** Asks what became of a mark. */
export const MarkHistorySchema = v.object({ rollCallId: IdSchema, studentId: IdSchema });
export type MarkHistoryRequest = v.InferOutput<typeof MarkHistorySchema>;

/** One change of a mark, as it was written down. Instants are ms since 1970. */
export interface MarkChangeView {
	changedAt: number;
	method: MarkMethod;
	/**
	 * The name of whoever did it, or had the rule do it: by closing, opening again, or deciding on an
	 * excuse. Null for the camera, the clock, or an account that is gone.
	 */
	by: string | null;
	from: MarkStatus | null;
	to: MarkStatus | null;
	/** When the student came, where that is known and changed or is new. */
	arrivedAt: number | null;
	/** Likewise; null also where it was removed. */
	leftAt: number | null;
	/** Likewise. */
	remark: string | null;
	reason: string | null;
	/** Set where it was not done, because somebody else's newer mark stood; null is a wish too. */
	conflict: { wanted: MarkStatus | null } | null;
	/** When it was made, where it waited on a device for a minute or longer. */
	madeAt?: number;
	/** It was made before the roll call closed and came in after that. */
	cameInLate?: true;
}
