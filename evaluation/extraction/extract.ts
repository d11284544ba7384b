import path from 'node:path';
import type { PictureAnswer } from '../page/protocol';
import { startBrowser, type BrowserTask } from './browser';
import { MeasurementCache } from './cache';
import type { Measurement, Outcome, PipelineName } from './measurement';
import { hashPictures, type Picture, type PictureHash } from './pictures';
import type { Pipeline } from './pipelines';
import { measureAll } from './pool';
import { startProgress } from './progress';

export interface ExtractOptions {
	/** Pages side by side. */
	pages: number;
	cacheFolder: string;
	signal: AbortSignal;
	log: (line: string) => void;
}

/** What each pipeline made of each picture, in the order of the pictures. */
export type Extraction = ReadonlyMap<PipelineName, Outcome[]>;

/** A task with the name of its results in the caches. */
type HashedTask = BrowserTask & { hash: string };

type Caches = ReadonlyMap<PipelineName, MeasurementCache>;

/**
 * Measures pictures in the browser, or takes from the cache what was measured before.
 *
 * @returns null when the signal was given: what was measured until then is in the cache
 * @throws Error when the browser or the face engine cannot start
 */
export async function extract(
	pictures: readonly Picture[],
	pipelines: readonly Pipeline[],
	options: ExtractOptions,
): Promise<Extraction | null> {
	const hashes = await hashPictures(pictures);
	const caches = openCaches(pipelines, options.cacheFolder);
	try {
		const tasks = missingTasks(pictures, hashes, caches);
		options.log(`${pictures.length} pictures: ${knownOf(hashes, caches)} from cache.`);
		if (tasks.length > 0) await measureTasks(pictures, tasks, { ...options, caches });
		return options.signal.aborted ? null : outcomesOf(hashes, caches);
	} finally {
		for (const cache of caches.values()) cache.close();
	}
}

function openCaches(pipelines: readonly Pipeline[], folder: string): Caches {
	return new Map(
		pipelines.map(({ name, version, dimensions }) => [
			name,
			new MeasurementCache(path.join(folder, `${version}.bin`), dimensions),
		]),
	);
}

/** @returns how many pictures every pipeline has measured before */
function knownOf(hashes: readonly PictureHash[], caches: Caches): number {
	return hashes.filter(
		(of) => 'hash' in of && [...caches.values()].every((cache) => cache.get(of.hash)),
	).length;
}

/** @returns what no cache knows; pictures of the same bytes are measured once */
function missingTasks(
	pictures: readonly Picture[],
	hashes: readonly PictureHash[],
	caches: Caches,
): HashedTask[] {
	const seen = new Set<string>();
	return hashes.flatMap((of, picture) => {
		if (!('hash' in of) || seen.has(of.hash)) return [];
		seen.add(of.hash);
		const pipelines = [...caches].flatMap(([name, cache]) => (cache.get(of.hash) ? [] : [name]));
		const rendition = pictures[picture]?.rendition ?? null;
		return pipelines.length > 0 ? [{ picture, rendition, hash: of.hash, pipelines }] : [];
	});
}

async function measureTasks(
	pictures: readonly Picture[],
	tasks: readonly HashedTask[],
	options: ExtractOptions & { caches: Caches },
): Promise<void> {
	const { caches, pages, signal, log } = options;
	const needed = [...caches.keys()].filter((name) =>
		tasks.some(({ pipelines }) => pipelines.includes(name)),
	);
	const files = pictures.map(({ file }) => file);
	const browser = await startBrowser(files, needed, log);
	const progress = startProgress(tasks.length);
	// Ends what the pages are at, so that nobody waits for a slow picture after Ctrl-C.
	const stop = () => void browser.close();
	signal.addEventListener('abort', stop);
	try {
		await measureAll(tasks, {
			stations: pages,
			open: browser.open,
			signal,
			onDone: ({ hash, pipelines }, done) => {
				progress.step();
				// What no page survived is not kept: another day, or with more memory, one may.
				if (!done) return;
				for (const name of pipelines) caches.get(name)?.add(hash, measurementOf(done.result, name));
			},
		});
	} catch (error) {
		if (!signal.aborted) throw error;
	} finally {
		signal.removeEventListener('abort', stop);
		progress.stop();
		await browser.close();
	}
}

function measurementOf(answer: PictureAnswer, name: PipelineName): Measurement {
	const measured = answer?.[name];
	if (!measured) return { kind: 'broken' };
	const { face, ms } = measured;
	return face ? { kind: 'face', template: face, ms } : { kind: 'no-face', ms };
}

function outcomesOf(hashes: readonly PictureHash[], caches: Caches): Extraction {
	const outcomeOf = (of: PictureHash, cache: MeasurementCache): Outcome =>
		'hash' in of ? (cache.get(of.hash) ?? { kind: 'broken' }) : { kind: of.problem };
	return new Map(
		[...caches].map(([name, cache]) => [name, hashes.map((of) => outcomeOf(of, cache))]),
	);
}
