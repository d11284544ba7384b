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
	/** Length of the sum of each student's references, by index into `studentIds`. */
	readonly lengths: Float32Array;
}

export interface Reference {
	studentId: string;
	/** 512 float32 of unit length. */
	vector: Float32Array;
}

/** A student with their similarity to a probe, -1..1, see {@link likeness}. */
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
	const sums: Float32Array[] = [];
	references.forEach(({ studentId, vector }, row) => {
		if (vector.length !== VECTOR_DIMENSIONS) {
			throw new RangeError(`a reference has ${VECTOR_DIMENSIONS} numbers, not ${vector.length}`);
		}
		vectors.set(vector, row * VECTOR_DIMENSIONS);
		const index = indexOf.get(studentId) ?? indexOf.size;
		indexOf.set(studentId, index);
		owners[row] = index;
		const sum = (sums[index] ??= new Float32Array(VECTOR_DIMENSIONS));
		for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + vector[i]!;
	});
	const lengths = Float32Array.from(sums, (sum) => Math.sqrt(dotAt(sum, sum, 0)));
	return { studentIds: [...indexOf.keys()], vectors, owners, lengths };
}

/**
 * How like a probe is to a student: the mean of its cosine with the nearest reference (references
 * show different poses, and a probe resembles one of them) and its cosine with the mean of all
 * references (which errs less than any of them). On the development photos the two together miss a
 * third fewer members at the same rate of wrong names than the nearest reference alone.
 *
 * @param largest cosine with the nearest reference
 * @param sum of the cosines with all references
 * @param length of the sum of the references: `sum / length` is the cosine with their mean
 * @returns -1..1; with one reference the cosine with it
 */
export function likeness(largest: number, sum: number, length: number): number {
	// References that cancel out have no mean: then the nearest one speaks alone.
	return length > 1e-6 ? (largest + sum / length) / 2 : largest;
}

/**
 * Ranks the gallery's students by their {@link likeness} to a probe.
 * @param probe 512 float32 of unit length.
 */
export function rank(probe: Float32Array, gallery: Gallery): Ranking {
	const { studentIds, vectors, owners, lengths } = gallery;
	const largest = new Float32Array(studentIds.length).fill(-Infinity);
	const sums = new Float32Array(studentIds.length);
	for (let row = 0; row < owners.length; row++) {
		const score = dotAt(probe, vectors, row * VECTOR_DIMENSIONS);
		const owner = owners[row]!;
		sums[owner] = sums[owner]! + score;
		if (score > largest[owner]!) largest[owner] = score;
	}
	let best: Candidate | null = null;
	let runnerUp: Candidate | null = null;
	studentIds.forEach((studentId, index) => {
		const score = likeness(largest[index]!, sums[index]!, lengths[index]!);
		const candidate = { studentId, score };
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
