import { linearRegression, mean } from 'simple-statistics';

/** What was seen since the sample before. */
export interface SoakSample {
	/** Seconds since the soak began. */
	at: number;
	/** Frames answered, and their mean ms. */
	frames: number;
	ms: number;
	/** Mean faces a frame. */
	faces: number;
	/** Frames that the camera showed while the engine was busy. */
	dropped: number;
	/** Frames taken and not answered: one at most, the one in work. */
	waiting: number;
	/** Alive after the last frame. */
	tensors: number;
	/** Of the worker, after a collection of garbage, MB: objects, and what is behind array buffers. */
	heapMb: number;
	buffersMb: number;
	restarts: number;
}

/**
 * What can be wrong: the number of tensors changes, the heap or the buffers grow, frames queue up or
 * stop being answered, the worker had to be started again, frames take longer at the end.
 */
export type SoakFault = 'tensors' | 'heap' | 'buffers' | 'queue' | 'stall' | 'restart' | 'slower';

export interface SoakVerdict {
	passed: boolean;
	/** Slopes of the lines through all samples after the warm-up. */
	tensorsPerHour: number;
	heapMbPerHour: number;
	buffersMbPerHour: number;
	/** Mean ms a frame in the first and in the last tenth of the samples after the warm-up. */
	msFirstTenth: number;
	msLastTenth: number;
	/** Empty when it passed. */
	faults: SoakFault[];
}

/** The first runs compile, and buffers grow to their size. */
const WARM_UP_SHARE = 0.1;
/** Growth over the whole soak that is noise: a share of the mean, or so many MB. */
const NOISE_SHARE = 0.05;
const NOISE_MB = 2;
/** The machine is shared: its ms move by this much on their own. */
const SLOWER = 1.25;

/**
 * Judges a soak: memory flat, nothing queued, lost or restarted, no slower at its end.
 * @param samples at least three, in their order
 */
export function judgeSoak(samples: readonly SoakSample[]): SoakVerdict {
	const warm = samples.slice(Math.max(1, Math.round(samples.length * WARM_UP_SHARE)));
	const first = warm.at(0);
	const last = warm.at(-1);
	if (warm.length < 2 || !first || !last) throw new Error('A soak needs at least three samples.');
	const seconds = last.at - first.at;
	const tenth = Math.max(1, Math.round(warm.length / 10));
	const heap = growth(warm, 'heapMb');
	const buffers = growth(warm, 'buffersMb');
	const msFirstTenth = mean(warm.slice(0, tenth).map(({ ms }) => ms));
	const msLastTenth = mean(warm.slice(-tenth).map(({ ms }) => ms));
	const claims: [boolean, SoakFault][] = [
		[warm.every(({ tensors }) => tensors === first.tensors), 'tensors'],
		[heap.isNoise, 'heap'],
		[buffers.isNoise, 'buffers'],
		[samples.every(({ waiting }) => waiting <= 1), 'queue'],
		[samples.every(({ frames }) => frames > 0), 'stall'],
		[last.restarts === 0, 'restart'],
		[msLastTenth <= SLOWER * msFirstTenth, 'slower'],
	];
	const faults = claims.filter(([holds]) => !holds).map(([, fault]) => fault);
	return {
		passed: faults.length === 0,
		tensorsPerHour: 3600 * slope(warm, 'tensors'),
		heapMbPerHour: (3600 * heap.mb) / seconds,
		buffersMbPerHour: (3600 * buffers.mb) / seconds,
		msFirstTenth,
		msLastTenth,
		faults,
	};
}

type Measure = 'tensors' | 'heapMb' | 'buffersMb';

/** Units a second. */
function slope(samples: readonly SoakSample[], of: Measure): number {
	return linearRegression(samples.map((sample) => [sample.at, sample[of]])).m;
}

/** How far the line through the samples rises from the first to the last, and whether that is noise. */
function growth(samples: readonly SoakSample[], of: Measure): { mb: number; isNoise: boolean } {
	const seconds = (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
	const mb = slope(samples, of) * seconds;
	const noise = Math.max(NOISE_MB, NOISE_SHARE * mean(samples.map((sample) => sample[of])));
	return { mb, isNoise: mb <= noise };
}
