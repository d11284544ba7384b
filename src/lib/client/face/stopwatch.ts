import type { StepTimings } from './protocol';

/** Notes how long each step of a frame took. */
export class Stopwatch {
	readonly #began = performance.now();
	readonly #steps = { expose: 0, detect: 0, mesh: 0, embed: 0 };
	#from = this.#began;

	/** Ends a step: the time since the last one is its. */
	lap(step: Exclude<keyof StepTimings, 'total'>): void {
		const now = performance.now();
		this.#steps[step] += now - this.#from;
		this.#from = now;
	}

	/** ms. */
	get timings(): StepTimings {
		return { ...this.#steps, total: performance.now() - this.#began };
	}
}
