import { appearanceOf } from './appearance';
import { shownBox, strongest, type Detection } from './blazeface';
import { CaptureSteps, DETECTOR, type Capture, type Embedded } from './capture';
import { ExposureSearch } from './exposure';
import type { Frame, View } from './frame';
import type { Box } from './geometry';
import type { Networks } from './networks';
import { capturePhoto, mainFirst } from './photo';
import { meanLuma } from './pixels';
import { landmarksOf } from './mesh';
import type { EngineMode, FaceObservation, FrameResult } from './protocol';
import { SearchPlan, answersFor } from './regions';
import { chooseToEmbed, chooseToJudge, wantsVector } from './schedule';
import { Stopwatch } from './stopwatch';
import { lumaOf, SurroundingsWatch } from './surroundings';
import { Tracker, type Identity, type Track } from './tracker';
import type { Surroundings } from '$lib/contract/surroundings';

/** A detection this sure is shown before the mesh network has confirmed that it is a face. */
const SURE = 0.6;
/** A tracked face that was judged in this frame. */
interface Judged extends Capture {
	track: Track;
}

/** What a picture brought, and the exposure it was seen with. */
type Seen = Pick<FrameResult, 'gamma' | 'faces'>;

/** A box of the frame in pixels of a view's small picture. */
function inSmall({ x, y, width, height }: Box, { region, scale }: View): Box {
	return {
		x: (x - region.x) / scale,
		y: (y - region.y) / scale,
		width: width / scale,
		height: height / scale,
	};
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

/**
 * From pixels to observations: exposure, detection, tracking, and for the faces that need it mesh,
 * quality and embedding. A decided face costs detection only.
 */
export class Engine {
	readonly #steps: CaptureSteps;
	readonly #tracker: Tracker;
	readonly #exposure = new ExposureSearch();
	readonly #plan = new SearchPlan();
	/** They go with the tracker's identities. */
	readonly #watches = new WeakMap<Identity, SurroundingsWatch>();
	#mode: EngineMode;
	#frame = 0;
	#photos = 1;
	#clock = 0;

	/** @param firstTrackId the id of the first track */
	constructor(networks: Networks, mode: EngineMode, firstTrackId: number) {
		this.#steps = new CaptureSteps(networks);
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
		const luma = meanLuma(frame.whole.small, inSmall(frame.whole.region, frame.whole));
		const { gamma, faces } =
			this.#mode === 'photo'
				? await this.#readPhoto(frame, luma, watch)
				: await this.#readFrame(frame, luma, capturedAt, watch);
		const { width, height } = frame;
		return {
			frame: this.#frame++,
			width,
			height,
			capturedAt,
			gamma,
			faces,
			timings: watch.timings,
		};
	}

	async #readPhoto(frame: Frame, luma: number, watch: Stopwatch): Promise<Seen> {
		const { gamma, main } = await capturePhoto(this.#steps, frame, luma, watch);
		const faces = main ? [{ ...main, trackId: this.#photos++ }] : [];
		return { gamma, faces };
	}

	async #readFrame(
		frame: Frame,
		luma: number,
		capturedAt: number,
		watch: Stopwatch,
	): Promise<Seen> {
		const gamma = this.#exposure.gamma(luma);
		watch.lap('expose');
		const found = await this.#find(frame, gamma);
		this.#exposure.found(found.length);
		const detections = followsOne(this.#mode) ? mainFirst(found, frame).slice(0, 1) : found;
		// A clock that is set back must not make the tracker believe in faces from the future.
		this.#clock = Math.max(this.#clock, capturedAt);
		const cycle = SearchPlan.cycle(this.#mode);
		const tracks = this.#tracker.update(
			detections.map((detection) => ({
				detection,
				appearance: appearanceOf(frame.whole.small, inSmall(detection.box, frame.whole)),
			})),
			this.#clock,
			cycle,
		);
		watch.lap('detect');
		const judged = await this.#judge(frame, this.#due(tracks));
		watch.lap('mesh');
		const embedded = await this.#embed(judged);
		const about = followsOne(this.#mode)
			? new Map<Track, Surroundings | null>()
			: this.#lookAbout(
					frame,
					judged.filter(({ track }) => embedded.has(track)),
				);
		watch.lap('embed');
		const seen = this.#tracker.inView(this.#clock, cycle);
		const faces = observations(seen, { judged, embedded, about });
		return { gamma, faces: this.#mode === 'check-in' ? withLandmarks(faces, judged) : faces };
	}

	/** Faces of this frame, in the regions that it is searched in. */
	async #find(frame: Frame, gamma: number): Promise<Detection[]> {
		const found: Detection[] = [];
		for (const region of this.#plan.regions(this.#mode, frame.width, frame.height)) {
			const detections = await this.#steps.detect(frame.view(region), gamma);
			found.push(...detections.filter(({ box }) => answersFor(region, box, this.#mode, frame)));
		}
		return strongest(found, DETECTOR.maxOverlap);
	}

	#due(tracks: readonly Track[]): Track[] {
		if (followsOne(this.#mode)) return [...tracks];
		const candidates = tracks.map((track) => ({ track, promise: promiseOf(track.detection) }));
		return chooseToJudge(candidates, this.#clock).map(({ track }) => track);
	}

	async #judge(frame: Frame, tracks: readonly Track[]): Promise<Judged[]> {
		const captures = await this.#steps.judge(
			frame,
			tracks.map(({ detection }) => detection),
		);
		return tracks.flatMap((track, i) => {
			const capture = captures[i] ?? null;
			const passed = capture?.quality.refusal === null;
			this.#tracker.judged(track, capture !== null, passed, this.#clock);
			return capture ? [{ track, ...capture }] : [];
		});
	}

	#chosenOf(passed: readonly Judged[]): readonly Judged[] {
		if (this.#mode === 'enrolment') return passed;
		// Judged in every frame, for its landmarks, but not embedded in every one.
		const waiting =
			this.#mode === 'check-in'
				? passed.filter(({ track }) => wantsVector(track, this.#clock))
				: passed;
		return chooseToEmbed(waiting, this.#clock);
	}

	async #embed(judged: readonly Judged[]): Promise<Map<Track, Embedded>> {
		const passed = judged.filter(({ quality }) => quality.refusal === null);
		const chosen = this.#chosenOf(passed);
		const answers = await this.#steps.embed(chosen);
		const measured = new Map<Track, Embedded>();
		chosen.forEach(({ track }, i) => {
			const embedded = answers[i];
			if (embedded) measured.set(track, embedded);
		});
		if (measured.size === 0) return measured;
		const vectors = new Map([...measured].map(([track, { vector }]) => [track, vector]));
		for (const track of this.#tracker.learn(vectors, this.#clock)) measured.delete(track);
		return measured;
	}

	/** What is about the faces of this frame that have a vector: at the most five times a second each. */
	#lookAbout({ whole }: Frame, seen: readonly Judged[]): Map<Track, Surroundings | null> {
		const about = new Map<Track, Surroundings | null>();
		if (seen.length === 0) return about;
		const picture = lumaOf(whole);
		for (const { track, mesh, quality } of seen) {
			const watch = this.#watches.get(track.identity) ?? new SurroundingsWatch();
			this.#watches.set(track.identity, watch);
			const look = { at: this.#clock, mesh, yaw: quality.yaw };
			about.set(track, watch.see(look, picture, whole.scale));
		}
		return about;
	}
}

/** @returns whether only the face that the picture is of counts. */
function followsOne(mode: EngineMode): boolean {
	return mode === 'enrolment' || mode === 'check-in';
}

function withLandmarks(
	faces: readonly FaceObservation[],
	judged: readonly Judged[],
): FaceObservation[] {
	const meshes = new Map(judged.map(({ track, mesh }) => [track.identity.id, mesh]));
	return faces.map((face) => {
		const mesh = meshes.get(face.trackId);
		return { ...face, landmarks: mesh ? landmarksOf(mesh) : null };
	});
}

/** What a frame told of its tracks. */
interface Told {
	judged: readonly Judged[];
	embedded: ReadonlyMap<Track, Embedded>;
	about: ReadonlyMap<Track, Surroundings | null>;
}

function observations(
	tracks: readonly Track[],
	{ judged, embedded, about }: Told,
): FaceObservation[] {
	const qualities = new Map(judged.map(({ track, quality }) => [track, quality]));
	return tracks
		.filter(({ identity, detection }) => identity.confirmed || detection.confidence >= SURE)
		.map((track) => ({
			trackId: track.identity.id,
			box: shownBox(track.detection),
			confidence: track.detection.confidence,
			quality: embedded.get(track)?.quality ?? qualities.get(track) ?? null,
			vector: embedded.get(track)?.vector ?? null,
			crowded: track.crowded,
			surroundings: about.get(track) ?? null,
		}));
}
