// Protects what stands at a face: a name only when the server decided, never a score, and for
// everybody else what they can do.
import { expect, it } from 'vitest';
import type { TrackDecision } from '$lib/contract/events';
import { labelOf } from './draw-faces';

const note = (decision: TrackDecision | null, refusal: 'blurred' | null = null) => ({
	decision,
	refusal,
	seenAt: 0,
});

const lane = (name: TrackDecision['lane']): TrackDecision => ({
	trackId: 1,
	lane: name,
	student: null,
	visitor: null,
});

it('shows the short name of somebody who is recognised', () => {
	const student = { studentId: 's', name: 'Eze, Amina', status: 'present' as const };
	const decision: TrackDecision = { trackId: 1, lane: 'recognised', student, visitor: null };
	expect(labelOf(note(decision))).toEqual({
		text: 'Amina E.',
		tone: 'recognised',
	});
});

it('says what to do while nothing is decided', () => {
	expect(labelOf(undefined).text).toBe('One moment…');
	expect(labelOf(note(lane('pending'), 'blurred')).text).toBe('Hold still…');
});

it('keeps doubtful and unknown faces apart, without a name', () => {
	expect(labelOf(note(lane('doubtful'))).tone).toBe('doubtful');
	expect(labelOf(note(lane('unknown'), 'blurred')).tone).toBe('unknown');
});

it('says of a visitor that they are one', () => {
	const visitor = { name: 'Jo Baker', classNames: ['Biology 8A'] };
	expect(labelOf(note({ ...lane('visitor'), visitor }))).toEqual({
		text: 'Visitor: Jo B.',
		tone: 'visitor',
	});
});
