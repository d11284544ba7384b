import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Sets of faces that are not ours to ship: a folder beside the checkout, or the one that FACE_DATA
 * names. Tests that need it skip, visibly, where it is absent.
 */
export const FACE_DATA =
	process.env.FACE_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

export const hasVideos = existsSync(path.join(FACE_DATA, 'videos'));

/** Photos of groups; none where there is no such folder. */
export const groupPhotos = existsSync(path.join(FACE_DATA, 'groups'))
	? readdirSync(path.join(FACE_DATA, 'groups')).filter((name) => name.endsWith('.jpg'))
	: [];

export const hasLfw = existsSync(path.join(FACE_DATA, 'lfw-dev', 'subjects.csv'));

/** People of Labeled Faces in the Wild, by their folders there, with the files of their photos. */
export async function lfwPeople(
	subjects: readonly string[],
): Promise<{ name: string; photos: string[] }[]> {
	const folder = path.join(FACE_DATA, 'lfw-dev');
	const table = await readFile(path.join(folder, 'subjects.csv'), 'utf8');
	const rows = table.split(/\r?\n/).map((line) => line.split(','));
	return subjects.map((subject) => ({
		name: subject.replaceAll('_', ' '),
		photos: rows.flatMap(([photo = '', owner]) =>
			owner === subject ? [path.join(folder, 'images', photo)] : [],
		),
	}));
}
