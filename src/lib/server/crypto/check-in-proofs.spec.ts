// Protects what a check-in is proved by: signatures as browsers make them and of P-256 alone, nonces
// that are never the same, and digests that tell vectors apart and no one without the key.
import { generateKeyPairSync, randomBytes, sign, webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPerson } from '../../../../tests/helpers/vectors';
import { encodeVectors } from '../../contract/sightings';
import { createCheckInProofs } from './check-in-proofs';

const keyring = (fill: number) => ({
	currentId: 'now',
	keys: new Map([['now', new Uint8Array(32).fill(fill)]]),
});
const proofs = createCheckInProofs(keyring(1));

function keyPair(namedCurve: string) {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
	return { privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }) };
}

describe('a signature', () => {
	it('is taken as WebCrypto makes it, over these bytes and by this key', async () => {
		const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
		const pair = await webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
		const spki = new Uint8Array(await webcrypto.subtle.exportKey('spki', pair.publicKey));
		const bytes = randomBytes(200);
		const signature = new Uint8Array(
			await webcrypto.subtle.sign(algorithm, pair.privateKey, bytes),
		);
		expect(spki).toHaveLength(91);
		expect(proofs.isSigned(spki, bytes, signature)).toBe(true);
		expect(proofs.isSigned(spki, randomBytes(200), signature)).toBe(false);
		expect(proofs.isSigned(keyPair('P-256').spki, bytes, signature)).toBe(false);
		expect(proofs.isSigned(spki, bytes, new Uint8Array(64))).toBe(false);
	});

	it('is of P-256 alone', () => {
		const { spki, privateKey } = keyPair('secp256k1');
		const bytes = randomBytes(10);
		const signature = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
		expect(proofs.isSigned(spki, bytes, signature)).toBe(false);
		expect(proofs.isDeviceKey(spki)).toBe(false);
		expect(proofs.isDeviceKey(keyPair('P-256').spki)).toBe(true);
		expect(proofs.isDeviceKey(randomBytes(91))).toBe(false);
	});
});

it('draws another nonce each time, of 32 bytes, and knows it by its hash', () => {
	const drawn = Array.from({ length: 100 }, () => proofs.makeNonce());
	expect(new Set(drawn.map(({ nonce }) => nonce)).size).toBe(100);
	for (const { nonce, nonceHash } of drawn) {
		expect(Buffer.from(nonce, 'base64url')).toHaveLength(32);
		expect(proofs.hashNonce(nonce)).toEqual(nonceHash);
	}
});

it('digests each vector by itself, the same one always the same, under its own key', () => {
	const vectors = createPerson(3).captures(3);
	const [a, b, c] = proofs.digestVectors(encodeVectors(vectors));
	expect(new Set([a, b, c].map((digest) => digest?.toString('hex'))).size).toBe(3);
	expect(proofs.digestVectors(encodeVectors([vectors[2]!]))).toEqual([c]);
	const others = createCheckInProofs(keyring(2));
	expect(others.digestVectors(encodeVectors(vectors))[0]).not.toEqual(a);
});

it('tells codes apart, also of other lengths', () => {
	expect(proofs.isSameCode('12345678', '12345678')).toBe(true);
	expect(proofs.isSameCode('12345679', '12345678')).toBe(false);
	expect(proofs.isSameCode('', '12345678')).toBe(false);
});
