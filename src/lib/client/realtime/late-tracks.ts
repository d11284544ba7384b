import { addTo, showsAnother, weightOf } from '$lib/contract/fusing';
import { MAX_LATE_TRACKS, type LateSightings, type LateTrack } from '$lib/contract/late-sightings';
import { encodeVectors, VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import type { Surroundings } from '$lib/contract/surroundings';
import type { CapturedBatch } from './outbox';

/** What made the vectors of a track, and of which roll call they are. */
type Source = Pick<CapturedBatch, 'rollCallId' | 'cameraId' | 'modelId' | 'pipelineVersion'>;

/** What a camera saw of one track while nobody could be told, fused. */
export interface SeenTrack extends Source, Omit<LateTrack, 'quality' | 'weight'> {
	/** Sum of its vectors, each weighted by its quality; 512 numbers. */
	sum: Float64Array;
	/** Sum of their qualities. */
	qualities: number;
	/** Of the best sighting; 512 float32 of unit length. */
	bestVector: Float32Array;
	/** Its times are this device's, because the server's clock was not known yet. */
	deviceTime: boolean;
}

/** A late batch before it is packed for the wire. */
export interface CapturedLate extends Source {
	id: string;
	tracks: (LateTrack & { fused: Float32Array; bestVector: Float32Array })[];
}

/**
 * Tracks that wait at the most: several classes walking past while the network is away; 3 MB. Beyond,
 * what shows the same person is fused, and only then what was seen least of is let go.
 */
export const KEPT_TRACKS = 500;

/** From this likeness on two tracks are taken for one person; far above what two people reach. */
const SAME_FACE_SCORE = 0.6;

/** One who was seen as somebody else's track gets a number that no tracker comes to. */
const NEXT_PERSON = 2 ** 20;

/**
 * Adds what a batch shows to the tracks that wait. No sighting is dropped: each is fused into its track.
 * Somebody else on the same track starts another one, so that two people are never averaged.
 *
 * @param tracks by {@link trackKey}, changed in place; from the least to the most recently seen
 * @returns keys of the tracks that changed, and of those that are there no more
 */
export function addBatch(
	tracks: Map<string, SeenTrack>,
	batch: CapturedBatch,
	deviceTime: boolean,
): { changed: string[]; gone: string[] } {
	const changed = batch.sightings.map((sighting) => {
		const [key, known] = findTrack(tracks, batch, sighting);
		const track = known ?? emptyTrack(batch, sighting, { key, deviceTime });
		addSighting(track, sighting, batch.capturedAt);
		tracks.delete(key);
		tracks.set(key, track);
		return key;
	});
	const gone: string[] = [];
	while (tracks.size > KEPT_TRACKS) gone.push(makeRoom(tracks, changed));
	return { changed: [...new Set(changed)].filter((key) => tracks.has(key)), gone };
}

type Sighting = CapturedBatch['sightings'][number];

const keyOf = (cameraId: string, trackId: number): string => `${cameraId}:${trackId}`;

/** By which a track is known among those that wait. */
export function trackKey({ cameraId, trackId }: Pick<SeenTrack, 'cameraId' | 'trackId'>): string {
	return keyOf(cameraId, trackId);
}

function findTrack(
	tracks: ReadonlyMap<string, SeenTrack>,
	{ cameraId }: CapturedBatch,
	{ trackId, vector }: Sighting,
): [key: string, track: SeenTrack | undefined] {
	for (let number = trackId; ; number += NEXT_PERSON) {
		const key = keyOf(cameraId, number);
		const known = tracks.get(key);
		if (known === undefined || !showsAnother(known.sum, vector)) return [key, known];
	}
}

function emptyTrack(
	{ rollCallId, cameraId, modelId, pipelineVersion, capturedAt }: CapturedBatch,
	{ vector, quality }: Sighting,
	{ key, deviceTime }: { key: string; deviceTime: boolean },
): SeenTrack {
	return {
		...{ rollCallId, cameraId, modelId, pipelineVersion },
		trackId: Number(key.slice(cameraId.length + 1)),
		sum: new Float64Array(VECTOR_DIMENSIONS),
		sightings: 0,
		qualities: 0,
		firstAt: capturedAt,
		lastAt: capturedAt,
		best: { quality, capturedAt },
		bestVector: vector,
		deviceTime,
	};
}

function addSighting(
	track: SeenTrack,
	{ vector, quality, surroundings }: Sighting,
	capturedAt: number,
): void {
	addTo(track.sum, vector, weightOf(quality));
	track.sightings++;
	track.qualities += quality;
	track.firstAt = Math.min(track.firstAt, capturedAt);
	track.lastAt = Math.max(track.lastAt, capturedAt);
	keepSurroundings(track, surroundings);
	if (quality <= track.best.quality) return;
	track.best = { quality, capturedAt };
	track.bestVector = vector;
}

/** A photograph shows when it is moved: of all sightings, the one about which most went along stays. */
function keepSurroundings(track: SeenTrack, seen: Surroundings | undefined): void {
	if (seen === undefined) return;
	const { surroundings: kept } = track;
	if (kept === undefined || along(seen) > along(kept)) track.surroundings = seen;
}

function along({ follows }: Surroundings): number {
	return follows.reduce((sum, one) => sum + one, 0);
}

/** @returns the key that is there no more; `changed` learns what it was fused into */
function makeRoom(tracks: Map<string, SeenTrack>, changed: string[]): string {
	const all = [...tracks];
	// Only these two: to compare everybody with everybody would take a tablet seconds.
	for (const [key, track] of [all[0]!, all.at(-1)!]) {
		const same = all.find(([other, known]) => other !== key && isSamePerson(track, known));
		if (same === undefined) continue;
		const [kept, gone] =
			key === all[0]![0] ? [same, [key, track] as const] : [[key, track] as const, same];
		fuseInto(kept[1], gone[1]);
		tracks.delete(gone[0]);
		changed.push(kept[0]);
		return gone[0];
	}
	// The oldest of those that were seen least.
	const [least] = all.reduce((a, b) => (b[1].sightings < a[1].sightings ? b : a));
	tracks.delete(least);
	return least;
}

function isSamePerson(one: SeenTrack, other: SeenTrack): boolean {
	if (one.cameraId !== other.cameraId || one.modelId !== other.modelId) return false;
	if (one.deviceTime !== other.deviceTime) return false;
	const dot = one.sum.reduce((sum, value, i) => sum + value * other.sum[i]!, 0);
	return dot >= SAME_FACE_SCORE * lengthOf(one.sum) * lengthOf(other.sum);
}

function fuseInto(track: SeenTrack, other: SeenTrack): void {
	addTo(track.sum, other.sum, 1);
	track.sightings += other.sightings;
	track.qualities += other.qualities;
	track.firstAt = Math.min(track.firstAt, other.firstAt);
	track.lastAt = Math.max(track.lastAt, other.lastAt);
	keepSurroundings(track, other.surroundings);
	if (other.best.quality <= track.best.quality) return;
	track.best = other.best;
	track.bestVector = other.bestVector;
}

function lengthOf(sum: Float64Array): number {
	return Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0));
}

/** The tracks that wait. */
export class SeenTracks {
	/** From the least to the most recently seen. */
	readonly #all = new Map<string, SeenTrack>();

	get keys(): readonly string[] {
		return [...this.#all.keys()];
	}

	/** See {@link addBatch}. */
	add(batch: CapturedBatch, deviceTime: boolean): { changed: string[]; gone: string[] } {
		return addBatch(this.#all, batch, deviceTime);
	}

	/** Takes up what an earlier page kept. */
	restore(track: SeenTrack): void {
		this.#all.set(trackKey(track), track);
	}

	/** Those of the keys that wait still. */
	some(keys: ReadonlySet<string>): [key: string, track: SeenTrack][] {
		return [...this.#all].filter(([key]) => keys.has(key));
	}

	/** All of them, in the server's time; from then on none waits. @param offset ms to add */
	take(offset: number): SeenTrack[] {
		const taken = [...this.#all.values()];
		for (const track of taken) correctTrack(track, offset);
		this.#all.clear();
		return taken;
	}
}

/** Turns times of the device into the server's. @param offset ms to add */
export function correctTrack(track: SeenTrack, offset: number): void {
	if (!track.deviceTime) return;
	const { quality, capturedAt } = track.best;
	track.best = { quality, capturedAt: capturedAt + offset };
	track.firstAt += offset;
	track.lastAt += offset;
	track.deviceTime = false;
}

/**
 * What waited as batches to be sent, in the order in which it was seen; what was seen together goes
 * together.
 */
export function toLateBatches(tracks: Iterable<SeenTrack>, newId: () => string): CapturedLate[] {
	const bySource = new Map<string, SeenTrack[]>();
	for (const track of [...tracks].sort((a, b) => a.firstAt - b.firstAt)) {
		const source = [track.rollCallId, track.cameraId, track.modelId, track.pipelineVersion].join();
		bySource.set(source, [...(bySource.get(source) ?? []), track]);
	}
	return [...bySource.values()].flatMap((same) => {
		const [{ rollCallId, cameraId, modelId, pipelineVersion }] = same as [SeenTrack];
		const chunks = Array.from({ length: Math.ceil(same.length / MAX_LATE_TRACKS) }, (_, i) =>
			same.slice(i * MAX_LATE_TRACKS, (i + 1) * MAX_LATE_TRACKS),
		);
		return chunks.map((chunk) => ({
			...{ id: newId(), rollCallId, cameraId, modelId, pipelineVersion },
			tracks: chunk.map(toLateTrack),
		}));
	});
}

/** A track taken apart: what is said of it, and its two vectors. */
export interface TrackParts {
	source: Source;
	track: LateTrack;
	deviceTime: boolean;
	fused: Float32Array;
	bestVector: Float32Array;
}

export function fromSeenTrack(seen: SeenTrack): TrackParts {
	const { trackId, sightings, qualities, firstAt, lastAt, best, surroundings } = seen;
	const { rollCallId, cameraId, modelId, pipelineVersion, sum, bestVector, deviceTime } = seen;
	const weight = lengthOf(sum);
	const quality = Math.min(1, qualities / sightings);
	return {
		source: { rollCallId, cameraId, modelId, pipelineVersion },
		track: {
			...{ trackId, sightings, quality, weight, firstAt, lastAt, best },
			...(surroundings && { surroundings }),
		},
		fused: Float32Array.from(sum, (value) => value / weight),
		...{ bestVector, deviceTime },
	};
}

/** The inverse of {@link fromSeenTrack}. */
export function toSeenTrack({
	source,
	track,
	deviceTime,
	fused,
	bestVector,
}: TrackParts): SeenTrack {
	const { quality, weight, ...rest } = track;
	const sum = Float64Array.from(fused, (value) => value * weight);
	return { ...source, ...rest, qualities: quality * track.sightings, sum, bestVector, deviceTime };
}

function toLateTrack(seen: SeenTrack): CapturedLate['tracks'][number] {
	const { track, fused, bestVector } = fromSeenTrack(seen);
	return { ...track, fused, bestVector };
}

/** Packs a late batch for the wire. @param deviceId as the device joined the roll call */
export function packLate({ tracks, ...late }: CapturedLate, deviceId: string): LateSightings {
	return {
		...late,
		deviceId,
		tracks: tracks.map(({ fused: _, bestVector: __, ...track }) => track),
		fused: encodeVectors(tracks.map(({ fused }) => fused)),
		best: encodeVectors(tracks.map(({ bestVector }) => bestVector)),
	};
}
