import * as v from 'valibot';

/**
 * The closed sets of words that both ends share (product.md, "Words"). Each is a schema, so that a
 * value from outside is checked by the same list that the types come from.
 */

export const RoleSchema = v.picklist(['student', 'teacher', 'admin']);
export type Role = v.InferOutput<typeof RoleSchema>;

/** A student's state in a roll call; a student without one is waiting (`null`). */
export const MarkStatusSchema = v.picklist(['present', 'late', 'absent', 'excused']);
export type MarkStatus = v.InferOutput<typeof MarkStatusSchema>;

/** How a mark came about. */
export const MarkMethodSchema = v.picklist(['camera', 'phone', 'teacher', 'rule']);
export type MarkMethod = v.InferOutput<typeof MarkMethodSchema>;

/**
 * What signs a check-in by phone: nothing, the phone's own key, or that and a passkey behind the
 * phone's lock besides.
 */
export const CheckInSignatureSchema = v.picklist(['none', 'device', 'passkey']);
export type CheckInSignature = v.InferOutput<typeof CheckInSignatureSchema>;

export const RollCallStateSchema = v.picklist(['planned', 'open', 'closed']);
export type RollCallState = v.InferOutput<typeof RollCallStateSchema>;

/**
 * Where a track ends; `pending` until there is evidence enough. `visitor`: known to the school, not
 * in this class.
 */
export const LaneSchema = v.picklist(['pending', 'recognised', 'doubtful', 'visitor', 'unknown']);
export type Lane = v.InferOutput<typeof LaneSchema>;

/**
 * Why the teacher is asked. `confusable`: two members whose references are too alike for the camera
 * to decide between them. `contradicted`: what was seen later speaks against a name that was given.
 * `unconfirmed`: the student enrolled on their own phone, and nobody has said yet whose face it is.
 * `photograph`: what is about the face moves with it, as on a sheet or a screen.
 */
export const DoubtReasonSchema = v.picklist([
	'low-quality',
	'close-runner-up',
	'weak-match',
	'confusable',
	'contradicted',
	'unconfirmed',
	'photograph',
]);
export type DoubtReason = v.InferOutput<typeof DoubtReasonSchema>;

/** `settled`: the camera became sure, or the candidates were marked otherwise, before anyone answered. */
export const DoubtStateSchema = v.picklist(['waiting', 'confirmed', 'rejected', 'settled']);
export type DoubtState = v.InferOutput<typeof DoubtStateSchema>;

export const ConsentDecisionSchema = v.picklist(['granted', 'refused', 'withdrawn']);
export type ConsentDecision = v.InferOutput<typeof ConsentDecisionSchema>;

export const ConsentGiverSchema = v.picklist(['student', 'guardian']);
export type ConsentGiver = v.InferOutput<typeof ConsentGiverSchema>;

/** Who asked for an excuse; `staff`: nobody did, the school gave it. */
export const ExcuseAskerSchema = v.picklist(['student', 'guardian', 'staff']);
export type ExcuseAsker = v.InferOutput<typeof ExcuseAskerSchema>;

/** `withdrawn`: taken back by whoever asked, or by staff after it was approved. */
export const ExcuseStateSchema = v.picklist(['asked', 'approved', 'declined', 'withdrawn']);
export type ExcuseState = v.InferOutput<typeof ExcuseStateSchema>;

/** What became of a disputed mark: the teacher changed it, or kept it. */
export const DisputeStateSchema = v.picklist(['waiting', 'changed', 'kept']);
export type DisputeState = v.InferOutput<typeof DisputeStateSchema>;

/** How names appear on the projector. */
export const DisplayNamesSchema = v.picklist(['full', 'initial', 'none']);
export type DisplayNames = v.InferOutput<typeof DisplayNamesSchema>;

/**
 * How far a student's enrolment has come: `enrolled`, `unconfirmed` (on their own phone, and staff
 * have not said yet whose face it is), `again` (references of another model only), `no-consent`
 * (refused or withdrawn), `waiting` (nobody asked yet, or asked and not captured).
 */
export const EnrolmentStateSchema = v.picklist([
	'enrolled',
	'unconfirmed',
	'again',
	'no-consent',
	'waiting',
]);
export type EnrolmentState = v.InferOutput<typeof EnrolmentStateSchema>;

export const IdSchema = v.pipe(v.string(), v.uuid());
/** Milliseconds since 1970-01-01T00:00Z. */
export const InstantSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
