import { mean } from 'simple-statistics';
import type { Outcome } from '../extraction/measurement';
import type { Template } from '../metrics/comparison';
import { whole } from './numbers';

/** Files that are named; of the rest their number is said. */
const NAMED = 10;

export interface OutcomeCounts {
	/** Pictures without a face for whatever reason: `missing` and `broken` ones are in it. */
	notFound: number;
	missing: number;
	broken: number;
	/** Mean over the pictures that were measured; null where none was. */
	msPerImage: number | null;
}

export function countOutcomes(outcomes: readonly Outcome[]): OutcomeCounts {
	const of = (kind: Outcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length;
	const times = outcomes.flatMap((outcome) => ('ms' in outcome ? [outcome.ms] : []));
	return {
		notFound: outcomes.length - of('face'),
		missing: of('missing'),
		broken: of('broken'),
		msPerImage: times.length > 0 ? mean(times) : null,
	};
}

/** @returns null where no face was found */
export function templateOf(outcome: Outcome | undefined): Template | null {
	return outcome?.kind === 'face' ? outcome.template : null;
}

const REASONS = [
	['missing', 'not there'],
	['broken', 'cannot be read as a picture'],
	['no-face', 'without a face that was found'],
] as const;

/** @returns lines that name the pictures without a vector, by reason */
export function problemLines(paths: readonly string[], outcomes: readonly Outcome[]): string[] {
	return REASONS.flatMap(([kind, words]) => {
		const concerned = paths.filter((_, i) => outcomes[i]?.kind === kind);
		if (concerned.length === 0) return [];
		const rest = concerned.length - NAMED;
		return [
			`${whole(concerned.length)} ${concerned.length === 1 ? 'picture' : 'pictures'} ${words}:`,
			...concerned.slice(0, NAMED).map((file) => `  ${file}`),
			...(rest > 0 ? [`  and ${whole(rest)} more`] : []),
		];
	});
}
