import { mean } from 'simple-statistics';
import type { Comparison, Template } from './comparison';
import type { PictureGroup, Trial } from './draw';
import { errorVersusDiscard, type DiscardPoint, type GradedProbe } from './discard';
import { ErrorRates } from './error-rates';

/** What the pictures of a data set gave, by number; null where no face was found. */
export interface Templates {
	pictures: readonly (Template | null)[];
	comparison: Comparison;
}

export interface IdentificationPoint {
	/** The share of strangers, 0..1, that may be named at most. */
	fpir: number;
	/** The share of members, 0..1, that is not named rightly then. */
	fnir: number;
	/** Similarity from which on a person is named. */
	threshold: number;
}

export interface IdentificationResult {
	/** Share of members' probes, 0..1, whose likeliest person is right, whatever the score. */
	rank1: number;
	/** Empty without strangers. */
	points: IdentificationPoint[];
	/** At {@link DISCARD_FPIR}, over the probes with a face; empty without strangers. */
	discards: DiscardPoint[];
	/** Searches of members and of strangers over all classes. */
	probes: number;
	strangers: number;
	/** Genuine: the right person came first, with this score. Impostors: strangers' best scores. */
	rates: ErrorRates;
}

export const FALSE_POSITIVE_RATES = [0.01, 0.003, 0.001] as const;

/** Where the error-versus-discard curve is drawn. */
export const DISCARD_FPIR = 0.003;

/** A stranger without a face is named by no threshold. */
const NOT_FOUND = -1;
/** Float32 numbers: 1 GB. What does not fit is computed again for each class. */
const KEPT_SIMILARITIES = 250_000_000;

/** Searches every class with its members and its strangers, and pools what came out. */
export function identify(trials: readonly Trial[], templates: Templates): IdentificationResult {
	const similarities = new Similarities(templates);
	const members: number[] = [];
	const strangers: number[] = [];
	const graded: GradedProbe[] = [];
	for (const trial of trials) {
		const answers = search(trial, similarities);
		answers.members.forEach(({ isRight, score }, i) => {
			members.push(isRight ? score : -Infinity);
			const quality = qualityOf(trial.members[i]?.pictures ?? [], templates);
			if (quality !== null) graded.push({ score: members.at(-1)!, quality });
		});
		for (const { score } of answers.strangers) strangers.push(Math.max(NOT_FOUND, score));
	}
	const rates = new ErrorRates(members, strangers);
	const points = FALSE_POSITIVE_RATES.flatMap((fpir) => {
		const point = rates.atFalseMatch(fpir);
		return point ? [{ fpir, fnir: point.falseNonMatch, threshold: point.threshold }] : [];
	});
	const threshold = rates.atFalseMatch(DISCARD_FPIR)?.threshold;
	const right = members.filter((score) => score > -Infinity).length;
	return {
		rank1: right / Math.max(1, members.length),
		points,
		discards: threshold === undefined ? [] : errorVersusDiscard(graded, threshold),
		probes: members.length,
		strangers: strangers.length,
		rates,
	};
}

/** @returns mean quality of a probe's pictures, 0..1; null where none shows a face */
function qualityOf(pictures: readonly number[], templates: Templates): number | null {
	const found = pictures.flatMap((picture) => templates.pictures[picture]?.quality ?? []);
	return found.length > 0 ? mean(found) : null;
}

interface Answer {
	isRight: boolean;
	/** -Infinity where the probe has no face, or nobody is enrolled. */
	score: number;
}

/** Each probe is given the likeliest member, as by `rank` of the server. */
function search(
	trial: Trial,
	similarities: Similarities,
): Record<'members' | 'strangers', Answer[]> {
	const probes = [...trial.members, ...trial.strangers];
	const faces = similarities.facesOf(probes);
	const scores = new Float64Array(probes.length).fill(-Infinity);
	const names = new Int32Array(probes.length).fill(-1);
	for (const { subject, pictures } of trial.gallery) {
		const likenesses = similarities.toMember(pictures, faces);
		for (let probe = 0; probe < probes.length; probe++) {
			if (likenesses[probe]! > scores[probe]!) {
				scores[probe] = likenesses[probe]!;
				names[probe] = subject;
			}
		}
	}
	const answers = probes.map(({ subject }, i) => ({
		isRight: names[i] === subject,
		score: scores[i] ?? -Infinity,
	}));
	return {
		members: answers.slice(0, trial.members.length),
		strangers: answers.slice(trial.members.length),
	};
}

/** Vectors to search with, and which of them each probe has. */
interface ProbeFaces {
	vectors: readonly (Float32Array | null)[];
	columns: Int32Array;
}

/** Compares pictures, and two pictures once only: classes share their people. */
class Similarities {
	readonly #templates: Templates;
	readonly #vectors: (Float32Array | null)[];
	readonly #rows = new Map<number, Float32Array>();

	constructor(templates: Templates) {
		this.#templates = templates;
		this.#vectors = templates.pictures.map((template) => template && template.vector);
	}

	facesOf(probes: readonly PictureGroup[]): ProbeFaces {
		const isSingle = probes.every(({ pictures }) => pictures.length === 1);
		if (isSingle) {
			const columns = Int32Array.from(probes, ({ pictures }) => pictures[0]!);
			return { vectors: this.#vectors, columns };
		}
		const vectors = probes.map(({ pictures }) => {
			const found = pictures.flatMap((picture) => this.#templates.pictures[picture] ?? []);
			return found.length > 0 ? this.#templates.comparison.fuse(found) : null;
		});
		return { vectors, columns: Int32Array.from(probes.keys()) };
	}

	/**
	 * @param references pictures that a member is enrolled with
	 * @returns of each probe; -Infinity where it has no face
	 */
	toMember(references: readonly number[], faces: ProbeFaces): Float32Array {
		const rows = references.map((reference) => this.#toReference(reference, faces));
		const likeness = this.#templates.comparison.likenessTo(
			references.flatMap((reference) => this.#vectors[reference] ?? []),
		);
		return Float32Array.from(faces.columns, (column) => {
			let [largest, sum] = [-Infinity, 0];
			for (const row of rows) {
				const similarity = row[column]!;
				sum += similarity;
				if (similarity > largest) largest = similarity;
			}
			return largest === -Infinity ? largest : likeness(largest, sum);
		});
	}

	/** @returns similarity to each of the vectors; -Infinity where there is none */
	#toReference(reference: number, { vectors }: ProbeFaces): Float32Array {
		const isKept = vectors === this.#vectors;
		const known = isKept ? this.#rows.get(reference) : undefined;
		if (known) return known;
		const { similarity } = this.#templates.comparison;
		const own = this.#vectors[reference];
		const row = Float32Array.from(vectors, (vector) =>
			vector && own ? similarity(vector, own) : -Infinity,
		);
		if (isKept && (this.#rows.size + 1) * row.length <= KEPT_SIMILARITIES) {
			this.#rows.set(reference, row);
		}
		return row;
	}
}
