import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { shuffle } from 'simple-statistics';

export const PHOTO = /\.(jpe?g|png|webp|avif|gif|bmp)$/i;
export const CLIP = /\.(mp4|m4v|mov|webm|mkv|ogv)$/i;

/** @returns files below a folder, at any depth, in the order of their names */
export async function filesIn(folder: string, pattern: RegExp): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile() && pattern.test(entry.name))
		.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
		.sort();
}

/** @returns as many photos below a folder, drawn at random; the same for the same seed */
export async function drawPhotos(folder: string, count: number, seed: number): Promise<string[]> {
	const generator = xoroshiro128plus(seed);
	const photos = await filesIn(folder, PHOTO);
	return shuffle(photos, () => uniformFloat64(generator)).slice(0, count);
}
