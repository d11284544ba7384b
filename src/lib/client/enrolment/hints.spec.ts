// Protects the advice during enrolment: one hint at a time, the one that helps most, and each stays
// long enough to be read.
import { describe, expect, it } from 'vitest';
import type { CaptureQuality, FaceObservation, FrameResult } from '../face/face-client';
import { hintFor, steadyHint } from './hints';

const good: CaptureQuality = {
	score: 0.9,
	eyeDistance: 70,
	sharpness: 0.6,
	exposure: 0.5,
	yaw: 0,
	pitch: 0,
	roll: 0,
	clarity: null,
	refusal: null,
};

const frame = (quality: Partial<CaptureQuality> | null, face: Partial<FaceObservation> = {}) =>
	frameOf({
		trackId: 1,
		box: { x: 0, y: 0, width: 200, height: 240 },
		confidence: 1,
		quality: quality && { ...good, ...quality },
		vector: null,
		...face,
	});

const frameOf = (...faces: FaceObservation[]): FrameResult => ({
	frame: 1,
	width: 1280,
	height: 720,
	capturedAt: 0,
	gamma: 1,
	faces,
	timings: { expose: 0, detect: 0, mesh: 0, embed: 0, total: 0 },
});

describe('hintFor', () => {
	it('asks to come in when nobody is there', () => {
		expect(hintFor(frameOf(), 'front')).toBe('come-in');
	});

	it('asks for one person before anything else', () => {
		expect(hintFor(frame({ refusal: 'blurred' }, { crowded: true }), 'front')).toBe('one-only');
	});

	it.each([
		['too-far', 'closer'],
		['too-dark', 'more-light'],
		['too-bright', 'less-light'],
		['turned', 'look-here'],
		['tilted', 'upright'],
		['blurred', 'hold-still'],
	] as const)('%s: %s', (refusal, hint) => {
		expect(hintFor(frame({ refusal }), 'front')).toBe(hint);
	});

	it('asks for a free face when nothing else is wrong with one that tells little', () => {
		expect(hintFor(frame({ clarity: 0.3 }), 'front')).toBe('uncover');
		expect(hintFor(frame({ clarity: 0.3, sharpness: 0.35 }), 'front')).toBe('hold-still');
		expect(hintFor(frame({ clarity: 0.9 }), 'front')).toBe('straight');
	});

	it('asks to step back when the face does not fit', () => {
		const near = frame({}, { box: { x: 0, y: 0, width: 500, height: 700 } });
		expect(hintFor(near, 'front')).toBe('further');
	});

	it('names a weakness before the step', () => {
		expect(hintFor(frame({ eyeDistance: 30 }), 'left')).toBe('closer');
		expect(hintFor(frame({ exposure: 0.08 }), 'left')).toBe('more-light');
		expect(hintFor(frame({ sharpness: 0.35 }), 'left')).toBe('hold-still');
	});

	it('asks for the step when all is well', () => {
		expect(hintFor(frame({}), 'front')).toBe('straight');
		expect(hintFor(frame({}), 'left')).toBe('turn-left');
		expect(hintFor(frame({}), 'right')).toBe('turn-right');
	});
});

it('keeps a hint long enough to be read', () => {
	const first = steadyHint(null, 'closer', 0);
	expect(steadyHint(first, 'more-light', 500)).toBe(first);
	expect(steadyHint(first, 'more-light', 1000)).toEqual({ hint: 'more-light', since: 1000 });
	expect(steadyHint(first, 'closer', 5000)).toBe(first);
});
