import { createHash } from 'node:crypto';
import path from 'node:path';
import { PIPELINE_VERSION } from '$lib/contract/models';
import { MIN_CAPTURE_QUALITY } from '$lib/server/domain/captures';
import type { ImpostorTable } from '$lib/server/domain/impostors';
import type { ImpostorsRequest } from '../command';
import { readFolders } from '../datasets/folders';
import { readSubjects, type Subject, type SubjectPictures } from '../datasets/subjects';
import { hashPictures } from '../extraction/pictures';
import type { Template } from '../metrics/comparison';
import { drawTrials } from '../metrics/draw';
import { checkHeldOut } from '../metrics/held-out';
import { measureImpostors, type Measuring, type Somebody } from '../metrics/impostor-scores';
import { makeTable, supportOf, type RowSupport } from '../metrics/impostor-table';
import { measureGaps, type RunnerUpGaps } from '../metrics/runner-up';
import { judgeSchools } from '../metrics/schools';
import {
	gapLines,
	heldOutLines,
	likenessOfTables,
	schoolLines,
	tableLines,
	writeTable,
} from '../report/impostors';
import { countOutcomes, problemLines, templateOf } from '../report/outcomes';
import { readDataFile, type Experiment, type Measured, type Report } from './experiment';

const SETTINGS = [1, 2, 3, 5, 8].flatMap((references) =>
	[1, 2, 3, 5].map((frames) => ({ references, frames })),
);

/** Of one setting: a sharp figure for one in ten thousand, in half a minute for all settings. */
const COMPARISONS = 600_000;

/** In each halving: many of them steady the figures more than many draws of one would. */
const COMPARISONS_OF_HALVES = 150_000;

/** The classes that the gap to the runner-up is measured in. */
const CLASSES = { classSize: 30, references: 3, frames: 3, classes: 200, hasSets: false };

/** What is measured, and what the table says of itself. */
interface Plan {
	request: ImpostorsRequest;
	data: SubjectPictures;
	/** Names of the people whom the level is measured without. */
	heldOut: ReadonlySet<string>;
	/** Over the files' names and contents. */
	sha256: string;
}

/** Tables of the same pictures, by whom they rest on. */
interface Tables {
	/** The level without those held out, what references and frames change of everybody. */
	chosen: ImpostorTable;
	everybody: ImpostorTable;
	/** Without those held out altogether; maybe of fewer rows. */
	others: ImpostorTable;
	level: RowSupport;
	rows: RowSupport[];
}

/** @throws UsageError when the people cannot be read */
export async function planImpostors(request: ImpostorsRequest): Promise<Experiment> {
	const { images, subjects } = request;
	const data =
		subjects === undefined
			? await readFolders(images)
			: readSubjects(subjects, await readDataFile('subjects', subjects));
	const plan: Plan = {
		request,
		data,
		heldOut: await readHeldOut(request['held-out']),
		sha256: await hashOf(images, data.paths),
	};
	return {
		paths: data.paths,
		renditions: 0,
		report: ([own]) => {
			if (!own) throw new RangeError('No pipeline was measured.');
			return reportOn(plan, own);
		},
	};
}

async function readHeldOut(file: string | undefined): Promise<ReadonlySet<string>> {
	if (file === undefined) return new Set();
	const { subjects } = readSubjects(file, await readDataFile('held-out', file));
	return new Set(subjects.map(({ name }) => name));
}

async function hashOf(images: string, paths: readonly string[]): Promise<string> {
	const pictures = paths.map((name) => ({ file: path.join(images, name), rendition: null }));
	const hashes = await hashPictures(pictures);
	const all = createHash('sha256');
	paths.forEach((name, i) => all.update(JSON.stringify([name, hashes[i]])));
	return all.digest('hex');
}

function reportOn(plan: Plan, measured: Measured): Report {
	const { request, data, heldOut } = plan;
	const templates = data.paths.map((_, i) => templateOf(measured.outcomes[i]));
	const people = data.subjects.map((subject) => picturesOf(subject, templates));
	const others = people.filter((_, i) => !heldOut.has(data.subjects[i]!.name));
	const { comparison } = measured.pipeline;
	const measuring = { comparison, seed: request.seed, comparisons: COMPARISONS };
	const tables = makeTables(people, others, measuring);
	const heldOutRates = checkHeldOut(people, request.halvings, {
		...measuring,
		comparisons: COMPARISONS_OF_HALVES,
	});
	const gaps = gapsOf(data.subjects, templates, measuring);
	const schools = judgeSchools(others, comparison, request.seed);
	const made = provenanceOf(plan, measured, tables);
	const content = writeTable(made, tables.chosen, tables.rows);
	return {
		lines: [
			'',
			...tableLines(tables.chosen, tables.rows),
			'',
			...(heldOut.size > 0 ? likenessOfTables(tables) : []),
			...heldOutLines(heldOutRates),
			...(gaps ? gapLines(gaps) : []),
			...schoolLines(schools),
			...problemLines(data.paths, measured.outcomes),
		],
		result: { made, ...tables, heldOutRates, gaps, schools, ...countOutcomes(measured.outcomes) },
		drawing: null,
		file: request.out === undefined ? undefined : { path: request.out, content },
	};
}

/** As on the server: what passes the camera's gate is searched with, what is good enough is enrolled. */
function picturesOf(
	{ gallery, probes }: Subject,
	templates: readonly (Template | null)[],
): Somebody {
	const found = (numbers: readonly number[]) =>
		numbers.flatMap((number) => templates[number] ?? []);
	return {
		references: found(gallery).filter(({ quality }) => quality >= MIN_CAPTURE_QUALITY),
		// The engine gives 0 to what its gate refuses, and to nothing else.
		sightings: found(probes).filter(({ quality }) => quality > 0),
	};
}

/** @throws UsageError when there are too few people */
function makeTables(
	people: readonly Somebody[],
	others: readonly Somebody[],
	measuring: Measuring,
): Tables {
	const measureAll = (among: readonly Somebody[]) =>
		SETTINGS.flatMap((setting) => measureImpostors(among, setting, measuring) ?? []);
	const rows = measureAll(people);
	const rowsOfOthers = people.length === others.length ? rows : measureAll(others);
	return {
		chosen: makeTable(rowsOfOthers, rows),
		everybody: makeTable(rows, rows),
		others: makeTable(rowsOfOthers, rowsOfOthers),
		level: supportOf(rowsOfOthers[0]!),
		rows: rows.map(supportOf),
	};
}

/** @returns null where the people are too few for classes */
function gapsOf(
	subjects: readonly Subject[],
	templates: readonly (Template | null)[],
	{ comparison, seed }: Measuring,
): RunnerUpGaps | null {
	const { references, frames, classSize } = CLASSES;
	const able = subjects.filter(({ gallery }) => gallery.length >= references + frames);
	if (able.length < classSize) return null;
	const canEnrol = (picture: number) => (templates[picture]?.quality ?? 0) >= MIN_CAPTURE_QUALITY;
	return measureGaps(drawTrials(subjects, canEnrol, { ...CLASSES, seed }), templates, comparison);
}

/** Enough to make the table again, and to tell whether it still fits the engine. */
function provenanceOf(
	{ request, data, heldOut, sha256 }: Plan,
	measured: Measured,
	tables: Tables,
) {
	const options = [
		'--images DIR',
		...(request.subjects === undefined ? [] : ['--subjects CSV']),
		...(request['held-out'] === undefined ? [] : ['--held-out CSV']),
		`--seed ${request.seed}`,
		'--out FILE',
	];
	return {
		command: `npm run evaluate -- impostors ${options.join(' ')}`,
		madeOn: new Date().toISOString().slice(0, 10),
		modelId: measured.pipeline.embedder,
		pipelineVersion: PIPELINE_VERSION,
		pictures: {
			name: request.name ?? path.basename(path.resolve(request.images)),
			people: data.subjects.length,
			pictures: data.paths.length,
			heldOut: heldOut.size,
			sha256,
		},
		level: tables.level,
	};
}
