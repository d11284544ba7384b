// Protects the names at the faces: each track carries the newest decision, asks for evidence again
// when it loses its name, and a student is reported once for each track that gets their name.
import { expect, it } from 'vitest';
import type { TrackDecision } from '$lib/contract/events';
import type { FrameResult, Refusal } from '../face/face-client';
import { countUnknown, EMPTY_BOARD, noteDecisions, noteFrame } from './track-board';

type Student = NonNullable<TrackDecision['student']>;

const frame = (
	capturedAt: number,
	...faces: [trackId: number, refusal?: Refusal | null][]
): FrameResult => ({
	frame: 1,
	width: 10,
	height: 10,
	capturedAt,
	gamma: 1,
	faces: faces.map(([trackId, refusal]) => ({
		trackId,
		box: { x: 0, y: 0, width: 1, height: 1 },
		confidence: 1,
		quality:
			refusal === undefined
				? null
				: {
						score: 0,
						eyeDistance: 0,
						sharpness: 0,
						exposure: 0,
						yaw: 0,
						pitch: 0,
						roll: 0,
						clarity: null,
						refusal,
					},
		vector: null,
	})),
	timings: { expose: 0, detect: 0, mesh: 0, embed: 0, total: 0 },
});

const amina: Student = { studentId: 'a', name: 'Amina Eze', status: 'present' };
const recognised = (trackId: number, student = amina): TrackDecision => ({
	trackId,
	lane: 'recognised',
	student,
	visitor: null,
});
const lane = (trackId: number, name: 'pending' | 'unknown'): TrackDecision => ({
	trackId,
	lane: name,
	student: null,
	visitor: null,
});
const visitor = (trackId: number): TrackDecision => ({
	trackId,
	lane: 'visitor',
	student: null,
	visitor: { name: 'Jo Baker', classNames: ['Biology 8A'] },
});

it('keeps the newest hint over frames that did not judge the face', () => {
	let board = noteFrame(EMPTY_BOARD, frame(0, [1, 'blurred']));
	board = noteFrame(board, frame(100, [1]));
	expect(board.get(1)?.refusal).toBe('blurred');
	board = noteFrame(board, frame(200, [1, null]));
	expect(board.get(1)?.refusal).toBeNull();
});

it('names a track once, and asks for evidence again when the name is lost', () => {
	const seen = noteFrame(EMPTY_BOARD, frame(0, [1], [2]));
	const first = noteDecisions(seen, [recognised(1), lane(2, 'pending')]);
	expect(first).toMatchObject({ decided: [1], undecided: [], recognised: [amina] });
	const again = noteDecisions(first.board, [recognised(1)]);
	expect(again).toMatchObject({ decided: [], undecided: [], recognised: [] });
	const lost = noteDecisions(again.board, [lane(1, 'pending')]);
	expect(lost).toMatchObject({ decided: [], undecided: [1], recognised: [] });
});

it('follows the newest decision when the name changes', () => {
	const rui: Student = { studentId: 'r', name: 'Rui Costa', status: 'late' };
	const first = noteDecisions(noteFrame(EMPTY_BOARD, frame(0, [1])), [recognised(1)]);
	const next = noteDecisions(first.board, [recognised(1, rui)]);
	expect(next.recognised).toEqual([rui]);
	expect(next.board.get(1)?.decision?.student).toEqual(rui);
});

it('asks for no more evidence of a visitor, who is named and greeted as nobody of the class', () => {
	const seen = noteFrame(EMPTY_BOARD, frame(0, [1]));
	const first = noteDecisions(seen, [visitor(1)]);
	expect(first).toMatchObject({ decided: [1], undecided: [], recognised: [] });
	const named = noteDecisions(first.board, [recognised(1)]);
	expect(named).toMatchObject({ decided: [], undecided: [], recognised: [amina] });
	expect(noteDecisions(first.board, [lane(1, 'unknown')])).toMatchObject({ undecided: [1] });
});

it('forgets tracks that are long gone, and decisions that come after them', () => {
	const board = noteFrame(noteFrame(EMPTY_BOARD, frame(0, [1])), frame(11_000, [2]));
	expect([...board.keys()]).toEqual([2]);
	expect(noteDecisions(board, [recognised(1)])).toMatchObject({ decided: [], recognised: [] });
});

it('counts the unknown faces that are in the picture now', () => {
	const shown = frame(0, [1], [2], [3]);
	const { board } = noteDecisions(noteFrame(EMPTY_BOARD, shown), [
		lane(1, 'unknown'),
		lane(2, 'pending'),
		recognised(3),
	]);
	expect(countUnknown(board, shown)).toBe(1);
	expect(countUnknown(board, frame(1, [2]))).toBe(0);
});
