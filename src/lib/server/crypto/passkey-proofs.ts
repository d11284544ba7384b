import { createHash, randomBytes } from 'node:crypto';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import type { PasskeyAssertion, RegisterPasskey } from '$lib/contract/passkeys';

/** COSE: ECDSA over P-256, and RSA, which some computers' own chips know alone. */
const ALGORITHMS = [-7, -257];

/** Where an answer may have been made. */
export interface PasskeyPlace {
	rpId: string;
	origins: readonly string[];
}

/** A passkey as it was made. */
export interface MadePasskey {
	credentialId: Buffer;
	/** COSE_Key. */
	publicKey: Buffer;
	signCount: number;
}

/** A passkey as it is kept. */
export interface KeptPasskey {
	/** COSE_Key. */
	publicKey: Buffer;
	rpId: string;
}

/** What an answer shows; `reason`: what is wrong with it, for the log. */
export type Checked<T> =
	| ({ ok: true; /** Whether the phone looked at its owner. */ isVerified: boolean } & T)
	| { ok: false; reason: string };

export interface PasskeyProofs {
	/** 32 random bytes as base64url, and their hash. */
	makeChallenge(): { challenge: string; challengeHash: Buffer };
	/** 16 random bytes as base64url: whose passkey it is stands in the database alone. */
	makeUserHandle(): string;
	/** What a passkey signs for these bytes: their SHA-256 as base64url. */
	challengeOf(bytes: Uint8Array): string;
	credentialId(credentialId: string): Buffer;
	/** A new passkey, against the hash of the challenge that was given out. */
	checkRegistration(
		registration: Omit<RegisterPasskey, 'deviceId' | 'signature'>,
		challengeHash: Buffer,
		place: PasskeyPlace,
	): Promise<Checked<MadePasskey>>;
	/** A signature of a passkey. Whether its counter went on is for the caller to say. */
	checkAssertion(
		assertion: PasskeyAssertion,
		challenge: string,
		passkey: KeptPasskey,
		origins: readonly string[],
	): Promise<Checked<{ signCount: number }>>;
}

const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest();

/** What a passkey is proved by (WebAuthn Level 3). The only place that knows the library. */
export function createPasskeyProofs(): PasskeyProofs {
	return {
		makeChallenge() {
			const challenge = randomBytes(32).toString('base64url');
			return { challenge, challengeHash: sha256(challenge) };
		},
		makeUserHandle: () => randomBytes(16).toString('base64url'),
		challengeOf: (bytes) => sha256(bytes).toString('base64url'),
		credentialId: (credentialId) => Buffer.from(credentialId, 'base64url'),

		checkRegistration: (registration, challengeHash, place) =>
			checked(async () => {
				const { verified, registrationInfo: info } = await verifyRegistrationResponse({
					response: credentialOf(registration.credentialId, {
						clientDataJSON: registration.clientDataJSON,
						attestationObject: registration.attestationObject,
					}),
					expectedChallenge: (given) => sha256(given).equals(challengeHash),
					expectedOrigin: [...place.origins],
					expectedRPID: place.rpId,
					requireUserVerification: false,
					supportedAlgorithmIDs: ALGORITHMS,
				});
				if (!verified) throw new Error('the attestation does not fit');
				const { id, publicKey, counter } = info.credential;
				if (id !== registration.credentialId) throw new Error('the credential is another one');
				return {
					isVerified: info.userVerified,
					credentialId: Buffer.from(id, 'base64url'),
					publicKey: Buffer.from(publicKey),
					signCount: counter,
				};
			}),

		checkAssertion: ({ credentialId, ...answer }, challenge, { publicKey, rpId }, origins) =>
			checked(async () => {
				const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
					response: credentialOf(credentialId, answer),
					expectedChallenge: challenge,
					expectedOrigin: [...origins],
					expectedRPID: rpId,
					// It is looked at by the caller, who has a sentence of its own for it.
					requireUserVerification: false,
					// So is the counter, in one step with the database: of two at once one is behind.
					credential: { id: credentialId, publicKey: new Uint8Array(publicKey), counter: 0 },
				});
				if (!verified) throw new Error('the signature does not fit');
				return { isVerified: info.userVerified, signCount: info.newCounter };
			}),
	};
}

/** As browsers put it together (`PublicKeyCredential.toJSON`). */
const credentialOf = <T>(id: string, response: T) => ({
	id,
	rawId: id,
	response,
	type: 'public-key' as const,
	clientExtensionResults: {},
});

/** The library throws for whatever does not fit: bytes that nobody made, and those made for others. */
async function checked<T>(work: () => Promise<T & { isVerified: boolean }>): Promise<Checked<T>> {
	try {
		return { ok: true, ...(await work()) };
	} catch (error) {
		return { ok: false, reason: error instanceof Error ? error.message : String(error) };
	}
}
