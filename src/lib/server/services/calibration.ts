import { setImmediate as otherWork } from 'node:timers/promises';
import type {
	Calibration,
	CalibrationFigures,
	CalibrationOutcome,
} from '$lib/contract/calibration';
import { messages } from '$lib/messages';
import type { Vault } from '../crypto/vault';
import type * as calibrationRows from '../db/calibrations.repository';
import type { Db } from '../db/executor';
import type * as referenceRows from '../db/references.repository';
import type { EngineId } from '../db/references.repository';
import type * as schoolRows from '../db/school.repository';
import type { Actor } from '../domain/access';
import { MIN_PEOPLE, PairTally } from '../domain/calibration';
import type { Reference } from '../domain/matching';
import { fuseVectors } from '../domain/references';
import { AppError } from '../errors';
import type { Log } from '../log';
import type { LargeGallery } from '../matching/large-gallery';
import { authorise } from './authorise';
import type { Policies } from './policies';
import { openOrSkip } from './references';

/** References opened before other work has its turn: some milliseconds. */
const OPENED_AT_ONCE = 200;
/** Students compared with all others before other work has its turn. */
const PROBES_AT_ONCE = 16;

export interface CalibrationDeps {
	db: Db;
	calibrations: typeof calibrationRows;
	references: Pick<typeof referenceRows, 'listReferencesOfSchool'>;
	school: Pick<typeof schoolRows, 'readRecognition'>;
	policies: Pick<Policies, 'forget'>;
	openGallery: (references: readonly Reference[]) => Promise<LargeGallery>;
	vault: Vault;
	log: Log;
	/** Whose references are compared; null while no models are prepared. */
	engine: EngineId | null;
	clock: () => Date;
}

export interface CalibrationOptions {
	/** Keeps what is found, so that cameras go by it. */
	apply: boolean;
	/** Ends the work early; nothing is kept then. */
	signal?: AbortSignal;
}

/** What the newest calibration of the engine adds to every threshold; 0 without one. */
export async function readScoreShift({
	db,
	calibrations,
	engine,
}: Pick<CalibrationDeps, 'db' | 'calibrations' | 'engine'>): Promise<number> {
	const row = engine && (await calibrations.findCalibration(db, engine));
	return row?.scoreShift ?? 0;
}

export type CalibrationService = ReturnType<typeof createCalibrationService>;

/**
 * How alike a school's own people are, and what that does to its thresholds. Vectors are opened in
 * memory, compared and overwritten; what stays are counts and one number.
 */
export function createCalibrationService(deps: CalibrationDeps) {
	let isRunning = false;

	/** @throws AppError 'conflict' while another run goes on; the signal's reason when it ends this one */
	async function compare(options: CalibrationOptions): Promise<CalibrationOutcome> {
		if (isRunning) throw new AppError('conflict', messages.calibration.isRunning);
		isRunning = true;
		try {
			return await compareSchool(deps, options);
		} finally {
			isRunning = false;
		}
	}

	async function reset(): Promise<void> {
		if (deps.engine !== null) await deps.calibrations.deleteCalibrations(deps.db, deps.engine);
		deps.policies.forget();
	}

	return {
		/** What holds for the engine that runs; null: the default. */
		async current(): Promise<Calibration | null> {
			const row = deps.engine && (await deps.calibrations.findCalibration(deps.db, deps.engine));
			return row ? { ...row, madeAt: row.madeAt.getTime() } : null;
		},

		/**
		 * Compares all consented students with each other.
		 * @throws AppError 'forbidden', 'conflict' while another run goes on
		 */
		async run(actor: Actor, options: CalibrationOptions): Promise<CalibrationOutcome> {
			authorise(actor, 'manageSchool');
			return compare(options);
		},

		/** Goes by the default again. @throws AppError 'forbidden' */
		async reset(actor: Actor): Promise<void> {
			authorise(actor, 'manageSchool');
			await reset();
		},

		/** The same for whoever runs the server, who needs no account. */
		atTerminal: { run: compare, reset },
	};
}

async function compareSchool(
	deps: CalibrationDeps,
	{ apply, signal }: CalibrationOptions,
): Promise<CalibrationOutcome> {
	const { db, engine } = deps;
	if (engine === null) return { kind: 'no-models' };
	const references = await openAll(deps, engine, signal);
	try {
		const students = byStudent(references);
		if (students.length < MIN_PEOPLE) {
			return { kind: 'too-few', people: students.length, needed: MIN_PEOPLE };
		}
		const { strangersPerWrongName } = await deps.school.readRecognition(db);
		const tally = new PairTally(students.length, strangersPerWrongName);
		await comparePairs(deps, { references, students, tally, signal });
		const figures = tally.figures();
		if (apply) await keep(deps, engine, figures);
		return { kind: 'measured', isKept: apply, ...figures };
	} finally {
		references.forEach(({ vector }) => vector.fill(0));
	}
}

async function openAll(
	deps: CalibrationDeps,
	engine: EngineId,
	signal: AbortSignal | undefined,
): Promise<Reference[]> {
	const rows = await deps.references.listReferencesOfSchool(deps.db, engine, null);
	const references: Reference[] = [];
	for (let from = 0; from < rows.length; from += OPENED_AT_ONCE) {
		signal?.throwIfAborted();
		const some = rows.slice(from, from + OPENED_AT_ONCE);
		references.push(...some.flatMap((row) => openOrSkip(deps, row) ?? []));
		await otherWork();
	}
	return references;
}

interface Student {
	id: string;
	vectors: Float32Array[];
}

function byStudent(references: readonly Reference[]): Student[] {
	const students = new Map<string, Student>();
	for (const { studentId, vector } of references) {
		const student = students.get(studentId);
		if (student) student.vectors.push(vector);
		else students.set(studentId, { id: studentId, vectors: [vector] });
	}
	return [...students.values()];
}

interface Comparison {
	references: readonly Reference[];
	students: readonly Student[];
	tally: PairTally;
	signal: AbortSignal | undefined;
}

/** Each pair is compared once: the one who comes first in the list is looked for among the rest. */
async function comparePairs(
	{ openGallery }: CalibrationDeps,
	{ references, students, tally, signal }: Comparison,
): Promise<void> {
	const numbers = new Map(students.map(({ id }, number) => [id, number]));
	const gallery = await openGallery(references);
	try {
		for (let from = 0; from < students.length; from += PROBES_AT_ONCE) {
			signal?.throwIfAborted();
			const some = students.slice(from, from + PROBES_AT_ONCE);
			const probes = some.map(({ vectors }) => fuseVectors(vectors));
			const standings = await gallery.search(probes, tally.floor);
			probes.forEach((probe) => probe.fill(0));
			some.forEach(({ vectors }, i) => {
				const one = from + i;
				for (const { studentId, score } of standings[i] ?? []) {
					const other = numbers.get(studentId)!;
					if (other <= one) continue;
					const compared = students[other]!.vectors.length;
					tally.add({ one, other, score, references: compared, frames: vectors.length });
				}
			});
			await otherWork();
		}
	} finally {
		gallery.wipe();
	}
}

async function keep(
	{ db, calibrations, policies, clock }: CalibrationDeps,
	engine: EngineId,
	{ people, pairs, scoreShift }: CalibrationFigures,
): Promise<void> {
	await calibrations.insertCalibration(db, engine, {
		scoreShift,
		people,
		comparisons: pairs,
		madeAt: clock(),
	});
	policies.forget();
}
