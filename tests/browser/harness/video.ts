import type { FaceClient } from '../../../src/lib/client/face/face-client';

/** A face in a frame of a video. */
export interface VideoFace {
	trackId: number;
	/** Middle of the face across the picture, 0..1. */
	x: number;
	vector: number[] | null;
}

/** Waits for an event of the video. */
function heard(video: HTMLVideoElement, event: 'loadeddata' | 'seeked' | 'canplay'): Promise<void> {
	return new Promise((resolve, reject) => {
		video.addEventListener(event, () => resolve(), { once: true });
		video.addEventListener('error', () => reject(new Error('The video cannot be played.')), {
			once: true,
		});
	});
}

/** @param at ms of the video; its picture is there when this resolves */
async function show(video: HTMLVideoElement, at: number): Promise<void> {
	const seeked = heard(video, 'seeked');
	video.currentTime = at / 1000;
	await seeked;
	// The place is found before its picture is decoded.
	if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) await heard(video, 'canplay');
}

/**
 * Shows a video to the engine, frame by frame as a camera would have taken them.
 * @param every ms between two frames
 * @param until ms of the video
 * @returns the faces of each frame
 */
export async function watchVideo(
	client: FaceClient,
	address: string,
	every: number,
	until: number,
): Promise<VideoFace[][]> {
	const video = document.createElement('video');
	video.muted = true;
	// From memory: a video that is still on its way cannot be put to any moment.
	const blob = await (await fetch(address)).blob();
	const loaded = heard(video, 'loadeddata');
	video.src = URL.createObjectURL(blob);
	await loaded;
	const frames: VideoFace[][] = [];
	for (let at = 0; at < Math.min(until, video.duration * 1000); at += every) {
		await show(video, at);
		const result = await client.process(await createImageBitmap(video), 1_000_000 + at);
		if (!result) throw new Error('The engine dropped a frame though it was idle.');
		frames.push(
			result.faces.map(({ trackId, box, vector }) => ({
				trackId,
				x: (box.x + box.width / 2) / result.width,
				vector: vector && Array.from(vector),
			})),
		);
	}
	URL.revokeObjectURL(video.src);
	return frames;
}
