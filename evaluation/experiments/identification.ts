import { DEFAULT_POLICY, thresholdsOf } from '$lib/server/domain/policy';
import type { IdentifyRequest } from '../command';
import { readSubjects, type SubjectPictures } from '../datasets/subjects';
import { drawTrials, type DrawOptions, type Trial } from '../metrics/draw';
import type { ErrorPoint } from '../metrics/error-rates';
import { DISCARD_FPIR, identify, type IdentificationResult } from '../metrics/identification';
import { milliseconds, percent, score, shortPercent, whole } from '../report/numbers';
import { countOutcomes, problemLines, templateOf, type OutcomeCounts } from '../report/outcomes';
import { table } from '../report/table';
import {
	readDataFile,
	withBaseline,
	type Experiment,
	type Measured,
	type Report,
} from './experiment';

interface Found {
	measured: Measured;
	identified: IdentificationResult;
	counts: OutcomeCounts;
	/** What the server's own threshold does; null for another pipeline, or without strangers. */
	operatingPoint: ErrorPoint | null;
}

/** @throws UsageError when the subjects cannot be read, or are too few for a class */
export async function planIdentification(request: IdentifyRequest): Promise<Experiment> {
	const file = request.subjects;
	const data = readSubjects(file, await readDataFile('subjects', file));
	const options: DrawOptions = {
		...request,
		classSize: request['class-size'],
		hasSets: data.hasSets,
	};
	// Too few people are told before minutes are spent on their pictures.
	drawTrials(data.subjects, () => true, { ...options, classes: 1 });
	return {
		paths: data.paths,
		renditions: 0,
		report: (measured) => reportOn(data, options, measured),
	};
}

function reportOn(
	data: SubjectPictures,
	options: DrawOptions,
	measured: readonly Measured[],
): Report {
	const found = measured.map((of) => identifyWith(data, options, of));
	return {
		lines: linesOf(data.paths, found),
		result: withBaseline(found.map(figuresOf)),
		drawing: {
			title: `Identification, ${describe(options)}`,
			x: 'FPIR: strangers who are named',
			y: 'FNIR: members who are not named rightly',
			nothing: 'Everybody is a member: without strangers there is no curve.',
			curves: found.map(({ measured: { pipeline }, identified, operatingPoint }) => ({
				label: pipeline.label,
				points: identified.rates.curve(),
				...(operatingPoint && { operatingPoint }),
			})),
		},
	};
}

function describe({ frames, references, hasSets }: DrawOptions): string {
	const probe = frames === 1 ? 'one picture a probe' : `${frames} pictures a probe`;
	return hasSets ? probe : `${references} references, ${probe}`;
}

function identifyWith(data: SubjectPictures, options: DrawOptions, measured: Measured): Found {
	const pictures = data.paths.map((_, i) => templateOf(measured.outcomes[i]));
	const trials = drawTrials(data.subjects, (picture) => pictures[picture] !== null, options);
	const { comparison, name } = measured.pipeline;
	const identified = identify(trials, { pictures, comparison });
	const isOurs = name === 'engine' && identified.strangers > 0;
	return {
		measured,
		identified,
		counts: countOutcomes(measured.outcomes),
		operatingPoint: isOurs ? identified.rates.at(thresholdOf(trials, options)) : null,
	};
}

/** Where the default policy names somebody of these classes. */
function thresholdOf(trials: readonly Trial[], { frames }: DrawOptions): number {
	const gallery = trials[0]?.gallery ?? [];
	const references = gallery.reduce((sum, { pictures }) => sum + pictures.length, 0);
	return thresholdsOf(DEFAULT_POLICY, { members: gallery.length, references, frames }).accept;
}

/** Shares are 0..1. */
function figuresOf({ identified, counts, operatingPoint }: Found) {
	const { rank1, points, discards, probes, strangers } = identified;
	return {
		rank1,
		points,
		discards,
		...counts,
		probes,
		strangers,
		...(operatingPoint && {
			operatingPoint: {
				fpir: operatingPoint.falseMatch,
				fnir: operatingPoint.falseNonMatch,
				threshold: operatingPoint.threshold,
			},
		}),
	};
}

function linesOf(paths: readonly string[], found: readonly Found[]): string[] {
	const row = (name: string, cell: (of: Found) => string) => [name, ...found.map(cell)];
	const points = found[0]?.identified.points ?? [];
	const pointRows = points.map(({ fpir }, i) =>
		row(`FNIR at FPIR ${shortPercent(fpir)}`, ({ identified }) => {
			const point = identified.points[i];
			return `${percent(point?.fnir ?? null)} from ${score(point?.threshold ?? null)}`;
		}),
	);
	const discards = found[0]?.identified.discards ?? [];
	const discardRows = discards
		.slice(1)
		.map(({ discarded }, i) =>
			row(`FNIR without the worst ${shortPercent(discarded)}`, ({ identified }) =>
				percent(identified.discards[i + 1]?.fnir ?? null),
			),
		);
	return [
		'',
		...table([
			['', ...found.map(({ measured }) => measured.pipeline.label)],
			row('rank 1', ({ identified }) => percent(identified.rank1)),
			...pointRows,
			...discardRows,
			row('faces not found', ({ counts }) => `${whole(counts.notFound)} of ${whole(paths.length)}`),
			row('ms an image', ({ counts }) => milliseconds(counts.msPerImage)),
		]),
		'',
		...found.flatMap(notesOn),
		...found.flatMap(({ measured: { pipeline, outcomes } }) => {
			const lines = problemLines(paths, outcomes);
			return lines.length > 0 ? ['', `${pipeline.label}:`, ...lines] : [];
		}),
	];
}

function notesOn({ measured, identified, operatingPoint }: Found): string[] {
	const { probes, strangers, points } = identified;
	const tooFine = points.filter(({ fpir }) => fpir * strangers < 1).map(({ fpir }) => fpir);
	return [
		`${measured.pipeline.label}: ${whole(probes)} searches of members, ${whole(strangers)} of strangers.`,
		...(operatingPoint
			? [
					`  At the server's threshold of ${score(operatingPoint.threshold)}: FPIR ${percent(operatingPoint.falseMatch)}, FNIR ${percent(operatingPoint.falseNonMatch)}.`,
				]
			: []),
		...(strangers > 0
			? [
					`  The worst by quality are left out at the threshold of FPIR ${shortPercent(DISCARD_FPIR)}.`,
				]
			: []),
		...(strangers === 0 ? ['  Everybody is a member: without strangers there is no FPIR.'] : []),
		...(tooFine.length > 0
			? [
					`  Strangers are too few for FPIR ${tooFine.map(shortPercent).join(', ')}: none is allowed there.`,
				]
			: []),
	];
}
