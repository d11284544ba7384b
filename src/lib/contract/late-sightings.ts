import * as v from 'valibot';
import { TrackIdSchema, VECTOR_DIMENSIONS } from './sightings';
import { SurroundingsSchema } from './surroundings';
import { IdSchema, InstantSchema } from './terms';

/** Two vectors a track: as large as the largest batch of sightings. */
export const MAX_LATE_TRACKS = 32;
/** More sightings a second no camera sends. */
const MAX_FRAMES_A_SECOND = 30;

const QualitySchema = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** What a camera without a network saw of one track: its sightings, fused. Times are server time. */
export const LateTrackSchema = v.pipe(
	v.object({
		trackId: TrackIdSchema,
		/** How many sightings are fused. */
		sightings: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
		/** Their mean quality. */
		quality: QualitySchema,
		/** Length of the sum of their vectors, each weighted by its quality. */
		weight: v.pipe(v.number(), v.gtValue(0)),
		/** Of the first and the last of them. */
		firstAt: InstantSchema,
		lastAt: InstantSchema,
		/** The one of the highest quality. */
		best: v.object({ quality: QualitySchema, capturedAt: InstantSchema }),
		/** Of the sighting about which most went along with the face; absent where none was noticed. */
		surroundings: v.optional(SurroundingsSchema),
	}),
	v.check(
		({ weight, sightings }) => weight <= sightings + 1e-3,
		'a sum of unit vectors is not longer than their number',
	),
	v.check(
		({ firstAt, lastAt, best }) => firstAt <= best.capturedAt && best.capturedAt <= lastAt,
		'the best sighting is one of them',
	),
	v.check(
		({ sightings, firstAt, lastAt }) =>
			sightings <= 1 + ((lastAt - firstAt) / 1000 + 1) * MAX_FRAMES_A_SECOND,
		'no camera is that fast',
	),
);
export type LateTrack = v.InferOutput<typeof LateTrackSchema>;

const VectorsSchema = v.custom<Uint8Array>(
	(value) => value instanceof Uint8Array,
	'vectors must be binary',
);

/**
 * What waited on a device with a camera. `fused` and `best` hold one row a track, in the order of
 * `tracks`, packed like the vectors of a batch of sightings. `id` is made by the device: a batch that is
 * sent twice counts once, also over a restart of the server.
 */
export const LateSightingsSchema = v.pipe(
	v.object({
		id: IdSchema,
		rollCallId: IdSchema,
		/** As it joined the roll call. */
		deviceId: IdSchema,
		cameraId: IdSchema,
		modelId: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
		pipelineVersion: v.pipe(v.string(), v.minLength(1), v.maxLength(32)),
		tracks: v.pipe(v.array(LateTrackSchema), v.minLength(1), v.maxLength(MAX_LATE_TRACKS)),
		fused: VectorsSchema,
		best: VectorsSchema,
	}),
	v.check(
		({ tracks, fused, best }) =>
			[fused, best].every(({ byteLength }) => byteLength === tracks.length * VECTOR_DIMENSIONS * 4),
		'vectors must hold 512 float32 for each track',
	),
);
export type LateSightings = v.InferOutput<typeof LateSightingsSchema>;
