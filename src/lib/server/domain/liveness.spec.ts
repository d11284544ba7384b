// Protects the liveness check: a head that does what was asked passes, a photograph does not however
// it is turned, nor does somebody who does something else, and each is told what to do next.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	AT_REST,
	perform,
	pointsOf,
	type Doing,
	type HeadPose,
} from '../../../../tests/helpers/made-head';
import {
	decodeTrace,
	encodeTrace,
	TRACE_FRAME_MS,
	type Challenge,
	type TraceFrame,
} from '$lib/contract/liveness';
import { CHALLENGES, chooseChallenge } from './challenges';
import { judgeTrace } from './liveness';

const judged = (challenge: Challenge, doing: Doing = {}, done: Challenge = challenge) =>
	judgeTrace(challenge, perform(done, doing));
const named = CHALLENGES.map((challenge) => ({ challenge, name: challenge.join(', then ') }));

it.each(named)('passes a head that does $name', ({ challenge }) => {
	expect(judged(challenge)).toMatchObject({ passed: true, reason: null });
});

it.each(named)('refuses a photograph that is to $name', ({ challenge }) => {
	for (const share of [0.5, 1, 1.4]) {
		expect(judged(challenge, { relief: 0, share }).passed).toBe(false);
	}
});

it('refuses a photograph however it is held', () => {
	const degrees = fc.double({ min: -55, max: 55, noNaN: true });
	const sheet = fc.record({
		yaw: degrees,
		pitch: degrees,
		distance: fc.double({ min: 20, max: 60, noNaN: true }),
	});
	const smooth = (poses: readonly Partial<HeadPose>[]): TraceFrame[] => {
		const all = [AT_REST, AT_REST, ...poses, AT_REST].map((pose) => ({
			...AT_REST,
			...pose,
			relief: 0,
		}));
		const frames = all.slice(1).flatMap((to, i) =>
			Array.from({ length: 6 }, (_, k) => {
				const from = all[i] ?? to;
				const mix = (of: keyof HeadPose) => from[of] + ((k + 1) / 6) * (to[of] - from[of]);
				return pointsOf({ ...to, yaw: mix('yaw'), pitch: mix('pitch'), distance: mix('distance') });
			}),
		);
		return frames.map((points, i) => ({ at: i * TRACE_FRAME_MS, points }));
	};
	fc.assert(
		fc.property(
			fc.constantFrom(...CHALLENGES),
			fc.array(sheet, { minLength: 1, maxLength: 8 }),
			(challenge, poses) => {
				expect(judgeTrace(challenge, smooth(poses)).passed).toBe(false);
			},
		),
	);
});

it('refuses what turns or nods far enough with half a nose, as a rolled print does', () => {
	for (const challenge of [
		['turn-left', 'blink'],
		['turn-right', 'blink'],
		['nod', 'blink'],
	] satisfies Challenge[]) {
		expect(judged(challenge, { relief: 0.5, share: 1.5 }).reason).toBe('head-alone');
	}
});

it('refuses a replay of any other challenge', () => {
	for (const asked of CHALLENGES) {
		for (const done of CHALLENGES) {
			if (asked.join() !== done.join()) expect(judged(asked, {}, done).passed).toBe(false);
		}
	}
});

describe('says what to do next', () => {
	it.each([
		[['turn-left', 'nod'], 'turn-further'],
		[['turn-right', 'nod'], 'turn-further'],
		[['nod', 'blink'], 'nod-deeper'],
		[['come-closer', 'turn-left'], 'closer'],
	] satisfies [Challenge, string][])('to somebody who does half of %j', (challenge, reason) => {
		expect(judged(challenge, { share: 0.5 }).reason).toBe(reason);
	});

	it('to somebody who blinks as everybody does, or hardly', () => {
		for (const doing of [{ share: 0.3 }, { hold: 0 }]) {
			expect(judgeTrace(['blink', 'nod'], perform(['blink'], doing)).reason).toBe('eyes-longer');
		}
	});

	it('to somebody who does something else first', () => {
		expect(judged(['turn-left', 'nod'], {}, ['turn-right', 'nod']).reason).toBe('only-asked');
	});

	it('to somebody who does not come back', () => {
		const frames = perform(['nod', 'turn-left']);
		expect(judgeTrace(['nod', 'turn-left'], frames.slice(0, -4)).reason).toBe('back');
	});

	it('to somebody who looks aside from the beginning', () => {
		const points = pointsOf({ ...AT_REST, yaw: 45 });
		const frames = Array.from({ length: 20 }, (_, i) => ({ at: i * TRACE_FRAME_MS, points }));
		expect(judgeTrace(['nod', 'blink'], frames).reason).toBe('look-straight');
	});

	it('to somebody who leaves the picture', () => {
		const frames = perform(['nod', 'blink']);
		const gone = frames.filter(({ at }) => at < 700 || at > 1100);
		expect(judgeTrace(['nod', 'blink'], gone).reason).toBe('stay-in-view');
	});

	it('where the picture jumps, as from one clip to another', () => {
		const [first, second] = [perform(['nod']), perform(['blink'])];
		const elsewhere = second.map(({ at, points }) => ({
			at: first.length * TRACE_FRAME_MS + at,
			points: points.map((value) => value + 0.2),
		}));
		expect(judgeTrace(['nod', 'blink'], [...first, ...elsewhere]).reason).toBe('move-slower');
	});
});

it('judges alike what came over the wire', () => {
	const frames = perform(['turn-left', 'nod']);
	const { scores, ...verdict } = judgeTrace(['turn-left', 'nod'], frames);
	const received = judgeTrace(['turn-left', 'nod'], decodeTrace(encodeTrace(frames)));
	expect(received).toMatchObject(verdict);
	expect(received.scores.turnDepth).toBeCloseTo(scores.turnDepth ?? 0, 1);
});

describe('challenges', () => {
	it('always ask for something that a photograph cannot do', () => {
		expect(CHALLENGES).toHaveLength(16);
		const isTurn = (action: string) => action.startsWith('turn');
		for (const challenge of CHALLENGES) {
			const needsTurn = challenge.includes('come-closer');
			expect(challenge.some((action) => isTurn(action) || (action === 'nod' && !needsTurn))).toBe(
				true,
			);
			expect(challenge[0]).not.toBe(challenge[1]);
		}
	});

	it('are all chosen', () => {
		const chosen = CHALLENGES.map((_, i) => chooseChallenge((i + 0.5) / CHALLENGES.length));
		expect(new Set(chosen).size).toBe(CHALLENGES.length);
		expect(() => chooseChallenge(1)).toThrow(RangeError);
	});
});
