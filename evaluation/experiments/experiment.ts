import { readFile, stat } from 'node:fs/promises';
import type { Outcome } from '../extraction/measurement';
import type { Pipeline } from '../extraction/pipelines';
import type { DetDrawing } from '../report/det';
import type { TextFile } from '../report/files';
import { UsageError } from '../usage-error';

/** What one pipeline made of an experiment's pictures, in the order of its paths: all as they are, then all renditions of one number after the other. */
export interface Measured {
	pipeline: Pipeline;
	outcomes: readonly Outcome[];
}

export interface Report {
	/** For the person at the terminal. */
	lines: string[];
	/** For the JSON file: figures of our engine, and of Human as `baseline`. */
	result: object;
	/** null where there is no curve to draw. */
	drawing: DetDrawing | null;
	/** What else it writes. */
	file?: TextFile | undefined;
}

/** A measurement that is planned: which pictures it needs, and what it says about their vectors. */
export interface Experiment {
	/** Pictures, each once, below the folder of pictures. */
	paths: readonly string[];
	/** Each picture is measured as it is, and then so many times in a rendition of its own. */
	renditions: number;
	/**
	 * @param measured our engine first
	 * @throws UsageError when the pictures do not suffice
	 */
	report: (measured: readonly Measured[]) => Report;
}

/** @throws UsageError when the file cannot be read */
export async function readDataFile(option: string, file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch {
		throw new UsageError(`--${option} names ${file}, which cannot be read: correct the path.`);
	}
}

/** @throws UsageError when there is no such folder */
export async function assertFolder(option: string, folder: string): Promise<void> {
	const found = await stat(folder).catch(() => null);
	if (!found?.isDirectory()) {
		throw new UsageError(`--${option} names ${folder}, which is no folder: correct the path.`);
	}
}

/** @returns our figures, with those of a second pipeline as `baseline` */
export function withBaseline<Figures extends object>(
	figures: readonly Figures[],
): Figures & { baseline?: Figures } {
	const [own, baseline] = figures;
	if (!own) throw new RangeError('No pipeline was measured.');
	return baseline ? { ...own, baseline } : own;
}
