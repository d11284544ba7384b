import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../usage-error';
import type { SubjectPictures } from './subjects';

const PICTURE = /\.(jpe?g|png|webp|avif|gif|bmp)$/i;

/**
 * Every sub-folder is a person, named by it, with the pictures that are directly in it.
 * @returns in the order of the names, whatever the file system's
 * @throws UsageError when there are no pictures
 */
export async function readFolders(folder: string): Promise<SubjectPictures> {
	const data: SubjectPictures = { paths: [], subjects: [], hasSets: false };
	for (const name of await namesIn(folder, 'folders')) {
		const files = (await namesIn(path.join(folder, name), 'files')).filter((file) =>
			PICTURE.test(file),
		);
		if (files.length === 0) continue;
		const numbers = files.map((_, i) => data.paths.length + i);
		data.paths.push(...files.map((file) => `${name}/${file}`));
		data.subjects.push({ name, gallery: numbers, probes: numbers });
	}
	if (data.paths.length > 0) return data;
	throw new UsageError(
		`${folder} holds no folders with pictures: there must be one for each person.`,
	);
}

async function namesIn(folder: string, kind: 'folders' | 'files'): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true });
	return entries
		.filter((entry) => (kind === 'folders' ? entry.isDirectory() : entry.isFile()))
		.map(({ name }) => name)
		.sort();
}
