import * as v from 'valibot';
import { exactBytes } from './bytes';
import { IdSchema } from './terms';

/** base64url of so many bytes at most. */
const base64url = (mostBytes: number) =>
	v.pipe(
		v.string(),
		v.minLength(1),
		v.maxLength(Math.ceil((mostBytes * 4) / 3)),
		v.regex(/^[\w-]+$/, 'must be base64url'),
	);

/** At most 1023 bytes (WebAuthn, credential id). */
const CredentialIdSchema = base64url(1023);
/** A challenge and an origin, and what a browser adds. */
const ClientDataSchema = base64url(2048);

/** What an authenticator answers to a check-in (`PublicKeyCredential` of `get`), in base64url. */
export const PasskeyAssertionSchema = v.object({
	credentialId: CredentialIdSchema,
	clientDataJSON: ClientDataSchema,
	authenticatorData: base64url(4096),
	/** ECDSA in DER, or RSA of 4096 bits. */
	signature: base64url(512),
});
export type PasskeyAssertion = v.InferOutput<typeof PasskeyAssertionSchema>;

/** The passkey that a check-in has to be answered by. */
export interface AskedPasskey {
	credentialId: string;
	/** The name of the server that it was made for. */
	rpId: string;
}

/**
 * How a phone's passkey stands. `asked`: the only one waits for staff; `replacing`: one counts, and
 * another waits to take its place.
 */
export type PasskeyStanding = 'none' | 'asked' | 'active' | 'replacing';

/** @param states of a phone's passkeys, those that were taken out of use among them */
export function passkeyStanding(
	states: readonly ('asked' | 'active' | 'revoked')[],
): PasskeyStanding {
	const asked = states.includes('asked');
	if (states.includes('active')) return asked ? 'replacing' : 'active';
	return asked ? 'asked' : 'none';
}

export const BeginPasskeySchema = v.object({ deviceId: IdSchema });
export type BeginPasskey = v.InferOutput<typeof BeginPasskeySchema>;

/** What a new passkey is made with. */
export interface PasskeyChallenge {
	/** 32 random bytes, base64url; used once. */
	challenge: string;
	/** For how long it can be answered. */
	lifetimeMs: number;
	rp: { id: string; name: string };
	/** `id` tells nobody who it is. */
	user: { id: string; name: string };
}

export const RegisterPasskeySchema = v.object({
	deviceId: IdSchema,
	credentialId: CredentialIdSchema,
	clientDataJSON: ClientDataSchema,
	attestationObject: base64url(8192),
	/** By the device's key over {@link passkeyBytes}: a passkey is made on the phone that it counts on. */
	signature: exactBytes(64),
});
export type RegisterPasskey = v.InferOutput<typeof RegisterPasskeySchema>;

/** How the phone's passkey stands now. */
export interface RegisteredPasskey {
	passkey: PasskeyStanding;
}

/** What a device signs when a passkey is made on it. The same bytes on both sides. */
export function passkeyBytes({
	deviceId,
	credentialId,
	clientDataJSON,
	attestationObject,
}: Omit<RegisterPasskey, 'signature'>): Uint8Array<ArrayBuffer> {
	const lines = ['facetrack passkey 1', deviceId, credentialId, clientDataJSON, attestationObject];
	return new TextEncoder().encode(lines.join('\n'));
}
