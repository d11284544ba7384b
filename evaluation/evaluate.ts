import path from 'node:path';
import { readCommand, USAGE, type PictureRequest, type Request } from './command';
import {
	assertFolder,
	type Experiment,
	type Measured,
	type Report,
} from './experiments/experiment';
import { planIdentification } from './experiments/identification';
import { planImpostors } from './experiments/impostors';
import { measureLiveness } from './experiments/liveness';
import { measurePassive } from './experiments/passive';
import { planRollCalls } from './experiments/roll-calls';
import { planVerification } from './experiments/verification';
import { extract } from './extraction/extract';
import { enginePipeline, humanPipeline } from './extraction/pipelines';
import { drawRendition } from './extraction/renditions';
import { writeResult, writeTextFile } from './report/files';
import { UsageError } from './usage-error';

const EXIT = { done: 0, failed: 1, misused: 2, interrupted: 130 };

/** What the command needs of the process that runs it. */
export interface Surroundings {
	/** Ends it early; what was measured until then is kept. */
	signal: AbortSignal;
	/** Called before models are needed. */
	prepareModels: () => Promise<unknown>;
}

/**
 * Runs the command that the arguments name, and prints what it measures.
 * @returns the exit code
 */
export async function evaluate(args: readonly string[], around: Surroundings): Promise<number> {
	try {
		const request = readCommand(args);
		if (request !== 'help') return await run(request, around);
		console.log(USAGE);
		return EXIT.done;
	} catch (error) {
		console.error(error instanceof Error ? error.message : String(error));
		return error instanceof UsageError ? EXIT.misused : EXIT.failed;
	}
}

async function run(request: Request, around: Surroundings): Promise<number> {
	const report = await reportOf(request, around);
	if (report === null) {
		console.error('Stopped. What was measured is kept: the same command goes on from there.');
		return EXIT.interrupted;
	}
	const { lines, result, drawing, file } = report;
	for (const line of lines) console.log(line);
	if (file) await writeTextFile(file, console.log);
	if (request.json !== undefined) await writeResult(request.json, result, drawing, console.log);
	return EXIT.done;
}

/** @returns null when the signal ended it */
async function reportOf(request: Request, around: Surroundings): Promise<Report | null> {
	if (request.command === 'liveness') {
		await around.prepareModels();
		return measureLiveness(request, { signal: around.signal, log: console.log });
	}
	if (request.command === 'passive') {
		await around.prepareModels();
		return measurePassive(request, { signal: around.signal, log: console.log });
	}
	await assertFolder('images', request.images);
	const experiment = await planExperiment(request);
	const measured = await measure(experiment, request, around);
	return measured && experiment.report(measured);
}

function planExperiment(request: PictureRequest): Promise<Experiment> {
	switch (request.command) {
		case 'verify':
			return planVerification(request);
		case 'identify':
			return planIdentification(request);
		case 'rollcall':
			return planRollCalls(request);
		case 'impostors':
			return planImpostors(request);
	}
}

/** @returns null when the signal ended it */
async function measure(
	{ paths, renditions }: Experiment,
	request: PictureRequest,
	{ signal, prepareModels }: Surroundings,
): Promise<Measured[] | null> {
	await prepareModels();
	const pipelines = [await enginePipeline()];
	if ('baseline' in request && request.baseline === 'human') pipelines.push(await humanPipeline());
	const pictures = Array.from({ length: renditions + 1 }, (_, number) =>
		paths.map((name, i) => ({
			file: path.resolve(request.images, name),
			rendition: number === 0 ? null : drawRendition(i, number),
		})),
	).flat();
	const { pages, cache: cacheFolder } = request;
	const options = { pages, cacheFolder, signal, log: console.log };
	const extraction = await extract(pictures, pipelines, options);
	return (
		extraction &&
		pipelines.map((pipeline) => ({ pipeline, outcomes: extraction.get(pipeline.name) ?? [] }))
	);
}
