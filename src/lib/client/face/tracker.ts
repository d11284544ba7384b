import type { Detection } from './blazeface';
import { centreOf, overlap, type Box } from './geometry';

/** How long a face may be hidden and still be the same track, ms. */
export const OCCLUSION_MS = 700;
/**
 * A slow device looks less often than that: there a face may be missed in one frame, as long as its
 * frames are no further apart than this, ms.
 */
const SLOWEST_FRAME_MS = 2000;
/**
 * Cosine between a new vector and the track's template. Below `CONTRADICTION` it is another person,
 * from `SAME_PERSON` on it is the same; between, nothing is learnt from it. Chosen on the
 * development pairs, see docs/models.md.
 */
export const CONTRADICTION = 0.25;
export const SAME_PERSON = 0.38;
/** From here on a face is given the id of somebody who was out of sight; else it gets a new one. */
export const REJOIN = 0.5;
/** Correlation of two appearances below which a face has been exchanged between two frames. */
export const APPEARANCE_JUMP = 0.6;
/** Faces that overlap more than this (their boxes widened) can be mistaken for each other. */
const CROWDED_OVERLAP = 0.08;
/** How far, in face widths, a face may be from where it was expected. */
const REACH = 1;
/** A face that is further than this from where it was expected has moved implausibly. */
const PLAUSIBLE = 0.55;
/** Share of a newly measured velocity. */
const VELOCITY_GAIN = 0.4;
/** A template follows slow change, but no single capture turns it. */
const TEMPLATE_MEMORY = 8;

/** Who a track is, as far as the camera knows: this moves between faces when ids are re-associated. */
export interface Identity {
	readonly id: number;
	/** Mean of the track's vectors, unit length; null before the first. */
	template: Float32Array | null;
	/** Vectors in the template. */
	vectors: number;
	/** ms; null before the first. */
	vectorAt: number | null;
	judgedAt: number | null;
	/** How often in a row it was judged in vain: no face for the mesh network, or a poor capture. */
	failures: number;
	/** The server knows who it is. */
	decided: boolean;
	/** Vectors that agreed since it was decided, or last in doubt. */
	verifications: number;
	/** The mesh network agreed that it is a face. */
	confirmed: boolean;
}

/** A face that is followed. */
export interface Track {
	identity: Identity;
	detection: Detection;
	/** px per ms. */
	velocity: { x: number; y: number };
	/** ms. */
	seenAt: number;
	appearance: Float32Array;
	/** Something makes it doubtful that this is still the same person: verify now. */
	suspicious: boolean;
	crowded: boolean;
}

/** A detection with its appearance in this frame. */
export interface Sight {
	detection: Detection;
	appearance: Float32Array;
}

function dot(a: Float32Array, b: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
	return sum;
}

function sizeOf({ width, height }: Box): number {
	return Math.max(1, (width + height) / 2);
}

/** Where a track's face should be now. Velocity fades: people stop. */
function predictedCentre(track: Track, now: number): { x: number; y: number } {
	const dt = Math.min(now - track.seenAt, OCCLUSION_MS / 2);
	const { x, y } = centreOf(track.detection.box);
	return { x: x + track.velocity.x * dt, y: y + track.velocity.y * dt };
}

/** How far a detection is from where the track should be, in face widths. */
function surprise(track: Track, { box }: Detection, now: number): number {
	const expected = predictedCentre(track, now);
	const { x, y } = centreOf(box);
	const size = (sizeOf(box) + sizeOf(track.detection.box)) / 2;
	return Math.hypot(x - expected.x, y - expected.y) / size;
}

/** Difference in size as a ratio's logarithm: 0.69 is twice or half. */
function sizeChange(track: Track, { box }: Detection): number {
	return Math.abs(Math.log(sizeOf(box) / sizeOf(track.detection.box)));
}

function widened({ x, y, width, height }: Box): Box {
	return { x: x - width * 0.25, y: y - height * 0.25, width: width * 1.5, height: height * 1.5 };
}

/**
 * Follows faces over frames. Geometry proposes (place, speed, size), vectors decide: when a new
 * vector contradicts what the track has shown, ids are re-associated by vector, so that two people
 * who swap places keep their names or get new ids, and never share one.
 */
export class Tracker {
	#tracks: Track[] = [];
	/** Identities that lost their face to a re-association. */
	#unplaced: { identity: Identity; since: number }[] = [];
	#nextId: number;
	#updatedAt: number | null = null;
	/** Between the last two frames, ms. */
	#interval = 0;

	/** @param firstId the id of the first track */
	constructor(firstId: number) {
		this.#nextId = firstId;
	}

	/**
	 * Takes in the faces of a frame.
	 * @param now ms, not before the last frame's
	 * @param cycle frames until every place has been looked at once
	 * @returns the track of each face, in the order given
	 */
	update(sights: readonly Sight[], now: number, cycle = 1): Track[] {
		const patience = this.#patience(now, cycle);
		this.#tracks = this.#tracks.filter(({ seenAt }) => now - seenAt <= patience);
		this.#unplaced = this.#unplaced.filter(({ since }) => now - since <= patience);
		const assigned = this.#assign(sights, now);
		const present = sights.map((sight, i) => {
			const track = assigned.get(i);
			if (track) return this.#follow(track, sight, now);
			const fresh = this.#begin(sight, now);
			this.#tracks.push(fresh);
			return fresh;
		});
		markCrowded(present);
		return present;
	}

	/**
	 * The tracks whose face was found when its place was last looked at.
	 * @param now ms of the frame
	 * @param cycle as for `update`
	 */
	inView(now: number, cycle: number): Track[] {
		return this.#tracks.filter(({ seenAt }) => now - seenAt <= (cycle - 1) * this.#interval);
	}

	/** How long a face may be out of sight, ms: never less than two looks, however slow they come. */
	#patience(now: number, cycle: number): number {
		this.#interval = now - (this.#updatedAt ?? now);
		this.#updatedAt = now;
		if (this.#interval > SLOWEST_FRAME_MS) return OCCLUSION_MS;
		return Math.max(OCCLUSION_MS, 2 * cycle * this.#interval);
	}

	/** Nearest pairs first: with a handful of faces this is as good as an optimal assignment. */
	#assign(sights: readonly Sight[], now: number): Map<number, Track> {
		const pairs: { track: Track; index: number; cost: number }[] = [];
		for (const track of this.#tracks) {
			sights.forEach(({ detection, appearance }, index) => {
				const distance = surprise(track, detection, now);
				const size = sizeChange(track, detection);
				const reach = REACH + Math.min(1, (now - track.seenAt) / OCCLUSION_MS);
				if (distance > reach || size > 0.7) return;
				// Looks break ties when people cross.
				const unlike = 1 - dot(track.appearance, appearance);
				pairs.push({ track, index, cost: distance + 0.5 * size + 0.5 * unlike });
			});
		}
		pairs.sort((a, b) => a.cost - b.cost);
		const taken = new Set<Track>();
		const assigned = new Map<number, Track>();
		for (const { track, index } of pairs) {
			if (taken.has(track) || assigned.has(index)) continue;
			taken.add(track);
			assigned.set(index, track);
		}
		return assigned;
	}

	#follow(track: Track, { detection, appearance }: Sight, now: number): Track {
		const hidden = now - track.seenAt;
		const jumped =
			surprise(track, detection, now) > PLAUSIBLE ||
			dot(track.appearance, appearance) < APPEARANCE_JUMP;
		const from = centreOf(track.detection.box);
		const to = centreOf(detection.box);
		if (hidden > 0) {
			const { velocity } = track;
			velocity.x += VELOCITY_GAIN * ((to.x - from.x) / hidden - velocity.x);
			velocity.y += VELOCITY_GAIN * ((to.y - from.y) / hidden - velocity.y);
		}
		if (jumped) suspect(track);
		track.detection = detection;
		track.appearance = appearance;
		track.seenAt = now;
		return track;
	}

	#begin({ detection, appearance }: Sight, now: number): Track {
		return {
			identity: this.#newIdentity(),
			detection,
			velocity: { x: 0, y: 0 },
			seenAt: now,
			appearance,
			suspicious: false,
			crowded: false,
		};
	}

	#newIdentity(): Identity {
		return {
			id: this.#nextId++,
			template: null,
			vectors: 0,
			vectorAt: null,
			judgedAt: null,
			failures: 0,
			decided: false,
			verifications: 0,
			confirmed: false,
		};
	}

	/**
	 * Takes in the vectors of a frame and re-associates ids where they contradict.
	 *
	 * @param measured tracks of this frame with a new vector (unit length) each
	 * @param now ms of the frame
	 * @returns the tracks whose vector tells nothing: too unlike to be sure, too alike to be another
	 */
	learn(measured: ReadonlyMap<Track, Float32Array>, now: number): Set<Track> {
		const unclear = new Set<Track>();
		const strangers: Track[] = [];
		for (const [track, vector] of measured) {
			const { template } = track.identity;
			const likeness = template ? dot(template, vector) : null;
			track.suspicious = false;
			if (likeness === null || likeness < CONTRADICTION) strangers.push(track);
			else if (likeness < SAME_PERSON) unclear.add(track);
			else remember(track.identity, vector, now);
		}
		this.#reassociate(strangers, measured, now);
		return unclear;
	}

	/** Gives each stranger the best-fitting free identity, else a new one. */
	#reassociate(
		strangers: readonly Track[],
		measured: ReadonlyMap<Track, Float32Array>,
		now: number,
	): void {
		const free = this.#freeIdentities(strangers, now);
		const pairs: { track: Track; identity: Identity; likeness: number }[] = [];
		for (const track of strangers) {
			const vector = measured.get(track);
			if (!vector) continue;
			this.#suspectDoubles(vector, measured, now);
			for (const identity of free) {
				const likeness = identity.template ? dot(identity.template, vector) : -1;
				if (likeness >= REJOIN) pairs.push({ track, identity, likeness });
			}
		}
		pairs.sort((a, b) => b.likeness - a.likeness);
		const placed = new Map<Track, Identity>();
		const used = new Set<Identity>();
		for (const { track, identity } of pairs) {
			if (placed.has(track) || used.has(identity)) continue;
			placed.set(track, identity);
			used.add(identity);
		}
		for (const track of strangers) {
			const vector = measured.get(track);
			if (vector) this.#place(track, placed.get(track) ?? null, vector, now);
		}
		this.#forget(used, now);
	}

	/** Identities that a stranger may turn out to be: of contradicted tracks and of faces out of sight. */
	#freeIdentities(strangers: readonly Track[], now: number): Identity[] {
		const contradicted = strangers.map(({ identity }) => identity).filter((i) => i.template);
		for (const identity of contradicted) this.#unplaced.push({ identity, since: now });
		const hidden = this.#tracks.filter(({ seenAt }) => seenAt < now);
		return [
			...this.#unplaced.map(({ identity }) => identity),
			...hidden.map(({ identity }) => identity),
		];
	}

	/** A face in sight that holds the name of somebody who is now seen elsewhere must be verified. */
	#suspectDoubles(
		vector: Float32Array,
		measured: ReadonlyMap<Track, Float32Array>,
		now: number,
	): void {
		for (const track of this.#tracks) {
			const { template } = track.identity;
			if (track.seenAt < now || measured.has(track) || !template) continue;
			if (dot(template, vector) >= REJOIN) suspect(track);
		}
	}

	#place(track: Track, identity: Identity | null, vector: Float32Array, now: number): void {
		const keepsOwn = identity === null && track.identity.template === null;
		if (!keepsOwn) track.identity = identity ?? this.#newIdentity();
		track.identity.confirmed = true;
		remember(track.identity, vector, now);
	}

	/** Identities that were placed anew are nowhere else. */
	#forget(used: ReadonlySet<Identity>, now: number): void {
		this.#unplaced = this.#unplaced.filter(({ identity }) => !used.has(identity));
		this.#tracks = this.#tracks.filter(
			({ identity, seenAt }) => seenAt === now || !used.has(identity),
		);
	}

	/**
	 * Notes how a track's face was judged.
	 * @param isFace the mesh network agreed
	 * @param passed the capture may be embedded
	 * @param now ms of the frame
	 */
	judged({ identity }: Track, isFace: boolean, passed: boolean, now: number): void {
		identity.judgedAt = now;
		identity.failures = passed ? 0 : identity.failures + 1;
		if (isFace) identity.confirmed = true;
	}

	/** Marks tracks as decided (or not): decided ones are only re-verified now and then. */
	markDecided(ids: ReadonlySet<number>, decided: boolean): void {
		const identities = [...this.#tracks, ...this.#unplaced].map(({ identity }) => identity);
		for (const identity of identities) {
			if (!ids.has(identity.id) || identity.decided === decided) continue;
			identity.decided = decided;
			identity.verifications = 0;
		}
	}
}

/** Makes a track due at once, however it was judged before. */
function suspect(track: Track): void {
	// Nothing is known of it yet, so there is nothing to doubt.
	if (track.suspicious || !track.identity.template) return;
	track.suspicious = true;
	track.identity.judgedAt = null;
	track.identity.failures = 0;
	track.identity.verifications = 0;
}

/** Adds a vector to the running mean of an identity. */
function remember(identity: Identity, vector: Float32Array, now: number): void {
	const { template } = identity;
	identity.vectors++;
	if (identity.decided) identity.verifications++;
	identity.vectorAt = now;
	if (!template) {
		identity.template = vector.slice();
		return;
	}
	const share = 1 / Math.min(identity.vectors, TEMPLATE_MEMORY);
	let squares = 0;
	for (let i = 0; i < template.length; i++) {
		const value = (1 - share) * (template[i] ?? 0) + share * (vector[i] ?? 0);
		template[i] = value;
		squares += value * value;
	}
	const length = Math.sqrt(squares) || 1;
	for (let i = 0; i < template.length; i++) template[i] = (template[i] ?? 0) / length;
}

/** Notes which faces are too near to each other, and those that just came apart. */
function markCrowded(present: readonly Track[]): void {
	for (const track of present) {
		const box = widened(track.detection.box);
		const crowded = present.some(
			(other) => other !== track && overlap(box, widened(other.detection.box)) > CROWDED_OVERLAP,
		);
		if (track.crowded && !crowded) suspect(track);
		track.crowded = crowded;
	}
}
