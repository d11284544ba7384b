export interface FramePump {
	/** Whether the next frame would be taken; a frame that comes while it is false is dropped. */
	isIdle(): boolean;
	/** Takes the frame over and closes it. `capturedAt` in ms since 1970, by this device's clock. */
	onFrame(frame: ImageBitmap, capturedAt: number): void;
}

/** A capture time further back than this is of another clock, not of a slow camera. */
const OLDEST_CAPTURE_MS = 2_000;

/**
 * Hands frames of a playing video to whoever is idle, and drops the others: what is late is of no
 * use, so nothing queues up. Nothing is taken while the page is hidden.
 * @returns the way to stop it.
 */
export function pumpFrames(video: HTMLVideoElement, pump: FramePump): () => void {
	let stopped = false;
	let grabbing = false;
	const grab = async (capturedAt: number) => {
		grabbing = true;
		try {
			const frame = await createImageBitmap(video);
			if (stopped || !pump.isIdle()) frame.close();
			else pump.onFrame(frame, capturedAt);
		} catch {
			// The video lost its picture between two frames (camera switched or unplugged).
		} finally {
			grabbing = false;
		}
	};
	const onTick = (capturedAt: number) => {
		if (stopped) return;
		const ready = video.readyState >= video.HAVE_CURRENT_DATA && video.videoWidth > 0;
		if (ready && !grabbing && !document.hidden && pump.isIdle()) void grab(capturedAt);
		schedule();
	};
	const schedule = nextFrame(video, onTick);
	schedule();
	return () => {
		stopped = true;
	};
}

/** The browser's own clock of new video frames, or of repaints where it has none. */
function nextFrame(video: HTMLVideoElement, onTick: (capturedAt: number) => void): () => void {
	if ('requestVideoFrameCallback' in video) {
		return () => {
			video.requestVideoFrameCallback((_, metadata) => onTick(captureTime(metadata.captureTime)));
		};
	}
	return () => {
		requestAnimationFrame(() => onTick(Date.now()));
	};
}

/**
 * When the camera took the picture, where the browser tells; else now.
 * @param sincePageStart as in `VideoFrameCallbackMetadata.captureTime`: ms on the page's own clock.
 */
export function captureTime(sincePageStart: number | undefined): number {
	const now = performance.now();
	const age = sincePageStart === undefined ? 0 : now - sincePageStart;
	const known = age >= 0 && age <= OLDEST_CAPTURE_MS;
	return Math.round(Date.now() - (known ? age : 0));
}
