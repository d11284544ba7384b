import type { ImpostorTable } from '$lib/server/domain/impostors';
import { UsageError } from '../usage-error';
import { countFrom, normalTail, scoreReachedBy, type Tail } from './tail';
import type { ImpostorScores } from './impostor-scores';

/** Half decades from one stranger in ten; the rarest is what a strict school of thousands asks for. */
export const PROBABILITIES: readonly number[] = Array.from({ length: 21 }, (_, i) =>
	Number((10 ** (-1 - i / 2)).toPrecision(3)),
);

/** Pairs of people that must reach a score before the share that reaches it counts as measured. */
const MIN_PAIRS = 50;

/** The rarest probabilities of those measured that the tail is fitted to: two decades. */
const TAIL_POINTS = 5;

/** How much a row's figures rest on. */
export interface RowSupport {
	references: number;
	frames: number;
	people: number;
	/** Pairs of people, and comparisons of their pictures. */
	pairs: number;
	comparisons: number;
	/** The rarest probability that enough pairs of people reach; null where none is. */
	measuredTo: number | null;
}

/**
 * Makes the table of scores from what was measured.
 *
 * The level comes from single pictures, of which there are the most people: measured where it is
 * supported, and beyond along the tail of a normal distribution. What more references and frames
 * change is far smaller and measured on few people, so only the difference is taken from them: a
 * row's scores less those of single pictures of the same people, as a line over the normal quantile.
 * Fitted on 60 people, that misses by half as much as a tail of their own (docs/accuracy.md).
 *
 * @param forLevel the level is taken from its scores of one reference and one frame
 * @param rows may be those of other people
 * @returns rows for each pair of the numbers of references and frames that are fully measured
 * @throws UsageError when the people are too few for a level
 */
export function makeTable(
	forLevel: readonly ImpostorScores[],
	rows: readonly ImpostorScores[],
): ImpostorTable {
	const levelTail = tailOfLevel(forLevel);
	const usable = fullGrid(rows.filter((row) => measuredProbabilities(row).length > 0));
	const scores = new Map<ImpostorScores, number[]>();
	for (const row of usable) {
		const difference = differenceOf(row);
		const own = PROBABILITIES.map(
			(probability) => levelTail(probability) + difference(probability),
		);
		// Neither a stricter rate nor more references or frames may lower a threshold.
		const smaller = [...scores].filter(([other]) => isWithin(other, row));
		const rising = own.map((score, i) => Math.max(score, ...smaller.map(([, all]) => all[i]!)));
		scores.set(row, runningMaximum(rising));
	}
	return {
		probabilities: PROBABILITIES,
		rows: [...scores].map(([{ references, frames }, all]) => ({
			references,
			frames,
			scores: all.map((score) => Number(score.toFixed(4))),
		})),
	};
}

export function supportOf(row: ImpostorScores): RowSupport {
	return {
		references: row.references,
		frames: row.frames,
		people: row.people,
		pairs: row.pairs.length,
		comparisons: row.scores.length,
		measuredTo: measuredProbabilities(row).at(-1) ?? null,
	};
}

function measuredProbabilities({ scores, pairs }: ImpostorScores): number[] {
	return PROBABILITIES.filter(
		(probability) => countFrom(scoreReachedBy(probability, scores), pairs) >= MIN_PAIRS,
	);
}

function tailOfLevel(rows: readonly ImpostorScores[]): Tail {
	const level = rows.find(({ references, frames }) => references === 1 && frames === 1);
	const measured = level ? measuredProbabilities(level) : [];
	const last = measured.at(-1);
	if (level === undefined || last === undefined) {
		throw new UsageError(
			`The people are too few: ${MIN_PAIRS} pairs of them must reach the score of one stranger in ten. Take a folder of 50 people at least.`,
		);
	}
	const quantile = (probability: number) => scoreReachedBy(probability, level.scores);
	const line = normalTail(measured.slice(-TAIL_POINTS).map((p) => [p, quantile(p)] as const));
	// Beyond what is measured it goes on from there by the line's slope.
	return (probability) =>
		probability >= last ? quantile(probability) : quantile(last) + line(probability) - line(last);
}

function differenceOf(row: ImpostorScores): Tail {
	return normalTail(
		measuredProbabilities(row).map((probability) => [
			probability,
			scoreReachedBy(probability, row.scores) - scoreReachedBy(probability, row.single),
		]),
	);
}

/** Rows by references and frames, without those numbers for which one is missing. */
function fullGrid(rows: readonly ImpostorScores[]): ImpostorScores[] {
	const numbersOf = (key: 'references' | 'frames', among: readonly ImpostorScores[]) =>
		[...new Set(among.map((row) => row[key]))].sort((a, b) => a - b);
	const has = (references: number, frames: number) =>
		rows.some((row) => row.references === references && row.frames === frames);
	const frames = numbersOf('frames', rows).filter((number) => has(1, number));
	const references = numbersOf('references', rows).filter((number) =>
		frames.every((of) => has(number, of)),
	);
	return references.flatMap((number) =>
		frames.flatMap((of) => rows.filter((row) => row.references === number && row.frames === of)),
	);
}

const isWithin = (smaller: ImpostorScores, row: ImpostorScores) =>
	smaller.references <= row.references && smaller.frames <= row.frames;

function runningMaximum(values: readonly number[]): number[] {
	let largest = -Infinity;
	return values.map((value) => (largest = Math.max(largest, value)));
}
