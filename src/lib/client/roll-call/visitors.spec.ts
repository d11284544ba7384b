// Protects the list of visitors: everyone once, however often a camera sees them, and nobody again
// whose line the teacher has put away.
import { expect, it } from 'vitest';
import type { TrackDecision } from '$lib/contract/events';
import { dismissVisitor, noteVisitors } from './visitors';

const seen = (trackId: number, name: string, ...classNames: string[]): TrackDecision => ({
	trackId,
	lane: 'visitor',
	student: null,
	visitor: { name, classNames },
});
const unknown: TrackDecision = { trackId: 9, lane: 'unknown', student: null, visitor: null };

it('notes each visitor once, namesakes of two classes apart', () => {
	const first = noteVisitors([], [seen(1, 'Jo Baker', 'Biology 8A'), unknown]);
	const both = noteVisitors(first, [
		seen(2, 'Jo Baker', 'Biology 8A'),
		seen(3, 'Jo Baker', 'Art 7', 'Music 7'),
	]);
	expect(both.map(({ classNames }) => classNames)).toEqual([['Biology 8A'], ['Art 7', 'Music 7']]);
});

it('leaves the list itself alone when nobody new came', () => {
	const list = noteVisitors([], [seen(1, 'Jo Baker', 'Biology 8A')]);
	expect(noteVisitors(list, [seen(4, 'Jo Baker', 'Biology 8A'), unknown])).toBe(list);
});

it('does not bring back a visitor who was dismissed', () => {
	const [jo] = noteVisitors([], [seen(1, 'Jo Baker', 'Biology 8A')]);
	if (jo === undefined) throw new Error('nobody was noted');
	const dismissed = dismissVisitor([jo], jo);
	expect(noteVisitors(dismissed, [seen(2, 'Jo Baker', 'Biology 8A')])).toBe(dismissed);
	expect(dismissed).toMatchObject([{ isDismissed: true }]);
});
