import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Files that are open at once. */
const SIDE_BY_SIDE = 32;

/** A file's SHA-256 in hex, or why it has none. */
export type PictureHash = { hash: string } | { problem: 'missing' | 'broken' };

/** Reads every file once. */
export async function hashPictures(files: readonly string[]): Promise<PictureHash[]> {
	const hashes: PictureHash[] = [];
	const waiting = files.entries();
	const work = async () => {
		for (const [number, file] of waiting) hashes[number] = await hashOf(file);
	};
	await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
	return hashes;
}

async function hashOf(file: string): Promise<PictureHash> {
	try {
		return {
			hash: createHash('sha256')
				.update(await readFile(file))
				.digest('hex'),
		};
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : null;
		return { problem: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'broken' };
	}
}
