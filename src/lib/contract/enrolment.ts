import * as v from 'valibot';
import { VECTOR_DIMENSIONS } from './sightings';
import { IdSchema, InstantSchema } from './terms';

/** Version of the consent wording in the message catalogue; a new wording is a new version. */
export const CONSENT_TEXT_VERSION = '2026-11-25';

/** Good, different captures that make an enrolment, and the most that one keeps. */
export const MIN_REFERENCES = 3;
export const MAX_REFERENCES = 8;

/**
 * What may be wrong with good captures so that staff have to decide: the face is enrolled under
 * another student already, or it is not the one that was enrolled for this student before. Each is
 * the code of a refusal, too.
 */
export const FaceObjectionSchema = v.picklist(['same-face', 'other-face']);
export type FaceObjection = v.InferOutput<typeof FaceObjectionSchema>;

const captured = {
	id: IdSchema,
	modelId: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
	pipelineVersion: v.pipe(v.string(), v.minLength(1), v.maxLength(32)),
	captures: v.pipe(
		v.array(
			v.object({
				quality: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
				capturedAt: InstantSchema,
			}),
		),
		v.minLength(MIN_REFERENCES),
		v.maxLength(MAX_REFERENCES),
	),
	vectors: v.custom<Uint8Array>((value) => value instanceof Uint8Array, 'vectors must be binary'),
};

const hasVectorOfEach = ({ vectors, captures }: { vectors: Uint8Array; captures: unknown[] }) =>
	vectors.byteLength === captures.length * VECTOR_DIMENSIONS * 4;
const NOT_OF_EACH = 'vectors must hold 512 float32 for each capture';

/**
 * What a guided capture sends. `vectors` as in a sighting batch, in the order of `captures`;
 * `id` is made by the device: an enrolment that is sent twice counts once.
 */
export const EnrolmentSchema = v.pipe(
	v.object({
		...captured,
		studentId: IdSchema,
		/** What staff were told and decided to go on with. */
		confirmed: v.optional(v.array(FaceObjectionSchema), []),
	}),
	v.check((enrolment) => hasVectorOfEach(enrolment), NOT_OF_EACH),
);
export type Enrolment = v.InferOutput<typeof EnrolmentSchema>;

/** The same of a student on their own phone, about themselves. */
export const OwnEnrolmentSchema = v.pipe(
	v.object(captured),
	v.check((enrolment) => hasVectorOfEach(enrolment), NOT_OF_EACH),
);
export type OwnEnrolment = v.InferOutput<typeof OwnEnrolmentSchema>;

/** How a student's face stands, as they see it themselves. */
export interface OwnFace {
	/** `unconfirmed`: captured on their own phone, and it marks nobody before staff confirm it. */
	state: 'none' | 'unconfirmed' | 'enrolled';
	/** When it was captured, ms since 1970; null without any. */
	capturedAt: number | null;
}

/** A face that a student captured alone, as staff see it. */
export interface FaceToConfirm {
	enrolmentId: string;
	/** Whose face it is already, in a sentence; null where it is nobody else's. */
	objection: string | null;
}

/** Staff say whose face it is. */
export const ConfirmationSchema = v.object({
	/** The one that they looked at: it may have been captured anew meanwhile. */
	enrolmentId: IdSchema,
	/** They were told of others with this face, and say that these are other people. */
	isDistinct: v.boolean(),
});
export type Confirmation = v.InferOutput<typeof ConfirmationSchema>;
