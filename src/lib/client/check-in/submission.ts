import {
	signedBytes,
	traceBytes,
	type CheckInChallenge,
	type SubmitCheckIn,
} from '$lib/contract/check-in';
import { encodeTrace, type TraceFrame } from '$lib/contract/liveness';
import type { ModelIndex } from '$lib/contract/models';
import { encodeVectors } from '$lib/contract/sightings';
import { PIPELINE_VERSION } from '../face/face-client';
import type { FaceFrame } from './face-frames';
import type { OwnDevice } from './own-device';

/** What the phone has gathered. */
export interface Gathered {
	rollCallId: string;
	code: string | null;
	challenge: CheckInChallenge;
	frames: readonly FaceFrame[];
	trace: readonly TraceFrame[];
	models: ModelIndex | null;
}

/** An answer that waits for a passkey, and what that has to sign. */
export interface Prepared {
	submission: SubmitCheckIn;
	/** Of everything in it. */
	bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Puts together what answers a challenge, signed by the phone's key where the class asks for that; a
 * passkey's answer is added to it.
 *
 * @param mark random, of this browser
 * @param device whose key signs; null where none is asked for
 * @param signedAt by the phone's clock, ms since 1970
 */
export async function makeSubmission(
	{ rollCallId, code, challenge, frames, trace, models }: Gathered,
	{ mark, device, signedAt }: { mark: string; device: OwnDevice | null; signedAt: number },
): Promise<Prepared> {
	const { nonce, links, actions } = challenge;
	const face =
		links.face && models !== null
			? {
					modelId: models.embedder.id,
					pipelineVersion: PIPELINE_VERSION,
					vectors: encodeVectors(frames.map(({ vector }) => vector)),
				}
			: null;
	const moved = actions.length > 0 ? encodeTrace(trace) : null;
	const stated = { rollCallId, nonce, code, signedAt, deviceMark: mark };
	const digests = {
		vectors: face === null ? '' : await sha256(face.vectors),
		trace: moved === null ? '' : await sha256(traceBytes(moved)),
	};
	const bytes = signedBytes(stated, digests);
	const signs = links.signature !== 'none' && device !== null;
	const signature = signs ? { deviceId: device.id, value: await device.sign(bytes) } : null;
	return { submission: { ...stated, face, trace: moved, signature, passkey: null }, bytes };
}

/** In hex. */
async function sha256(bytes: Uint8Array): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
