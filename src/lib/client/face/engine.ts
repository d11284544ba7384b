import { FACE_INPUT, FACE_SIZE, faceCrop, normalise } from './align';
import { appearanceOf } from './appearance';
import {
	DETECTOR_INPUT,
	DETECTOR_SIZE,
	decodeDetections,
	type Detection,
	type DetectorSettings,
} from './blazeface';
import { ExposureSearch, gammaFor, lookupFor } from './exposure';
import type { Frame } from './frame';
import type { Box } from './geometry';
import {
	MESH_INPUT,
	MESH_POINTS,
	MESH_SIZE,
	decodeMesh,
	fivePoints,
	meshCrop,
	type Mesh,
} from './mesh';
import type { Networks } from './networks';
import { meanLuma, toRgb, warp } from './pixels';
import type { EngineMode, FaceObservation, FrameResult, StepTimings } from './protocol';
import { eyeDistanceOf, judge, poseOf, sharpnessOf, type CaptureQuality } from './quality';
import { chooseToEmbed, chooseToJudge, type Candidate } from './schedule';
import { Tracker, type Track } from './tracker';

/**
 * Overlap as in @vladmandic/human: with 0.3, a few faces get a second, wrong box about them, which the
 * mesh network confirms and which would become a track of its own.
 */
const DETECTOR: DetectorSettings = { minConfidence: 0.3, maxOverlap: 0.1, maxFaces: 64 };
/** A detection this sure is shown before the mesh network has confirmed that it is a face. */
const SURE = 0.6;
/** The mesh network answers above this for a face. */
const MESH_CONFIDENCE = 0.5;
/** The detector's box goes from brows to chin; the one that is shown goes around the face. */
const SHOWN = 1.4;

const DETECTOR_VALUES = DETECTOR_SIZE * DETECTOR_SIZE * 3;
const MESH_VALUES = MESH_SIZE * MESH_SIZE * 3;
const FACE_VALUES = FACE_SIZE * FACE_SIZE * 3;

/** A face whose mesh is known in this frame. */
interface Judged {
	track: Track;
	mesh: Mesh;
	quality: CaptureQuality;
	/** The aligned face, 112 x 112 x 3, RGB 0..255, exposure corrected. */
	face: Float32Array;
}

/** The part of the small picture that shows the frame. */
function shownPart({ width, height, scale }: Frame): Box {
	return { x: 0, y: 0, width: width / scale, height: height / scale };
}

/** A box of the frame in pixels of the small picture. */
function inSmall({ x, y, width, height }: Box, { scale }: Frame): Box {
	return { x: x / scale, y: y / scale, width: width / scale, height: height / scale };
}

function shownBox({ x, y, width, height }: Box): Box {
	const side = Math.max(width, height) * SHOWN;
	return { x: x + (width - side) / 2, y: y + (height - side) / 2, width: side, height: side };
}

/** Rough worth of a capture: large, sure, eyes level to the nose's middle. */
function promiseOf({ box, confidence, keypoints }: Detection): number {
	const [right, left, nose] = keypoints;
	if (!right || !left || !nose) return 0;
	const eyes = Math.max(1, Math.hypot(left.x - right.x, left.y - right.y));
	const turned = Math.abs(nose.x - (left.x + right.x) / 2) / eyes;
	const size = Math.min(1, box.width / 80);
	return size * confidence * Math.max(0.1, 1 - turned);
}

/** Runs steps and notes how long each took. */
class Stopwatch {
	readonly #began = performance.now();
	readonly #steps = { expose: 0, detect: 0, mesh: 0, embed: 0 };
	#from = this.#began;

	/** Ends a step: the time since the last one is its. */
	lap(step: Exclude<keyof StepTimings, 'total'>): void {
		const now = performance.now();
		this.#steps[step] += now - this.#from;
		this.#from = now;
	}

	get timings(): StepTimings {
		return { ...this.#steps, total: performance.now() - this.#began };
	}
}

/**
 * From pixels to observations: exposure, detection, tracking, and for the faces that need it mesh,
 * quality and embedding. A decided face costs detection only.
 */
export class Engine {
	readonly #networks: Networks;
	readonly #tracker: Tracker;
	readonly #exposure = new ExposureSearch();
	readonly #detectorInput = new Float32Array(DETECTOR_VALUES);
	#mode: EngineMode;
	#frame = 0;
	#clock = 0;

	/** @param firstTrackId the id of the first track */
	constructor(networks: Networks, mode: EngineMode, firstTrackId: number) {
		this.#networks = networks;
		this.#mode = mode;
		this.#tracker = new Tracker(firstTrackId);
	}

	set mode(mode: EngineMode) {
		this.#mode = mode;
	}

	/** See `FaceClient.markDecided`. */
	markDecided(trackIds: readonly number[], decided: boolean): void {
		this.#tracker.markDecided(new Set(trackIds), decided);
	}

	/**
	 * @param capturedAt ms since 1970
	 * @throws Error when the backend fails; the engine may be used again
	 */
	async process(frame: Frame, capturedAt: number): Promise<FrameResult> {
		const watch = new Stopwatch();
		const { width, height, small } = frame;
		const gamma = this.#exposure.gamma(meanLuma(small, shownPart(frame)));
		toRgb(small, lookupFor(gamma, DETECTOR_INPUT), this.#detectorInput);
		watch.lap('expose');
		const output = await this.#networks.detect(this.#detectorInput);
		const found = decodeDetections(output, frame.scale, DETECTOR);
		this.#exposure.found(found.length);
		const detections = this.#mode === 'enrolment' ? largest(found) : found;
		// A clock that is set back must not make the tracker believe in faces from the future.
		this.#clock = Math.max(this.#clock, capturedAt);
		const tracks = this.#tracker.update(
			detections.map((detection) => ({
				detection,
				appearance: appearanceOf(small, inSmall(detection.box, frame)),
			})),
			this.#clock,
		);
		watch.lap('detect');
		const judged = await this.#judge(frame, this.#due(tracks));
		watch.lap('mesh');
		const vectors = await this.#embed(judged);
		watch.lap('embed');
		const faces = this.#observations(tracks, judged, vectors);
		const timings = watch.timings;
		return { frame: this.#frame++, width, height, capturedAt, gamma, faces, timings };
	}

	#due(tracks: readonly Track[]): Track[] {
		if (this.#mode === 'enrolment') return [...tracks];
		const candidates: Candidate[] = tracks.map((track) => ({
			track,
			promise: promiseOf(track.detection),
		}));
		return chooseToJudge(candidates, this.#clock).map(({ track }) => track);
	}

	async #judge(frame: Frame, tracks: readonly Track[]): Promise<Judged[]> {
		if (tracks.length === 0) return [];
		const pixels = frame.full();
		const input = new Float32Array(tracks.length * MESH_VALUES);
		const crops = tracks.map(({ detection }, i) => {
			const crop = meshCrop(detection);
			const exposure = meanLuma(pixels, detection.box);
			const gamma = gammaFor(exposure);
			warp(pixels, crop, MESH_SIZE, lookupFor(gamma, MESH_INPUT), input, i * MESH_VALUES);
			return { crop, exposure, gamma };
		});
		const { points, confidences } = await this.#networks.mesh(input, tracks.length);
		return tracks.flatMap((track, i) => {
			const at = crops[i];
			const confidence = confidences[i] ?? 0;
			track.identity.judgedAt = this.#clock;
			if (!at || confidence < MESH_CONFIDENCE) return [];
			track.identity.confirmed = true;
			const mesh = decodeMesh(points, i * MESH_POINTS * 3, at.crop, confidence);
			const face = new Float32Array(FACE_VALUES);
			const crop = faceCrop(fivePoints(mesh));
			warp(pixels, crop, FACE_SIZE, lookupFor(at.gamma, FACE_INPUT), face);
			const quality = judge({
				...poseOf(mesh),
				eyeDistance: eyeDistanceOf(mesh),
				sharpness: sharpnessOf(face),
				exposure: at.exposure,
			});
			return [{ track, mesh, quality, face }];
		});
	}

	async #embed(judged: readonly Judged[]): Promise<Map<Track, Float32Array>> {
		const passed = judged.filter(({ quality }) => quality.refusal === null);
		const chosen = this.#mode === 'enrolment' ? passed : chooseToEmbed(passed, this.#clock);
		const measured = new Map<Track, Float32Array>();
		if (chosen.length === 0) return measured;
		const input = new Float32Array(chosen.length * FACE_VALUES);
		chosen.forEach(({ face }, i) => input.set(face, i * FACE_VALUES));
		const vectors = await this.#networks.embed(input, chosen.length);
		chosen.forEach(({ track }, i) => {
			const vector = vectors[i] ? normalise(vectors[i]) : null;
			if (vector) measured.set(track, vector);
		});
		for (const track of this.#tracker.learn(measured, this.#clock)) measured.delete(track);
		return measured;
	}

	#observations(
		tracks: readonly Track[],
		judged: readonly Judged[],
		vectors: ReadonlyMap<Track, Float32Array>,
	): FaceObservation[] {
		const qualities = new Map(judged.map(({ track, quality }) => [track, quality]));
		return tracks
			.filter(({ identity, detection }) => identity.confirmed || detection.confidence >= SURE)
			.map((track) => ({
				trackId: track.identity.id,
				box: shownBox(track.detection.box),
				confidence: track.detection.confidence,
				quality: qualities.get(track) ?? null,
				vector: vectors.get(track) ?? null,
				crowded: track.crowded,
			}));
	}
}

function largest(detections: readonly Detection[]): Detection[] {
	// Weighted by confidence: a false alarm can be larger than the face that it lies about.
	const weight = ({ box, confidence }: Detection) => box.width * box.height * confidence ** 2;
	return [...detections].sort((a, b) => weight(b) - weight(a)).slice(0, 1);
}
