// Protects what tells a sheet from a head: whether what is about a face moves with it, stays, or does
// not say, whichever way the face moves.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECTORS } from '$lib/contract/surroundings';
import { MESH_POINTS, type Mesh } from './mesh';
import { lumaOf, SurroundingsWatch, type Luma } from './surroundings';

const WIDTH = 256;
const HEIGHT = 192;
/** Pixels of the frame in one of the small picture. */
const SCALE = 2.5;
const EYE_DISTANCE = 12;

/** Where a face is in the small picture. */
interface Place {
	x: number;
	y: number;
	size: number;
}

/** Luma of something patterned, at a place of its own. */
type Pattern = (x: number, y: number) => number;

/** Smooth noise that nowhere repeats. */
const patterned: Pattern = (x, y) => {
	const [left, top] = [Math.floor(x / CELL), Math.floor(y / CELL)];
	const [fx, fy] = [x / CELL - left, y / CELL - top];
	const above = grain(left, top) * (1 - fx) + grain(left + 1, top) * fx;
	const below = grain(left, top + 1) * (1 - fx) + grain(left + 1, top + 1) * fx;
	return above * (1 - fy) + below * fy;
};
const CELL = 6;

function grain(x: number, y: number): number {
	const mixed = Math.imul(
		Math.imul(x + 1000, 374_761_393) ^ Math.imul(y + 1000, 668_265_263),
		1_274_126_177,
	);
	return ((mixed ^ (mixed >>> 15)) >>> 0) % 256;
}

const blank: Pattern = () => 150;

/** A flat mesh: eyes level at both sides of the place, all else spread about it. */
function meshAt({ x, y, size }: Place): Mesh {
	const points = new Float32Array(MESH_POINTS * 3);
	for (let i = 0; i < MESH_POINTS; i++) {
		points[i * 3] = (x + size * Math.sin(i * 1.7)) * SCALE;
		points[i * 3 + 1] = (y + size * (0.6 + Math.cos(i * 2.3))) * SCALE;
	}
	for (const [eye, side] of [
		[[33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246], -0.5],
		[[263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466], 0.5],
	] as const) {
		for (const point of eye) {
			points[point * 3] = (x + side * size) * SCALE;
			points[point * 3 + 1] = y * SCALE;
		}
	}
	return { points, confidence: 1 };
}

/** A face in a room; within the sheet, in eye distances from the face, is what goes with it. */
function pictureOf({ x, y, size }: Place, room: Pattern, sheet: Pattern, reach: number): Luma {
	const data = new Uint8Array(WIDTH * HEIGHT);
	for (let row = 0; row < HEIGHT; row++) {
		for (let column = 0; column < WIDTH; column++) {
			const [u, v] = [(column - x) / size, (row - y) / size];
			const isOnSheet = Math.abs(u) <= reach && Math.abs(v) <= reach * 1.3;
			data[row * WIDTH + column] = isOnSheet
				? sheet(u * EYE_DISTANCE, v * EYE_DISTANCE)
				: room(column, row);
		}
	}
	return { data, width: WIDTH, height: HEIGHT };
}

/** Looks at a face on its way, five times a second. */
function watch(
	way: readonly Place[],
	{ room = patterned, sheet = patterned, reach = 1, yaw = 0, every = 200 } = {},
) {
	const watching = new SurroundingsWatch();
	return way.map((place, i) =>
		watching.see(
			{ at: i * every, mesh: meshAt(place), yaw },
			pictureOf(place, room, sheet, reach),
			SCALE,
		),
	);
}

const AT = { x: 128, y: 96, size: EYE_DISTANCE };
const ways = fc
	.record({
		x: fc.integer({ min: -20, max: 20 }),
		y: fc.integer({ min: -12, max: 12 }),
		size: fc.double({ min: 0.85, max: 1.5, noNaN: true }),
	})
	.filter(({ x, y }) => Math.hypot(x, y) > 5)
	.map((to) => wayTo({ x: AT.x + to.x, y: AT.y + to.y, size: AT.size * to.size }));

function wayTo(to: Place): Place[] {
	const mix = (from: number, end: number, i: number) => from + ((end - from) * i) / 6;
	return Array.from({ length: 7 }, (_, i) => ({
		x: mix(AT.x, to.x, i),
		y: mix(AT.y, to.y, i),
		size: mix(AT.size, to.size, i),
	}));
}

describe('what is about a face', () => {
	it('goes along with a printed one, however it is moved', () => {
		fc.assert(
			fc.property(ways, (way) => {
				const { follows = [] } = watch(way, { reach: 4 }).at(-1) ?? {};
				// What the face covers by now does not say.
				expect(follows.filter((one) => one > 0.3).length).toBeGreaterThanOrEqual(4);
				expect(Math.min(...follows)).toBeGreaterThanOrEqual(0);
			}),
			{ numRuns: 20 },
		);
	});

	it('stays behind a head', () => {
		fc.assert(
			fc.property(ways, (way) => {
				const { follows = [] } = watch(way).at(-1) ?? {};
				expect(follows.filter((one) => one < -0.3).length).toBeGreaterThanOrEqual(2);
				expect(Math.max(...follows)).toBeLessThan(0.3);
			}),
			{ numRuns: 20 },
		);
	});

	it('does not say before a blank wall, wherever the head goes', () => {
		fc.assert(
			fc.property(ways, (way) => {
				const { follows = [9] } = watch(way, { room: blank }).at(-1) ?? {};
				for (const one of follows) expect(one).toBeCloseTo(0);
			}),
			{ numRuns: 20 },
		);
	});

	it('is named in seven sectors', () => {
		const way = Array.from({ length: 4 }, (_, i) => ({ ...AT, x: AT.x + i * 5 }));
		expect(watch(way).at(-1)?.follows).toHaveLength(SECTORS);
	});
});

describe('nothing is said', () => {
	const way = Array.from({ length: 7 }, (_, i) => ({ ...AT, x: AT.x + i * 5 }));

	it('before the fourth look', () => {
		expect(watch(way).map((one) => one !== null)).toEqual([
			...[false, false, false],
			...[true, true, true, true],
		]);
	});

	it('of a face that is turned aside, too small, or looked at too seldom', () => {
		const silent = Array<null>(7).fill(null);
		expect(watch(way, { yaw: 26 })).toEqual(silent);
		expect(watch(way.map((place) => ({ ...place, size: 5.5 })))).toEqual(silent);
		expect(watch(way, { every: 1400 })).toEqual(silent);
	});

	it('of what lies outside the picture', () => {
		const corner = way.map(({ y, size }, i) => ({ x: 4 + i, y, size }));
		const [left, , furtherLeft] = watch(corner).at(-1)?.follows ?? [];
		expect([left, furtherLeft]).toEqual([0, 0]);
	});
});

it('takes luma from the picture alone, not from the black beside it', () => {
	const data = new Uint8ClampedArray(4 * 4 * 4).fill(0);
	for (let y = 0; y < 3; y++)
		for (let x = 0; x < 4; x++) data.fill(200, (y * 4 + x) * 4, (y * 4 + x) * 4 + 3);
	const luma = lumaOf({
		small: { data, width: 4, height: 4 },
		region: { x: 0, y: 0, width: 8, height: 6 },
		scale: 2,
	});
	expect(luma).toEqual({ data: new Uint8Array(12).fill(200), width: 4, height: 3 });
});
