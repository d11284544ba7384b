import { soak } from './soak-run';
import { judgeSoak, type SoakFault, type SoakSample, type SoakVerdict } from './soak-verdict';
import { roundMs, tableLine } from './table';

const FACES = 8;
const CLIP_SECONDS = 20;
const EVERY_SECONDS = 10;
const FEWEST_SAMPLES = 3;

const FAULTS: Record<SoakFault, string> = {
	tensors: 'the number of tensors changes',
	heap: 'the heap grows',
	buffers: 'the buffers grow',
	queue: 'frames queue up',
	stall: 'frames are not answered',
	restart: 'the worker had to be started again',
	slower: 'frames take longer at the end',
};

export interface SoakBench {
	/** False when memory grew, frames queued up, or the worker died. */
	passed: boolean;
	verdict: SoakVerdict;
	samples: SoakSample[];
}

/** Lets people come and go before the camera for so long, and judges whether anything grows. */
export async function measure(
	log: (line: string) => void,
	{ minutes, signal }: { minutes: number; signal: AbortSignal },
): Promise<SoakBench> {
	log('Drawing the clip...');
	const columns = ['s', 'frames', 'ms', 'faces', 'dropped', 'tensors', 'heap MB', 'buffers MB'];
	log(tableLine(columns));
	const samples = await soak({
		faces: FACES,
		clipSeconds: CLIP_SECONDS,
		every: EVERY_SECONDS,
		samples: Math.max(FEWEST_SAMPLES, Math.round((minutes * 60) / EVERY_SECONDS)),
		signal,
		onSample: ({ at, frames, ms, faces, dropped, tensors, heapMb, buffersMb }) => {
			const numbers = [at, frames, ms, faces, dropped, tensors, heapMb, buffersMb];
			log(tableLine(numbers.map(roundMs)));
		},
	});
	if (samples.length < FEWEST_SAMPLES) throw new Error('Ended before there was enough to judge.');
	const verdict = judgeSoak(samples);
	for (const line of linesOf(verdict, samples)) log(line);
	return { passed: verdict.passed, verdict, samples };
}

function linesOf(verdict: SoakVerdict, samples: readonly SoakSample[]): string[] {
	const sum = (of: 'frames' | 'dropped') => samples.reduce((all, sample) => all + sample[of], 0);
	const minutes = (samples.at(-1)?.at ?? 0) / 60;
	return [
		'',
		`${sum('frames')} frames in ${minutes.toFixed(1)} minutes, ${sum('dropped')} dropped while one was in work.`,
		`Slopes an hour: ${verdict.tensorsPerHour.toFixed(1)} tensors, ${verdict.heapMbPerHour.toFixed(1)} MB of heap, ${verdict.buffersMbPerHour.toFixed(1)} MB of buffers.`,
		`ms a frame: ${verdict.msFirstTenth.toFixed(1)} in the first tenth, ${verdict.msLastTenth.toFixed(1)} in the last.`,
		verdict.passed
			? 'Nothing grows.'
			: `It does not hold: ${verdict.faults.map((fault) => FAULTS[fault]).join('; ')}.`,
		'The heap is the worker’s, as Chromium tells it after a collection of garbage.',
	];
}
