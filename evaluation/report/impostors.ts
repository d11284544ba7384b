import type { ImpostorTable } from '$lib/server/domain/impostors';
import type { HeldOutRate } from '../metrics/held-out';
import type { RowSupport } from '../metrics/impostor-table';
import type { RunnerUpGaps } from '../metrics/runner-up';
import type { JudgedSchools } from '../metrics/schools';
import { percent, score, whole } from './numbers';
import { table } from './table';

/** The shares of strangers that the terminal shows: the rarest are what classes come to. */
const COMPARED = [0.001, 0.0001, 0.00001];
const SHOWN = [0.1, 0.01, 0.001, 0.0001, 0.00001, 0.000001];

/**
 * The table as JSON, with a row a line, so that a change of it can be read.
 * @param made what the table says of itself
 */
export function writeTable(
	made: object,
	{ probabilities, rows }: ImpostorTable,
	support: readonly RowSupport[],
): string {
	const lines = rows.map(({ references, frames, scores }) => {
		const own = support.find((row) => row.references === references && row.frames === frames);
		return `\t\t${JSON.stringify({ ...own, references, frames, scores })}`;
	});
	const head = JSON.stringify({ made }, null, '\t').slice(0, -2);
	return `${head},\n\t"probabilities": ${JSON.stringify(probabilities)},\n\t"rows": [\n${lines.join(',\n')}\n\t]\n}\n`;
}

/** The scores of each setting, and what they rest on. */
export function tableLines(
	{ probabilities, rows }: ImpostorTable,
	support: readonly RowSupport[],
): string[] {
	return table([
		['references, frames', ...SHOWN.map(oneIn), 'pairs of people', 'comparisons', 'measured to'],
		...support.map(({ references, frames, pairs, comparisons, measuredTo }) => {
			const row = rows.find((one) => one.references === references && one.frames === frames);
			return [
				`${references}, ${frames}`,
				...SHOWN.map((share) => score(row?.scores[probabilities.indexOf(share)] ?? null)),
				whole(pairs),
				whole(comparisons),
				measuredTo === null ? '–' : oneIn(measuredTo),
			];
		}),
	]);
}

/** What scores of one half of the people foretold of the other half. */
export function heldOutLines(rates: readonly HeldOutRate[]): string[] {
	if (rates.length === 0) return [];
	const cell = ({ mean, lowest, highest, probability }: HeldOutRate) =>
		[mean, lowest, highest].map((share) => (share / probability).toFixed(2)).join(' ');
	const foretold = [...new Set(rates.map(({ probability }) => probability))];
	const rowOf = (of: HeldOutRate) => `${of.references}, ${of.frames}, ${of.method}`;
	return [
		'Strangers who reach a score, times what one half of the people foretold of the other half: mean, lowest and highest of the halvings.',
		...table([
			['references, frames, by', ...foretold.map(oneIn)],
			...[...new Set(rates.map(rowOf))].map((row) => [
				row,
				...rates.filter((of) => rowOf(of) === row).map(cell),
			]),
		]),
	];
}

/** How much the choice of people moves the scores. */
export function likenessOfTables(tables: {
	chosen: ImpostorTable;
	everybody: ImpostorTable;
	others: ImpostorTable;
}): string[] {
	const apart = (other: ImpostorTable) =>
		COMPARED.map(
			(share) => `${score(largestDifference(tables.chosen, other, share))} at ${oneIn(share)}`,
		).join(', ');
	return [
		`A table of everybody differs at most by ${apart(tables.everybody)}.`,
		`One wholly without those held out (${tables.others.rows.length} rows of ${tables.chosen.rows.length}): ${apart(tables.others)}.`,
		'',
	];
}

function largestDifference(one: ImpostorTable, other: ImpostorTable, share: number): number {
	const at = one.probabilities.indexOf(share);
	const differences = other.rows.flatMap(({ references, frames, scores }) => {
		const own = one.rows.find((row) => row.references === references && row.frames === frames);
		return own ? [Math.abs(own.scores[at]! - scores[at]!)] : [];
	});
	return Math.max(...differences);
}

export function gapLines({
	members,
	strangers,
	memberProbes,
	strangerProbes,
}: RunnerUpGaps): string[] {
	return [
		`The next is behind the first by at least ${score(members)} in 999 of 1,000 searches of members (${whole(memberProbes)}), and by ${score(strangers)} in half of those of strangers (${whole(strangerProbes)}).`,
	];
}

/** What `npm run calibrate` says of schools that are drawn from the people. */
export function schoolLines(schools: readonly JudgedSchools[]): string[] {
	if (schools.length === 0) return [];
	const raises = [...new Set(schools.map(({ raised }) => raised))];
	const cell = ({ refused, scoreShift }: JudgedSchools) =>
		scoreShift === null ? percent(refused) : `${percent(refused)} by ${score(scoreShift)}`;
	return [
		'',
		'Schools for which the default does not hold, with all scores raised by, and how much thresholds rise there:',
		...table([
			['people', ...raises.map(score)],
			...[...new Set(schools.map(({ people }) => people))].map((people) => [
				whole(people),
				...schools.filter((of) => of.people === people).map(cell),
			]),
		]),
	];
}

const oneIn = (share: number) => `1 in ${whole(Number((1 / share).toPrecision(3)))}`;
