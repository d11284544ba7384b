import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
	CAMERA,
	copy,
	EYE_DISTANCE,
	overSheet,
	type Print,
	type SheetPose,
} from '../liveness/sheet';

/** What a photo is on, where that is held, and by what camera it is seen. */
export interface Scene {
	/** How large the face is, as a share of life size. */
	size: number;
	/** Half the width and height of the sheet or screen, cm; null: as large as the photo. */
	half: { width: number; height: number } | null;
	/** Where its middle is, cm from between the eyes. */
	offset: { x: number; y: number };
	/** Of a screen, cm; 0 for paper. */
	bezel: number;
	/** Light on it against that of the room. */
	light: number;
	/** Draws what hangs on the wall behind it. */
	room: number;
	/** Of the camera: standard deviation of bytes. */
	noise: number;
	/** How well it packs its pictures: JPEG, 0..1. */
	quality: number;
}

const PAPER = 235;
const BEZEL = 14;
/** A screen shows black beside a photo. */
const SCREEN = 12;
/** A screen's bezel is so much wider above and below. */
const FOREHEAD = 2.5;
const NOISE_LENGTH = 1 << 16;

let noise: Float32Array | null = null;
let wall: { room: number; pixels: Uint8ClampedArray } | null = null;

/** Draws what is held before the virtual camera, in a room. */
export function stage(print: Print, pose: SheetPose, scene: Scene, frame: number): ImageData {
	const { width, height } = CAMERA;
	const picture = new ImageData(width, height);
	const { data: pixels } = picture;
	const behind = wallOf(scene.room);
	const paint = painter(print, scene, pixels);
	const grain = (noise ??= makeNoise());
	const shift = (frame * 7919 + scene.room * 104_729) % NOISE_LENGTH;
	overSheet(pose, (across, down, at) => {
		if (!paint(across, down, at)) {
			for (let i = 0; i < 3; i++) pixels[at + i] = behind[at + i]!;
		}
		for (let i = 0; i < 3; i++) {
			// A stride that is prime to the length, so that rows do not repeat.
			pixels[at + i]! += scene.noise * grain[(shift + (at + i) * 31) % NOISE_LENGTH]!;
		}
		pixels[at + 3] = 255;
	});
	return picture;
}

/** @returns paints a place of the sheet; false beside it */
function painter(
	{ image, x, y, eyeDistance }: Print,
	{ size, half, offset, bezel, light }: Scene,
	pixels: Uint8ClampedArray,
): (across: number, down: number, at: number) => boolean {
	const scale = eyeDistance / EYE_DISTANCE / size;
	const { data: source, width, height } = image;
	const plain = (byte: number, at: number) => {
		for (let i = 0; i < 3; i++) pixels[at + i] = byte;
		return true;
	};
	return (across, down, at) => {
		const beyondX = half === null ? 0 : Math.abs(across - offset.x) - half.width;
		const beyondY = half === null ? 0 : Math.abs(down - offset.y) - half.height;
		if (Number.isNaN(across) || beyondX > bezel || beyondY > bezel * FOREHEAD) return false;
		if (beyondX > 0 || beyondY > 0) return plain(BEZEL, at);
		const isPrinted = copy(
			source,
			{ width, height },
			x + across * scale,
			y + down * scale,
			pixels,
			at,
		);
		if (!isPrinted) return half !== null && plain(bezel > 0 ? SCREEN : PAPER * light, at);
		for (let i = 0; i < 3; i++) pixels[at + i]! *= light;
		return true;
	};
}

function makeNoise(): Float32Array {
	const next = random(1);
	return Float32Array.from(
		{ length: NOISE_LENGTH },
		// Box and Muller 1958.
		() => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
	);
}

function random(seed: number): () => number {
	const generator = xoroshiro128plus(seed + 1);
	// Its first numbers are alike for all small seeds.
	for (let i = 0; i < 16; i++) generator.next();
	return () => uniformFloat64(generator);
}

/** A wall with up to a dozen things on it. */
function wallOf(room: number): Uint8ClampedArray {
	if (wall?.room === room) return wall.pixels;
	const { width, height } = CAMERA;
	const next = random(room);
	const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
	if (!context) throw new Error('The browser gives no canvas.');
	const byte = (from: number, to: number) => Math.round(from + (to - from) * next());
	const base = byte(120, 200);
	const light = context.createLinearGradient(0, 0, width, 0);
	light.addColorStop(0, `rgb(${base} ${base - 3} ${base - 8})`);
	light.addColorStop(1, `rgb(${base + 14} ${base + 11} ${base + 6})`);
	context.fillStyle = light;
	context.fillRect(0, 0, width, height);
	for (let things = byte(0, 12); things > 0; things--) {
		context.fillStyle = `rgb(${byte(40, 220)} ${byte(40, 220)} ${byte(40, 220)})`;
		context.fillRect(next() * width, next() * height, 20 + next() * 120, 20 + next() * 120);
	}
	const { data: pixels } = context.getImageData(0, 0, width, height);
	wall = { room, pixels };
	return pixels;
}
