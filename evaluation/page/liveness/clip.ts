/** Waits for an event of the video. */
function heard(video: HTMLVideoElement, event: 'loadeddata' | 'seeked' | 'canplay'): Promise<void> {
	return new Promise((resolve, reject) => {
		video.addEventListener(event, () => resolve(), { once: true });
		video.addEventListener('error', () => reject(new DOMException('It cannot be played.')), {
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

/** Which frames of a clip; ms of it. */
export interface Stretch {
	/** Between two frames. */
	every: number;
	from?: number;
	until?: number;
	/** Left and right exchanged. */
	isMirrored?: boolean;
}

/**
 * A clip's frames, as a camera would have taken them.
 * @throws DOMException where the browser cannot play it
 */
export async function* framesOf(
	url: string,
	{ every, from = 0, until = Infinity, isMirrored = false }: Stretch,
): AsyncGenerator<{ at: number; bitmap: ImageBitmap }> {
	const video = document.createElement('video');
	video.muted = true;
	// From memory: a video that is still on its way cannot be put to any moment.
	const blob = await (await fetch(url)).blob();
	const loaded = heard(video, 'loadeddata');
	video.src = URL.createObjectURL(blob);
	try {
		await loaded;
		for (let at = from; at < Math.min(until, video.duration * 1000); at += every) {
			await show(video, at);
			yield { at, bitmap: isMirrored ? mirrored(video) : await createImageBitmap(video) };
		}
	} finally {
		URL.revokeObjectURL(video.src);
	}
}

function mirrored(video: HTMLVideoElement): ImageBitmap {
	const { videoWidth: width, videoHeight: height } = video;
	const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false });
	if (!context) throw new Error('The browser gives no canvas.');
	context.setTransform(-1, 0, 0, 1, width, 0);
	context.drawImage(video, 0, 0);
	return context.canvas.transferToImageBitmap();
}
