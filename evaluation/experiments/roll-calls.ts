import { mean, quantile } from 'simple-statistics';
import { MIN_CAPTURE_QUALITY } from '$lib/server/domain/captures';
import { DEFAULT_POLICY } from '$lib/server/domain/policy';
import type { RollCallRequest } from '../command';
import { readSubjects, type SubjectPictures } from '../datasets/subjects';
import { addCounts, playRollCall, type RollCallCounts, type Sights } from '../metrics/roll-call';
import { drawRollCalls, type RollCallDrawing } from '../metrics/roll-call-draw';
import { percent, whole } from '../report/numbers';
import { countOutcomes, problemLines, templateOf } from '../report/outcomes';
import { table } from '../report/table';
import { readDataFile, type Experiment, type Measured, type Report } from './experiment';

/** Bounds a first run: each picture is measured as it is, and so many times changed. */
const RENDITIONS = 3;

/** @throws UsageError when the subjects cannot be read, or are too few */
export async function planRollCalls(request: RollCallRequest): Promise<Experiment> {
	const file = request.subjects;
	const data = readSubjects(file, await readDataFile('subjects', file));
	const options: RollCallDrawing = {
		classSize: request['class-size'],
		strangers: request.strangers,
		rollCalls: request['roll-calls'],
		seed: request.seed,
	};
	// Too few people are told before minutes are spent on their pictures.
	drawRollCalls(data.subjects, () => true, { ...options, rollCalls: 1 });
	return {
		paths: data.paths,
		renditions: RENDITIONS,
		report: ([own]) => {
			if (!own) throw new RangeError('No pipeline was measured.');
			return reportOn(data, options, own);
		},
	};
}

function reportOn(data: SubjectPictures, options: RollCallDrawing, measured: Measured): Report {
	const { paths, subjects } = data;
	const sights = sightsOf(paths.length, measured);
	const drawn = drawRollCalls(subjects, (picture) => sights.reference(picture) !== null, options);
	const counts = addCounts(drawn.map((rollCall) => playRollCall(rollCall, sights, DEFAULT_POLICY)));
	const figures = figuresOf(counts, options.rollCalls);
	const originals = measured.outcomes.slice(0, paths.length);
	return {
		lines: [
			...linesOf(figures, counts, measured.pipeline.label),
			...problemLines(paths, originals),
		],
		result: { ...figures, notFound: countOutcomes(originals).notFound },
		drawing: null,
	};
}

/** A picture's renditions stand as far apart as there are pictures. */
function sightsOf(pictures: number, { outcomes }: Measured): Sights {
	const templates = outcomes.map(templateOf);
	return {
		reference: (picture) => {
			const template = templates[picture] ?? null;
			return template && template.quality >= MIN_CAPTURE_QUALITY ? template : null;
		},
		sightings: (picture) =>
			Array.from({ length: RENDITIONS + 1 }, (_, i) => templates[i * pictures + picture])
				// The engine gives 0 to what its gate refuses, and to nothing else.
				.flatMap((template) => (template && template.quality > 0 ? [template] : [])),
	};
}

/** Rates are shares 0..1. */
function figuresOf(counts: RollCallCounts, rollCalls: number) {
	const { tracks, wronglyNamed, members, unmarked, doubtful, sightingsToName } = counts;
	return {
		wrongNameRate: wronglyNamed / tracks,
		unmarkedRate: unmarked / members,
		doubtfulPerRollCall: doubtful / rollCalls,
		/** null where nobody was named rightly. */
		sightingsToDecision: sightingsToName.length > 0 ? mean(sightingsToName) : null,
		rollCalls,
		tracks,
		wrongNames: wronglyNamed,
		/** null without strangers. */
		wrongNamesPerStranger: counts.strangers > 0 ? counts.strangersNamed / counts.strangers : null,
		unseenTracks: counts.unseen,
	};
}

function linesOf(
	figures: ReturnType<typeof figuresOf>,
	{
		sightingsToName,
		tracks,
		members,
		unmarked,
		wronglyNamed,
		strangersNamed,
		unseen,
	}: RollCallCounts,
	label: string,
): string[] {
	const { sightingsToDecision: needed, wrongNamesPerStranger: perStranger } = figures;
	const slow = sightingsToName.length > 0 ? quantile(sightingsToName, 0.95) : null;
	return [
		'',
		...table([
			['', label],
			['tracks named wrongly', percent(figures.wrongNameRate)],
			['  wrong names per stranger', perStranger === null ? '–' : percent(perStranger)],
			['members left unmarked', percent(figures.unmarkedRate)],
			['doubtful, taps a roll call', figures.doubtfulPerRollCall.toFixed(2)],
			['sightings until named, mean', needed?.toFixed(2) ?? '–'],
			['  95 in 100 within', slow?.toFixed(0) ?? '–'],
		]),
		'',
		`${whole(figures.rollCalls)} roll calls, ${whole(tracks)} tracks: ${whole(wronglyNamed)} named wrongly, ${whole(strangersNamed)} of them strangers; ${whole(unmarked)} of ${whole(members)} members left unmarked; of ${whole(unseen)} tracks the camera's gate let nothing through.`,
	];
}
