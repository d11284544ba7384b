import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';

/**
 * The references of one class, packed for scanning: row after row of unit vectors in one array, and
 * for each row the index of its student. One flat array keeps a scan in cache.
 */
export interface Gallery {
	readonly studentIds: readonly string[];
	/** `rows × 512` float32, unit length each. */
	readonly vectors: Float32Array;
	/** Row → index into `studentIds`. */
	readonly owners: Int32Array;
}

export interface Reference {
	studentId: string;
	/** 512 float32 of unit length. */
	vector: Float32Array;
}

/** A student with their similarity to a probe: a cosine in -1..1, of the best of their references. */
export interface Candidate {
	studentId: string;
	score: number;
}

/** The likeliest student and the next one, who tells how clear the first one is. */
export interface Ranking {
	best: Candidate | null;
	runnerUp: Candidate | null;
}

/**
 * Packs references in the order given.
 * @throws RangeError when a vector has another length than 512.
 */
export function packGallery(references: readonly Reference[]): Gallery {
	const vectors = new Float32Array(references.length * VECTOR_DIMENSIONS);
	const owners = new Int32Array(references.length);
	const indexOf = new Map<string, number>();
	references.forEach(({ studentId, vector }, row) => {
		if (vector.length !== VECTOR_DIMENSIONS) {
			throw new RangeError(`a reference has ${VECTOR_DIMENSIONS} numbers, not ${vector.length}`);
		}
		vectors.set(vector, row * VECTOR_DIMENSIONS);
		const index = indexOf.get(studentId) ?? indexOf.size;
		indexOf.set(studentId, index);
		owners[row] = index;
	});
	return { studentIds: [...indexOf.keys()], vectors, owners };
}

/**
 * Ranks the gallery's students by their best reference (`max` rule: references of one student show
 * different poses, and a probe resembles the nearest one).
 * @param probe 512 float32 of unit length.
 */
export function rank(probe: Float32Array, gallery: Gallery): Ranking {
	const scores = new Float32Array(gallery.studentIds.length).fill(-Infinity);
	for (let row = 0; row < gallery.owners.length; row++) {
		const score = dotAt(probe, gallery.vectors, row * VECTOR_DIMENSIONS);
		const owner = gallery.owners[row] ?? 0;
		if (score > (scores[owner] ?? -Infinity)) scores[owner] = score;
	}
	let best: Candidate | null = null;
	let runnerUp: Candidate | null = null;
	gallery.studentIds.forEach((studentId, index) => {
		const candidate = { studentId, score: scores[index] ?? -Infinity };
		if (best === null || candidate.score > best.score) {
			runnerUp = best;
			best = candidate;
		} else if (runnerUp === null || candidate.score > runnerUp.score) {
			runnerUp = candidate;
		}
	});
	return { best, runnerUp };
}

/** Cosine of two unit vectors of the same length. */
export function cosine(a: Float32Array, b: Float32Array): number {
	return dotAt(a, b, 0);
}

/** Scales to unit length; a vector of zeros stays as it is. */
export function normalise(vector: Float32Array): Float32Array {
	let squares = 0;
	for (const value of vector) squares += value * value;
	const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
	return vector.map((value) => value * scale);
}

/** `a · b[offset .. offset + a.length]`, with four sums so that additions need not wait for each other. */
function dotAt(a: Float32Array, b: Float32Array, offset: number): number {
	let s0 = 0;
	let s1 = 0;
	let s2 = 0;
	let s3 = 0;
	const end = a.length - (a.length % 4);
	for (let i = 0; i < end; i += 4) {
		const j = offset + i;
		s0 += a[i]! * b[j]!;
		s1 += a[i + 1]! * b[j + 1]!;
		s2 += a[i + 2]! * b[j + 2]!;
		s3 += a[i + 3]! * b[j + 3]!;
	}
	for (let i = end; i < a.length; i++) s0 += a[i]! * b[offset + i]!;
	return s0 + s1 + (s2 + s3);
}
