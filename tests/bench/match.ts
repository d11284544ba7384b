import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type * as Human from '@vladmandic/human';
import { createRequire } from 'node:module';
import path from 'node:path';
import { VECTOR_DIMENSIONS } from '../../src/lib/contract/sightings';
import { cosine, type Reference } from '../../src/lib/server/domain/matching';
import { openLargeGallery } from '../../src/lib/server/matching/large-gallery';
import { packGallery } from '../../src/lib/server/matching/packed-gallery';
import { createPacking } from '../../src/lib/server/matching/packing';
import { createPerson } from '../helpers/vectors';
import { ratio, tableLine } from './table';

// Of its builds only this one starts in Node without native parts, and it has no name of its own.
const require = createRequire(import.meta.url);
const { match } = require(
	path.join(path.dirname(require.resolve('@vladmandic/human')), 'human.node-wasm.js'),
) as typeof Human;

const GALLERIES = [10_000, 100_000];
const BATCHES = [1, 16];
const REFERENCES_A_STUDENT = 3;
const CLASS_STUDENTS = 30;
/** Every student from there on is wanted: about where a policy puts the question to a teacher. */
const FLOOR = 0.35;
/** In each everybody has a turn, so that what disturbs the machine disturbs them alike. */
const ROUNDS = 5;
/** What is faster is repeated for as long. */
const TURN_MS = 20;

/** ms a probe. */
interface Times {
	/** Ours, on the thread that asks. */
	msPerProbe: number;
	/** Ours, asked of a school's gallery, which searches in a thread of its own. */
	threadMs: number;
	/** Human's `match.find`, which takes one probe at a time. */
	humanMs: number;
	/** A loop over the same float32 vectors. */
	loopMs: number;
	/** TensorFlow.js on WebAssembly: one product of matrices, and the largest of each row. */
	tfjsMs: number;
}

export interface MatchRow extends Times {
	references: number;
	/** Probes that are searched at once. */
	batch: number;
	ratioToHuman: number;
}

export interface MatchBench {
	rows: MatchRow[];
	/** Searches of one probe a second among 30 students with 3 references each, on one core. */
	probesPerSecondClassOf30: number;
	/** Memory of 100,000 references, three a student. */
	bytesPer100000References: number;
}

/** @returns for each probe the student that it finds nearest */
type Search = (probes: readonly Float32Array[]) => string[] | Promise<string[]>;
type Searches = Record<keyof Times, Search>;

/** Compares the matching kernel with Human, TensorFlow.js and a plain loop on the same vectors. */
export async function measure(log: (line: string) => void): Promise<MatchBench> {
	await tf.setBackend('wasm');
	log('ms a probe, the least of several rounds');
	log(tableLine(['references', 'batch', 'ours', 'thread', 'Human', 'loop', 'tfjs', 'Human/ours']));
	const rows: MatchRow[] = [];
	for (const references of GALLERIES) rows.push(...(await measureGallery(references, log)));
	const probesPerSecondClassOf30 = measureClass();
	const bytesPer100000References = bytesOf(100_000);
	log(`A class of 30 with 3 references: ${probesPerSecondClassOf30} probes a second.`);
	log(`100,000 references take ${Math.round(bytesPer100000References / 1e6)} MB.`);
	return { rows, probesPerSecondClassOf30, bytesPer100000References };
}

async function measureGallery(count: number, log: (line: string) => void): Promise<MatchRow[]> {
	const references = makeReferences(count);
	const { searches, dispose } = await prepare(references);
	const rows: MatchRow[] = [];
	for (const batch of BATCHES) {
		const times = await measureAll(searches, makeProbes(references, batch));
		const { msPerProbe, humanMs } = times;
		const row = { references: count, batch, ...times, ratioToHuman: ratio(humanMs, msPerProbe) };
		log(tableLine(Object.values(row)));
		rows.push(row);
	}
	dispose();
	return rows;
}

async function prepare(
	references: readonly Reference[],
): Promise<{ searches: Searches; dispose: () => void }> {
	const ours = packGallery(references);
	const large = await openLargeGallery(references);
	const arrays = references.map(({ vector }) => Array.from(vector));
	const matrix = tf.tensor2d(flatten(references.map(({ vector }) => vector)), [
		references.length,
		VECTOR_DIMENSIONS,
	]);
	const studentAt = (index: number) => references[index]?.studentId ?? '';
	const searches: Searches = {
		msPerProbe: (probes) => ours.search(probes, FLOOR).map(([best]) => best?.studentId ?? ''),
		threadMs: async (probes) =>
			(await large.search(probes, FLOOR)).map(([best]) => best?.studentId ?? ''),
		humanMs: (probes) =>
			probes.map((probe) => studentAt(match.find(Array.from(probe), arrays).index)),
		loopMs: (probes) => probes.map((probe) => studentAt(findNearest(probe, references))),
		tfjsMs: (probes) => multiply(probes, matrix).map(studentAt),
	};
	const dispose = () => {
		ours.wipe();
		large.wipe();
		matrix.dispose();
	};
	return { searches, dispose };
}

function findNearest(probe: Float32Array, references: readonly Reference[]): number {
	let nearest = -1;
	let largest = -Infinity;
	for (let i = 0; i < references.length; i++) {
		const likeness = cosine(probe, references[i]!.vector);
		if (likeness <= largest) continue;
		largest = likeness;
		nearest = i;
	}
	return nearest;
}

function multiply(probes: readonly Float32Array[], references: tf.Tensor2D): number[] {
	return tf.tidy(() => {
		const batch = tf.tensor2d(flatten(probes), [probes.length, VECTOR_DIMENSIONS]);
		const products = tf.matMul(batch, references, false, true);
		return Array.from(tf.argMax(products, 1).dataSync());
	});
}

function flatten(vectors: readonly Float32Array[]): Float32Array {
	const flat = new Float32Array(vectors.length * VECTOR_DIMENSIONS);
	vectors.forEach((vector, i) => flat.set(vector, i * VECTOR_DIMENSIONS));
	return flat;
}

interface Probes {
	vectors: Float32Array[];
	/** Whom each shows; null: nobody of the gallery. */
	students: (string | null)[];
}

async function measureAll(searches: Searches, probes: Probes): Promise<Times> {
	const names = Object.keys(searches) as (keyof Times)[];
	const least = new Map<keyof Times, number>();
	for (let round = 0; round < ROUNDS; round++) {
		for (const name of names) {
			const ms = await time(searches[name], probes);
			least.set(name, Math.min(ms, least.get(name) ?? Infinity));
		}
	}
	const msOf = (name: keyof Times) => Number((least.get(name) ?? NaN).toPrecision(3));
	return {
		msPerProbe: msOf('msPerProbe'),
		threadMs: msOf('threadMs'),
		humanMs: msOf('humanMs'),
		loopMs: msOf('loopMs'),
		tfjsMs: msOf('tfjsMs'),
	};
}

/**
 * @returns ms a probe
 * @throws {Error} when it finds somebody else than it should
 */
async function time(search: Search, { vectors, students }: Probes): Promise<number> {
	const start = performance.now();
	for (let searches = 1; ; searches++) {
		const found = await search(vectors);
		const ms = performance.now() - start;
		if (students.some((right, i) => right !== null && right !== found[i])) {
			throw new Error('A search found somebody else than it should.');
		}
		if (ms > TURN_MS) return ms / searches / vectors.length;
	}
}

/** Searches one probe after another, as the frames of a camera with one face would. */
function measureClass(): number {
	const references = makeReferences(CLASS_STUDENTS * REFERENCES_A_STUDENT);
	const gallery = packGallery(references);
	const { vectors } = makeProbes(references, CLASS_STUDENTS);
	let most = 0;
	for (let round = 0; round < 10 * ROUNDS; round++) {
		const start = performance.now();
		let searched = 0;
		while (performance.now() - start < TURN_MS) {
			for (const vector of vectors) gallery.search([vector], FLOOR);
			searched += vectors.length;
		}
		most = Math.max(most, searched / (performance.now() - start));
	}
	return Math.round(most * 1000);
}

function bytesOf(rows: number): number {
	const students = Math.ceil(rows / REFERENCES_A_STUDENT);
	return createPacking({ students, rows }).memory.buffer.byteLength;
}

function makeReferences(count: number): Reference[] {
	const students = Math.ceil(count / REFERENCES_A_STUDENT);
	return Array.from({ length: students }, (_, i) =>
		createPerson(i)
			.captures(REFERENCES_A_STUDENT)
			.map((vector) => ({ studentId: `student ${i}`, vector })),
	)
		.flat()
		.slice(0, count);
}

/** Members from all over the gallery; from two probes on, every other one a stranger. */
function makeProbes(references: readonly Reference[], count: number): Probes {
	const students = Math.ceil(references.length / REFERENCES_A_STUDENT);
	const probes = Array.from({ length: count }, (_, i) => {
		const isStranger = i % 2 === 1;
		const seed = isStranger ? students + i : Math.floor((students * (i + 0.5)) / count);
		const vector = createPerson(seed).captures(REFERENCES_A_STUDENT + 1)[REFERENCES_A_STUDENT]!;
		return { vector, student: isStranger ? null : `student ${seed}` };
	});
	return {
		vectors: probes.map(({ vector }) => vector),
		students: probes.map(({ student }) => student),
	};
}
