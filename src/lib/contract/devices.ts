import * as v from 'valibot';
import { exactBytes } from './bytes';
import type { PasskeyStanding } from './passkeys';
import { IdSchema } from './terms';

export const RegisterDeviceSchema = v.object({
	id: IdSchema,
	name: v.pipe(v.string(), v.normalize('NFKC'), v.trim(), v.minLength(1), v.maxLength(100)),
	/** P-256, SubjectPublicKeyInfo: 91 bytes. */
	publicKey: exactBytes(91),
	/** The student asks for this phone to take the place of the one before; not sent by itself. */
	replaces: v.optional(v.boolean(), false),
});
export type RegisterDevice = v.InferOutput<typeof RegisterDeviceSchema>;

/** `asked`: a later phone, which signs once staff approve it; the one before is `revoked` then. */
export type DeviceState = 'asked' | 'active' | 'revoked';

/**
 * Why a phone does not sign any more: another one took its place, staff declined it, its student
 * forgot it, or staff took it out of use.
 */
export type RevokedBecause = 'replaced' | 'declined' | 'forgotten' | 'revoked';

/**
 * How this phone stands; `none`: the student has another one, and nobody has asked to replace it.
 */
export interface RegisteredDevice {
	state: DeviceState | 'none';
	/** Set with `revoked`, for phones of which it is known. */
	revokedBecause: RevokedBecause | null;
	passkey: PasskeyStanding;
	/** Where passkeys do not work at the address of this page: what to do; null where they do. */
	passkeyProblem: string | null;
}

/** A phone as pages show it. Instants are ms since 1970. */
export interface DeviceView {
	id: string;
	name: string;
	state: DeviceState;
	revokedBecause: RevokedBecause | null;
	registeredAt: number;
	lastUsedAt: number | null;
	passkey: PasskeyStanding;
}

/** What waits for staff: a phone, or another passkey on the phone that is in use. */
export interface AskedDevice {
	what: 'phone' | 'passkey';
	/** Of the phone or of the passkey. */
	id: string;
	/** The phone's. */
	name: string;
	studentId: string;
	studentName: string;
	registeredAt: number;
}

export const DecideDeviceSchema = v.object({
	deviceId: IdSchema,
	decision: v.picklist(['approved', 'declined']),
});
export type DecideDevice = v.InferOutput<typeof DecideDeviceSchema>;

export const DecidePasskeySchema = v.object({
	passkeyId: IdSchema,
	decision: v.picklist(['approved', 'declined']),
});
export type DecidePasskey = v.InferOutput<typeof DecidePasskeySchema>;

/** Of a phone that is taken out of use. */
export const EndDeviceSchema = v.object({ deviceId: IdSchema });
export type EndDevice = v.InferOutput<typeof EndDeviceSchema>;

/** A phone that checks its student in, as staff see it. Instants are ms since 1970. */
export interface DeviceInUse {
	id: string;
	name: string;
	studentId: string;
	studentName: string;
	registeredAt: number;
	lastUsedAt: number | null;
	hasPasskey: boolean;
}

/** What was done with a student's phone or its passkey. */
export const DEVICE_CHANGES = [
	'registered',
	'asked',
	'approved',
	'declined',
	'replaced',
	'forgotten',
	'revoked',
	'passkey-registered',
	'passkey-asked',
	'passkey-approved',
	'passkey-declined',
] as const;
export type DeviceChange = (typeof DEVICE_CHANGES)[number];

/** A row of the audit. */
export interface DeviceChangeView {
	id: string;
	what: DeviceChange;
	deviceName: string;
	studentName: string;
	/** Null: whoever it was is not there any more. */
	changedBy: string | null;
	/** ms since 1970. */
	at: number;
}
