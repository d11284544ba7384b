import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { fileUrl, inTime, startPages, type Pages } from './pages';
import { measureAll, type Station } from './pool';
import { startProgress } from './progress';

/** Something that is shown to the face engine: of a file, and how. */
export interface Shown {
	file: string;
}

export interface ShowingOptions {
	/** Pages side by side. */
	pages: number;
	cacheFolder: string;
	signal: AbortSignal;
	log: (line: string) => void;
}

/** A page that shows things to the face engine. */
export interface Stage<T extends Shown, Result> {
	/** Names its cache, and its folder of compiled packages. */
	name: string;
	/** Folder of the page's script `page.ts`, from the project's root. */
	folder: string;
	/** Other folders and files whose change changes what is seen, from the project's root. */
	sources: readonly string[];
	open: (page: Page, models: Pages['models']) => Promise<void>;
	show: (page: Page, url: string, showing: T) => Promise<Result>;
}

type Task<T> = T & { number: number; entry: string };

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Shows everything to the face engine, or takes from the cache what was shown before.
 * @returns what was seen, in the order of the showings, null for what no page survived; null when
 *   the signal ended it
 * @throws Error when the browser or the face engine cannot start
 */
export async function showAll<T extends Shown, Result>(
	stage: Stage<T, Result>,
	showings: readonly T[],
	options: ShowingOptions,
): Promise<(Result | null)[] | null> {
	const { name, folder, sources } = stage;
	const hash = await sourcesHash([folder, ...sources]);
	const cache = path.join(options.cacheFolder, `${name}-${hash}`);
	await mkdir(cache, { recursive: true });
	const files = [...new Set(showings.map(({ file }) => file))];
	const hashes = new Map(
		await Promise.all(files.map(async (file) => [file, hashOf(await readFile(file))] as const)),
	);
	const tasks = showings.map((showing): Task<T> => {
		const { file, ...how } = showing;
		const entry = hashOf(`${hashes.get(file) ?? ''}${JSON.stringify(how)}`);
		const number = files.indexOf(file);
		return { ...showing, number, entry: path.join(cache, `${entry}.json`) };
	});
	const known = new Set(await readdir(cache));
	const missing = tasks.filter(({ entry }) => !known.has(path.basename(entry)));
	options.log(`${tasks.length} showings: ${tasks.length - missing.length} from cache.`);
	if (missing.length > 0) await show(stage, files, missing, options);
	if (options.signal.aborted) return null;
	return Promise.all(tasks.map(({ entry }) => readEntry<Result>(entry)));
}

async function show<T extends Shown, Result>(
	stage: Stage<T, Result>,
	files: readonly string[],
	tasks: readonly Task<T>[],
	{ pages: stations, signal, log }: ShowingOptions,
): Promise<void> {
	const script = `/${stage.folder}/page.ts`;
	const pages = await startPages({ script, name: `vite-${stage.name}`, files, log });
	const progress = startProgress(tasks.length, 'showings');
	const stop = () => void pages.close();
	const writes: Promise<void>[] = [];
	signal.addEventListener('abort', stop);
	try {
		await measureAll(tasks, {
			stations,
			open: () => openStation(stage, pages),
			signal,
			onDone: ({ entry }, done) => {
				progress.step();
				// What no page survived is tried again another day.
				if (done) writes.push(writeFile(entry, JSON.stringify(done.result)));
			},
		});
	} catch (error) {
		if (!signal.aborted) throw error;
	} finally {
		signal.removeEventListener('abort', stop);
		progress.stop();
		await Promise.all(writes);
		await pages.close();
	}
}

async function openStation<T extends Shown, Result>(
	stage: Stage<T, Result>,
	pages: Pages,
): Promise<Station<Task<T>, Result>> {
	const page = await pages.open();
	await stage.open(page, pages.models);
	return {
		measure: (task) => inTime(stage.show(page, fileUrl(task.number), task)),
		close: () => page.close(),
	};
}

/** @returns null for what no page survived */
async function readEntry<Result>(entry: string): Promise<Result | null> {
	const text = await readFile(entry, 'utf8').catch(() => 'null');
	return JSON.parse(text) as Result | null;
}

/** Changes whenever the same file may be seen differently. */
async function sourcesHash(sources: readonly string[]): Promise<string> {
	const paths = await Promise.all([...sources, 'src/lib/client/face'].map(filesOf));
	const all = ['models/prepared/index.json', ...paths.flat()];
	const contents = await Promise.all(all.map((name) => readFile(path.join(ROOT, name))));
	return hashOf(Buffer.concat(contents)).slice(0, 16);
}

/** @returns a folder's own sources, or the file itself */
async function filesOf(source: string): Promise<string[]> {
	if (source.endsWith('.ts')) return [source];
	const names = await readdir(path.join(ROOT, source));
	return names
		.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
		.sort()
		.map((name) => path.join(source, name));
}

function hashOf(content: Buffer | string): string {
	return createHash('sha256').update(content).digest('hex');
}
