import {
	createHash,
	generateKeyPairSync,
	randomBytes,
	sign,
	type KeyObject,
	type JsonWebKey,
} from 'node:crypto';
import type { PasskeyAssertion, RegisterPasskey } from '../../src/lib/contract/passkeys';

/** What a browser and its authenticator put into an answer. */
export interface Ceremony {
	challenge: string;
	/** Of the page, as the browser knows it. */
	origin: string;
	rpId: string;
	/** Whether the phone looked at who holds it. */
	isVerified?: boolean;
}

/** One passkey. */
interface SoftwareKey {
	privateKey: KeyObject;
	rpId: string;
	signCount: number;
}

/** Flags of authenticator data (WebAuthn Level 3, 6.1). */
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

/**
 * A browser and its phone's lock in software: real ES256 attestations ("none") and assertions, for
 * whatever origin, challenge and counter it is told.
 */
export class SoftwareAuthenticator {
	readonly #keys = new Map<string, SoftwareKey>();

	make({
		challenge,
		origin,
		rpId,
		isVerified = true,
	}: Ceremony): Omit<RegisterPasskey, 'deviceId' | 'signature'> {
		const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
		const id = randomBytes(32);
		this.#keys.set(id.toString('base64url'), { privateKey, rpId, signCount: 0 });
		const length = Buffer.alloc(2);
		length.writeUInt16BE(id.length);
		const authData = Buffer.concat([
			authenticatorData(rpId, HAS_CREDENTIAL | flagsOf(isVerified), 0),
			Buffer.alloc(16),
			length,
			id,
			coseKey(publicKey.export({ format: 'jwk' })),
		]);
		return {
			credentialId: id.toString('base64url'),
			clientDataJSON: clientData('webauthn.create', challenge, origin),
			attestationObject: cborMap([
				[cborText('fmt'), cborText('none')],
				[cborText('attStmt'), cborMap([])],
				[cborText('authData'), cborBytes(authData)],
			]).toString('base64url'),
		};
	}

	/** @param signCount of the answer; one more than the last by default */
	sign(
		credentialId: string,
		{
			challenge,
			origin,
			rpId,
			isVerified = true,
			signCount,
		}: Partial<Omit<Ceremony, 'challenge'>> & {
			challenge: string;
			origin: string;
			signCount?: number;
		},
	): PasskeyAssertion {
		const key = this.#keys.get(credentialId);
		if (key === undefined) throw new Error('no such passkey');
		key.signCount = signCount ?? key.signCount + 1;
		const authData = authenticatorData(rpId ?? key.rpId, flagsOf(isVerified), key.signCount);
		const clientDataJSON = clientData('webauthn.get', challenge, origin);
		const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
		return {
			credentialId,
			clientDataJSON,
			authenticatorData: authData.toString('base64url'),
			signature: sign('sha256', signed, key.privateKey).toString('base64url'),
		};
	}
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest();
const flagsOf = (isVerified: boolean) => USER_PRESENT | (isVerified ? USER_VERIFIED : 0);

function authenticatorData(rpId: string, flags: number, signCount: number): Buffer {
	const tail = Buffer.alloc(5);
	tail.writeUInt8(flags);
	tail.writeUInt32BE(signCount, 1);
	return Buffer.concat([sha256(rpId), tail]);
}

function clientData(type: string, challenge: string, origin: string): string {
	const data = { type, challenge, origin, crossOrigin: false };
	return Buffer.from(JSON.stringify(data)).toString('base64url');
}

/** EC2, ES256, P-256 (RFC 9052 and 9053). */
function coseKey({ x = '', y = '' }: JsonWebKey): Buffer {
	return cborMap([
		[cborInteger(1), cborInteger(2)],
		[cborInteger(3), cborInteger(-7)],
		[cborInteger(-1), cborInteger(1)],
		[cborInteger(-2), cborBytes(Buffer.from(x, 'base64url'))],
		[cborInteger(-3), cborBytes(Buffer.from(y, 'base64url'))],
	]);
}

// The little of CBOR (RFC 8949) that an attestation needs: a head of type and length, then the data.
function cborHead(type: number, length: number): Buffer {
	if (length < 24) return Buffer.from([(type << 5) | length]);
	if (length < 256) return Buffer.from([(type << 5) | 24, length]);
	return Buffer.from([(type << 5) | 25, length >> 8, length & 0xff]);
}
const cborInteger = (value: number) => (value < 0 ? cborHead(1, -1 - value) : cborHead(0, value));
const cborBytes = (data: Buffer) => Buffer.concat([cborHead(2, data.length), data]);
const cborText = (text: string) => Buffer.concat([cborHead(3, text.length), Buffer.from(text)]);
const cborMap = (entries: [key: Buffer, value: Buffer][]) =>
	Buffer.concat([cborHead(5, entries.length), ...entries.flat()]);
