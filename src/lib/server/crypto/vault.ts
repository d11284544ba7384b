import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { decodeVectors, encodeVectors } from '$lib/contract/sightings';
import type { Keyring } from './keyring';

const ALGORITHM = 'aes-256-gcm';
/** 96 bits, as NIST SP 800-38D, 8.2.2 advises for random nonces. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What a sealed vector is bound to: moved to another row, student or model, it does not open. */
export interface ReferenceContext {
	referenceId: string;
	studentId: string;
	modelId: string;
	pipelineVersion: string;
}

export interface SealedVector {
	keyId: string;
	/** 12 bytes. */
	nonce: Buffer;
	/** The encrypted float32 values, then the 16 bytes of the tag. */
	ciphertext: Buffer;
}

/** A reference does not open. Names the reference, never its content. */
export class VaultError extends Error {
	override readonly name = 'VaultError';
}

export interface Vault {
	/** Encrypts a unit vector of 512 float32 under the current key, with a nonce of its own. */
	seal(vector: Float32Array, context: ReferenceContext): SealedVector;
	/** @throws VaultError when the key is missing or wrong, or the row was changed or moved. */
	open(sealed: SealedVector, context: ReferenceContext): Float32Array;
}

/** AES-256-GCM over references, with the keys of `keyring`. */
export function createVault(keyring: Keyring): Vault {
	const currentKey = keyring.keys.get(keyring.currentId);
	if (currentKey === undefined) throw new RangeError('the keyring lacks its current key');
	return {
		seal(vector, context) {
			const nonce = randomBytes(NONCE_BYTES);
			const cipher = createCipheriv(ALGORITHM, currentKey, nonce, { authTagLength: TAG_BYTES });
			cipher.setAAD(associatedData(context));
			const plain = encodeVectors([vector]);
			const ciphertext = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
			plain.fill(0);
			return { keyId: keyring.currentId, nonce, ciphertext };
		},
		open(sealed, context) {
			const key = keyring.keys.get(sealed.keyId);
			if (key === undefined) {
				throw new VaultError(
					`Reference ${context.referenceId} needs the key ${sealed.keyId}, which is not in the keyring.`,
				);
			}
			try {
				return decrypt(key, sealed, context);
			} catch (cause) {
				throw new VaultError(
					`Reference ${context.referenceId} does not open: its key is wrong, or its row was changed.`,
					{ cause },
				);
			}
		},
	};
}

function decrypt(key: Uint8Array, sealed: SealedVector, context: ReferenceContext): Float32Array {
	const end = sealed.ciphertext.length - TAG_BYTES;
	const decipher = createDecipheriv(ALGORITHM, key, sealed.nonce, { authTagLength: TAG_BYTES });
	decipher.setAAD(associatedData(context));
	decipher.setAuthTag(sealed.ciphertext.subarray(Math.max(end, 0)));
	const plain = Buffer.concat([
		decipher.update(sealed.ciphertext.subarray(0, Math.max(end, 0))),
		decipher.final(),
	]);
	const [vector, ...rest] = decodeVectors(plain);
	plain.fill(0);
	if (vector === undefined || rest.length > 0) throw new RangeError('not one vector');
	return vector;
}

/** JSON keeps the parts apart whatever characters they hold. */
function associatedData(context: ReferenceContext): Buffer {
	return Buffer.from(
		JSON.stringify([
			context.referenceId,
			context.studentId,
			context.modelId,
			context.pipelineVersion,
		]),
	);
}
