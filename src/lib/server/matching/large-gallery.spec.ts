// Protects the school-wide search: in its thread it answers as a class's gallery does, keeps the event
// loop free, survives the thread's death, and follows each student's changes without mixing them up.
import fc from 'fast-check';
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPerson } from '../../../../tests/helpers/vectors';
import type { Reference } from '../domain/matching';
import { openLargeGallery } from './large-gallery';
import { packGallery } from './packed-gallery';
import { SearchThreadError } from './search-thread';

const SCHOOL = school(1000, 3);
/** Together with the school's 3,000 references too many comparisons for the event loop. */
const MANY = Array.from({ length: 16 }, (_, i) => createPerson(i * 60).capture());
const FEW = MANY.slice(0, 1);

/** A gallery of the school, or of these, that does not outlive its test. */
async function open(references: readonly Reference[] = SCHOOL) {
	const gallery = await openLargeGallery(references);
	onTestFinished(() => gallery.wipe());
	return gallery;
}

/** The next thread that starts. */
async function nextThread(): Promise<Worker> {
	const [worker] = (await once(process, 'worker')) as [Worker];
	return worker;
}

describe('openLargeGallery', () => {
	it('answers as a small gallery does, in its thread and without', async () => {
		const gallery = await open();
		const small = packGallery(SCHOOL);
		expect(await gallery.search(MANY, 0.3)).toEqual(small.search(MANY, 0.3));
		expect(await gallery.search(FEW, 0.3)).toEqual(small.search(FEW, 0.3));
		const more = [...MANY, ...MANY.slice(3)];
		expect(await gallery.search(more, 0.3)).toEqual(small.search(more, 0.3));
		expect([gallery.studentIds, gallery.references]).toEqual([small.studentIds, 3000]);
	});

	it('lets other work run while it searches for many', async () => {
		const gallery = await open();
		let isSearching = true;
		let turns = 0;
		const work = () => {
			turns++;
			if (isSearching) setImmediate(work);
		};
		setImmediate(work);
		await gallery.search(MANY, 0.3);
		isSearching = false;
		expect(turns).toBeGreaterThan(0);
	});

	it('starts no thread for a small search', async () => {
		const gallery = await open();
		let threads = 0;
		const count = () => threads++;
		process.on('worker', count);
		onTestFinished(() => void process.off('worker', count));
		await gallery.search(FEW, 0.3);
		expect(threads).toBe(0);
		await gallery.search(MANY, 0.3);
		await gallery.search(MANY, 0.3);
		expect(threads).toBe(1);
	});

	it('says so when its thread dies, and searches on in a new one', async () => {
		const gallery = await open();
		const right = packGallery(SCHOOL).search(MANY, 0.3);
		const thread = nextThread();
		const lost = gallery.search(MANY, 0.3);
		const waiting = gallery.search(MANY, 0.3);
		void (await thread).terminate();
		await expect(lost).rejects.toThrow(SearchThreadError);
		expect(await waiting).toEqual(right);
		expect(await gallery.search(MANY, 0.3)).toEqual(right);
	});

	it('answers many who ask at once each their own', async () => {
		const gallery = await open();
		const asked = MANY.map((probe, i) => [...MANY.slice(i), probe]);
		const small = packGallery(SCHOOL);
		const answers = await Promise.all(asked.map((probes) => gallery.search(probes, 0.3)));
		expect(answers).toEqual(asked.map((probes) => small.search(probes, 0.3)));
	});

	it('refuses a vector of another model', async () => {
		const foreign = new Float32Array(128);
		await expect(openLargeGallery([{ studentId: 'ada', vector: foreign }])).rejects.toThrow(
			RangeError,
		);
		const gallery = await open([]);
		await expect(gallery.search([foreign], 0)).rejects.toThrow(RangeError);
		expect(() => gallery.replaceStudent('ada', [foreign])).toThrow(RangeError);
	});
});

describe('replaceStudent', () => {
	const standing = async (gallery: Awaited<ReturnType<typeof open>>, seed: number) => {
		const [found] = await gallery.search([createPerson(seed).captures(9)[8]!], 0.5);
		return found!.filter(({ score }) => score >= 0.5).map(({ studentId }) => studentId);
	};

	it('takes effect at once, and between two searches that run', async () => {
		const gallery = await open();
		gallery.replaceStudent('s7', createPerson(5000).captures(2));
		expect(gallery.references).toBe(2999);
		expect(await standing(gallery, 5000)).toEqual(['s7']);
		expect(await standing(gallery, 7)).toEqual([]);

		const before = gallery.search(MANY, 0.3);
		gallery.replaceStudent('s0', []);
		const after = gallery.search(MANY, 0.3);
		expect((await before)[0]![0]!.studentId).toBe('s0');
		expect((await after)[0]!.map(({ studentId }) => studentId)).not.toContain('s0');
		expect(gallery.studentIds).not.toContain('s0');
	});

	it('leaves the gallery as if it had been made of what is left', async () => {
		const change = fc.record({
			student: fc.nat(60),
			person: fc.nat(200),
			references: fc.nat(5),
			awaited: fc.boolean(),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(change, { minLength: 20, maxLength: 60 }), async (changes) => {
				const students = new Map(
					Array.from({ length: 20 }, (_, i) => [`s${i}`, createPerson(i).captures(2)]),
				);
				const gallery = await openLargeGallery(flat(students));
				for (const { student, person, references, awaited } of changes) {
					const vectors = createPerson(person).captures(references);
					gallery.replaceStudent(`s${student}`, vectors);
					students.delete(`s${student}`);
					if (references > 0) students.set(`s${student}`, vectors);
					// A change may come while another one, or a search, is still at work.
					if (awaited) await gallery.search(FEW, 0.3);
				}
				expect(await gallery.search(MANY, 0.3)).toEqual(
					packGallery(flat(students)).search(MANY, 0.3),
				);
				expect(gallery.references).toBe(flat(students).length);
				gallery.wipe();
			}),
			{ numRuns: 15 },
		);
	});

	it('copies what it is given', async () => {
		const gallery = await open([]);
		const vectors = createPerson(1).captures(2);
		gallery.replaceStudent('ada', vectors);
		vectors.forEach((vector) => vector.fill(0));
		expect(await standing(gallery, 1)).toEqual(['ada']);
	});
});

describe('wipe', () => {
	it('ends the search that runs, those that wait, and all that come later', async () => {
		const gallery = await open();
		const running = gallery.search(MANY, 0.3);
		const waiting = gallery.search(MANY, 0.3);
		gallery.replaceStudent('s1', []);
		gallery.wipe();
		await expect(running).rejects.toThrow('wiped');
		await expect(waiting).rejects.toThrow('wiped');
		await expect(gallery.search(FEW, 0.3)).rejects.toThrow('wiped');
		expect([gallery.studentIds, gallery.references]).toEqual([[], 0]);
	});

	it('leaves nothing in memory', async () => {
		const memories = recordMemories();
		const gallery = await open();
		await gallery.search(MANY, 0.3);
		// More than there is room for, so that all move to another memory.
		gallery.replaceStudent('crowd', createPerson(1).captures(800));
		await gallery.search(FEW, 0.3);
		gallery.wipe();
		const holdsAnything = () =>
			memories.map(({ buffer }) => new Uint8Array(buffer).some((byte) => byte !== 0));
		await vi.waitFor(() => expect(holdsAnything()).toEqual([false, false]));
	});

	it('holds while references are packed anew', async () => {
		const gallery = await open();
		// More than there is room for: all 3,000 move, with pauses for other work.
		gallery.replaceStudent('crowd', createPerson(1).captures(800));
		gallery.wipe();
		await expect(gallery.search(FEW, 0.3)).rejects.toThrow('wiped');
		expect(gallery.references).toBe(0);
	});
});

/** Collects every memory that is made from now on in this test. */
function recordMemories(): WebAssembly.Memory[] {
	const { Memory } = WebAssembly;
	const memories: WebAssembly.Memory[] = [];
	const spy = vi.spyOn(WebAssembly, 'Memory').mockImplementation(function (descriptor) {
		const memory = new Memory(descriptor);
		memories.push(memory);
		return memory;
	});
	onTestFinished(() => spy.mockRestore());
	return memories;
}

function flat(students: ReadonlyMap<string, readonly Float32Array[]>): Reference[] {
	return [...students].flatMap(([studentId, vectors]) =>
		vectors.map((vector) => ({ studentId, vector })),
	);
}

function school(students: number, references: number): Reference[] {
	return flat(
		new Map(
			Array.from({ length: students }, (_, i) => [`s${i}`, createPerson(i).captures(references)]),
		),
	);
}
