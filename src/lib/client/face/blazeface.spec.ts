// Protects the decoding of the detector and the mesh: places in the network's answer must become the
// right places in the frame, whatever its size.
import { describe, expect, it } from 'vitest';
import { ANCHORS, REGRESSORS, decodeDetections, type DetectorOutput } from './blazeface';
import { apply } from './geometry';
import { MESH_SIZE, MESH_POINTS, decodeMesh, fivePoints, meshCrop, meshPoint } from './mesh';

const SETTINGS = { minConfidence: 0.3, maxOverlap: 0.3, maxFaces: 8 };

interface Answer {
	anchor: number;
	logit: number;
	/** Relative to the anchor, px of the input. */
	centre: [number, number];
	size: [number, number];
	/** Likewise, x and y of each of six. */
	points?: number[];
}

function answered(...answers: Answer[]): DetectorOutput {
	const scores = new Float32Array(ANCHORS).fill(-20);
	const regressors = new Float32Array(ANCHORS * REGRESSORS);
	for (const { anchor, logit, centre, size, points = [] } of answers) {
		scores[anchor] = logit;
		regressors.set([...centre, ...size, ...points], anchor * REGRESSORS);
	}
	return { scores, regressors };
}

const AS_IS = { x: 0, y: 0, scale: 1 };

describe('decodeDetections', () => {
	it('places the fine grid: row, column, two anchors a cell', () => {
		// Cell (3, 2) of the 16 x 16 grid has its centre at (56, 40) of the input.
		const answer = { anchor: (2 * 16 + 3) * 2 + 1, logit: 2, centre: [4, -8], size: [32, 64] };
		const output = answered({ ...answer, centre: [4, -8], size: [32, 64] });
		const [face] = decodeDetections(output, { x: 0, y: 0, scale: 2 }, SETTINGS);
		expect(face?.box).toEqual({ x: (60 - 16) * 2, y: 0, width: 64, height: 128 });
		expect(face?.confidence).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
	});

	it('places what it finds in a part of the frame, where that part is', () => {
		const points = [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
		const output = answered({ anchor: 0, logit: 2, centre: [0, 0], size: [16, 16], points });
		const [face] = decodeDetections(output, { x: 300, y: 40, scale: 2 }, SETTINGS);
		expect(face?.box).toEqual({ x: 300, y: 40, width: 32, height: 32 });
		expect(face?.keypoints[0]).toEqual({ x: 318, y: 60 });
	});

	it('places the coarse grid, which follows with six anchors a cell, and its six points', () => {
		const output = answered({
			anchor: 512 + (7 * 8 + 1) * 6 + 5,
			logit: 3,
			centre: [0, 0],
			size: [20, 20],
			points: [-5, -5, 5, -5, 0, 0, 0, 6, -10, 0, 10, 0],
		});
		const [face] = decodeDetections(output, AS_IS, SETTINGS);
		expect(face?.keypoints[0]).toEqual({ x: 48 - 5, y: 240 - 5 });
		expect(face?.keypoints[5]).toEqual({ x: 48 + 10, y: 240 });
	});

	it('keeps the most confident of overlapping answers, and drops weak ones', () => {
		const at = (anchor: number, logit: number, size: [number, number] = [40, 40]): Answer => ({
			anchor,
			logit,
			centre: [0, 0],
			size,
		});
		// Neighbouring cells are 16 px apart: 40 px boxes overlap by more than 0.3.
		const faces = decodeDetections(
			answered(at(0, 1), at(2, 2), at(20, 0), at(60, -3)),
			AS_IS,
			SETTINGS,
		);
		expect(faces.map(({ confidence }) => Math.round(confidence * 100))).toEqual([88, 50]);
		const one = decodeDetections(answered(at(0, 1), at(20, 2)), AS_IS, {
			...SETTINGS,
			maxFaces: 1,
		});
		expect(one.map(({ confidence }) => Math.round(confidence * 100))).toEqual([88]);
	});
});

describe('mesh', () => {
	const detection = {
		box: { x: 100, y: 200, width: 80, height: 60 },
		confidence: 1,
		keypoints: [
			{ x: 120, y: 210 },
			{ x: 150, y: 240 },
		],
	};

	it('looks at a square of 1.4 times the box about its middle, with the eyes level', () => {
		const crop = meshCrop(detection);
		const middle = apply(crop, { x: (MESH_SIZE - 1) / 2, y: (MESH_SIZE - 1) / 2 });
		expect(middle.x).toBeCloseTo(140, 6);
		expect(middle.y).toBeCloseTo(230, 6);
		expect(Math.hypot(crop.a, crop.b) * MESH_SIZE).toBeCloseTo(80 * 1.4, 6);
		expect(Math.atan2(crop.b, crop.a)).toBeCloseTo(Math.PI / 4, 6);
	});

	it('brings the points of the second face of a batch back to the frame, with depth', () => {
		const raw = new Float32Array(2 * MESH_POINTS * 3);
		const crop = { a: 0.5, b: 0, tx: 10, ty: 20 };
		raw.set([8, 12, -6], MESH_POINTS * 3 + 4 * 3);
		const mesh = decodeMesh(raw, MESH_POINTS * 3, crop, 0.9);
		expect(meshPoint(mesh, 4)).toEqual({ x: 14, y: 26, z: -3 });
		expect(fivePoints(mesh)[2]).toMatchObject({ x: 14, y: 26 });
	});
});
