// Protects the teacher's questions on the screen: an answer takes one away at once, its undo brings
// it back at once, and in the end the list is what the server says, also where it refused.
import { describe, expect, it } from 'vitest';
import type { DoubtView } from '$lib/contract/roster';
import { confirmChange, dropRefused, overlayDoubts, withChange, type DoubtChange } from './doubts';

const doubt = (id: string, seenAt: number): DoubtView => ({
	id,
	reason: 'weak-match',
	state: 'waiting',
	seenAt,
	candidates: [{ studentId: 'a', name: 'Amina' }],
});
const [x, y] = [doubt('x', 1), doubt('y', 2)];

const answered = (id: string, doubtId: string): DoubtChange => ({
	id,
	doubtId,
	waits: false,
	doubt: null,
	version: null,
});
const reopened = (id: string, of: DoubtView): DoubtChange => ({
	id,
	doubtId: of.id,
	waits: true,
	doubt: of,
	version: null,
});
const shown = (doubts: DoubtView[], version: number, changes: readonly DoubtChange[]) =>
	overlayDoubts({ doubts, version }, changes).map(({ id }) => id);

describe('overlayDoubts', () => {
	it('hides an answered doubt before the server says so, and shows it again on undo', () => {
		const answer = withChange([], answered('1', 'x'));
		expect(shown([x, y], 4, answer)).toEqual(['y']);
		const undone = withChange(answer, reopened('2', x));
		expect(shown([x, y], 4, undone)).toEqual(['x', 'y']);
		expect(shown([y], 5, undone)).toEqual(['x', 'y']);
	});

	it('lets the roster have the last word once it holds the change', () => {
		const changes = confirmChange([answered('1', 'x')], '1', 5);
		expect(shown([x, y], 4, changes)).toEqual(['y']);
		// Somebody reopened it elsewhere.
		expect(shown([x, y], 5, changes)).toEqual(['x', 'y']);
		const undone = confirmChange([reopened('2', x)], '2', 7);
		expect(shown([], 6, undone)).toEqual(['x']);
		expect(shown([], 7, undone)).toEqual([]);
	});

	it('takes the server’s own view of a doubt that it has', () => {
		const [first] = overlayDoubts({ doubts: [{ ...x, reason: 'confusable' }], version: 1 }, [
			reopened('2', x),
		]);
		expect(first?.reason).toBe('confusable');
	});

	it('is the roster’s own list where nothing was done', () => {
		const doubts = [x, y];
		expect(overlayDoubts({ doubts, version: 1 }, [])).toBe(doubts);
	});
});

it('drops what was refused, and keeps what still waits or was taken', () => {
	const changes = [
		answered('refused', 'x'),
		answered('waits', 'y'),
		{ ...answered('taken', 'z'), version: 3 },
	];
	expect(dropRefused(changes, ['waits']).map(({ id }) => id)).toEqual(['waits', 'taken']);
});
