import { invert, type Point, type Similarity } from './geometry';

/** Side of the embedder's input, px. */
export const FACE_SIZE = 112;
/** The embedder wants RGB 0..255; the rest of its normalisation is inside the converted model. */
export const FACE_INPUT = { scale: 255, shift: 0 };

/**
 * Where ArcFace's training put a face on 112 x 112 (deepinsight/insightface, `face_align.py`): the
 * person's right eye, left eye, nose, right and left mouth corner.
 */
const FACE_TEMPLATE: readonly Point[] = [
	{ x: 38.2946, y: 51.6963 },
	{ x: 73.5318, y: 51.5014 },
	{ x: 56.0252, y: 71.7366 },
	{ x: 41.5493, y: 92.3655 },
	{ x: 70.7299, y: 92.2041 },
];

/**
 * The similarity transform that takes one set of points nearest to another in the least-squares
 * sense (Umeyama 1991; in two dimensions, without reflection, it has this closed form).
 *
 * @param from at least two different points
 * @param to as many
 * @throws RangeError when the points are fewer than two, differ in number, or fall together
 */
export function umeyama(from: readonly Point[], to: readonly Point[]): Similarity {
	if (from.length !== to.length || from.length < 2) {
		throw new RangeError('a similarity needs two lists of at least two points, of equal length');
	}
	const meanFrom = mean(from);
	const meanTo = mean(to);
	let dot = 0;
	let cross = 0;
	let spread = 0;
	from.forEach((point, i) => {
		const target = to[i] ?? point;
		const x = point.x - meanFrom.x;
		const y = point.y - meanFrom.y;
		const u = target.x - meanTo.x;
		const v = target.y - meanTo.y;
		dot += x * u + y * v;
		cross += x * v - y * u;
		spread += x * x + y * y;
	});
	if (spread === 0) throw new RangeError('the points to align fall together');
	const a = dot / spread;
	const b = cross / spread;
	const tx = meanTo.x - (a * meanFrom.x - b * meanFrom.y);
	const ty = meanTo.y - (b * meanFrom.x + a * meanFrom.y);
	return { a, b, tx, ty };
}

function mean(points: readonly Point[]): Point {
	let x = 0;
	let y = 0;
	for (const point of points) {
		x += point.x / points.length;
		y += point.y / points.length;
	}
	return { x, y };
}

/**
 * @param points five points of a face in the frame, see `fivePoints` in mesh.ts
 * @returns takes pixels of the aligned 112 x 112 face to the frame, for `warp`
 */
export function faceCrop(points: readonly Point[]): Similarity {
	return invert(umeyama(points, FACE_TEMPLATE));
}

/**
 * Scales a vector to unit length, in place.
 * @returns the same vector; null when it has no direction (all zero, or not finite)
 */
export function normalise(vector: Float32Array): Float32Array | null {
	let squares = 0;
	for (const value of vector) squares += value * value;
	const length = Math.sqrt(squares);
	if (!(length > 1e-12) || !Number.isFinite(length)) return null;
	for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length;
	return vector;
}
