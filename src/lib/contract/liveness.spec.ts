// Protects the wire of the liveness check: a trace arrives as it was sent, and what no phone would
// send is refused before anything is computed from it.
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import {
	ChallengeSchema,
	decodeTrace,
	encodeTrace,
	LANDMARKS,
	LandmarkTraceSchema,
	MAX_TRACE_FRAMES,
	TRACE_FRAME_MS,
	type TraceFrame,
} from './liveness';

const NUMBERS = LANDMARKS.length * 2;

const traceOf = (times: readonly number[]): TraceFrame[] =>
	times.map((at) => ({ at, points: new Float32Array(NUMBERS).fill(0.5) }));

it('brings every landmark within a 30th of a pixel', () => {
	const points = fc.float32Array({
		minLength: NUMBERS,
		maxLength: NUMBERS,
		min: -0.5,
		max: 1.5,
		noNaN: true,
	});
	fc.assert(
		fc.property(fc.array(points, { minLength: 2, maxLength: 5 }), (all) => {
			const sent = all.map((of, i) => ({ at: 1000 + i * TRACE_FRAME_MS, points: of }));
			const received = decodeTrace(v.parse(LandmarkTraceSchema, encodeTrace(sent)));
			received.forEach(({ at, points: seen }, i) => {
				expect(at).toBe(i * TRACE_FRAME_MS);
				seen.forEach((value, k) => expect(Math.abs(value - (all[i]?.[k] ?? 0))).toBeLessThan(2e-5));
			});
		}),
		{ numRuns: 20 },
	);
});

it('takes at most 18.6 kB', () => {
	const longest = traceOf(Array.from({ length: MAX_TRACE_FRAMES }, (_, i) => i * TRACE_FRAME_MS));
	const trace = encodeTrace(longest);
	expect(v.is(LandmarkTraceSchema, trace)).toBe(true);
	expect(trace.points.byteLength).toBe(18_600);
});

it.each([
	['one frame', traceOf([0])],
	['times that go back', traceOf([0, 200, 100])],
	['a time twice', traceOf([0, 100, 100])],
	['more than fifteen seconds', traceOf([0, 15_001])],
	['too many frames', traceOf(Array.from({ length: 151 }, (_, i) => i * 50))],
])('refuses %s', (_, frames) => {
	expect(v.is(LandmarkTraceSchema, encodeTrace(frames))).toBe(false);
});

it('refuses a frame without all its landmarks', () => {
	const { times, points } = encodeTrace(traceOf([0, 100]));
	expect(v.is(LandmarkTraceSchema, { times, points: points.subarray(2) })).toBe(false);
});

it('asks for two different actions', () => {
	expect(v.is(ChallengeSchema, ['nod', 'blink'])).toBe(true);
	for (const other of [['nod', 'nod'], ['nod'], ['nod', 'blink', 'turn-left'], ['nod', 'smile']]) {
		expect(v.is(ChallengeSchema, other)).toBe(false);
	}
});
