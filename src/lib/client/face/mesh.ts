import { LANDMARKS } from '$lib/contract/liveness';
import type { Detection } from './blazeface';
import { centreOf, type Point, type Similarity } from './geometry';

/** Side of the mesh network's input, px. */
export const MESH_SIZE = 192;
/** The mesh network wants RGB 0..1. */
export const MESH_INPUT = { scale: 1, shift: 0 };
/** Points of a face. */
export const MESH_POINTS = 468;

/** How much larger than the detector's box the mesh network sees (as @vladmandic/human cuts it). */
const CROP_FACTOR = 1.4;

/** 468 points of a face. */
export interface Mesh {
	/** `468 x 3`: x, y in pixels of the frame, z in the same unit, smaller is nearer. */
	points: Float32Array;
	/** 0..1, how sure the network is that it saw a face. */
	confidence: number;
}

/**
 * Where the mesh network looks: a square about the detection, turned so that the eyes are level.
 * @returns takes the cut's pixels to the frame's
 */
export function meshCrop({ box, keypoints }: Detection): Similarity {
	const [right, left] = keypoints;
	const angle = right && left ? Math.atan2(left.y - right.y, left.x - right.x) : 0;
	const scale = (CROP_FACTOR * Math.max(box.width, box.height)) / MESH_SIZE;
	const a = Math.cos(angle) * scale;
	const b = Math.sin(angle) * scale;
	const centre = centreOf(box);
	const half = (MESH_SIZE - 1) / 2;
	return { a, b, tx: centre.x - (a * half - b * half), ty: centre.y - (b * half + a * half) };
}

/**
 * @param raw 468 x 3 numbers of the network, from `offset`, in pixels of the cut
 * @param crop as {@link meshCrop} made it
 */
export function decodeMesh(
	raw: Float32Array,
	offset: number,
	crop: Similarity,
	confidence: number,
): Mesh {
	const points = new Float32Array(MESH_POINTS * 3);
	const scale = Math.hypot(crop.a, crop.b);
	for (let i = 0; i < MESH_POINTS * 3; i += 3) {
		const x = raw[offset + i] ?? 0;
		const y = raw[offset + i + 1] ?? 0;
		points[i] = crop.a * x - crop.b * y + crop.tx;
		points[i + 1] = crop.b * x + crop.a * y + crop.ty;
		points[i + 2] = (raw[offset + i + 2] ?? 0) * scale;
	}
	return { points, confidence };
}

/** A point of the mesh, with z. */
export function meshPoint({ points }: Mesh, index: number): Point & { z: number } {
	const at = index * 3;
	return { x: points[at] ?? 0, y: points[at + 1] ?? 0, z: points[at + 2] ?? 0 };
}

/** @returns x and y of the contract's landmarks, one after another, in pixels of the frame. */
export function landmarksOf({ points }: Mesh): Float32Array {
	const landmarks = new Float32Array(LANDMARKS.length * 2);
	LANDMARKS.forEach((index, i) => landmarks.set(points.subarray(index * 3, index * 3 + 2), i * 2));
	return landmarks;
}

/** Contour of the eye on the left of the picture (the person's right), indices of mesh points. */
const RIGHT_EYE = [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246];
/** Contour of the person's left eye. */
const LEFT_EYE = [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466];
const NOSE_TIP = 4;
const MOUTH_RIGHT = 61;
const MOUTH_LEFT = 291;

function meanPoint(mesh: Mesh, indices: readonly number[]): Point {
	let x = 0;
	let y = 0;
	for (const index of indices) {
		const point = meshPoint(mesh, index);
		x += point.x;
		y += point.y;
	}
	return { x: x / indices.length, y: y / indices.length };
}

/** The five points that a face is aligned by, in the order of the alignment template. */
export function fivePoints(mesh: Mesh): [Point, Point, Point, Point, Point] {
	return [
		meanPoint(mesh, RIGHT_EYE),
		meanPoint(mesh, LEFT_EYE),
		meshPoint(mesh, NOSE_TIP),
		meshPoint(mesh, MOUTH_RIGHT),
		meshPoint(mesh, MOUTH_LEFT),
	];
}
