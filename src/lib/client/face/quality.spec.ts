// Protects the first gate: what may become a reference or a sighting, and the reason that a person
// is told when it may not.
import { describe, expect, it } from 'vitest';
import { FACE_SIZE } from './align';
import { MESH_POINTS, type Mesh } from './mesh';
import { clarityOf, exposureOf, judge, poseOf, sharpnessOf, withClarity } from './quality';

const GOOD = { eyeDistance: 60, sharpness: 0.8, exposure: 0.5, yaw: 0, pitch: 0, roll: 0 };

describe('judge', () => {
	it('finds nothing wrong with a good capture', () => {
		expect(judge(GOOD)).toEqual({ ...GOOD, clarity: null, score: 1, refusal: null });
	});

	it.each([
		['too-far', { eyeDistance: 8 }],
		['too-dark', { exposure: 0.01 }],
		['too-bright', { exposure: 0.99 }],
		['turned', { yaw: -70 }],
		['turned', { yaw: 70 }],
		['tilted', { pitch: 60 }],
		['tilted', { roll: -80 }],
		['blurred', { sharpness: 0.01 }],
	] as const)('refuses as %s: %o', (refusal, measure) => {
		expect(judge({ ...GOOD, ...measure })).toMatchObject({ refusal, score: 0 });
	});

	it('tells the first reason: somebody far away is asked to come nearer, not to hold still', () => {
		expect(judge({ ...GOOD, eyeDistance: 5, sharpness: 0, yaw: 90 }).refusal).toBe('too-far');
	});

	it('ranks: each measure that gets worse lowers the score', () => {
		const worse = [{ eyeDistance: 20 }, { sharpness: 0.4 }, { yaw: 30 }, { pitch: -20 }];
		for (const measure of worse) {
			const { score, refusal } = judge({ ...GOOD, ...measure });
			expect(refusal).toBeNull();
			expect(score).toBeLessThan(1);
			expect(score).toBeGreaterThan(0.2);
		}
	});
});

describe('poseOf', () => {
	/** A flat face, turned about its axes; x right, y down, z away from the camera. */
	function mesh(turn: (x: number, y: number) => [number, number, number]): Mesh {
		const points = new Float32Array(MESH_POINTS * 3);
		const set = (index: number, x: number, y: number) => points.set(turn(x, y), index * 3);
		set(10, 0, -60);
		set(152, 0, 60);
		set(234, -50, 0);
		set(454, 50, 0);
		for (const index of [
			33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246,
		])
			set(index, -20, -20);
		for (const index of [
			263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466,
		])
			set(index, 20, -20);
		return { points, confidence: 1 };
	}
	const sin = Math.sin(0.4);
	const cos = Math.cos(0.4);
	const angle = (0.4 * 180) / Math.PI;

	it('is level for a level face', () => {
		const { yaw, roll } = poseOf(mesh((x, y) => [x, y, 0]));
		expect(yaw).toBeCloseTo(0, 4);
		expect(roll).toBeCloseTo(0, 4);
	});

	it('counts a turn to the person’s left as positive: their left cheek goes away', () => {
		expect(poseOf(mesh((x, y) => [x * cos, y, x * sin])).yaw).toBeCloseTo(angle, 3);
	});

	it('counts looking up as positive: the chin comes forward', () => {
		const level = poseOf(mesh((x, y) => [x, y, 0])).pitch;
		expect(poseOf(mesh((x, y) => [x, y * cos, -y * sin])).pitch - level).toBeCloseTo(angle, 3);
	});

	it('counts leaning to the person’s left shoulder as positive', () => {
		const lean = mesh((x, y) => [x * cos - y * sin, x * sin + y * cos, 0]);
		expect(poseOf(lean).roll).toBeCloseTo(angle, 3);
	});
});

describe('sharpnessOf', () => {
	/** Stripes of a width, blurred along x over a length. */
	function stripes(width: number, blur: number): Float32Array {
		const face = new Float32Array(FACE_SIZE * FACE_SIZE * 3);
		for (let y = 0; y < FACE_SIZE; y++)
			for (let x = 0; x < FACE_SIZE; x++) {
				let sum = 0;
				for (let i = 0; i < blur; i++)
					sum += (Math.floor((x + i) / width) + Math.floor(y / width)) % 2 ? 200 : 50;
				face.fill(sum / blur, (y * FACE_SIZE + x) * 3, (y * FACE_SIZE + x) * 3 + 3);
			}
		return face;
	}

	it('falls with blur, also when only one direction is blurred, and ignores contrast', () => {
		const sharp = sharpnessOf(stripes(6, 1));
		const soft = sharpnessOf(stripes(6, 4));
		expect(sharp).toBeGreaterThan(0.5);
		expect(soft).toBeLessThan(sharp - 0.1);
		const pale = stripes(6, 1).map((value) => 100 + value / 10);
		expect(sharpnessOf(pale)).toBeCloseTo(sharp, 3);
	});

	it('calls a flat picture blurred', () => {
		expect(sharpnessOf(new Float32Array(FACE_SIZE * FACE_SIZE * 3).fill(9))).toBe(0);
	});
});

describe('exposureOf', () => {
	it('reads the face and not what surrounds it', () => {
		const face = new Float32Array(FACE_SIZE * FACE_SIZE * 3).fill(51);
		expect(exposureOf(face)).toBeCloseTo(0.2, 6);
		face.fill(255, 0, FACE_SIZE * 20 * 3);
		expect(exposureOf(face)).toBeCloseTo(0.2, 6);
	});
});

describe('clarity', () => {
	it('rises with the length of the vector, and is part of the one number', () => {
		expect([1, 1.5, 2.65, 3.8, 6].map(clarityOf).map((c) => Math.round(c * 100))).toEqual([
			0, 0, 50, 100, 100,
		]);
		const quality = judge(GOOD);
		expect(withClarity(quality, 1).score).toBe(1);
		const vague = withClarity(quality, 0.5);
		expect(vague.clarity).toBe(0.5);
		expect(vague.score).toBeLessThan(1);
		// A vector that was measured keeps some weight: a weight of 0 would make a track of nothing.
		expect(withClarity(quality, 0).score).toBeGreaterThan(0);
	});
});
