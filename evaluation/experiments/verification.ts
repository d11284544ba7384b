import type { VerifyRequest } from '../command';
import { readPairs, type Pair } from '../datasets/pairs';
import {
	pairErrors,
	verify,
	type ScoredPair,
	type VerificationResult,
} from '../metrics/verification';
import { milliseconds, percent, score, whole } from '../report/numbers';
import { countOutcomes, problemLines, templateOf, type OutcomeCounts } from '../report/outcomes';
import { table } from '../report/table';
import { readDataFile, withBaseline, type Experiment, type Measured } from './experiment';

/** Shares are 0..1. */
export type VerificationFigures = VerificationResult & OutcomeCounts & { pairs: number };

/** @throws UsageError when the pairs cannot be read */
export async function planVerification({ pairs: file }: VerifyRequest): Promise<Experiment> {
	const pairs = readPairs(file, await readDataFile('pairs', file));
	const paths = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
	return {
		paths,
		renditions: 0,
		report: (measured) => {
			const scored = measured.map((of) => scorePairs(pairs, paths, of));
			const figures = measured.map(({ outcomes }, i) => ({
				...verify(scored[i] ?? []),
				...countOutcomes(outcomes),
				pairs: pairs.length,
			}));
			return {
				lines: linesOf(paths, measured, figures),
				result: withBaseline(figures),
				drawing: {
					title: `Verification, ${whole(pairs.length)} pairs`,
					x: 'False match rate: other people taken for the same',
					y: 'False non-match rate: the same person refused',
					nothing: 'Without pairs of other people there is no curve.',
					curves: measured.map(({ pipeline }, i) => ({
						label: pipeline.label,
						points: pairErrors(scored[i] ?? []).curve(),
					})),
				},
			};
		},
	};
}

function scorePairs(
	pairs: readonly Pair[],
	paths: readonly string[],
	{ pipeline, outcomes }: Measured,
): ScoredPair[] {
	const templates = new Map(paths.map((path, i) => [path, templateOf(outcomes[i])]));
	return pairs.map(({ a, b, same, fold }) => {
		const [one, other] = [templates.get(a), templates.get(b)];
		const compared = one && other;
		return {
			same,
			fold,
			score: compared ? pipeline.comparison.similarity(one.vector, other.vector) : null,
		};
	});
}

function linesOf(
	paths: readonly string[],
	measured: readonly Measured[],
	figures: readonly VerificationFigures[],
): string[] {
	const row = (name: string, cell: (of: VerificationFigures) => string) => [
		name,
		...figures.map(cell),
	];
	const [own] = figures;
	const hasFolds = own !== undefined && own.deviation !== null;
	return [
		'',
		...table([
			['', ...measured.map(({ pipeline }) => pipeline.label)],
			row(hasFolds ? 'accuracy, mean of folds' : 'accuracy, best threshold', (of) =>
				percent(of.accuracy),
			),
			...(hasFolds ? [row('  standard deviation', (of) => percent(of.deviation))] : []),
			row('  threshold', (of) => score(of.threshold)),
			row('TAR at FAR 1 %', (of) => percent(of.tarAtFar['0.01'])),
			row('TAR at FAR 0.1 %', (of) => percent(of.tarAtFar['0.001'])),
			row('EER', (of) => percent(of.eer)),
			row('faces not found', (of) => `${whole(of.notFound)} of ${whole(paths.length)}`),
			row('ms an image', (of) => milliseconds(of.msPerImage)),
		]),
		'',
		`${whole(own?.pairs ?? 0)} pairs. One with a face that was not found is an error of the accuracy whatever the threshold, and scores -1 elsewhere.`,
		...measured.flatMap(({ pipeline, outcomes }) => {
			const lines = problemLines(paths, outcomes);
			return lines.length > 0 ? ['', `${pipeline.label}:`, ...lines] : [];
		}),
	];
}
