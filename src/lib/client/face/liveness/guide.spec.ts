// Protects the student before the camera: each frame says how far they have got and what to do, a
// try that the server would refuse begins anew by itself, and what is recorded passes there.
import { describe, expect, it } from 'vitest';
import { perform } from '../../../../../tests/helpers/made-head';
import {
	MAX_TRACE_FRAMES,
	MAX_TRACE_MS,
	type Action,
	type TraceFrame,
} from '$lib/contract/liveness';
import { judgeTrace } from '$lib/server/domain/liveness';
import type { FrameResult } from '../face-client';
import { LivenessGuide } from './guide';

const WIDTH = 640;
const BEGAN = 1_700_000_000_000;

/** @param frame null: nobody is in view */
function seen(at: number, frame: TraceFrame | null, trackId = 1): FrameResult {
	const face = {
		trackId,
		box: { x: 0, y: 0, width: 100, height: 100 },
		confidence: 1,
		quality: null,
		vector: null,
	};
	return {
		frame: 0,
		width: WIDTH,
		height: 480,
		capturedAt: BEGAN + at,
		gamma: 1,
		faces: frame ? [{ ...face, landmarks: frame.points.map((value) => value * WIDTH) }] : [],
		timings: { expose: 0, detect: 0, mesh: 0, embed: 0, total: 0 },
	};
}

const show = (guide: LivenessGuide, frames: readonly TraceFrame[], from = 0) =>
	frames.map((frame) => guide.see(seen(from + frame.at, frame)));

it('leads through both actions, and records what the server passes', () => {
	const guide = new LivenessGuide(['turn-left', 'nod']);
	const guidance = show(guide, perform(['turn-left', 'nod']));
	const hints = guidance.map(({ step, hint }) => `${step} ${hint ?? ''}`.trim());
	expect(hints.filter((hint, i) => hint !== hints[i - 1])).toEqual([
		'1 look-straight',
		'1',
		'1 further',
		'1 back',
		'2',
		'2 further',
		'2 back',
		'2',
	]);
	expect(guidance.at(-1)).toMatchObject({ action: null });
	expect(guide.isDone).toBe(true);
	expect(judgeTrace(['turn-left', 'nod'], guide.trace).passed).toBe(true);
});

it('shows progress that grows with the action', () => {
	const guide = new LivenessGuide(['turn-right', 'nod']);
	const progress = show(guide, perform(['turn-right'])).map((of) => of.progress);
	const out = progress.slice(5, 10);
	expect(out).toEqual([...out].sort((a, b) => a - b));
	expect(out.at(-1)).toBe(1);
});

it('asks to keep the eyes shut', () => {
	const guide = new LivenessGuide(['blink', 'nod']);
	expect(show(guide, perform(['blink'])).map(({ hint }) => hint)).toContain('hold');
});

describe('begins anew', () => {
	const frames = perform(['nod', 'blink']);
	const begun = (more: (guide: LivenessGuide) => void) => {
		const guide = new LivenessGuide(['nod', 'blink']);
		show(guide, frames.slice(0, 12));
		more(guide);
		return guide;
	};

	it('when something else is done', () => {
		const others: Action[] = ['turn-left'];
		const guide = new LivenessGuide(['nod', 'blink']);
		const hints = show(guide, perform(others)).map(({ hint }) => hint);
		expect(hints).toContain('only-asked');
		show(guide, frames, 5000);
		expect(guide.isDone).toBe(true);
		expect(judgeTrace(['nod', 'blink'], guide.trace).passed).toBe(true);
	});

	it('when nobody is in view', () => {
		const guide = begun((of) => {
			expect(of.see(seen(1300, null)).hint).not.toBe('stay-in-view');
			expect(of.see(seen(1600, null)).hint).toBe('stay-in-view');
		});
		expect(guide.trace).toHaveLength(0);
	});

	it('when somebody else is in view', () => {
		const guide = begun((of) => of.see(seen(1200, frames[0] ?? null, 2)));
		expect(guide.trace).toHaveLength(1);
	});

	it('when somebody else is in view after all is done', () => {
		const guide = new LivenessGuide(['nod', 'blink']);
		show(guide, frames);
		expect(guide.isDone).toBe(true);
		const after = (frames.at(-1)?.at ?? 0) + 20;
		expect(guide.see(seen(after, frames[0] ?? null)).action).toBeNull();
		expect(guide.see(seen(after + 10, frames[0] ?? null, 2))).toMatchObject({
			action: 'nod',
			step: 1,
			hint: 'stay-in-view',
		});
		expect(guide.isDone).toBe(false);
		expect(guide.trackId).toBe(2);
		expect(guide.trace).toHaveLength(1);
	});

	it('when it takes longer than the server accepts', () => {
		const guide = new LivenessGuide(['nod', 'blink']);
		const [rest] = frames;
		const lengths: number[] = [];
		for (let at = 0; at < 2 * MAX_TRACE_MS; at += 50) {
			guide.see(seen(at, rest ?? null));
			lengths.push(guide.trace.length);
		}
		expect(Math.max(...lengths)).toBe(MAX_TRACE_FRAMES);
	});
});
