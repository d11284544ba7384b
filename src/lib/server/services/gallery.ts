import type { Vault } from '../crypto/vault';
import type { Db } from '../db/executor';
import type { GalleryNotice } from '../db/gallery-notices';
import type * as referenceRows from '../db/references.repository';
import type { EngineId } from '../db/references.repository';
import { confusablePairs, type ConfusablePairs, type MemberFace } from '../domain/confusable';
import type { Reference } from '../domain/matching';
import type { RecognitionPolicy } from '../domain/policy';
import { fuseVectors } from '../domain/references';
import type { Log } from '../log';
import type { PackedGallery } from '../matching/packed-gallery';
import { openOrSkip } from './references';

/** Galleries kept in memory; more classes than ever take a roll call at the same time on one node. */
const MAX_GALLERIES = 200;

export interface GalleryDeps {
	db: Db;
	references: Pick<typeof referenceRows, 'listReferencesOfClass'>;
	vault: Vault;
	packGallery: (references: readonly Reference[]) => PackedGallery;
	log: Log;
}

/** A class's references, and what follows from them. */
export interface ClassGallery {
	readonly gallery: PackedGallery;
	/** Members of whom staff have not said yet whose face it is. */
	readonly unconfirmed: ReadonlySet<string>;
	/**
	 * The members whom the camera cannot tell apart under a policy. Worked out when it is asked for
	 * first, so that it delays no load, and kept with the gallery.
	 */
	confusable(policy: RecognitionPolicy): ConfusablePairs;
}

/** `null`: anything may have changed. */
type Changed = GalleryNotice | null;

interface CacheEntry {
	classId: string;
	loading: Promise<ClassGallery>;
	/** Set once loaded, so that it can be wiped. */
	loaded: WipeableClassGallery | null;
	/** What it holds, or is loading, is out of date. */
	stale: boolean;
}

type WipeableClassGallery = ClassGallery & { wipe(): void };

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
		entry.loaded?.wipe();
		cache.delete(key);
	}

	async function load(entry: Omit<CacheEntry, 'loading'>, engine: EngineId): Promise<ClassGallery> {
		const loaded = await readGallery(deps, entry.classId, engine);
		if (!entry.stale) return (entry.loaded = loaded);
		// Something changed while it was read: it may hold what must not exist any more.
		loaded.wipe();
		return ofClass(entry.classId, engine);
	}

	function ofClass(classId: string, engine: EngineId): Promise<ClassGallery> {
		const key = `${classId} ${engine.modelId} ${engine.pipelineVersion}`;
		const known = cache.get(key);
		if (known !== undefined) {
			// The map runs from the least to the most recently asked for.
			cache.delete(key);
			cache.set(key, known);
			return known.loading;
		}
		const begun: Omit<CacheEntry, 'loading'> = { classId, stale: false, loaded: null };
		const entry: CacheEntry = Object.assign(begun, {
			loading: load(begun, engine).catch((error: unknown) => {
				if (cache.get(key) === entry) cache.delete(key);
				throw error;
			}),
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

async function readGallery(
	deps: GalleryDeps,
	classId: string,
	engine: EngineId,
): Promise<WipeableClassGallery> {
	const rows = await deps.references.listReferencesOfClass(deps.db, classId, engine);
	const references = rows.flatMap((row) => openOrSkip(deps, row) ?? []);
	const gallery = deps.packGallery(references);
	const faces = fuseMembers(references);
	references.forEach(({ vector }) => vector.fill(0));
	let known: { policy: RecognitionPolicy; pairs: ConfusablePairs } | null = null;
	const unconfirmed = rows.flatMap((row) => (row.isConfirmed ? [] : row.studentId));
	return {
		gallery,
		unconfirmed: new Set(unconfirmed),
		confusable(policy) {
			if (known === null || !samePolicy(known.policy, policy)) {
				known = { policy, pairs: confusablePairs(gallery, faces, policy) };
			}
			return known.pairs;
		},
		wipe() {
			gallery.wipe();
			faces.forEach(({ face }) => face.fill(0));
		},
	};
}

function fuseMembers(references: readonly Reference[]): MemberFace[] {
	const vectorsOf = new Map<string, Float32Array[]>();
	for (const { studentId, vector } of references) {
		const vectors = vectorsOf.get(studentId);
		if (vectors === undefined) vectorsOf.set(studentId, [vector]);
		else vectors.push(vector);
	}
	return [...vectorsOf].map(([studentId, vectors]) => ({
		studentId,
		face: fuseVectors(vectors),
		references: vectors.length,
	}));
}

function samePolicy(a: RecognitionPolicy, b: RecognitionPolicy): boolean {
	return a.strangersPerWrongName === b.strangersPerWrongName && a.scoreShift === b.scoreShift;
}
