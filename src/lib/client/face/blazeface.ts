import { overlap, type Box, type Point } from './geometry';

/** Side of the detector's input, px. */
export const DETECTOR_SIZE = 256;
/** The detector wants RGB -1..1. */
export const DETECTOR_INPUT = { scale: 2, shift: -1 };

/**
 * Anchor grids of BlazeFace's back model: a 16 x 16 grid with 2 anchors a cell, then 8 x 8 with 6
 * (`generateAnchors` in @vladmandic/human, after google/mediapipe).
 */
const GRIDS = [
	{ cells: 16, anchors: 2 },
	{ cells: 8, anchors: 6 },
] as const;
/** Anchors in all: 16·16·2 + 8·8·6. */
export const ANCHORS = 896;
/** Numbers per anchor: box centre and size, then six points. */
export const REGRESSORS = 16;

/** A face as the detector sees it, in pixels of the frame. */
export interface Detection {
	/** From the brows to the chin. */
	box: Box;
	/** 0..1 */
	confidence: number;
	/** The person's right eye (left in the picture), left eye, nose, mouth, right ear, left ear. */
	keypoints: readonly Point[];
}

/** The network's raw answer for one picture. */
export interface DetectorOutput {
	/** 896 logits. */
	scores: Float32Array;
	/** 896 x 16, in pixels of the input relative to the anchor. */
	regressors: Float32Array;
}

export interface DetectorSettings {
	/** 0..1; below it a detection is dropped. */
	minConfidence: number;
	/** Detections that overlap more than this (intersection over union) are one face. */
	maxOverlap: number;
	maxFaces: number;
}

/** Anchor centres, `896 x 2`, px of the input. */
const anchorCentres: Float32Array = (() => {
	const centres: number[] = [];
	for (const { cells, anchors } of GRIDS) {
		const stride = DETECTOR_SIZE / cells;
		for (let y = 0; y < cells; y++)
			for (let x = 0; x < cells; x++)
				for (let n = 0; n < anchors; n++) centres.push(stride * (x + 0.5), stride * (y + 0.5));
	}
	return Float32Array.from(centres);
})();

/** Where in the frame the detector's input comes from. */
export interface InputPlace {
	/** Of the input's upper left corner, px of the frame. */
	x: number;
	y: number;
	/** Pixels of the frame in a pixel of the input. */
	scale: number;
}

function decodeAt(
	{ regressors }: DetectorOutput,
	anchor: number,
	confidence: number,
	{ x: left, y: top, scale }: InputPlace,
): Detection {
	const at = anchor * REGRESSORS;
	const value = (i: number) => regressors[at + i] ?? 0;
	const ax = anchorCentres[anchor * 2] ?? 0;
	const ay = anchorCentres[anchor * 2 + 1] ?? 0;
	const width = value(2) * scale;
	const height = value(3) * scale;
	const keypoints = Array.from({ length: 6 }, (_, i) => ({
		x: (value(4 + i * 2) + ax) * scale + left,
		y: (value(5 + i * 2) + ay) * scale + top,
	}));
	const x = (value(0) + ax) * scale - width / 2 + left;
	const y = (value(1) + ay) * scale - height / 2 + top;
	return { box: { x, y, width, height }, confidence, keypoints };
}

/**
 * Decodes the detector's answer: sigmoid, anchors, and the strongest of overlapping detections.
 *
 * @param place where in the frame the input was cut
 * @returns faces in pixels of the frame, the most confident first
 */
export function decodeDetections(
	output: DetectorOutput,
	place: InputPlace,
	{ minConfidence, maxOverlap, maxFaces }: DetectorSettings,
): Detection[] {
	const minLogit = Math.log(minConfidence / (1 - minConfidence));
	const candidates: Detection[] = [];
	for (let anchor = 0; anchor < ANCHORS; anchor++) {
		const logit = output.scores[anchor] ?? -Infinity;
		if (logit < minLogit) continue;
		const confidence = 1 / (1 + Math.exp(-logit));
		candidates.push(decodeAt(output, anchor, confidence, place));
	}
	return strongest(candidates, maxOverlap).slice(0, maxFaces);
}

/**
 * @param maxOverlap intersection over union above which two detections are of one face
 * @returns the most confident detection of each face, the most confident face first
 */
export function strongest(detections: readonly Detection[], maxOverlap: number): Detection[] {
	const kept: Detection[] = [];
	for (const candidate of [...detections].sort((a, b) => b.confidence - a.confidence)) {
		if (kept.every((other) => overlap(other.box, candidate.box) <= maxOverlap)) {
			kept.push(candidate);
		}
	}
	return kept;
}

/** The detector's box goes from brows to chin; the one that is shown goes around the face. */
const SHOWN = 1.4;

/** @returns a square around the whole face, which may reach over the picture's edge. */
export function shownBox({ box: { x, y, width, height } }: Detection): Box {
	const side = Math.max(width, height) * SHOWN;
	return { x: x + (width - side) / 2, y: y + (height - side) / 2, width: side, height: side };
}
