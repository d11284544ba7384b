import { UsageError } from '../usage-error';
import { readTable } from './table';

/** A person with their pictures, by numbers from 0 into the data set's paths. */
export interface Subject {
	name: string;
	/** All pictures, or those of the set `gallery`. */
	gallery: number[];
	/** All pictures, or those of the set `probe`. */
	probes: number[];
}

export interface SubjectPictures {
	/** Pictures, below the folder of pictures. */
	paths: string[];
	subjects: Subject[];
	/** The file says which pictures are enrolled and which are searched with. */
	hasSets: boolean;
}

/**
 * Reads CSV with the columns path,subject[,set].
 * @param file named in errors
 * @throws UsageError with the line that is wrong
 */
export function readSubjects(file: string, content: string): SubjectPictures {
	const columns = { required: ['path', 'subject'], optional: ['set'] } as const;
	const rows = readTable(file, content, columns);
	if (rows.length === 0) throw new UsageError(`${file} holds no pictures.`);
	const hasSets = rows.some(({ cells }) => cells.set !== '');
	const subjects = new Map<string, Subject>();
	const lines = new Map<string, number>();
	for (const [picture, { line, cells }] of rows.entries()) {
		const place = `${file}, line ${line}`;
		const before = lines.get(cells.path);
		if (before !== undefined) {
			throw new UsageError(`${place}: ${cells.path} stands in line ${before} already.`);
		}
		lines.set(cells.path, line);
		const name = cells.subject;
		const subject = subjects.get(name) ?? { name, gallery: [], probes: [] };
		subjects.set(name, subject);
		for (const set of setsOf(place, cells.set, hasSets)) subject[set].push(picture);
	}
	return { paths: [...lines.keys()], subjects: [...subjects.values()], hasSets };
}

function setsOf(place: string, word: string, hasSets: boolean): ('gallery' | 'probes')[] {
	if (!hasSets) return ['gallery', 'probes'];
	if (word === 'gallery') return ['gallery'];
	if (word === 'probe') return ['probes'];
	throw new UsageError(`${place}: set is "${word}"; write gallery or probe in every line.`);
}
