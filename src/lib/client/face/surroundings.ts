import { LANDMARKS } from '$lib/contract/liveness';
import { SECTORS, type Surroundings } from '$lib/contract/surroundings';
import { umeyama } from './align';
import type { View } from './frame';
import { apply, invert, type Point, type Similarity } from './geometry';
import { fivePoints, landmarksOf, type Mesh } from './mesh';

/** A face in one frame. */
export interface Look {
	/** ms. */
	at: number;
	mesh: Mesh;
	/** Degrees. */
	yaw: number;
}

/** A small picture's luma, row after row, bytes. */
export interface Luma {
	data: Uint8Array;
	width: number;
	height: number;
}

/** A look with what was about the face; it stays in the worker, and no longer than the track. */
interface Kept {
	at: number;
	landmarks: Point[];
	/** Takes eye distances from between the eyes to pixels of the small picture. */
	toPicture: Similarity;
	/** Where the ring's points were in the small picture, x and y one after another. */
	places: Float32Array;
	/** Luma there; NaN outside the picture. */
	values: Float32Array;
	/** Of the eyes, px of the small picture. */
	eyeDistance: number;
}

/** One look against the newest. */
interface Comparison {
	moved: number;
	follows: number[];
}

/** Looks that are compared are no older than this, ms, and no more than so many. */
const WINDOW_MS = 4000;
const MOST_LOOKS = 8;
/** Fewer tell too little. */
const LEAST_COMPARISONS = 3;
/** A face that moved less shows nothing, one that moved further covers what was about it. */
const TELLING = { least: 0.1, most: 1 };
/** A face turned further aside is not in the middle of its head: the ring would hold hair, degrees. */
const FACING = 25;
/** Eyes nearer to each other than this show no surroundings, px of the small picture. */
const LEAST_EYE_DISTANCE = 6;
/** Fewer points of a sector in both pictures say nothing. */
const LEAST_POINTS = 12;
/** What a camera's noise and packing change by themselves: mean square of luma. */
const NOISE = 12;

/**
 * The ring about a face, in distances of its eyes from between them: x to the right in the picture,
 * y down. Without the head with its hair, and nothing below the chin, where shoulders are.
 */
const RING = { side: 3.2, top: -3.2, bottom: 1.6, step: 0.15 };
const HEAD = { side: 1.3, top: -1.9 };
/** What a head and its body cover by now was not seen to stay: a little more than themselves. */
const COVERED = { side: 1.6, top: -2.2 };
/** Beyond it hair, hats and scarves end. */
const FURTHER = 2.1;
const MIDDLE = 0.6;

/** Landmarks that neither lids nor lips move much. */
const FIRM = [
	...[33, 133, 263, 362, 168, 98, 327, 61, 291],
	...[10, 152, 234, 454, 172, 397, 50, 280, 105, 334],
] as const satisfies readonly (typeof LANDMARKS)[number][];
const FIRM_PLACES = FIRM.map((landmark) => LANDMARKS.indexOf(landmark));

const ring = ringPoints();

function ringPoints(): { at: Point; sector: number }[] {
	const { side, top, bottom, step } = RING;
	const count = (length: number) => Math.floor(length / step + 1e-9) + 1;
	const points = Array.from({ length: count(bottom - top) }, (_, row) =>
		Array.from({ length: count(2 * side) }, (__, column) => ({
			x: column * step - side,
			y: row * step + top,
		})),
	);
	return points.flat().flatMap((at) => {
		const sector = sectorOf(at);
		return sector === null ? [] : [{ at, sector }];
	});
}

/** @returns null within the head */
function sectorOf({ x, y }: Point): number | null {
	if (y <= HEAD.top) return x < -MIDDLE ? 4 : x <= MIDDLE ? 5 : 6;
	if (Math.abs(x) <= HEAD.side) return null;
	const isFurther = Math.abs(x) > FURTHER;
	return (isFurther ? 2 : 0) + (x > 0 ? 1 : 0);
}

/** @returns the luma of a view's small picture, without the black beside it */
export function lumaOf({ small, region, scale }: View): Luma {
	const width = Math.max(1, Math.floor(region.width / scale));
	const height = Math.max(1, Math.floor(region.height / scale));
	const data = new Uint8Array(width * height);
	for (let y = 0, to = 0; y < height; y++) {
		for (let x = 0, from = y * small.width * 4; x < width; x++, from += 4, to++) {
			const { data: bytes } = small;
			data[to] = (77 * bytes[from]! + 150 * bytes[from + 1]! + 29 * bytes[from + 2]!) >> 8;
		}
	}
	return { data, width, height };
}

/**
 * Watches what is about one face. A sheet moves as a whole: what is printed beside a face, its edge
 * and the hand that holds it move with it. Behind a head the room stays.
 */
export class SurroundingsWatch {
	#kept: Kept[] = [];

	/**
	 * @param look the newest
	 * @param picture its whole frame made small, see {@link lumaOf}
	 * @param scale pixels of the frame in one of the picture
	 * @returns null where that tells nothing: a turned or small face, few looks, one that stays
	 */
	see(look: Look, picture: Luma, scale: number): Surroundings | null {
		this.#kept = this.#kept.filter(({ at }) => look.at - at <= WINDOW_MS).slice(1 - MOST_LOOKS);
		if (Math.abs(look.yaw) > FACING) return null;
		const newest = keep(look, picture, scale);
		if (newest.eyeDistance < LEAST_EYE_DISTANCE) return null;
		const compared = this.#kept.map((earlier) => compare(earlier, newest, picture));
		this.#kept.push(newest);
		return compared.length < LEAST_COMPARISONS ? null : sumUp(compared);
	}
}

function keep({ at, mesh }: Look, picture: Luma, scale: number): Kept {
	const [right, left] = fivePoints(mesh).map(({ x, y }) => ({ x: x / scale, y: y / scale }));
	const points = landmarksOf(mesh);
	const landmarks = FIRM_PLACES.map((i) => ({
		x: points[i * 2]! / scale,
		y: points[i * 2 + 1]! / scale,
	}));
	const a = left!.x - right!.x;
	const b = left!.y - right!.y;
	const toPicture = { a, b, tx: (left!.x + right!.x) / 2, ty: (left!.y + right!.y) / 2 };
	const places = new Float32Array(ring.length * 2);
	ring.forEach(({ at: place }, i) => {
		const { x, y } = apply(toPicture, place);
		places[i * 2] = x;
		places[i * 2 + 1] = y;
	});
	const values = sample(picture, places);
	return { at, landmarks, toPicture, places, values, eyeDistance: Math.hypot(a, b) };
}

/** Luma between pixels; NaN outside the picture. */
function sample({ data, width, height }: Luma, places: Float32Array): Float32Array {
	const values = new Float32Array(places.length / 2);
	for (let i = 0; i < values.length; i++) {
		const x = places[i * 2]!;
		const y = places[i * 2 + 1]!;
		if (!(x >= 0 && y >= 0 && x < width - 1 && y < height - 1)) {
			values[i] = NaN;
			continue;
		}
		const [left, top] = [Math.floor(x), Math.floor(y)];
		const [fx, fy] = [x - left, y - top];
		const at = top * width + left;
		const above = data[at]! * (1 - fx) + data[at + 1]! * fx;
		const below = data[at + width]! * (1 - fx) + data[at + width + 1]! * fx;
		values[i] = above * (1 - fy) + below * fy;
	}
	return values;
}

function compare(earlier: Kept, newest: Kept, picture: Luma): Comparison {
	const { places, eyeDistance } = earlier;
	const along = moved(places, umeyama(earlier.landmarks, newest.landmarks));
	let way = 0;
	for (let i = 0; i < places.length; i += 2) {
		way += Math.hypot(along[i]! - places[i]!, along[i + 1]! - places[i + 1]!);
	}
	const unit = (eyeDistance + newest.eyeDistance) / 2;
	const went = sample(picture, along);
	const stayed = sample(picture, places);
	hide(stayed, places, newest.toPicture);
	return { moved: way / ring.length / unit, follows: followsOf(earlier.values, went, stayed) };
}

function moved(places: Float32Array, by: Similarity): Float32Array {
	const along = new Float32Array(places.length);
	for (let i = 0; i < places.length; i += 2) {
		const { x, y } = apply(by, { x: places[i]!, y: places[i + 1]! });
		along[i] = x;
		along[i + 1] = y;
	}
	return along;
}

/** Forgets the values where the head or its body is by now. */
function hide(values: Float32Array, places: Float32Array, toPicture: Similarity): void {
	const toFace = invert(toPicture);
	for (let i = 0; i < values.length; i++) {
		const { x, y } = apply(toFace, { x: places[i * 2]!, y: places[i * 2 + 1]! });
		const isBehindHead = Math.abs(x) <= COVERED.side && y > COVERED.top;
		if (isBehindHead || y > RING.bottom) values[i] = NaN;
	}
}

function followsOf(before: Float32Array, went: Float32Array, stayed: Float32Array): number[] {
	const sums = Array.from({ length: SECTORS }, () => ({ went: 0, stayed: 0, points: 0 }));
	ring.forEach(({ sector }, i) => {
		const offWent = before[i]! - went[i]!;
		const offStayed = before[i]! - stayed[i]!;
		const sum = sums[sector]!;
		if (Number.isNaN(offWent) || Number.isNaN(offStayed)) return;
		sum.went += offWent * offWent;
		sum.stayed += offStayed * offStayed;
		sum.points++;
	});
	return sums.map(({ went: w, stayed: s, points }) =>
		points < LEAST_POINTS ? 0 : Math.log((s / points + NOISE) / (w / points + NOISE)),
	);
}

/** @returns null where no comparison tells anything */
function sumUp(compared: readonly Comparison[]): Surroundings | null {
	const telling = compared.filter(({ moved: way }) => way >= TELLING.least && way <= TELLING.most);
	if (telling.length === 0) return null;
	const mean = (value: (of: Comparison) => number) =>
		telling.reduce((sum, one) => sum + value(one), 0) / telling.length;
	return {
		moved: mean((one) => one.moved),
		follows: Array.from({ length: SECTORS }, (_, sector) =>
			mean((one) => one.follows[sector] ?? 0),
		),
	};
}
