import { DETECTOR_SIZE } from './blazeface';
import type { Box } from './geometry';
import type { Pixels } from './pixels';

/** A part of a frame as the detector sees it. */
export interface View {
	/** The part, px of the frame. */
	region: Box;
	/**
	 * The part in the detector's 256 x 256, in the upper left, the rest black. Its shape is kept: in a
	 * 16:9 frame that is stretched to the square, boxes come out wide, the mesh is cut too large, and
	 * 4 % of genuine pairs are lost at a false match rate of 0.1 %.
	 */
	small: Pixels;
	/** Pixels of the frame in a pixel of `small`. */
	scale: number;
}

/** One frame of the camera. */
export interface Frame {
	/** Size in pixels. */
	width: number;
	height: number;
	/** The whole frame. */
	whole: View;
	/** A part of it, drawn when asked for. */
	view: (region: Box) => View;
	/** The frame's own pixels; read when first asked for, as most frames need them for no face. */
	full: () => Pixels;
}

/** A picture that a canvas can draw. */
export type Picture = ImageBitmap | OffscreenCanvas;

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
	const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
	if (!context) throw new Error('This browser gives no canvas in a worker.');
	// Averaging instead of picking pixels: small faces in wide frames are lost otherwise.
	context.imageSmoothingQuality = 'medium';
	return context;
}

/**
 * Turns camera frames into pixels. Its canvases are kept between frames: new ones would be garbage of
 * megabytes each time.
 */
export class FrameReader {
	readonly #small = new OffscreenCanvas(DETECTOR_SIZE, DETECTOR_SIZE);
	#large: OffscreenCanvas | null = null;

	/**
	 * @param picture must stay open until the frame is done with
	 * @throws Error when the browser gives no canvas
	 */
	read(picture: Picture): Frame {
		const { width, height } = picture;
		const whole = this.#view(picture, { x: 0, y: 0, width, height });
		const view = (region: Box) =>
			region.width === width && region.height === height ? whole : this.#view(picture, region);
		let full: Pixels | null = null;
		return { width, height, whole, view, full: () => (full ??= this.#readAll(picture)) };
	}

	#view(picture: Picture, region: Box): View {
		const { x, y, width, height } = region;
		const scale = Math.max(width, height) / DETECTOR_SIZE;
		const context = contextOf(this.#small);
		context.clearRect(0, 0, DETECTOR_SIZE, DETECTOR_SIZE);
		context.drawImage(picture, x, y, width, height, 0, 0, width / scale, height / scale);
		return { region, small: context.getImageData(0, 0, DETECTOR_SIZE, DETECTOR_SIZE), scale };
	}

	#readAll(picture: Picture): Pixels {
		const { width, height } = picture;
		if (this.#large?.width !== width || this.#large.height !== height) {
			this.#large = new OffscreenCanvas(width, height);
		}
		const context = contextOf(this.#large);
		context.drawImage(picture, 0, 0);
		return context.getImageData(0, 0, width, height);
	}
}
