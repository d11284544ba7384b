/** An upright rectangle in pixels of the frame; x and y are its upper left corner. */
export interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** Pixels of the frame, x to the right, y down; pixel centres are at whole numbers. */
export interface Point {
	x: number;
	y: number;
}

/** @returns the middle of a box. */
export function centreOf(box: Box): Point {
	return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Intersection over union of two boxes, 0..1. */
export function overlap(a: Box, b: Box): number {
	const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
	const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
	if (width <= 0 || height <= 0) return 0;
	const shared = width * height;
	return shared / (a.width * a.height + b.width * b.height - shared);
}

/**
 * A similarity transform: x' = a·x − b·y + tx, y' = b·x + a·y + ty. Its scale is √(a² + b²).
 */
export interface Similarity {
	a: number;
	b: number;
	tx: number;
	ty: number;
}

/** The transform that undoes `s`. */
export function invert({ a, b, tx, ty }: Similarity): Similarity {
	const d = a * a + b * b;
	const ia = a / d;
	const ib = -b / d;
	return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}

/** Where `s` puts a point. */
export function apply(s: Similarity, { x, y }: Point): Point {
	return { x: s.a * x - s.b * y + s.tx, y: s.b * x + s.a * y + s.ty };
}
