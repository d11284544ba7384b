import {
	createHash,
	createHmac,
	createPublicKey,
	randomBytes,
	randomInt,
	timingSafeEqual,
	verify,
	type KeyObject,
} from 'node:crypto';
import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import { deriveKey } from './derived-key';
import type { Keyring } from './keyring';

const NONCE_BYTES = 32;
const VECTOR_BYTES = VECTOR_DIMENSIONS * 4;
/** Steps of the random number; far more than there are challenges. */
const RANDOM_STEPS = 2 ** 32;

export interface CheckInProofs {
	/** 32 random bytes as base64url, and their hash. */
	makeNonce(): { nonce: string; nonceHash: Buffer };
	/** SHA-256 of the nonce's text: what the database knows of it. */
	hashNonce(nonce: string): Buffer;
	/** 0..1, below 1, that nobody can foresee. */
	random(): number;
	/** In a time that tells nothing about how much of it was right. */
	isSameCode(given: string, expected: string): boolean;
	/** SHA-256 in hex, as a signature names what it covers. */
	sha256(bytes: Uint8Array): string;
	/** A keyed digest of each vector in the wire's bytes; after a change of keys they are others. */
	digestVectors(vectors: Uint8Array): Buffer[];
	/** Whether it is a point of P-256 as SubjectPublicKeyInfo. */
	isDeviceKey(publicKey: Uint8Array): boolean;
	/** ECDSA over P-256 and SHA-256, the signature as r and s (IEEE P1363), as WebCrypto makes it. */
	isSigned(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean;
}

/** What a check-in is proved by. Node's own cryptography alone. */
export function createCheckInProofs(keyring: Keyring): CheckInProofs {
	const vectorKey = deriveKey(keyring, 'facetrack spent vector');
	const hashNonce = (nonce: string) => createHash('sha256').update(nonce).digest();
	return {
		makeNonce() {
			const nonce = randomBytes(NONCE_BYTES).toString('base64url');
			return { nonce, nonceHash: hashNonce(nonce) };
		},
		hashNonce,
		random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
		isSameCode(given, expected) {
			const [a, b] = [Buffer.from(given), Buffer.from(expected)];
			return a.length === b.length && timingSafeEqual(a, b);
		},
		sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
		digestVectors: (vectors) =>
			Array.from({ length: vectors.byteLength / VECTOR_BYTES }, (_, row) =>
				createHmac('sha256', vectorKey)
					.update(vectors.subarray(row * VECTOR_BYTES, (row + 1) * VECTOR_BYTES))
					.digest(),
			),
		isDeviceKey: (publicKey) => readKey(publicKey) !== null,
		isSigned(publicKey, bytes, signature) {
			const key = readKey(publicKey);
			return key !== null && verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
		},
	};
}

function readKey(publicKey: Uint8Array): KeyObject | null {
	try {
		const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
		return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null;
	} catch {
		return null;
	}
}
