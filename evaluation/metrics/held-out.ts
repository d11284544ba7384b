import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { mean, shuffle } from 'simple-statistics';
import {
	measureImpostors,
	type ImpostorScores,
	type Measuring,
	type Setting,
	type Somebody,
} from './impostor-scores';
import { makeTable, PROBABILITIES } from './impostor-table';
import { countFrom, paretoTail } from './tail';

/** A share of strangers that one half of the people foretold of the other half. */
interface Foretold extends Setting {
	/** The table, or a Pareto tail over the setting's own scores. */
	method: 'table' | 'pareto';
	probability: number;
}

/** Shares of the other half that reached the score: mean, lowest and highest of several halvings. */
export interface HeldOutRate extends Foretold {
	mean: number;
	lowest: number;
	highest: number;
}

/** Settings for which half of the development people are enough to see one in ten thousand. */
const SETTINGS: readonly Setting[] = [
	{ references: 1, frames: 1 },
	{ references: 1, frames: 2 },
	{ references: 2, frames: 1 },
	{ references: 2, frames: 2 },
];
const CHECKED = [0.01, 0.001, 0.0001];
/** The share that the Pareto tail is fitted to: of 10, 5, 2, 1 and 0.5 % the one that foretold best. */
const PARETO_SHARE = 0.02;

/**
 * Makes the table from one half of the people and counts strangers among the other, who had no part
 * in it; and the same with a Pareto tail instead of the table, to compare.
 *
 * @returns nothing for no halvings
 * @throws UsageError when half of the people are too few for a table
 */
export function checkHeldOut(
	people: readonly Somebody[],
	halvings: number,
	measuring: Measuring,
): HeldOutRate[] {
	const generator = xoroshiro128plus(measuring.seed);
	const half = Math.floor(people.length / 2);
	const shares = Array.from({ length: halvings }, (_, number) => {
		const order = shuffle([...people], () => uniformFloat64(generator));
		const options = { ...measuring, seed: measuring.seed + number };
		const [known, others] = [order.slice(0, half), order.slice(half)].map((among) =>
			SETTINGS.flatMap((setting) => measureImpostors(among, setting, options) ?? []),
		);
		return compareHalves(known!, others!);
	}).flat();
	return CHECKED.flatMap((probability) =>
		SETTINGS.flatMap((setting) =>
			(['table', 'pareto'] as const).flatMap((method) =>
				summary({ ...setting, method, probability }, shares),
			),
		),
	);
}

function compareHalves(
	known: readonly ImpostorScores[],
	others: readonly ImpostorScores[],
): { of: Foretold; share: number }[] {
	const { rows } = makeTable(known, known);
	const find = <T extends Setting>(among: readonly T[], { references, frames }: Setting) =>
		among.find((one) => one.references === references && one.frames === frames);
	return others.flatMap(({ references, frames, scores }) => {
		const setting = { references, frames };
		const row = find(rows, setting);
		const fitted = find(known, setting);
		if (row === undefined || fitted === undefined) return [];
		const pareto = paretoTail(fitted.scores, PARETO_SHARE);
		const reached = (score: number) => countFrom(score, scores) / scores.length;
		return CHECKED.flatMap((probability) => {
			const foretold = row.scores[PROBABILITIES.indexOf(probability)]!;
			return [
				{ of: { ...setting, method: 'table', probability }, share: reached(foretold) },
				{ of: { ...setting, method: 'pareto', probability }, share: reached(pareto(probability)) },
			];
		});
	});
}

function summary(wanted: Foretold, all: readonly { of: Foretold; share: number }[]): HeldOutRate[] {
	const shares = all
		.filter(
			({ of }) =>
				of.references === wanted.references &&
				of.frames === wanted.frames &&
				of.method === wanted.method &&
				of.probability === wanted.probability,
		)
		.map(({ share }) => share);
	if (shares.length === 0) return [];
	const [lowest, highest] = [Math.min(...shares), Math.max(...shares)];
	return [{ ...wanted, mean: mean(shares), lowest, highest }];
}
