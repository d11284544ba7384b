import cliProgress, { type Options, type Params } from 'cli-progress';

const { SingleBar, Format } = cliProgress;

/** How often a line is written where there is no terminal to draw on, ms. */
const LINE_EVERY_MS = 10_000;
const ETA_STEP_SECONDS = 5;

export interface Progress {
	/** One more is done. */
	step: () => void;
	stop: () => void;
}

/**
 * Shows on stderr how many are done and how long the rest takes.
 * @param things what they are
 */
export function startProgress(total: number, things = 'pictures'): Progress {
	const bar = new SingleBar({
		format: (options, params) => lineOf(options, params, things),
		barsize: 30,
		// Long enough that one picture of another size does not move the estimate.
		etaBuffer: 200,
		hideCursor: true,
		noTTYOutput: true,
		notTTYSchedule: LINE_EVERY_MS,
	});
	bar.start(total, 0);
	return { step: () => bar.increment(), stop: () => bar.stop() };
}

function lineOf(options: Options, { progress, value, total, eta }: Params, things: string): string {
	// Before the first picture there is no pace to tell the time by.
	const left = value > 0 ? `, ${Format.TimeFormat(eta, options, ETA_STEP_SECONDS)} left` : '';
	return `${Format.BarFormat(progress, options)} ${value} of ${total} ${things}${left}`;
}
