import { rename, writeFile } from 'node:fs/promises';
import sharp, { type OverlayOptions } from 'sharp';

/**
 * Clips for Chromium's fake camera (`--use-file-for-fake-video-capture`): JPEGs one after another,
 * played at 30 frames a second and repeated. Chromium opens the file anew each time a page opens
 * the camera, so one browser can be shown one clip after another under the same name.
 */

export const CAMERA = { width: 1280, height: 720 } as const;
export const CAMERA_FPS = 30;

/** A head in a scene; places and sizes in pixels of the picture. */
export interface Head {
	/** The picture of the head, any format sharp reads. */
	picture: Buffer;
	/** Middle of the head. */
	x: number;
	y: number;
	/** Height of the head's picture. */
	size: number;
	/** Clockwise, degrees. */
	angle?: number;
	/** Width against height, 1 as photographed: a narrower head is a head that turns, roughly. */
	aspect?: number;
	/** 1 leaves the light as it is. */
	brightness?: number;
}

export interface Scene {
	/** Behind the heads; it is blurred, so that it holds no face. */
	background: Buffer | string;
	mirrorBackground?: boolean;
	/** Seconds that the clip lasts before it repeats. */
	seconds: number;
	/** Who is where at `time`, 0..1 of the clip. Later heads are in front. */
	headsAt(time: number): Head[];
}

/** Draws the scene and puts it where the camera reads it, whole or not at all. */
export async function showToCamera(cameraFile: string, scene: Scene): Promise<void> {
	const frames = (await drawFrames(scene)).flatMap((frame) =>
		Array.from({ length: CAMERA_FPS / DRAWN_PER_SECOND }, () => frame),
	);
	const draft = `${cameraFile}.draft`;
	await writeFile(draft, Buffer.concat(frames));
	await rename(draft, cameraFile);
}

/** The scene as JPEGs, ten for each second. */
export async function drawFrames(scene: Scene): Promise<Buffer[]> {
	const count = Math.max(1, Math.round(scene.seconds * DRAWN_PER_SECOND));
	const background = await drawBackground(scene);
	const frames: Buffer[] = [];
	const drawn = new Map<string, Buffer>();
	for (let i = 0; i < count; i++) {
		const heads = scene.headsAt(i / count);
		// Where nobody moves, the last drawing serves again.
		const places = JSON.stringify(heads.map(({ picture, ...place }) => [picture.length, place]));
		const frame = drawn.get(places) ?? (await drawFrame(background, heads));
		drawn.set(places, frame);
		frames.push(frame);
	}
	return frames;
}

/** A smooth path from a to b and back over one clip, so that the repeat does not jump. */
export function sway(time: number, a: number, b: number): number {
	return a + ((b - a) * (1 - Math.cos(2 * Math.PI * time))) / 2;
}

/** Pictures on their way from one step to the next: packing them would cost most of the time. */
const UNCOMPRESSED = { compressionLevel: 0 };

/** Drawn frames are shown several times each: faster to make, and as much as the engine looks at. */
const DRAWN_PER_SECOND = 10;

async function drawBackground({ background, mirrorBackground }: Scene): Promise<Buffer> {
	const picture = sharp(background).resize(CAMERA.width, CAMERA.height, { fit: 'cover' }).blur(30);
	return (mirrorBackground ? picture.flop() : picture).removeAlpha().raw().toBuffer();
}

async function drawFrame(background: Buffer, heads: Head[]): Promise<Buffer> {
	const layers = await Promise.all(heads.map(drawHead));
	return sharp(background, { raw: { ...CAMERA, channels: 3 } })
		.composite(layers)
		.jpeg({ quality: 92 })
		.toBuffer();
}

async function drawHead(head: Head): Promise<OverlayOptions> {
	const { width, height } = await sharp(head.picture).metadata();
	const scaled = (head.size * width * (head.aspect ?? 1)) / height;
	const upright = await sharp(head.picture)
		.resize(Math.round(scaled), Math.round(head.size), { fit: 'fill' })
		.modulate({ brightness: head.brightness ?? 1 })
		.png(UNCOMPRESSED)
		.toBuffer();
	const { data, info } = await sharp(upright)
		.rotate(head.angle ?? 0, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
		.png(UNCOMPRESSED)
		.toBuffer({ resolveWithObject: true });
	return clipToFrame(data, info, head);
}

/** sharp refuses a layer that reaches over the edge, so what is outside is cut off first. */
async function clipToFrame(
	picture: Buffer,
	size: { width: number; height: number },
	head: Head,
): Promise<OverlayOptions> {
	const left = Math.round(head.x - size.width / 2);
	const top = Math.round(head.y - size.height / 2);
	const cut = { left: Math.max(0, -left), top: Math.max(0, -top) };
	const width = Math.min(size.width - cut.left, CAMERA.width - Math.max(0, left));
	const height = Math.min(size.height - cut.top, CAMERA.height - Math.max(0, top));
	const input = await sharp(picture)
		.extract({ ...cut, width, height })
		.png(UNCOMPRESSED)
		.toBuffer();
	return { input, left: Math.max(0, left), top: Math.max(0, top) };
}
