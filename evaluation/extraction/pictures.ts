import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Rendition } from '../page/rendition';

/** Files that are open at once. */
const SIDE_BY_SIDE = 32;

/** A file, and how it is changed before it is measured; null: not at all. */
export interface Picture {
	file: string;
	rendition: Rendition | null;
}

/** SHA-256 in hex of a file's bytes and its rendition, or why it has none. */
export type PictureHash = { hash: string } | { problem: 'missing' | 'broken' };

/** Reads every picture once. */
export async function hashPictures(pictures: readonly Picture[]): Promise<PictureHash[]> {
	const hashes: PictureHash[] = [];
	const waiting = pictures.entries();
	const work = async () => {
		for (const [number, picture] of waiting) hashes[number] = await hashOf(picture);
	};
	await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
	return hashes;
}

async function hashOf({ file, rendition }: Picture): Promise<PictureHash> {
	try {
		const hash = createHash('sha256').update(await readFile(file));
		if (rendition) hash.update(JSON.stringify(rendition));
		return { hash: hash.digest('hex') };
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : null;
		return { problem: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'broken' };
	}
}
