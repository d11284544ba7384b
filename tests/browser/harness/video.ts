import { framesOf, type Stretch } from '../../../evaluation/page/liveness/clip';
import type { FaceClient } from '../../../src/lib/client/face/face-client';

/** A face in a frame of a video. */
export interface VideoFace {
	trackId: number;
	/** Middle of the face across the picture, 0..1. */
	x: number;
	vector: number[] | null;
}

/**
 * Shows a video to the engine, frame by frame as a camera would have taken them.
 * @returns the faces of each frame
 */
export async function watchVideo(
	client: FaceClient,
	address: string,
	stretch: Stretch,
): Promise<VideoFace[][]> {
	const frames: VideoFace[][] = [];
	for await (const { at, bitmap } of framesOf(address, stretch)) {
		const result = await client.process(bitmap, 1_000_000 + at);
		if (!result) throw new Error('The engine dropped a frame though it was idle.');
		frames.push(
			result.faces.map(({ trackId, box, vector }) => ({
				trackId,
				x: (box.x + box.width / 2) / result.width,
				vector: vector && Array.from(vector),
			})),
		);
	}
	return frames;
}

/** @returns the frames as JPEGs, in base64 */
export async function jpegsOf(address: string, stretch: Stretch): Promise<string[]> {
	const jpegs: string[] = [];
	for await (const { bitmap } of framesOf(address, stretch)) {
		const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
		canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
		const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 });
		const bytes = new Uint8Array(await blob.arrayBuffer());
		jpegs.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
	}
	return jpegs;
}
