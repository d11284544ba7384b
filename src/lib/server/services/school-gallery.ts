import { setImmediate as otherWork } from 'node:timers/promises';
import type { Vault } from '../crypto/vault';
import type { Db } from '../db/executor';
import type { GalleryNotice } from '../db/gallery-notices';
import type * as referenceRows from '../db/references.repository';
import type { EngineId } from '../db/references.repository';
import type { Reference, Standing } from '../domain/matching';
import type { Log } from '../log';
import type { LargeGallery } from '../matching/large-gallery';
import type { Galleries } from './gallery';
import { openOrSkip } from './references';

/** References opened before other work has its turn: some milliseconds. */
const OPENED_AT_ONCE = 200;

export interface SchoolGalleryDeps {
	db: Db;
	references: Pick<typeof referenceRows, 'listReferencesOfSchool'>;
	galleries: Pick<Galleries, 'onChanged'>;
	vault: Vault;
	openLargeGallery: (references: readonly Reference[]) => Promise<LargeGallery>;
	log: Log;
	/** Whose references it holds; null, while no models are prepared: none. */
	engine: EngineId | null;
}

/** The school's references as they are now. */
export interface School {
	readonly studentIds: readonly string[];
	readonly references: number;
	/**
	 * @param probes 512 float32 of unit length each
	 * @param floor score from which on every student is named, -1..1
	 * @param except somebody who is not looked for
	 */
	search(
		probes: readonly Float32Array[],
		floor: number,
		except?: string | null,
	): Promise<Standing[]>;
}

export type SchoolGallery = ReturnType<typeof createSchoolGallery>;

/** The school in memory, until anything may have changed. */
interface Reading {
	/** Set once read. */
	gallery: LargeGallery | null;
	/** Students whose references in memory are out of date. */
	changed: Set<string>;
	/** What happens to it, one after another: of two readings of a student the later one holds. */
	work: Promise<void>;
	ended: boolean;
}

/**
 * The references of every consented student of the school, in memory from the first question on.
 * A student who changed is read again before the next question; one who withdrew is overwritten at
 * once.
 */
export function createSchoolGallery(deps: SchoolGalleryDeps) {
	let reading: Reading | null = null;

	const stopListening = deps.galleries.onChanged((notice) => {
		if (notice === null) forget();
		else if ('studentId' in notice && reading !== null) note(reading, notice);
	});

	function forget(): void {
		if (reading !== null) end(reading);
		reading = null;
	}

	return {
		/**
		 * The school as it is now; whoever asks meanwhile shares the work.
		 * @throws whatever the database throws; the next call begins anew
		 */
		async current(): Promise<School> {
			for (;;) {
				const asked = (reading ??= begin(deps));
				try {
					await (asked.work = asked.work.then(() => update(deps, asked)));
				} catch (error) {
					const failedNow = !asked.ended;
					if (reading === asked) forget();
					if (failedNow) throw error;
				}
				if (asked.gallery !== null && !asked.ended) {
					return describe(asked.gallery, () => {
						if (reading === asked) forget();
					});
				}
			}
		},

		dispose(): void {
			stopListening();
			forget();
		},
	};
}

function begin(deps: SchoolGalleryDeps): Reading {
	const reading = { gallery: null, changed: new Set<string>(), ended: false };
	const begun: Reading = Object.assign(reading, {
		work: Promise.resolve().then(async () => {
			const references = await read(deps, null);
			const gallery = await deps.openLargeGallery(references);
			references.forEach(({ vector }) => vector.fill(0));
			begun.gallery = gallery;
			if (begun.ended) gallery.wipe();
			// Whoever withdrew while all were read is still in what was read.
			else for (const studentId of begun.changed) gallery.replaceStudent(studentId, []);
		}),
	});
	return begun;
}

function end(reading: Reading): void {
	reading.ended = true;
	reading.gallery?.wipe();
}

function note(
	{ gallery, changed }: Reading,
	{ studentId, withdrawn }: Extract<GalleryNotice, { studentId: string }>,
): void {
	changed.add(studentId);
	if (withdrawn) gallery?.replaceStudent(studentId, []);
}

/** Reads again whoever changed. */
async function update(deps: SchoolGalleryDeps, reading: Reading): Promise<void> {
	while (reading.changed.size > 0 && !reading.ended) {
		const studentIds = [...reading.changed];
		reading.changed.clear();
		const references = await read(deps, studentIds);
		for (const studentId of studentIds) {
			// Who changed once more while being read is read once more; a withdrawal is not undone.
			if (isOutdated(reading, studentId)) continue;
			const own = references.filter((one) => one.studentId === studentId);
			reading.gallery?.replaceStudent(
				studentId,
				own.map(({ vector }) => vector),
			);
		}
		references.forEach(({ vector }) => vector.fill(0));
	}
}

const isOutdated = ({ ended, changed }: Reading, studentId: string) =>
	ended || changed.has(studentId);

async function read(
	deps: SchoolGalleryDeps,
	studentIds: readonly string[] | null,
): Promise<Reference[]> {
	if (deps.engine === null) return [];
	const rows = await deps.references.listReferencesOfSchool(deps.db, deps.engine, studentIds);
	const references: Reference[] = [];
	for (let from = 0; from < rows.length; from += OPENED_AT_ONCE) {
		const some = rows.slice(from, from + OPENED_AT_ONCE);
		references.push(...some.flatMap((row) => openOrSkip(deps, row) ?? []));
		await otherWork();
	}
	return references;
}

/** @param onFailure a gallery that does not answer is to be read anew for the next question */
function describe(gallery: LargeGallery, onFailure: () => void): School {
	return {
		studentIds: gallery.studentIds,
		references: gallery.references,
		async search(probes, floor, except = null) {
			const standings = await gallery.search(probes, floor).catch((error: unknown) => {
				onFailure();
				throw error;
			});
			if (except === null) return standings;
			return standings.map((standing) => standing.filter(({ studentId }) => studentId !== except));
		},
	};
}
