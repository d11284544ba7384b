import { FaceClient } from '$lib/client/face/face-client';
import type { ModelIndex } from '$lib/contract/models';
import { framesOf } from './clip';
import { eyesOf, pixelsOf } from './print';
import type { SeenFace, TimedPose } from './protocol';
import { photograph, type Print } from './sheet';

let client: FaceClient | null = null;
/** Each reading begins where the last one's tracks are forgotten, ms. */
let clock = 0;
const FORGOTTEN_MS = 60_000;

async function start(models: ModelIndex): Promise<void> {
	client = new FaceClient({ models });
	await client.start('check-in');
}

/** @returns the main face of a picture, which is handed over; null where there is none */
async function look(bitmap: ImageBitmap, at: number): Promise<SeenFace | null> {
	const { width } = bitmap;
	const result = await client?.process(bitmap, clock + at);
	if (!result) throw new Error('The face engine died of a picture.');
	const face = result.faces.find(({ landmarks }) => landmarks);
	if (!face?.landmarks || !face.quality) return null;
	const { yaw, pitch } = face.quality;
	const points = Array.from(face.landmarks, (value) => value / width);
	return { at, trackId: face.trackId, points, yaw, pitch };
}

async function clip(url: string, every: number, isMirrored: boolean): Promise<SeenFace[] | null> {
	clock += FORGOTTEN_MS;
	const seen: SeenFace[] = [];
	try {
		for await (const { at, bitmap } of framesOf(url, { every, isMirrored })) {
			const face = await look(bitmap, at);
			if (face) seen.push(face);
		}
	} catch (error) {
		if (error instanceof DOMException) return null;
		throw error;
	}
	clock += seen.at(-1)?.at ?? 0;
	return seen;
}

async function printOf(url: string): Promise<Print | null> {
	const response = await fetch(url);
	const bitmap = await createImageBitmap(await response.blob()).catch(() => null);
	if (bitmap === null) return null;
	const image = pixelsOf(bitmap);
	clock += FORGOTTEN_MS;
	const face = await look(bitmap, 0);
	const { width } = image;
	return face && { image, ...eyesOf(face.points.map((value) => value * width)) };
}

/** The photo that was shown last: each is shown many times in a row. */
let last: { url: string; print: Print | null } | null = null;

async function sheet(url: string, poses: TimedPose[]): Promise<SeenFace[] | null> {
	if (last?.url !== url) last = { url, print: await printOf(url) };
	const { print } = last;
	if (print === null) return null;
	clock += FORGOTTEN_MS;
	const seen: SeenFace[] = [];
	for (const pose of poses) {
		const bitmap = await createImageBitmap(photograph(print, pose));
		const face = await look(bitmap, pose.at);
		if (face) seen.push(face);
	}
	return seen;
}

window.liveness = { start, clip, sheet };
