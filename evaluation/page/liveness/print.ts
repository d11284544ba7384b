import type { Point } from '$lib/client/face/geometry';
import { LANDMARKS } from '$lib/contract/liveness';
import type { Print } from './sheet';

/** @returns a picture's pixels; it stays open */
export function pixelsOf(bitmap: ImageBitmap): ImageData {
	const { width, height } = bitmap;
	const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
	if (!context) throw new Error('The browser gives no canvas.');
	context.drawImage(bitmap, 0, 0);
	return context.getImageData(0, 0, width, height);
}

/**
 * @param landmarks x and y of the contract's landmarks, px
 * @returns where a print has its face
 */
export function eyesOf(landmarks: ArrayLike<number>): Omit<Print, 'image'> {
	const at = (landmark: (typeof LANDMARKS)[number]) => {
		const place = LANDMARKS.indexOf(landmark) * 2;
		return { x: landmarks[place]!, y: landmarks[place + 1]! };
	};
	const middle = (a: Point, b: Point) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
	const right = middle(at(33), at(133));
	const left = middle(at(263), at(362));
	const eyeDistance = Math.hypot(left.x - right.x, left.y - right.y);
	return { ...middle(right, left), eyeDistance };
}
