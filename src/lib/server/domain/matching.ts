/** One stored face of a student. */
export interface Reference {
	studentId: string;
	/** 512 float32 of unit length. */
	vector: Float32Array;
}

/** A student with their likeness to a probe, -1..1, see {@link likeness}. */
export interface Candidate {
	studentId: string;
	score: number;
}

/**
 * How a gallery's students compare with one probe, likeliest first: the best two at least (the
 * second tells how clear the first one is), and everybody from a floor on. Empty for an empty gallery.
 */
export type Standing = readonly Candidate[];

/** The references that a probe is compared with. */
export interface Gallery {
	readonly studentIds: readonly string[];
	/** How many references all of them have together. */
	readonly references: number;
	/**
	 * @param probes 512 float32 of unit length each
	 * @param floor score from which on every student is named, -1..1
	 * @returns a standing for each probe; scores are exact to float32 rounding
	 */
	search(probes: readonly Float32Array[], floor: number): Standing[];
}

/**
 * How like a probe is to a student: the mean of its cosine with the nearest reference (references
 * show different poses, and a probe resembles one of them) and its cosine with the mean of all
 * references (which errs less than any of them). On the development photos the two together miss a
 * third fewer members at the same rate of wrong names than the nearest reference alone
 * (docs/accuracy.md).
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

/** Cosine of two unit vectors of the same length. */
export function cosine(a: Float32Array, b: Float32Array): number {
	// Four sums, so that additions need not wait for each other.
	let s0 = 0;
	let s1 = 0;
	let s2 = 0;
	let s3 = 0;
	const end = a.length - (a.length % 4);
	for (let i = 0; i < end; i += 4) {
		s0 += a[i]! * b[i]!;
		s1 += a[i + 1]! * b[i + 1]!;
		s2 += a[i + 2]! * b[i + 2]!;
		s3 += a[i + 3]! * b[i + 3]!;
	}
	for (let i = end; i < a.length; i++) s0 += a[i]! * b[i]!;
	return s0 + s1 + (s2 + s3);
}

/** Scales to unit length; a vector of zeros stays as it is. */
export function normalise(vector: Float32Array): Float32Array {
	let squares = 0;
	for (let i = 0; i < vector.length; i++) squares += vector[i]! * vector[i]!;
	const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
	const unit = new Float32Array(vector.length);
	for (let i = 0; i < unit.length; i++) unit[i] = vector[i]! * scale;
	return unit;
}
