import { FaceClient } from '$lib/client/face/face-client';
import type { ModelIndex } from '$lib/contract/models';
import { framesOf } from '../liveness/clip';
import { eyesOf, pixelsOf } from '../liveness/print';
import type { TimedPose } from '../liveness/protocol';
import type { Print } from '../liveness/sheet';
import type { Part, SentFace } from './protocol';
import { stage, type Scene } from './stage';

let client: FaceClient | null = null;
/** Each showing begins where the last one's tracks are forgotten, ms. */
let clock = 0;
const FORGOTTEN_MS = 60_000;
/** Looks at a photo until the exposure that shows its face is found. */
const LOOKS_AT_A_PHOTO = 4;

async function start(models: ModelIndex): Promise<void> {
	client = new FaceClient({ models });
	await client.start('door');
}

async function look(bitmap: ImageBitmap, at: number) {
	const result = await client?.process(bitmap, clock + at);
	if (!result) throw new Error('The face engine died of a picture.');
	return result.faces;
}

async function sent(bitmap: ImageBitmap, at: number): Promise<SentFace[]> {
	const faces = await look(bitmap, at);
	return faces
		.filter(({ vector }) => vector)
		.map(({ trackId, surroundings }) => ({ at, trackId, surroundings: surroundings ?? null }));
}

async function length(url: string): Promise<number | null> {
	try {
		let last = 0;
		for await (const { at, bitmap } of framesOf(url, { every: 1000 })) {
			bitmap.close();
			last = at;
		}
		return last + 1000;
	} catch (error) {
		if (error instanceof DOMException) return null;
		throw error;
	}
}

async function arrive(url: string, { from, until, every, inHand }: Part): Promise<SentFace[]> {
	clock += FORGOTTEN_MS;
	const seen: SentFace[] = [];
	for await (const { at, bitmap } of framesOf(url, { every, from, until })) {
		seen.push(...(await sent(inHand ? swayed(bitmap, at) : bitmap, at - from)));
	}
	clock += until - from;
	return seen;
}

/** Share of the picture that a camera in a hand sees, and how fast it sways, 1/s. */
const IN_VIEW = 0.88;
const SWAY = { x: 0.45, y: 0.3 };

/** What a camera in a hand sees of a picture. */
function swayed(bitmap: ImageBitmap, at: number): ImageBitmap {
	const { width, height } = bitmap;
	const canvas = new OffscreenCanvas(Math.round(width * IN_VIEW), Math.round(height * IN_VIEW));
	const context = canvas.getContext('2d', { alpha: false });
	if (!context) throw new Error('The browser gives no canvas.');
	const off = (size: number, each: number) =>
		(size * (1 - IN_VIEW) * (1 + Math.sin((2 * Math.PI * each * at) / 1000))) / 2;
	context.drawImage(bitmap, -off(width, SWAY.x), -off(height, SWAY.y));
	bitmap.close();
	return canvas.transferToImageBitmap();
}

async function pictureOf(url: string, clipAt: number | null): Promise<ImageBitmap | null> {
	if (clipAt === null) {
		const response = await fetch(url);
		return createImageBitmap(await response.blob()).catch(() => null);
	}
	for await (const { bitmap } of framesOf(url, { every: 1000, from: clipAt })) return bitmap;
	return null;
}

async function printOf(url: string, clipAt: number | null): Promise<Print | null> {
	const bitmap = await pictureOf(url, clipAt);
	if (bitmap === null) return null;
	const image = pixelsOf(bitmap);
	clock += FORGOTTEN_MS;
	await client?.start('check-in');
	try {
		for (let i = 0; i < LOOKS_AT_A_PHOTO; i++) {
			const faces = await look(await createImageBitmap(image), i);
			const face = faces.find(({ landmarks }) => landmarks);
			if (face?.landmarks) return { image, ...eyesOf(face.landmarks) };
		}
		return null;
	} finally {
		bitmap.close();
		await client?.start('door');
	}
}

/** The photo that was shown last: each is shown many times in a row. */
let last: { name: string; print: Print | null } | null = null;

async function hold(
	url: string,
	clipAt: number | null,
	poses: TimedPose[],
	scene: Scene,
): Promise<SentFace[] | null> {
	const name = `${url} ${clipAt}`;
	if (last?.name !== name) last = { name, print: await printOf(url, clipAt) };
	const { print } = last;
	if (print === null) return null;
	clock += FORGOTTEN_MS;
	const seen: SentFace[] = [];
	for (const [number, pose] of poses.entries()) {
		const bitmap = await packed(stage(print, pose, scene, number), scene.quality);
		seen.push(...(await sent(bitmap, pose.at)));
	}
	return seen;
}

/** As a camera packs its pictures on the way to the browser. */
async function packed(picture: ImageData, quality: number): Promise<ImageBitmap> {
	const canvas = new OffscreenCanvas(picture.width, picture.height);
	const context = canvas.getContext('2d', { alpha: false });
	if (!context) throw new Error('The browser gives no canvas.');
	context.putImageData(picture, 0, 0);
	return createImageBitmap(await canvas.convertToBlob({ type: 'image/jpeg', quality }));
}

window.passive = { start, length, arrive, hold };
