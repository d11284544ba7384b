import { FACE_INPUT, FACE_SIZE, faceCrop, normalise } from './align';
import { DETECTOR_INPUT, DETECTOR_SIZE, decodeDetections, type Detection } from './blazeface';
import { gammaFor, lookupFor } from './exposure';
import type { Frame, View } from './frame';
import {
	MESH_INPUT,
	MESH_POINTS,
	MESH_SIZE,
	decodeMesh,
	fivePoints,
	meshCrop,
	type Mesh,
} from './mesh';
import type { Networks } from './networks';
import { meanLuma, toRgb, warp, type Pixels } from './pixels';
import {
	clarityOf,
	exposureOf,
	eyeDistanceOf,
	judge,
	poseOf,
	sharpnessOf,
	withClarity,
	type CaptureQuality,
} from './quality';

/**
 * Overlap as in @vladmandic/human: with 0.3, a few faces get a second, wrong box about them, which the
 * mesh network confirms and which would become a track of its own.
 */
export const DETECTOR = { minConfidence: 0.3, maxOverlap: 0.1, maxFaces: 64 };
/** The mesh network answers above this for a face. */
const MESH_CONFIDENCE = 0.5;

const MESH_VALUES = MESH_SIZE * MESH_SIZE * 3;
const FACE_VALUES = FACE_SIZE * FACE_SIZE * 3;

/** A face that was judged: its mesh, its quality, and the picture that the embedder sees. */
export interface Capture {
	mesh: Mesh;
	quality: CaptureQuality;
	/** The aligned face, 112 x 112 x 3, RGB 0..255, exposure corrected. */
	face: Float32Array;
}

/** A capture's vector. */
export interface Embedded {
	/** 512 numbers of unit length. */
	vector: Float32Array;
	/** The capture's quality, clarity included. */
	quality: CaptureQuality;
}

/** The three steps from pixels to vectors, for one frame each; they remember nothing of a frame. */
export class CaptureSteps {
	readonly #networks: Networks;
	// Kept between frames: 768 KB of garbage each time otherwise.
	readonly #detectorInput = new Float32Array(DETECTOR_SIZE * DETECTOR_SIZE * 3);

	constructor(networks: Networks) {
		this.#networks = networks;
	}

	/**
	 * Finds faces in a part of a frame.
	 * @param gamma exposure correction, 0.25..2
	 * @returns detections in pixels of the frame, the most confident first
	 */
	async detect({ small, scale, region }: View, gamma: number): Promise<Detection[]> {
		toRgb(small, lookupFor(gamma, DETECTOR_INPUT), this.#detectorInput);
		const output = await this.#networks.detect(this.#detectorInput);
		return decodeDetections(output, { ...region, scale }, DETECTOR);
	}

	/**
	 * Mesh, alignment and quality of detections.
	 * @returns one answer a detection; null where the mesh network saw no face
	 */
	async judge(frame: Frame, detections: readonly Detection[]): Promise<(Capture | null)[]> {
		if (detections.length === 0) return [];
		const pixels = frame.full();
		const input = new Float32Array(detections.length * MESH_VALUES);
		const crops = detections.map((detection, i) => {
			const crop = meshCrop(detection);
			const gamma = gammaFor(meanLuma(pixels, detection.box));
			warp(pixels, crop, MESH_SIZE, lookupFor(gamma, MESH_INPUT), input, i * MESH_VALUES);
			return crop;
		});
		const { points, confidences } = await this.#networks.mesh(input, detections.length);
		return crops.map((crop, i) => {
			const confidence = confidences[i] ?? 0;
			if (confidence < MESH_CONFIDENCE) return null;
			const mesh = decodeMesh(points, i * MESH_POINTS * 3, crop, confidence);
			const { face, exposure } = alignFace(pixels, mesh);
			const quality = judge({
				...poseOf(mesh),
				eyeDistance: eyeDistanceOf(mesh),
				sharpness: sharpnessOf(face),
				exposure,
			});
			return { mesh, quality, face };
		});
	}

	/**
	 * @returns for each capture its vector and what the vector tells of its quality; null where the
	 *   network gave no direction
	 */
	async embed(captures: readonly Capture[]): Promise<(Embedded | null)[]> {
		if (captures.length === 0) return [];
		const input = new Float32Array(captures.length * FACE_VALUES);
		captures.forEach(({ face }, i) => input.set(face, i * FACE_VALUES));
		const vectors = await this.#networks.embed(input, captures.length);
		return captures.map(({ quality }, i) => {
			const raw = vectors[i];
			if (!raw) return null;
			const clarity = clarityOf(Math.hypot(...raw));
			const vector = normalise(raw);
			return vector && { vector, quality: withClarity(quality, clarity) };
		});
	}
}

/**
 * Aligns a face and corrects its exposure, which is measured on the aligned face itself: the
 * detector's box holds hair and wall as well.
 */
function alignFace(pixels: Pixels, mesh: Mesh): { face: Float32Array; exposure: number } {
	const crop = faceCrop(fivePoints(mesh));
	const face = new Float32Array(FACE_VALUES);
	warp(pixels, crop, FACE_SIZE, lookupFor(1, FACE_INPUT), face);
	const exposure = exposureOf(face);
	warp(pixels, crop, FACE_SIZE, lookupFor(gammaFor(exposure), FACE_INPUT), face);
	return { face, exposure };
}
