import * as v from 'valibot';
import type { Ack, AckCallback } from './ack';
import {
	BeginCheckInSchema,
	OpenCheckInsSchema,
	RefusedCheckInsSchema,
	SubmitCheckInSchema,
	type BeginCheckIn,
	type CheckInAnswer,
	type CheckInBegun,
	type OpenForCheckIn,
	type RefusedCheckIn,
	type RefusedCheckIns,
	type SubmitCheckIn,
} from './check-in';
import type { CheckInCode } from './check-in-code';
import { RegisterDeviceSchema, type RegisterDevice, type RegisteredDevice } from './devices';
import {
	EnrolmentSchema,
	OwnEnrolmentSchema,
	type Enrolment,
	type OwnEnrolment,
} from './enrolment';
import type { Explanation } from './explanation';
import { LateSightingsSchema, type LateSightings } from './late-sightings';
import {
	MadeAtSchema,
	MarkHistorySchema,
	MarkRequestSchema,
	MarkRestSchema,
	UndoRestSchema,
	type MarkAnswer,
	type MarkChangeView,
	type MarkHistoryRequest,
	type MarkRequest,
	type MarkRest,
	type UndoRest,
} from './marks';
import {
	BeginPasskeySchema,
	RegisterPasskeySchema,
	type BeginPasskey,
	type PasskeyChallenge,
	type RegisteredPasskey,
	type RegisterPasskey,
} from './passkeys';
import type { Roster, RosterChange } from './roster';
import { SightingBatchSchema, type SightingBatch } from './sightings';
import { IdSchema, type Lane, type MarkStatus } from './terms';

/** Grows with every change that an older client would misread; the handshake carries it. */
export const PROTOCOL_VERSION = 4;

/** What a client says of itself when it connects; a display has a token, people have a session cookie. */
export const HandshakeSchema = v.object({
	protocol: v.number(),
	displayToken: v.optional(v.pipe(v.string(), v.minLength(16), v.maxLength(64))),
});

export const JoinSchema = v.object({
	rollCallId: IdSchema,
	/**
	 * The device that the roll call is on screen on, by an id that only this device knows. Once the roll
	 * call is closed, only what devices saw that joined before is taken.
	 */
	deviceId: v.optional(IdSchema),
});
export type Join = v.InferOutput<typeof JoinSchema>;

export const CatchUpSchema = v.object({
	rollCallId: IdSchema,
	/** The version that the device holds. */
	sinceVersion: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type CatchUp = v.InferOutput<typeof CatchUpSchema>;

/** The teacher's answer to a doubt: one of its candidates, or nobody (`null`). */
export const DoubtAnswerSchema = v.object({
	id: IdSchema,
	rollCallId: IdSchema,
	doubtId: IdSchema,
	madeAt: v.optional(MadeAtSchema),
	studentId: v.nullable(IdSchema),
	/** Whom the teacher saw: "no" is about them, whoever the camera asks about by now. */
	candidateIds: v.pipe(v.array(IdSchema), v.minLength(1), v.maxLength(2)),
});
export type DoubtAnswer = v.InferOutput<typeof DoubtAnswerSchema>;

/** Takes an answer to a doubt back: it waits again, and the mark is as it was before. */
export const ReopenDoubtSchema = v.object({
	id: IdSchema,
	rollCallId: IdSchema,
	doubtId: IdSchema,
	madeAt: v.optional(MadeAtSchema),
});
export type ReopenDoubt = v.InferOutput<typeof ReopenDoubtSchema>;

/** Asks why the camera decided as it did about a student. */
export const ExplainSchema = v.object({ rollCallId: IdSchema, studentId: IdSchema });
export type Explain = v.InferOutput<typeof ExplainSchema>;

export const CloseSchema = v.object({ rollCallId: IdSchema });
export type Close = v.InferOutput<typeof CloseSchema>;

/** What the server made of one track; the camera page draws it and stops embedding decided tracks. */
export interface TrackDecision {
	trackId: number;
	lane: Lane;
	/** Whom it recognised, and how they are marked now. */
	student: { studentId: string; name: string; status: MarkStatus | null } | null;
	/** Whom the school knows and this class does not; set in the lane `visitor`. */
	visitor: { name: string; classNames: string[] } | null;
}

export interface JoinAnswer {
	roster: Roster;
	/** Server time in ms, to correct the device's clock. */
	serverTime: number;
}

export interface ClientToServerEvents {
	'rollCall:join': (join: Join, ack: AckCallback<JoinAnswer>) => void;
	'rollCall:catchUp': (catchUp: CatchUp, ack: AckCallback<RosterChange>) => void;
	'rollCall:sightings': (
		batch: SightingBatch,
		ack: AckCallback<{ decisions: TrackDecision[] }>,
	) => void;
	'rollCall:lateSightings': (
		late: LateSightings,
		ack: AckCallback<{ decisions: TrackDecision[] }>,
	) => void;
	'rollCall:mark': (mark: MarkRequest, ack: AckCallback<MarkAnswer>) => void;
	'rollCall:markRest': (rest: MarkRest, ack: AckCallback<{ version: number }>) => void;
	'rollCall:undoRest': (undo: UndoRest, ack: AckCallback<{ version: number }>) => void;
	'rollCall:history': (
		request: MarkHistoryRequest,
		ack: AckCallback<{ history: MarkChangeView[] }>,
	) => void;
	'rollCall:answerDoubt': (answer: DoubtAnswer, ack: AckCallback<{ version: number }>) => void;
	'rollCall:reopenDoubt': (reopen: ReopenDoubt, ack: AckCallback<{ version: number }>) => void;
	'rollCall:explain': (explain: Explain, ack: AckCallback<{ explanations: Explanation[] }>) => void;
	'rollCall:close': (close: Close, ack: AckCallback<{ version: number }>) => void;
	'rollCall:refusedCheckIns': (
		of: RefusedCheckIns,
		ack: AckCallback<{ refused: RefusedCheckIn[] }>,
	) => void;
	/** A student's own: the roll calls that can be checked in to now. */
	'checkIn:open': (
		nothing: Record<string, never>,
		ack: AckCallback<{ rollCalls: OpenForCheckIn[] }>,
	) => void;
	/** A check-in that is not taken is an answer too, with its reason. */
	'checkIn:begin': (begin: BeginCheckIn, ack: AckCallback<CheckInBegun>) => void;
	'checkIn:submit': (submission: SubmitCheckIn, ack: AckCallback<CheckInAnswer>) => void;
	/** Also tells how a phone that is registered stands. */
	'checkIn:registerDevice': (device: RegisterDevice, ack: AckCallback<RegisteredDevice>) => void;
	/** The first of a phone counts at once; another one waits for staff. */
	'checkIn:beginPasskey': (begin: BeginPasskey, ack: AckCallback<PasskeyChallenge>) => void;
	'checkIn:registerPasskey': (
		passkey: RegisterPasskey,
		ack: AckCallback<RegisteredPasskey>,
	) => void;
	'enrolment:submit': (
		enrolment: Enrolment,
		ack: AckCallback<{ studentId: string; references: number }>,
	) => void;
	/** A student's own face, captured on their phone; it waits to be confirmed. */
	'enrolment:submitOwn': (
		enrolment: OwnEnrolment,
		ack: AckCallback<{ references: number }>,
	) => void;
	/** A display joins by its token, given in the handshake. */
	'display:join': (ack: AckCallback<JoinAnswer>) => void;
	/** The code of the moment; refused as 'closed' once the roll call is. */
	'display:code': (ack: AckCallback<CheckInCode>) => void;
	'display:catchUp': (
		catchUp: Pick<CatchUp, 'sinceVersion'>,
		ack: AckCallback<RosterChange>,
	) => void;
}

export interface ServerToClientEvents {
	'roster:changed': (change: RosterChange) => void;
	/** The session ended (signed out everywhere, account disabled): sign in again. */
	'session:ended': () => void;
}

/** The schema that each event's payload must pass before anything acts on it. */
export const EVENT_SCHEMAS = {
	'rollCall:join': JoinSchema,
	'rollCall:catchUp': CatchUpSchema,
	'rollCall:sightings': SightingBatchSchema,
	'rollCall:lateSightings': LateSightingsSchema,
	'rollCall:mark': MarkRequestSchema,
	'rollCall:markRest': MarkRestSchema,
	'rollCall:undoRest': UndoRestSchema,
	'rollCall:history': MarkHistorySchema,
	'rollCall:answerDoubt': DoubtAnswerSchema,
	'rollCall:reopenDoubt': ReopenDoubtSchema,
	'rollCall:explain': ExplainSchema,
	'rollCall:close': CloseSchema,
	'rollCall:refusedCheckIns': RefusedCheckInsSchema,
	'checkIn:open': OpenCheckInsSchema,
	'checkIn:begin': BeginCheckInSchema,
	'checkIn:submit': SubmitCheckInSchema,
	'checkIn:registerDevice': RegisterDeviceSchema,
	'checkIn:beginPasskey': BeginPasskeySchema,
	'checkIn:registerPasskey': RegisterPasskeySchema,
	'enrolment:submit': EnrolmentSchema,
	'enrolment:submitOwn': OwnEnrolmentSchema,
	'display:catchUp': v.pick(CatchUpSchema, ['sinceVersion']),
} as const satisfies Partial<Record<keyof ClientToServerEvents, v.GenericSchema>>;

/** Reason of a refused connection, as `connect_error.data.code`. */
export type HandshakeRefusal = Extract<Ack<never>, { ok: false }>;
