import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measureOverFrames, timeEngine, timeHuman } from './engines';
import { measureLatency, type LatencyRow } from './latency';
import type { EngineTimes, PipelineTimes } from './page/protocol';
import { ratio, roundMs, tableLine } from './table';

/** How many faces are in view where a frame is timed, and where latency is. */
const PIPELINE_FACES = [1, 4, 8];
const LATENCY_FACES = [1, 8];

interface PipelineRow {
	faces: number;
	engine: EngineTimes;
	human: PipelineTimes;
}

export interface RollCallBench {
	/** Mean ms a frame of our engine and of Human, and Human's time divided by ours. */
	rows: {
		faces: number;
		state: 'cold' | 'steady';
		ms: number;
		humanMs: number;
		ratioToHuman: number;
	}[];
	/** ms from the capture of the deciding frame to the row on a second device. */
	latency: LatencyRow[];
	/** Mean ms a frame of each step, by faces and state: `8 cold`. */
	steps: Record<string, Record<string, number>>;
}

/** Measures the engine beside Human, then whole roll calls from camera to roster. */
export async function measure(log: (line: string) => void): Promise<RollCallBench> {
	const pipelines = await measureOverFrames(PIPELINE_FACES, log, async (page, task) => ({
		engine: await timeEngine(page, task),
		human: await timeHuman(page, task),
	}));
	const folder = await mkdtemp(path.join(tmpdir(), 'facetrack-bench-'));
	const latency = await measureLatency(LATENCY_FACES, path.join(folder, 'camera.mjpeg'), log);
	await rm(folder, { recursive: true });
	const result = { rows: pipelines.flatMap(rowsOf), latency, steps: stepsOf(pipelines) };
	print(result, pipelines, log);
	return result;
}

function rowsOf({ faces, engine, human }: PipelineRow): RollCallBench['rows'] {
	return (['cold', 'steady'] as const).map((state) => ({
		faces,
		state,
		ms: roundMs(engine[state]),
		humanMs: roundMs(human[state]),
		ratioToHuman: ratio(human[state], engine[state]),
	}));
}

function stepsOf(pipelines: readonly PipelineRow[]): RollCallBench['steps'] {
	return Object.fromEntries(
		pipelines.flatMap(({ faces, engine }) =>
			(['cold', 'steady'] as const).map((state) => [
				`${faces} ${state}`,
				Object.fromEntries(
					Object.entries(engine.steps[state]).map(([step, ms]) => [step, roundMs(ms)]),
				),
			]),
		),
	);
}

function print(
	{ rows, latency, steps }: RollCallBench,
	pipelines: readonly PipelineRow[],
	log: (line: string) => void,
): void {
	log('');
	log(
		tableLine(['faces', 'state', 'ms', 'Human ms', 'ratio', 'expose', 'detect', 'mesh', 'embed']),
	);
	for (const { faces, state, ms, humanMs, ratioToHuman } of rows) {
		const { expose = 0, detect = 0, mesh = 0, embed = 0 } = steps[`${faces} ${state}`] ?? {};
		log(tableLine([faces, state, ms, humanMs, ratioToHuman, expose, detect, mesh, embed]));
	}
	for (const { faces, engine, human } of pipelines) {
		if (engine.found !== faces || human.found !== faces) {
			log(`Of ${faces} faces, ours saw ${engine.found} and Human ${human.found} at the end.`);
		}
	}
	log('');
	log(tableLine(['faces', 'marks', 'p50 ms', 'p95 ms']));
	for (const { faces, marks, p50, p95 } of latency) log(tableLine([faces, marks, p50, p95]));
	log('Latency: from the capture of the deciding frame to the row on a second device.');
}
