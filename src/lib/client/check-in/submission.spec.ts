// Protects the signature: what is signed is what is sent, and the server's bytes are the phone's.
import { webcrypto } from 'node:crypto';
import { expect, it } from 'vitest';
import * as v from 'valibot';
import {
	SubmitCheckInSchema,
	signedBytes,
	traceBytes,
	type CheckInLinks,
} from '$lib/contract/check-in';
import type { FaceFrame } from './face-frames';
import type { OwnDevice } from './own-device';
import { makeSubmission, type Gathered } from './submission';

const ID = '7d444840-9dc0-4f1b-8c2a-0a1b2c3d4e5f';
const links: CheckInLinks = { code: true, liveness: true, face: true, signature: 'device' };
const gathered: Gathered = {
	rollCallId: ID,
	code: '12345678',
	challenge: {
		nonce: 'a'.repeat(43),
		expiresAt: 60_000,
		serverTime: 0,
		actions: ['turn-left', 'nod'],
		links,
		passkey: null,
	},
	frames: [1, 2, 3].map((axis) => frame(axis)),
	trace: [0, 100].map((at) => ({ at, points: new Float32Array(62).fill(0.5) })),
	models: {
		embedder: { id: 'embedder-1', dimensions: 512, url: '/models/e.json' },
		detector: { url: '/models/d.json' },
		mesh: { url: '/models/m.json' },
		wasm: { url: '/models/w/' },
		bytes: 1,
	},
};

function frame(axis: number): FaceFrame {
	const vector = new Float32Array(512);
	vector[axis] = 1;
	return { trackId: 1, vector, score: 0.8 };
}

async function makeDevice(): Promise<{ device: OwnDevice; publicKey: webcrypto.CryptoKey }> {
	const { subtle } = webcrypto;
	const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
	const keys = await subtle.generateKey(algorithm, false, ['sign', 'verify']);
	const device: OwnDevice = {
		id: ID,
		mark: ID,
		publicKey: new Uint8Array(91),
		sign: async (bytes) => new Uint8Array(await subtle.sign(algorithm, keys.privateKey, bytes)),
	};
	return { device, publicKey: keys.publicKey };
}

const sha256 = async (bytes: Uint8Array) =>
	Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');

it('signs what it sends, and the schema of the wire takes it', async () => {
	const { device, publicKey } = await makeDevice();
	const of = { mark: ID, device, signedAt: 5_000 };
	const { submission: sent, bytes } = await makeSubmission(gathered, of);
	expect(v.safeParse(SubmitCheckInSchema, sent).issues).toBeUndefined();
	const { face, trace, signature } = sent;
	if (face === null || trace === null || signature === null)
		throw new Error('something is left out');
	const signed = signedBytes(sent, {
		vectors: await sha256(face.vectors),
		trace: await sha256(traceBytes(trace)),
	});
	const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
	const verify = (bytes: Uint8Array) =>
		webcrypto.subtle.verify(algorithm, publicKey, signature.value, bytes);
	expect(await verify(signed)).toBe(true);
	// What a passkey is asked to sign is the same.
	expect(bytes).toEqual(signed);
	expect(await verify(signedBytes({ ...sent, code: '87654321' }, { vectors: '', trace: '' }))).toBe(
		false,
	);
});

it('sends nothing that is not asked for', async () => {
	const challenge: Gathered['challenge'] = {
		...gathered.challenge,
		actions: [],
		links: { code: false, liveness: false, face: false, signature: 'none' },
	};
	const { device } = await makeDevice();
	const plain = { ...gathered, code: null, challenge };
	const { submission: sent } = await makeSubmission(plain, { mark: ID, device, signedAt: 5_000 });
	expect(sent).toMatchObject({
		code: null,
		face: null,
		trace: null,
		signature: null,
		passkey: null,
	});
	expect(v.is(SubmitCheckInSchema, sent)).toBe(true);
});
