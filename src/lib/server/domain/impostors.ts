import defaultTable from './impostor-table.json';

/**
 * How likely strangers come to a score, as `npm run evaluate -- impostors` measured it: the likeness
 * between a stranger's probe and one other person's references.
 */
export interface ImpostorTable {
	/** Shares of strangers, 0..1, from the largest to the smallest. */
	readonly probabilities: readonly number[];
	/** One for each pair of a number of references and a number of frames that occur in them. */
	readonly rows: readonly ImpostorRow[];
}

export interface ImpostorRow {
	readonly references: number;
	/** Frames that were fused into the probe. */
	readonly frames: number;
	/** The likeness that each of the probabilities' shares of strangers reaches; never falls. */
	readonly scores: readonly number[];
}

/** What is searched, and how often a stranger may be named. */
export interface SearchConditions {
	/** Students in the gallery, at least 1. */
	members: number;
	/** References a student, on average; at least 1. */
	referencesPerMember: number;
	/** Frames that were fused, at least 1. */
	frames: number;
	/** Share of strangers, 0..1, who may be named at most (FPIR). */
	fpir: number;
	/** Added to the threshold, from a school's calibration. */
	shift: number;
}

/**
 * Likeness from which on a track is named, so that at most `fpir` of all strangers are. It rises with
 * a stricter rate, with members, references and frames.
 *
 * A stranger resembles each of m members with the probability p, and so any of them with at most
 * 1 - (1 - p)^m: exactly that if members were independent, less as they are not.
 *
 * Frames of one track are correlated: as many as are counted are at least as many as are worth
 * counting, and the table's scores rise with them, so that counting all is the cautious side. Outside
 * the table, the nearest row holds.
 */
export function thresholdFor(
	{ members, fpir, shift, ...search }: SearchConditions,
	table: ImpostorTable = defaultTable,
): number {
	const perMember = -Math.expm1(Math.log1p(-fpir) / Math.max(1, members));
	const { steps, scores } = curveOf(table, search);
	return shift + interpolate(steps, scores, Math.max(steps[0]!, -Math.log10(perMember)));
}

/** Scores over the decades of probability, for one number of references and frames. */
interface Curve {
	/** -log10 of the probabilities, ascending. */
	steps: readonly number[];
	scores: readonly number[];
}

function curveOf(
	{ probabilities, rows }: ImpostorTable,
	search: Pick<SearchConditions, 'referencesPerMember' | 'frames'>,
): Curve {
	const references = neighbours(
		rows.map((row) => row.references),
		search.referencesPerMember,
	);
	const frames = neighbours(
		rows.map((row) => row.frames),
		search.frames,
	);
	const scores = probabilities.map(() => 0);
	for (const row of rows) {
		const weight = weightOf(row.references, references) * weightOf(row.frames, frames);
		if (weight > 0) row.scores.forEach((score, i) => (scores[i]! += weight * score));
	}
	return { steps: probabilities.map((probability) => -Math.log10(probability)), scores };
}

/** The measured numbers on either side of one, and how far it is from the lower one, 0..1. */
interface Neighbours {
	lower: number;
	upper: number;
	share: number;
}

/** In between, scores rise with the logarithm of references and of frames (docs/accuracy.md). */
function neighbours(measured: readonly number[], wanted: number): Neighbours {
	const within = Math.min(Math.max(wanted, Math.min(...measured)), Math.max(...measured));
	const lower = Math.max(...measured.filter((number) => number <= within));
	const upper = Math.min(...measured.filter((number) => number >= within));
	const share = lower === upper ? 0 : Math.log(within / lower) / Math.log(upper / lower);
	return { lower, upper, share };
}

function weightOf(number: number, { lower, upper, share }: Neighbours): number {
	if (number === lower) return 1 - share;
	return number === upper ? share : 0;
}

/** The value at x of the line through points of ascending x; beyond them the outer lines go on. */
function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
	const after = xs.findIndex((value, i) => i > 0 && value >= x);
	const i = after === -1 ? xs.length - 1 : after;
	const [x0, x1, y0, y1] = [xs[i - 1]!, xs[i]!, ys[i - 1]!, ys[i]!];
	return x1 === x0 ? y1 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}
