import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileUrl, inTime, startPages, type Pages } from '../extraction/pages';
import { measureAll, type Station } from '../extraction/pool';
import { startProgress } from '../extraction/progress';
import type { TraceFrame } from '$lib/contract/liveness';
import type { SeenFace, TimedPose } from '../page/liveness/protocol';

/** Something that is shown to the face engine: a clip, or a photo on a sheet that is moved. */
export type Showing =
	| { kind: 'clip'; file: string; isMirrored: boolean }
	| { kind: 'sheet'; file: string; poses: TimedPose[] };

/** The main face of each frame that shows one; null where the file cannot be used. */
export type Sighting = SeenFace[] | null;

export interface TraceOptions {
	/** Pages side by side. */
	pages: number;
	cacheFolder: string;
	signal: AbortSignal;
	log: (line: string) => void;
}

/** As the product records a trace, ms between two frames. */
const CLIP_FRAME_MS = 100;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

type Task = Showing & { number: number; entry: string };

/**
 * Shows everything to the face engine, or takes from the cache what was shown before.
 * @returns what was seen, in the order of the showings; null when the signal ended it
 * @throws Error when the browser or the face engine cannot start
 */
export async function readTraces(
	showings: readonly Showing[],
	options: TraceOptions,
): Promise<Sighting[] | null> {
	const folder = path.join(options.cacheFolder, `liveness-${await sourcesHash()}`);
	await mkdir(folder, { recursive: true });
	const files = [...new Set(showings.map(({ file }) => file))];
	const hashes = new Map(
		await Promise.all(files.map(async (file) => [file, hashOf(await readFile(file))] as const)),
	);
	const tasks = showings.map((showing) => {
		const { file } = showing;
		const how = showing.kind === 'clip' ? showing.isMirrored : showing.poses;
		const name = hashOf(`${hashes.get(file) ?? ''}${JSON.stringify(how)}`);
		return { ...showing, number: files.indexOf(file), entry: path.join(folder, `${name}.json`) };
	});
	const known = new Set(await readdir(folder));
	const missing = tasks.filter(({ entry }) => !known.has(path.basename(entry)));
	options.log(`${tasks.length} showings: ${tasks.length - missing.length} from cache.`);
	if (missing.length > 0) await show(files, missing, options);
	if (options.signal.aborted) return null;
	return Promise.all(tasks.map(({ entry }) => readEntry(entry)));
}

async function show(
	files: readonly string[],
	tasks: readonly Task[],
	{ pages: stations, signal, log }: TraceOptions,
): Promise<void> {
	const script = '/evaluation/page/liveness/page.ts';
	const pages = await startPages({ script, name: 'vite-liveness', files, log });
	const progress = startProgress(tasks.length, 'showings');
	const stop = () => void pages.close();
	const writes: Promise<void>[] = [];
	signal.addEventListener('abort', stop);
	try {
		await measureAll(tasks, {
			stations,
			open: () => openStation(pages),
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

async function openStation(pages: Pages): Promise<Station<Task, Sighting>> {
	const page = await pages.open();
	await page.waitForFunction(() => 'liveness' in window);
	await page.evaluate((models) => window.liveness.start(models), pages.models);
	return {
		measure: (task) => {
			const url = fileUrl(task.number);
			return inTime(
				task.kind === 'clip'
					? page.evaluate(
							([of, every, isMirrored]) => window.liveness.clip(of, every, isMirrored),
							[url, CLIP_FRAME_MS, task.isMirrored] as const,
						)
					: page.evaluate(([of, poses]) => window.liveness.sheet(of, poses), [
							url,
							task.poses,
						] as const),
			);
		},
		close: () => page.close(),
	};
}

/** @returns null for what no page survived */
async function readEntry(entry: string): Promise<Sighting> {
	const text = await readFile(entry, 'utf8').catch(() => 'null');
	return JSON.parse(text) as Sighting;
}

/** @returns what a phone would have sent of it */
export function traceOf(faces: readonly SeenFace[]): TraceFrame[] {
	return faces.map(({ at, points }) => ({ at, points: Float32Array.from(points) }));
}

/** Changes whenever the same clip may be seen differently. */
async function sourcesHash(): Promise<string> {
	const folders = ['src/lib/client/face', 'evaluation/page/liveness'];
	const sources = await Promise.all(
		folders.map(async (folder) => {
			const names = (await readdir(path.join(ROOT, folder))).filter(
				(name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'),
			);
			return names.sort().map((name) => path.join(ROOT, folder, name));
		}),
	);
	const files = ['models/prepared/index.json', 'src/lib/contract/liveness.ts'];
	const all = [...files.map((file) => path.join(ROOT, file)), ...sources.flat()];
	return hashOf(Buffer.concat(await Promise.all(all.map((file) => readFile(file))))).slice(0, 16);
}

function hashOf(content: Buffer | string): string {
	return createHash('sha256').update(content).digest('hex');
}
