import * as v from 'valibot';
import { CheckInCodeSchema } from './check-in-code';
import { bytes, exactBytes } from './bytes';
import { LandmarkTraceSchema, type Action, type LandmarkTrace } from './liveness';
import { PasskeyAssertionSchema, type AskedPasskey } from './passkeys';
import { VECTOR_DIMENSIONS } from './sightings';
import { IdSchema, InstantSchema, type CheckInSignature, type MarkStatus } from './terms';

/** Frames of the face that one check-in sends. */
export const MIN_CHECK_IN_FRAMES = 3;
export const MAX_CHECK_IN_FRAMES = 8;

/** Why a check-in was not taken. A closed set: the phone decides by it what comes next. */
export const CHECK_IN_REFUSALS = [
	'not-open',
	'not-member',
	'by-phone-off',
	'wrong-code',
	'nonce-unknown',
	'nonce-used',
	'nonce-expired',
	'clock',
	'no-device',
	'device-waits',
	'device-revoked',
	'bad-signature',
	'no-passkey',
	'passkey-waits',
	'passkey-address',
	'bad-passkey',
	'passkey-unverified',
	'passkey-counter',
	'shared-device',
	'outdated',
	'bad-vectors',
	'replayed',
	'liveness',
	'no-match',
	'not-enrolled',
	'face-unconfirmed',
	'taken-back',
	'marked-otherwise',
	'too-many',
] as const;
export type CheckInRefusal = (typeof CHECK_IN_REFUSALS)[number];
/** What became of an attempt. */
export type CheckInOutcome = CheckInRefusal | 'accepted';

/** What is asked of a phone: the class's settings, without a face for whoever has not agreed to it. */
export interface CheckInLinks {
	code: boolean;
	liveness: boolean;
	face: boolean;
	signature: CheckInSignature;
}

/** An open roll call as its student's phone shows it. Instants are ms since 1970. */
export interface OpenForCheckIn {
	rollCallId: string;
	className: string;
	startsAt: number;
	closesAt: number | null;
	links: CheckInLinks;
	/** The student's own mark, where there is one. */
	status: MarkStatus | null;
	markedAt: number | null;
}

export const OpenCheckInsSchema = v.object({});

export const BeginCheckInSchema = v.object({
	rollCallId: IdSchema,
	/** Null where the class asks for none. */
	code: v.nullable(CheckInCodeSchema),
});
export type BeginCheckIn = v.InferOutput<typeof BeginCheckInSchema>;

/** What the phone has to answer, once. */
export interface CheckInChallenge {
	/** 32 random bytes, base64url. */
	nonce: string;
	/** ms since 1970 by the server's clock. */
	expiresAt: number;
	serverTime: number;
	/** What to do before the camera, in this order; empty: nothing. */
	actions: Action[];
	links: CheckInLinks;
	/** The one that has to answer; null where none is asked for, or no phone of the student's may sign. */
	passkey: AskedPasskey | null;
}

export const SubmitCheckInSchema = v.object({
	rollCallId: IdSchema,
	nonce: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)),
	/** The one that the check-in was begun with, though another may hold by now. */
	code: v.nullable(CheckInCodeSchema),
	/** The phone's clock, ms since 1970. */
	signedAt: InstantSchema,
	/** Random and kept in the browser's storage: the same for everybody who uses this phone. */
	deviceMark: IdSchema,
	/** Null where no face is asked for. */
	face: v.nullable(
		v.object({
			modelId: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
			pipelineVersion: v.pipe(v.string(), v.minLength(1), v.maxLength(32)),
			/** Row after row, as in a sighting batch. */
			vectors: v.pipe(
				bytes,
				v.check(({ byteLength }) => {
					const frames = byteLength / (VECTOR_DIMENSIONS * 4);
					const whole = Number.isInteger(frames);
					return whole && frames >= MIN_CHECK_IN_FRAMES && frames <= MAX_CHECK_IN_FRAMES;
				}, 'vectors must hold 512 float32 for each frame'),
			),
		}),
	),
	/** Null where nothing is to be done before the camera. */
	trace: v.nullable(LandmarkTraceSchema),
	/** By the device's key over {@link signedBytes}; null where the class asks for none. */
	signature: v.nullable(v.object({ deviceId: IdSchema, value: exactBytes(64) })),
	/** Over the SHA-256 of the same bytes; null where the class asks for none. */
	passkey: v.nullable(PasskeyAssertionSchema),
});
export type SubmitCheckIn = v.InferOutput<typeof SubmitCheckInSchema>;

/** A check-in that was not taken, and what to do next. */
export interface RefusedAnswer {
	ok: false;
	refusal: CheckInRefusal;
	message: string;
	/** After how long the next try is looked at; null: at once. */
	retryAfterMs: number | null;
}

export type CheckInBegun = { ok: true; challenge: CheckInChallenge } | RefusedAnswer;

/** The mark as it stands now: an earlier one, or a person's, is left as it was. */
export type CheckInAnswer =
	{ ok: true; status: MarkStatus; markedAt: number; minutesLate: number | null } | RefusedAnswer;

/**
 * What a device signs, and what a passkey's challenge is the SHA-256 of: everything that the server checks, so that none of it can be put together
 * from two check-ins. The same bytes on both sides.
 *
 * @param digests SHA-256 of the vectors' bytes and of {@link traceBytes}, in hex; empty for none
 */
export function signedBytes(
	{
		rollCallId,
		nonce,
		code,
		signedAt,
		deviceMark,
	}: Pick<SubmitCheckIn, 'rollCallId' | 'nonce' | 'code' | 'signedAt' | 'deviceMark'>,
	digests: { vectors: string; trace: string },
): Uint8Array<ArrayBuffer> {
	const lines = [
		'facetrack check-in 1',
		rollCallId,
		nonce,
		code ?? '',
		String(signedAt),
		deviceMark,
		digests.vectors,
		digests.trace,
	];
	return new TextEncoder().encode(lines.join('\n'));
}

/** A trace as it is hashed: its times, then its points. */
export function traceBytes({ times, points }: LandmarkTrace): Uint8Array<ArrayBuffer> {
	const head = new TextEncoder().encode(`${times.join(',')}\n`);
	const all = new Uint8Array(head.length + points.length);
	all.set(head);
	all.set(points, head.length);
	return all;
}

export const RefusedCheckInsSchema = v.object({ rollCallId: IdSchema });
export type RefusedCheckIns = v.InferOutput<typeof RefusedCheckInsSchema>;

/** An attempt that was refused, for the teacher. */
export interface RefusedCheckIn {
	studentId: string;
	studentName: string;
	refusal: CheckInRefusal;
	/** The same in words. */
	why: string;
	/** ms since 1970. */
	at: number;
}
