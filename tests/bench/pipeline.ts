import { measureOverFrames, timeEngine, timeFaceApi, timeHuman } from './engines';
import type { EngineTimes, PipelineTimes } from './page/protocol';
import { ratio, roundMs, tableLine } from './table';

const FACES = [1, 4, 8, 16];
const STATES = ['cold', 'steady'] as const;

interface Measured {
	faces: number;
	engine: EngineTimes;
	human: PipelineTimes;
	faceApi: PipelineTimes;
}

export interface PipelineBench {
	/** Mean ms a frame of our engine, of Human and of face-api; Human's time divided by ours. */
	rows: {
		faces: number;
		state: (typeof STATES)[number];
		ms: number;
		humanMs: number;
		faceApiMs: number;
		ratioToHuman: number;
	}[];
}

/** Measures our engine, Human and face-api over the same frames in one browser. */
export async function measure(log: (line: string) => void): Promise<PipelineBench> {
	const measured = await measureOverFrames(FACES, log, async (page, task) => ({
		engine: await timeEngine(page, task),
		human: await timeHuman(page, task),
		faceApi: await timeFaceApi(page, task),
	}));
	const rows = measured.flatMap(rowsOf);
	log('');
	log(tableLine(['faces', 'state', 'ms', 'Human ms', 'ratio', 'face-api']));
	for (const { faces, state, ms, humanMs, faceApiMs, ratioToHuman } of rows) {
		log(tableLine([faces, state, ms, humanMs, ratioToHuman, faceApiMs]));
	}
	for (const line of measured.flatMap(missed)) log(line);
	return { rows };
}

function rowsOf({ faces, engine, human, faceApi }: Measured): PipelineBench['rows'] {
	return STATES.map((state) => ({
		faces,
		state,
		ms: roundMs(engine[state]),
		humanMs: roundMs(human[state]),
		faceApiMs: roundMs(faceApi[state]),
		ratioToHuman: ratio(human[state], engine[state]),
	}));
}

/** Who saw another number of faces than there are is not measured fairly. */
function missed({ faces, engine, human, faceApi }: Measured): string[] {
	const found = { ours: engine.found, Human: human.found, 'face-api': faceApi.found };
	return Object.entries(found)
		.filter(([, count]) => count !== faces)
		.map(([name, count]) => `Of ${faces} faces, ${name} saw ${count} in the last frame.`);
}
