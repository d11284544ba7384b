import { LANDMARKS } from './liveness';

/**
 * What the landmarks of a frame say about how a head is held. All but `size` are ratios that no
 * shift, turn in the plane, zoom or shear of a flat picture changes, or changes in a known way:
 * browser and server measure alike.
 */
export interface FaceMeasures {
	/** Tip of the nose along the axis of the eyes, in eye distances; grows to the person's left. */
	turn: number;
	/** Tip of the nose on the way from the eyes (0) to the mouth (1); falls as a head is lowered. */
	drop: number;
	/** Opening of the lids, in distances from eyes to mouth. */
	lids: number;
	/** Of the face, in widths of the picture. */
	size: number;
	/** Logarithm of the face's widths by its height: falls as a head or a sheet is turned aside. */
	width: number;
	/** Logarithm of its height by the distance of the eyes: falls as either is lowered. */
	height: number;
}

interface Point {
	x: number;
	y: number;
}

type Landmark = (typeof LANDMARKS)[number];

const PLACES: ReadonlyMap<number, number> = new Map(LANDMARKS.map((index, i) => [index, i * 2]));

/** @param points x and y of each of {@link LANDMARKS} */
export function measureFace(points: ArrayLike<number>): FaceMeasures {
	const at = (landmark: Landmark): Point => {
		const place = PLACES.get(landmark) ?? 0;
		return { x: points[place] ?? 0, y: points[place + 1] ?? 0 };
	};
	const gap = (a: Landmark, b: Landmark) => distance(at(a), at(b));
	const right = middle(at(33), at(133));
	const left = middle(at(263), at(362));
	const eyes = middle(right, left);
	const mouth = middle(at(61), at(291));
	const apart = distance(right, left);
	const tall = distance(eyes, mouth);
	const [turn, drop] = coordinates(minus(at(4), eyes), minus(left, right), minus(mouth, eyes));
	const lids = (gap(160, 144) + gap(158, 153) + gap(387, 373) + gap(385, 380)) / 4;
	const widths = [apart, gap(98, 327), gap(61, 291), gap(105, 334), gap(50, 280)];
	return {
		turn,
		drop,
		lids: lids / tall,
		size: Math.hypot(apart, tall),
		width: widths.reduce((sum, wide) => sum + Math.log(wide / tall), 0) / widths.length,
		height: Math.log(tall / apart),
	};
}

/** @returns how many times `across` and `down` make `point`; such numbers no affine map changes. */
function coordinates(point: Point, across: Point, down: Point): [number, number] {
	const area = across.x * down.y - across.y * down.x;
	return [
		(point.x * down.y - point.y * down.x) / area,
		(across.x * point.y - across.y * point.x) / area,
	];
}

function middle(a: Point, b: Point): Point {
	return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function minus(a: Point, b: Point): Point {
	return { x: a.x - b.x, y: a.y - b.y };
}

function distance(a: Point, b: Point): number {
	return Math.hypot(a.x - b.x, a.y - b.y);
}
