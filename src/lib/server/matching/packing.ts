import { likeness, type Candidate, type Standing } from '../domain/matching';
import {
	DIMENSIONS,
	FIXED_BYTES,
	MAX_PROBES,
	PROBE_BYTES,
	PROBE_INTEGERS,
	PRODUCT_BYTES,
	PROBE_VECTORS,
	PROBES,
	SECTIONS,
	STUDENT_BYTES,
} from './kernel/addresses.as';
import { startKernel } from './kernel';

const PAGE_BYTES = 65_536;
/** Bytes. */
const WIPED_AT_ONCE = 1_000_000;
/** Beginnings of sections, so that no SIMD load crosses a cache line. */
const ALIGNMENT = 64;

/** How much a packing can hold. */
export interface Room {
	students: number;
	/** References of all of them together. */
	rows: number;
}

/** A search that was written into the memory; the kernel's arguments. */
export interface Question {
	students: number;
	probes: number;
	floor: number;
}

/**
 * References in the memory that the kernel searches. The memory is shared, so that a thread can
 * search it; nothing may be changed, and no other question written, while it does.
 */
export interface Packing {
	readonly memory: WebAssembly.Memory;
	readonly studentIds: readonly string[];
	/** How many references all of them have together. */
	readonly references: number;
	/**
	 * Adds a student who is not in it yet.
	 * @param vectors at least one
	 * @returns false when there is no room
	 */
	add(studentId: string, vectors: readonly Float32Array[]): boolean;
	/** Overwrites a student's references with zeros; nothing for somebody who is not in it. */
	remove(studentId: string): void;
	/** The references of the student at a position, where they lie. */
	vectorsAt(position: number): Float32Array[];
	/** @param probes at most {@link MAX_PROBES} */
	ask(probes: readonly Float32Array[], floor: number): Question;
	/** Searches here and now. */
	search(question: Question): void;
	/** What a search that has ended found. */
	answer(question: Question): Standing[];
	/** Overwrites everything with zeros; nothing of it can be used any more. */
	wipe(): void;
	/** The same in steps of less than a ms, for who iterates with pauses. */
	wipeInSteps(): Iterator<void>;
}

/** @throws {RangeError} when there is not so much memory */
export function createPacking(room: Room): Packing {
	const { memory, sections } = reserve(room);
	const { buffer } = memory;
	const kernel = startKernel(memory);
	const bytes = new Uint8Array(buffer);
	const probeVectors = new Float64Array(buffer, PROBE_VECTORS, MAX_PROBES * DIMENSIONS);
	const exact = new Float32Array(buffer, sections.exact, room.rows * DIMENSIONS);
	let studentIds: string[] = [];
	let references = 0;
	let nextRow = 0;

	/** The row of the student's first reference, and how many there are. */
	const rowsAt = (position: number): [first: number, count: number] => {
		const record = new Uint32Array(buffer, sections.students + position * STUDENT_BYTES, 2);
		return [record[0]!, record[1]!];
	};

	function answerOne(probe: number, floor: number): Standing {
		const found = new Uint32Array(buffer, PROBES + probe * PROBE_BYTES, 1)[0]!;
		const first = probe * room.students;
		const positions = new Uint32Array(buffer, sections.found + first * 4, found);
		const scores = new Float64Array(buffer, sections.scores + first * 8, found);
		const candidates: Candidate[] = [];
		for (let i = 0; i < found; i++) {
			candidates.push({ studentId: studentIds[positions[i]!]!, score: scores[i]! });
		}
		candidates.sort(byScore);
		return candidates.filter(({ score }, i) => i < 2 || score >= floor);
	}

	function* wipeInSteps(): Generator<void> {
		studentIds = [];
		references = 0;
		// What was never written is left alone: only by writing would it take memory.
		const written = [
			[0, FIXED_BYTES],
			[sections.exact, nextRow * DIMENSIONS * 4],
			[sections.quantised, nextRow * DIMENSIONS],
			[sections.students, bytes.length - sections.students],
		] as const;
		for (const [start, length] of written) {
			for (let done = 0; done < length; done += WIPED_AT_ONCE) {
				bytes.fill(0, start + done, start + Math.min(done + WIPED_AT_ONCE, length));
				yield;
			}
		}
	}

	return {
		memory,
		get studentIds() {
			return studentIds;
		},
		get references() {
			return references;
		},

		add(studentId, vectors) {
			if (nextRow + vectors.length > room.rows || studentIds.length === room.students) return false;
			vectors.forEach((vector, i) => exact.set(vector, (nextRow + i) * DIMENSIONS));
			const position = studentIds.push(studentId) - 1;
			const length = kernel.quantise(position, nextRow, vectors.length);
			// For a given length a likeness is linear in both: these are its two weights.
			kernel.weigh(position, likeness(1, 0, length), likeness(0, 1, length));
			nextRow += vectors.length;
			references += vectors.length;
			return true;
		},

		remove(studentId) {
			const position = studentIds.indexOf(studentId);
			if (position < 0) return;
			const [first, count] = rowsAt(position);
			exact.fill(0, first * DIMENSIONS, (first + count) * DIMENSIONS);
			const quantised = sections.quantised + first * DIMENSIONS;
			bytes.fill(0, quantised, quantised + count * DIMENSIONS);
			const record = sections.students + position * STUDENT_BYTES;
			const end = sections.students + studentIds.length * STUDENT_BYTES;
			bytes.copyWithin(record, record + STUDENT_BYTES, end).fill(0, end - STUDENT_BYTES, end);
			studentIds.splice(position, 1);
			references -= count;
		},

		vectorsAt(position) {
			const [first, count] = rowsAt(position);
			return Array.from({ length: count }, (_, i) =>
				exact.subarray((first + i) * DIMENSIONS, (first + i + 1) * DIMENSIONS),
			);
		},

		ask(probes, floor) {
			probes.forEach((probe, i) => probeVectors.set(probe, i * DIMENSIONS));
			return { students: studentIds.length, probes: probes.length, floor };
		},

		search({ students, probes, floor }) {
			kernel.search(students, probes, floor);
		},

		answer({ probes, floor }) {
			const standings = Array.from({ length: probes }, (_, probe) => answerOne(probe, floor));
			// A probe is a face too: it must not stay until the next one comes.
			probeVectors.fill(0, 0, probes * DIMENSIONS);
			bytes.fill(0, PROBE_INTEGERS, PROBE_INTEGERS + probes * DIMENSIONS * 2);
			return standings;
		},

		wipe: () => void Array.from(wipeInSteps()),
		wipeInSteps,
	};
}

/** Equally likely ones always in the same order. */
function byScore(a: Candidate, b: Candidate): number {
	return b.score - a.score || (a.studentId < b.studentId ? -1 : 1);
}

/** Makes the memory and writes where its sections begin. */
function reserve({ students, rows }: Room) {
	let end = FIXED_BYTES;
	const section = (bytes: number) => {
		const start = end;
		end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
		return start;
	};
	const sections = {
		exact: section(rows * DIMENSIONS * 4),
		quantised: section(rows * DIMENSIONS),
		students: section(students * STUDENT_BYTES),
		scores: section(MAX_PROBES * students * 8),
		found: section(MAX_PROBES * students * 4),
		products: section(rows * PRODUCT_BYTES),
	};
	const pages = Math.ceil(end / PAGE_BYTES);
	const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
	const { exact, quantised, students: records, scores, found, products } = sections;
	// The order of `Sections`.
	new Uint32Array(memory.buffer, SECTIONS).set([
		exact,
		quantised,
		records,
		scores,
		found,
		products,
		students,
	]);
	return { memory, sections };
}
