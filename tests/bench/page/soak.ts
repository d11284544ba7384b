import { pumpFrames } from '$lib/client/camera/frame-pump';
import { FaceClient } from '$lib/client/face/face-client';
import type { ModelIndex } from '$lib/contract/models';
import { Evidence } from './evidence';
import type { SoakCounts } from './protocol';

const VIDEO = { width: 1280, height: 720 };

async function openCamera(): Promise<HTMLVideoElement> {
	const video = document.createElement('video');
	video.muted = true;
	video.srcObject = await navigator.mediaDevices.getUserMedia({ video: VIDEO });
	document.body.append(video);
	await video.play();
	return video;
}

/** Watches the camera as the roll call's page does, and counts what becomes of its frames. */
window.startSoak = async (models: ModelIndex): Promise<void> => {
	const counts: SoakCounts = {
		shown: 0,
		taken: 0,
		answered: 0,
		faces: 0,
		ms: 0,
		tensors: 0,
		restarts: 0,
	};
	const client = new FaceClient({
		models,
		onState: ({ status }) => void (counts.restarts += status === 'restarting' ? 1 : 0),
	});
	const evidence = new Evidence(client);
	await client.start('door');
	const video = await openCamera();
	const look = async (frame: ImageBitmap, capturedAt: number) => {
		counts.taken++;
		const began = performance.now();
		const result = await client.process(frame, capturedAt);
		if (result === null) return;
		counts.answered++;
		counts.ms += performance.now() - began;
		counts.faces += result.faces.length;
		counts.tensors = client.tensors ?? 0;
		evidence.add(result);
	};
	const shownBefore = video.getVideoPlaybackQuality().totalVideoFrames;
	pumpFrames(video, {
		isIdle: () => !client.busy,
		onFrame: (frame, capturedAt) => void look(frame, capturedAt),
	});
	window.soakCounts = () => ({
		...counts,
		shown: video.getVideoPlaybackQuality().totalVideoFrames - shownBefore,
	});
};
