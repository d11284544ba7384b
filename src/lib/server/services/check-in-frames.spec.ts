// Protects that vectors of a check-in are remembered only as long as they are needed: they are
// overwritten when the roll call closes, when consent ends, and when there are too many.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RosterChange } from '$lib/contract/roster';
import { createCheckInFrames, type CheckInFrames } from './check-in-frames';
import { createRosterChanges, type RosterChanges } from './roster-changes';

const [rollCallId, studentId] = [randomUUID(), randomUUID()];
const frame = (value: number) => new Float32Array(512).fill(value);

let changes: RosterChanges;
let frames: CheckInFrames;
beforeEach(() => {
	vi.useFakeTimers();
	changes = createRosterChanges();
	frames = createCheckInFrames(changes);
});
afterEach(() => {
	frames.dispose();
	vi.useRealTimers();
});

const change = (state: RosterChange['state']): RosterChange => ({
	...{ rollCallId, state, fromVersion: 0, version: 1, closedAt: null, closesAt: null },
	...{ entries: [], doubts: [], capturedAt: null },
});

/** Adds frames and gives back what is kept of them. */
function kept(...values: number[]): readonly Float32Array[] {
	frames.add(rollCallId, studentId, values.map(frame));
	return frames.of(rollCallId, studentId);
}
const isWiped = (vectors: readonly Float32Array[]) =>
	vectors.every((vector) => vector.every((value) => value === 0));

it('keeps copies, of the student and the roll call', () => {
	const given = frame(1);
	frames.add(rollCallId, studentId, [given]);
	given.fill(9);
	expect(frames.of(rollCallId, studentId)).toEqual([frame(1)]);
	expect(frames.of(rollCallId, randomUUID())).toEqual([]);
	expect(frames.of(randomUUID(), studentId)).toEqual([]);
});

it('overwrites them when the roll call closes, and not when it only changes', () => {
	const vectors = kept(1, 2);
	changes.publish(change('open'));
	expect(frames.of(rollCallId, studentId)).toHaveLength(2);
	changes.publish(change('closed'));
	expect(frames.of(rollCallId, studentId)).toEqual([]);
	expect(isWiped(vectors)).toBe(true);
});

it('overwrites a student’s when their consent ends', () => {
	const vectors = kept(1, 2);
	frames.add(rollCallId, randomUUID(), [frame(3)]);
	frames.forgetStudent(studentId);
	expect(frames.of(rollCallId, studentId)).toEqual([]);
	expect(isWiped(vectors)).toBe(true);
});

it('keeps the newest of very many, and nothing of a roll call that nobody closes', () => {
	const [first] = kept(1);
	const values = Array.from({ length: 64 }, (_, i) => i + 2);
	const vectors = kept(...values);
	expect(vectors).toHaveLength(64);
	expect(vectors.at(-1)).toEqual(frame(65));
	expect(isWiped([first!])).toBe(true);
	vi.advanceTimersByTime(3 * 60 * 60_000);
	expect(frames.of(rollCallId, studentId)).toEqual([]);
});
