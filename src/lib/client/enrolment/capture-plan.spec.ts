// Protects enrolment: the references are good, of one person and different from each other, and
// nobody is kept standing in front of the camera for ever.
import { describe, expect, it } from 'vitest';
import {
	captureCount,
	consider,
	EMPTY_PLAN,
	isComplete,
	isStuck,
	MOST_CAPTURES,
	wantedStep,
	type Candidate,
	type CapturePlan,
	type Verdict,
} from './capture-plan';

/** A unit vector with a chosen cosine to `[1, 0, 0, …]`, apart from the others along its own axis. */
function vectorAt(cosine: number, axis: number): Float32Array {
	const vector = new Float32Array(512);
	vector[0] = cosine;
	vector[axis] = Math.sqrt(1 - cosine * cosine);
	return vector;
}

const look = (parts: {
	at: number;
	yaw?: number;
	score?: number;
	cosine?: number;
	axis?: number;
	crowded?: boolean;
}): Candidate => ({
	vector: vectorAt(parts.cosine ?? 0.9, parts.axis ?? 1 + Math.floor(parts.at / 100)),
	quality: {
		score: parts.score ?? 0.8,
		eyeDistance: 60,
		sharpness: 0.6,
		exposure: 0.5,
		yaw: parts.yaw ?? 0,
		pitch: 0,
		roll: 0,
		clarity: null,
		refusal: parts.score === 0 ? 'blurred' : null,
	},
	crowded: parts.crowded ?? false,
	capturedAt: parts.at,
});

function run(candidates: readonly Candidate[]): { plan: CapturePlan; verdicts: Verdict[] } {
	let plan = EMPTY_PLAN;
	const verdicts = candidates.map((candidate) => {
		const outcome = consider(plan, candidate);
		plan = outcome.plan;
		return outcome.verdict;
	});
	return { plan, verdicts };
}

describe('the steps', () => {
	it('takes front, left and right in turn and is complete', () => {
		const { plan, verdicts } = run([
			look({ at: 1000 }),
			look({ at: 1500, yaw: 20 }),
			look({ at: 2000, yaw: -20 }),
		]);
		expect(verdicts).toEqual(['taken', 'taken', 'taken']);
		expect(plan.captures.map((capture) => capture.step)).toEqual(['front', 'left', 'right']);
		expect(isComplete(plan, 2000)).toBe(true);
	});

	it('asks for the front first and does not take a turned head for it', () => {
		const { plan, verdicts } = run([look({ at: 1000, yaw: 25 })]);
		expect([verdicts[0], wantedStep(plan)]).toEqual(['not-taken', 'front']);
	});

	it('leaves time between two captures', () => {
		const { verdicts } = run([look({ at: 1000 }), look({ at: 1100, yaw: 20 })]);
		expect(verdicts[1]).toBe('not-taken');
	});

	it('keeps a clearly different view for variety, without counting it as a step', () => {
		const { plan } = run([look({ at: 1000 }), look({ at: 1500, yaw: -20 })]);
		expect(plan.captures.map((capture) => capture.step)).toEqual(['front', null]);
		expect(captureCount(plan, 1500)).toBe(1);
	});

	it('never keeps more than it may', () => {
		const views = Array.from({ length: 30 }, (_, i) => look({ at: 1000 + i * 500, yaw: -20 }));
		expect(run(views).plan.captures.length).toBeLessThanOrEqual(MOST_CAPTURES);
	});
});

describe('what is not taken', () => {
	it('a refused or poor capture', () => {
		expect(run([look({ at: 1, score: 0 }), look({ at: 2, score: 0.3 })]).plan.captures).toEqual([]);
	});

	it('a capture with somebody else near', () => {
		expect(run([look({ at: 1, crowded: true })]).verdicts).toEqual(['not-taken']);
	});

	it('the same picture again', () => {
		const { verdicts } = run([
			look({ at: 1000, axis: 1 }),
			look({ at: 1500, axis: 1, yaw: 20 }),
			look({ at: 20_000, axis: 1, yaw: 20 }),
		]);
		expect(verdicts).toEqual(['taken', 'not-taken', 'not-taken']);
	});

	it('a face that is too unlike to be the same person', () => {
		const { verdicts } = run([
			look({ at: 1000, cosine: 1, axis: 1 }),
			look({ at: 1500, cosine: 0.45, axis: 2, yaw: 20 }),
		]);
		expect(verdicts[1]).toBe('not-taken');
	});
});

describe('patience', () => {
	it('takes another view when the asked one does not come for some seconds', () => {
		const { plan } = run([look({ at: 1000, cosine: 0.97 }), look({ at: 5100, cosine: 0.97 })]);
		expect(plan.captures.map((capture) => capture.step)).toEqual(['front', 'left']);
	});

	it('takes a view that is more alike the longer somebody stands there', () => {
		const first = look({ at: 1000, cosine: 1, axis: 1 });
		const alike = (at: number) => look({ at, cosine: 0.992 });
		expect(run([first, alike(6000), alike(10_000)]).plan.captures).toHaveLength(1);
		expect(run([first, alike(13_000)]).plan.captures).toHaveLength(2);
	});

	it('takes what is good enough at last', () => {
		const { plan } = run([
			look({ at: 1000, score: 0.3 }),
			look({ at: 13_100, score: 0.3 }),
			look({ at: 13_600, score: 0.3 }),
			look({ at: 14_100, score: 0.3 }),
		]);
		expect(plan.captures).toHaveLength(3);
		expect(isComplete(plan, 14_100)).toBe(true);
	});

	it('counts what was kept for variety once patience has ended', () => {
		const { plan } = run([
			look({ at: 1000 }),
			look({ at: 1500, yaw: -20 }),
			look({ at: 2000, yaw: -25 }),
		]);
		expect(isComplete(plan, 2000)).toBe(false);
		expect(isComplete(plan, 13_100)).toBe(true);
	});

	it('says so when nothing comes of it, and not before anybody was there', () => {
		const poor = (frames: number) =>
			run(Array.from({ length: frames }, (_, i) => look({ at: 1000 + i, score: 0 }))).plan;
		expect(isStuck(poor(60), 30_000)).toBe(false);
		expect(isStuck(poor(60), 31_100)).toBe(true);
		expect(isStuck(poor(20), 31_100)).toBe(false);
		expect(isStuck(EMPTY_PLAN, 1e9)).toBe(false);
	});
});

it('starts over when another person stands there, and not for one odd frame', () => {
	const stranger = (at: number) => look({ at, cosine: 0, axis: 300 });
	const first = look({ at: 1000, cosine: 1 });
	const odd = run([first, stranger(1100), look({ at: 1200 }), stranger(1300)]);
	expect(odd.plan.captures).toHaveLength(1);
	const changed = run([first, ...[1, 2, 3, 4, 5].map((i) => stranger(1000 + i * 100))]);
	expect(changed.verdicts.at(-1)).toBe('started-over');
	expect(changed.plan).toEqual(EMPTY_PLAN);
});
