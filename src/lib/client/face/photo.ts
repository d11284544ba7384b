import { shownBox, type Detection } from './blazeface';
import type { CaptureSteps } from './capture';
import { gammasFor } from './exposure';
import type { Frame } from './frame';
import { centreOf, type Box } from './geometry';
import type { FaceObservation } from './protocol';
import type { Stopwatch } from './stopwatch';

/** Detections of a photo that the mesh network is asked about, before another exposure is tried. */
const ASKED = 3;

/** Black around a photo in which nothing was found, as a share of its sides. */
const MARGIN = 0.3;

/**
 * Puts the face that a picture is of first: large, sure, near the middle. Confidence counts twice,
 * as a false alarm can be larger than the face that it lies about.
 */
export function mainFirst(
	detections: readonly Detection[],
	{ width, height }: Pick<Frame, 'width' | 'height'>,
): Detection[] {
	const half = Math.min(width, height) / 2;
	const worth = ({ box, confidence }: Detection) => {
		const { x, y } = centreOf(box);
		const off = Math.hypot(x - width / 2, y - height / 2) / half;
		return box.width * box.height * confidence ** 2 * Math.exp(-2 * off ** 2);
	};
	return [...detections].sort((a, b) => worth(b) - worth(a));
}

/**
 * Measures the main face of a single photo. Unlike frames of a camera, a photo comes once: exposures
 * are tried until a face is found, and its vector is measured whatever its quality.
 *
 * @param luma mean luma of the photo, 0..1
 * @returns the exposure that showed a face, or the first; the face, or null where none was found
 * @throws Error when the backend fails
 */
export async function capturePhoto(
	steps: CaptureSteps,
	frame: Frame,
	luma: number,
	watch: Stopwatch,
): Promise<{ gamma: number; main: Omit<FaceObservation, 'trackId'> | null }> {
	const gammas = gammasFor(luma);
	watch.lap('expose');
	for (const region of regionsOf(frame)) {
		for (const gamma of gammas) {
			const detections = mainFirst(await steps.detect(frame.view(region), gamma), frame);
			watch.lap('detect');
			for (const detection of detections.slice(0, ASKED)) {
				const [capture] = await steps.judge(frame, [detection]);
				watch.lap('mesh');
				if (!capture) continue;
				const [embedded] = await steps.embed([capture]);
				watch.lap('embed');
				const { confidence } = detection;
				const { vector = null, quality = capture.quality } = embedded ?? {};
				return { gamma, main: { box: shownBox(detection), confidence, quality, vector } };
			}
		}
	}
	return { gamma: gammas[0] ?? 1, main: null };
}

/** The photo, and the photo with a margin: a face that fills it is too large for the detector. */
function regionsOf({ width, height }: Frame): Box[] {
	const [x, y] = [width * MARGIN, height * MARGIN];
	return [
		{ x: 0, y: 0, width, height },
		{ x: -x, y: -y, width: width + 2 * x, height: height + 2 * y },
	];
}
