import * as v from 'valibot';
import { SurroundingsSchema } from './surroundings';
import { IdSchema, InstantSchema } from './terms';

/** Length of a face vector. */
export const VECTOR_DIMENSIONS = 512;
/** No classroom camera needs more in one message; it bounds what a client may make the server do. */
export const MAX_SIGHTINGS_PER_BATCH = 64;

/** Of a face that one camera follows. */
export const TrackIdSchema = v.pipe(
	v.number(),
	v.integer(),
	v.minValue(0),
	v.maxValue(2 ** 31 - 1),
);

/** One observed face in one frame, without its vector (the vectors follow in one binary block). */
export const SightingSchema = v.object({
	trackId: TrackIdSchema,
	/** Capture quality, 0..1. */
	quality: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
	/** Absent where the camera noticed nothing about it. */
	surroundings: v.optional(SurroundingsSchema),
});
export type Sighting = v.InferOutput<typeof SightingSchema>;

/**
 * One frame's sightings. `vectors` holds row after row of 512 little-endian float32, unit length,
 * in the order of `sightings`. `id` is made by the device: a batch that is sent twice counts once.
 * `capturedAt` is in server time (the device corrects its clock by what `rollCall:join` told).
 */
export const SightingBatchSchema = v.pipe(
	v.object({
		id: IdSchema,
		rollCallId: IdSchema,
		cameraId: IdSchema,
		capturedAt: InstantSchema,
		modelId: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
		pipelineVersion: v.pipe(v.string(), v.minLength(1), v.maxLength(32)),
		sightings: v.pipe(
			v.array(SightingSchema),
			v.minLength(1),
			v.maxLength(MAX_SIGHTINGS_PER_BATCH),
		),
		/**
		 * Every track in view, embedded in this frame or not: one person cannot be two of them.
		 */
		visible: v.pipe(v.array(TrackIdSchema), v.maxLength(MAX_SIGHTINGS_PER_BATCH)),
		vectors: v.custom<Uint8Array>((value) => value instanceof Uint8Array, 'vectors must be binary'),
	}),
	v.check(
		(batch) => batch.vectors.byteLength === batch.sightings.length * VECTOR_DIMENSIONS * 4,
		'vectors must hold 512 float32 for each sighting',
	),
);
export type SightingBatch = v.InferOutput<typeof SightingBatchSchema>;

/** How far a vector's length may be from 1; float32 rounding stays below 1e-6. */
const UNIT_TOLERANCE = 1e-3;

/** Packs unit vectors, row after row, as little-endian float32 for the wire. */
export function encodeVectors(vectors: readonly Float32Array[]): Uint8Array {
	const bytes = new Uint8Array(vectors.length * VECTOR_DIMENSIONS * 4);
	const view = new DataView(bytes.buffer);
	vectors.forEach((vector, row) => {
		if (vector.length !== VECTOR_DIMENSIONS) {
			throw new RangeError(`a vector has ${VECTOR_DIMENSIONS} numbers, not ${vector.length}`);
		}
		vector.forEach((value, i) => view.setFloat32((row * VECTOR_DIMENSIONS + i) * 4, value, true));
	});
	return bytes;
}

/**
 * The inverse of {@link encodeVectors}.
 * @throws RangeError when the length is no multiple of a row, a number is not finite, or a row is
 * not of unit length (a camera never sends such a one, so the sender is broken or forged).
 */
export function decodeVectors(bytes: Uint8Array): Float32Array[] {
	const rowBytes = VECTOR_DIMENSIONS * 4;
	if (bytes.byteLength % rowBytes !== 0) {
		throw new RangeError(`vectors come in rows of ${rowBytes} bytes, got ${bytes.byteLength}`);
	}
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Array.from({ length: bytes.byteLength / rowBytes }, (_, row) => {
		const vector = new Float32Array(VECTOR_DIMENSIONS);
		let squares = 0;
		for (let i = 0; i < VECTOR_DIMENSIONS; i++) {
			const value = view.getFloat32(row * rowBytes + i * 4, true);
			vector[i] = value;
			squares += value * value;
		}
		// NaN and infinities fail this comparison too.
		if (!(Math.abs(Math.sqrt(squares) - 1) <= UNIT_TOLERANCE)) {
			throw new RangeError(`vector ${row} is not of unit length`);
		}
		return vector;
	});
}
