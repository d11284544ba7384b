import { randomUUID } from 'node:crypto';
import type { Enrolment } from '../../src/lib/contract/enrolment';
import type { MarkRequest, MarkRest } from '../../src/lib/contract/marks';
import { PIPELINE_VERSION } from '../../src/lib/contract/models';
import { addTo, weightOf } from '../../src/lib/contract/fusing';
import type { LateSightings } from '../../src/lib/contract/late-sightings';
import {
	encodeVectors,
	VECTOR_DIMENSIONS,
	type SightingBatch,
} from '../../src/lib/contract/sightings';

/** What devices send, made of made-up faces. Needs no server, so that journeys can use it too. */

/** What made the vectors of these tests. */
export const ENGINE = { modelId: 'test-embedder', pipelineVersion: PIPELINE_VERSION };

/** What a guided capture sends. */
export function enrolmentOf(
	studentId: string,
	vectors: readonly Float32Array[],
	changes: Partial<Enrolment> = {},
): Enrolment {
	return {
		id: randomUUID(),
		studentId,
		...ENGINE,
		captures: vectors.map((_, i) => ({ quality: 0.8, capturedAt: Date.now() + i })),
		vectors: encodeVectors(vectors),
		confirmed: [],
		...changes,
	};
}

/** One frame: each face with the track that shows it. */
export function batchOf(
	rollCallId: string,
	faces: readonly { trackId: number; vector: Float32Array }[],
	changes: Partial<SightingBatch> = {},
): SightingBatch {
	return {
		id: randomUUID(),
		rollCallId,
		cameraId: '5f0c1a52-5a5f-4a0e-9a34-6b8f4f1f7c11',
		capturedAt: Date.now(),
		...ENGINE,
		sightings: faces.map(({ trackId }) => ({ trackId, quality: 0.8 })),
		visible: faces.map(({ trackId }) => trackId),
		vectors: encodeVectors(faces.map(({ vector }) => vector)),
		...changes,
	};
}

/** Between two frames in which a camera embeds the same face; three of them span a decision. */
export const FRAME_MS = 300;

/** Frames of one face, {@link FRAME_MS} apart. @param start ms since 1970 */
export function framesOf(
	rollCallId: string,
	trackId: number,
	vectors: readonly Float32Array[],
	start: number,
	changes: Partial<SightingBatch> = {},
): SightingBatch[] {
	return vectors.map((vector, i) =>
		batchOf(rollCallId, [{ trackId, vector }], { capturedAt: start + i * FRAME_MS, ...changes }),
	);
}

/** What a device without a network kept of some tracks, {@link FRAME_MS} from one frame to the next. */
export function lateOf(
	rollCallId: string,
	seen: readonly { trackId: number; vectors: readonly Float32Array[]; start: number }[],
	changes: Partial<LateSightings> = {},
): LateSightings {
	const quality = 0.8;
	const tracks = seen.map(({ trackId, vectors, start }) => {
		const sum = new Float64Array(VECTOR_DIMENSIONS);
		for (const vector of vectors) addTo(sum, vector, weightOf(quality));
		const weight = Math.hypot(...sum);
		const track = {
			trackId,
			sightings: vectors.length,
			quality,
			weight,
			firstAt: start,
			lastAt: start + (vectors.length - 1) * FRAME_MS,
			best: { quality, capturedAt: start },
		};
		return { track, fused: Float32Array.from(sum, (value) => value / weight), best: vectors[0]! };
	});
	return {
		id: randomUUID(),
		rollCallId,
		deviceId: DEVICE,
		cameraId: '5f0c1a52-5a5f-4a0e-9a34-6b8f4f1f7c11',
		...ENGINE,
		tracks: tracks.map(({ track }) => track),
		fused: encodeVectors(tracks.map(({ fused }) => fused)),
		best: encodeVectors(tracks.map(({ best }) => best)),
		...changes,
	};
}

/** The device of these tests. */
export const DEVICE = '0a4f6c1e-2b7d-4a57-8f0b-6d6c9a1f2e33';

/** A tap of a teacher. */
export function markOf(
	rollCallId: string,
	studentId: string,
	changes: Partial<MarkRequest> = {},
): MarkRequest {
	return {
		id: randomUUID(),
		rollCallId,
		studentId,
		status: 'present',
		markedAt: Date.now(),
		...changes,
	};
}

/** A tap on "mark the rest". */
export function restOf(
	rollCallId: string,
	studentIds: readonly string[],
	changes: Partial<MarkRest> = {},
): MarkRest {
	return {
		id: randomUUID(),
		rollCallId,
		studentIds: [...studentIds],
		status: 'present',
		markedAt: Date.now(),
		...changes,
	};
}
