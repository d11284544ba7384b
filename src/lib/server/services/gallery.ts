import type { Vault } from '../crypto/vault';
import type { Db } from '../db/executor';
import type { GalleryNotice } from '../db/gallery-notices';
import type * as referenceRows from '../db/references.repository';
import type { EngineId, ReferenceRow } from '../db/references.repository';
import { packGallery, type Gallery, type Reference } from '../domain/matching';
import type { Log } from '../log';
import { openReference } from './references';

/** Galleries kept in memory; more classes than ever take a roll call at the same time on one node. */
const MAX_GALLERIES = 200;

export interface GalleryDeps {
	db: Db;
	references: Pick<typeof referenceRows, 'listReferencesOfClass'>;
	vault: Vault;
	log: Log;
}

/** `null`: anything may have changed. */
type Changed = GalleryNotice | null;

interface CacheEntry {
	classId: string;
	loading: Promise<Gallery>;
	/** Set once loaded, so that it can be wiped. */
	gallery: Gallery | null;
	/** What it holds, or is loading, is out of date. */
	stale: boolean;
}

export type Galleries = ReturnType<typeof createGalleries>;

/**
 * The decrypted references of classes, in memory for as long as nothing changes. PostgreSQL is the
 * truth: {@link Galleries.changed} forgets, and the next question loads again. What is forgotten is
 * overwritten with zeros.
 */
export function createGalleries(deps: GalleryDeps) {
	const cache = new Map<string, CacheEntry>();
	const listeners = new Set<(changed: Changed) => void>();

	function forget(key: string, entry: CacheEntry): void {
		entry.stale = true;
		entry.gallery?.vectors.fill(0);
		cache.delete(key);
	}

	async function load(entry: CacheEntry, engine: EngineId): Promise<Gallery> {
		const gallery = await readGallery(deps, entry.classId, engine);
		if (!entry.stale) return (entry.gallery = gallery);
		// Something changed while it was read: it may hold what must not exist any more.
		gallery.vectors.fill(0);
		return ofClass(entry.classId, engine);
	}

	function ofClass(classId: string, engine: EngineId): Promise<Gallery> {
		const key = `${classId} ${engine.modelId} ${engine.pipelineVersion}`;
		const known = cache.get(key);
		if (known !== undefined) {
			// The map runs from the least to the most recently asked for.
			cache.delete(key);
			cache.set(key, known);
			return known.loading;
		}
		const entry: CacheEntry = {
			classId,
			stale: false,
			gallery: null,
			loading: Promise.resolve(EMPTY),
		};
		entry.loading = load(entry, engine).catch((error: unknown) => {
			if (cache.get(key) === entry) cache.delete(key);
			throw error;
		});
		cache.set(key, entry);
		for (const [oldest, old] of cache) {
			if (cache.size <= MAX_GALLERIES) break;
			forget(oldest, old);
		}
		return entry.loading;
	}

	return {
		/**
		 * The class's references of one engine: consented, current members only. Callers that ask at
		 * once share one load. Use it before the next `await`: a change overwrites it with zeros.
		 */
		ofClass,

		/** Forgets what the change may concern, and tells the listeners. */
		changed(changed: Changed): void {
			for (const [key, entry] of cache) {
				// A student's classes are not known here; loading again is cheap.
				const concerns =
					changed === null || 'studentId' in changed || changed.classId === entry.classId;
				if (concerns) forget(key, entry);
			}
			listeners.forEach((listener) => listener(changed));
		},

		/** @returns how to stop listening. */
		onChanged(listener: (changed: Changed) => void): () => void {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},

		dispose(): void {
			for (const [key, entry] of cache) forget(key, entry);
			listeners.clear();
		},
	};
}

const EMPTY = packGallery([]);

async function readGallery(deps: GalleryDeps, classId: string, engine: EngineId): Promise<Gallery> {
	const rows = await deps.references.listReferencesOfClass(deps.db, classId, engine);
	const references = rows.flatMap((row) => openOrSkip(deps, row));
	const gallery = packGallery(references);
	references.forEach(({ vector }) => vector.fill(0));
	return gallery;
}

/** One damaged row must not keep the rest of the class from being recognised. */
function openOrSkip({ vault, log }: GalleryDeps, row: ReferenceRow): Reference[] {
	try {
		return [openReference(vault, row)];
	} catch (error) {
		log.error({ err: error, referenceId: row.id }, 'a reference does not open and is left out');
		return [];
	}
}
