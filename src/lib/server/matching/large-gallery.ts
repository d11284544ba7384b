import { setImmediate as otherWork } from 'node:timers/promises';
import type { Reference, Standing } from '../domain/matching';
import { MAX_PROBES } from './kernel/addresses.as';
import { createPacking, type Packing, type Room } from './packing';
import { createSearchThread } from './search-thread';
import { addReference, checkVectors, type VectorsOf } from './students';
import { createTurns } from './turns';

/** References times probes that take some 2 ms on a slow core: more go to the thread. */
const COMPARISONS_INLINE = 40_000;
/** For how long the event loop is kept from other work while references are packed. */
const SLICE_MS = 2;
/** What may be added before all are packed anew, without what was removed: a quarter, or so many. */
const SPARE_SHARE = 0.25;
const SPARE_AT_LEAST = 64;

/**
 * A gallery too large to be searched on the event loop, whose students change one at a time. What is
 * asked of it happens one after another, so that a search sees each change wholly or not at all.
 */
export interface LargeGallery {
	readonly studentIds: readonly string[];
	/** How many references all of them have together. */
	readonly references: number;
	/**
	 * As `Gallery.search`.
	 * @throws {RangeError} when a vector does not have 512 numbers
	 * @throws {SearchThreadError} when the thread dies meanwhile; the next search starts a new one
	 * @throws {Error} once it was wiped
	 */
	search(probes: readonly Float32Array[], floor: number): Promise<Standing[]>;
	/**
	 * Puts copies of these in the place of what the student had, which is overwritten: at once, or
	 * after a search that is running. None: takes the student out.
	 * @throws {RangeError} when a vector does not have 512 numbers
	 */
	replaceStudent(studentId: string, vectors: readonly Float32Array[]): void;
	/**
	 * A search throws from now on, a running one too. The thread ends, and everything is overwritten
	 * with zeros in slices that let other work pass.
	 */
	wipe(): void;
}

type Student = readonly [studentId: string, vectors: readonly Float32Array[]];

/**
 * Copies references into a gallery for a whole school. Long searches run in a thread; the packing
 * lets other work pass every few ms.
 *
 * @param references of any students in any order, 512 float32 of unit length each
 * @throws {RangeError} when a vector has another length
 */
export async function openLargeGallery(references: readonly Reference[]): Promise<LargeGallery> {
	const students = await groupByStudent(references);
	let packing = await pack(students, { students: students.size, rows: references.length });
	let thread = createSearchThread(packing.memory);
	let ended: Error | null = null;
	const inTurn = createTurns();

	const checkOpen = () => {
		if (ended !== null) throw ended;
	};

	async function searchSome(probes: readonly Float32Array[], floor: number): Promise<Standing[]> {
		checkOpen();
		const question = packing.ask(probes, floor);
		if (packing.references * probes.length <= COMPARISONS_INLINE) packing.search(question);
		// Wiped meanwhile, it was stopped for that.
		else await thread.search(question).finally(checkOpen);
		return packing.answer(question);
	}

	async function replace(studentId: string, vectors: readonly Float32Array[]): Promise<void> {
		checkOpen();
		packing.remove(studentId);
		if (vectors.length === 0 || packing.add(studentId, vectors)) return;
		const full = packing;
		packing = await pack(withStudent(full, [studentId, vectors]), {
			students: full.studentIds.length + 1,
			rows: full.references + vectors.length,
		});
		await thread.stop();
		thread = createSearchThread(packing.memory);
		await wipe(full);
		checkOpen();
	}

	function end(why: Error): void {
		ended ??= why;
		// Not before the thread has stopped: it would go on writing.
		void thread.stop().then(() => wipe(packing));
	}

	return {
		get studentIds() {
			return ended === null ? packing.studentIds : [];
		},
		get references() {
			return ended === null ? packing.references : 0;
		},
		async search(probes, floor) {
			checkVectors(probes);
			const standings: Standing[] = [];
			for (let from = 0; from < probes.length; from += MAX_PROBES) {
				const some = probes.slice(from, from + MAX_PROBES);
				standings.push(...(await inTurn(() => searchSome(some, floor))));
			}
			return standings;
		},
		replaceStudent(studentId, vectors) {
			checkVectors(vectors);
			const copies = vectors.map((vector) => vector.slice());
			void inTurn(() => replace(studentId, copies))
				// Without its references a student would be overlooked in silence.
				.catch((cause: unknown) => end(new Error('This gallery could not change.', { cause })))
				.then(() => copies.forEach((vector) => vector.fill(0)));
		},
		wipe: () => end(new Error('This gallery was wiped: load it again.')),
	};
}

async function groupByStudent(references: readonly Reference[]): Promise<VectorsOf> {
	const vectorsOf: VectorsOf = new Map();
	const breathe = createBreathing();
	for (const reference of references) {
		addReference(vectorsOf, reference);
		await breathe();
	}
	return vectorsOf;
}

/** @param needed what the students take; some room is added */
async function pack(students: Iterable<Student>, needed: Room): Promise<Packing> {
	const packing = createPacking({
		students: needed.students + spare(needed.students),
		rows: needed.rows + spare(needed.rows),
	});
	const breathe = createBreathing();
	for (const [studentId, vectors] of students) {
		packing.add(studentId, vectors);
		await breathe();
	}
	return packing;
}

async function wipe(packing: Packing): Promise<void> {
	const breathe = createBreathing();
	const steps = packing.wipeInSteps();
	while (!steps.next().done) await breathe();
}

function spare(count: number): number {
	return Math.ceil(Math.max(count * SPARE_SHARE, SPARE_AT_LEAST));
}

/** Everybody in a packing, and one more. Ends early when the packing is wiped on the way. */
function* withStudent(packing: Packing, added: Student): Generator<Student> {
	for (let i = 0; i < packing.studentIds.length; i++) {
		yield [packing.studentIds[i]!, packing.vectorsAt(i)];
	}
	yield added;
}

/** @returns what lets other work pass if this one has had its slice of time */
function createBreathing(): () => Promise<void> | undefined {
	let since = performance.now();
	return () => {
		if (performance.now() - since < SLICE_MS) return undefined;
		return otherWork().then(() => {
			since = performance.now();
		});
	};
}
