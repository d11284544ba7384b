// Protects what the projector shows: a name as the class chose and a status, and not a word more.
import { expect, it } from 'vitest';
import { entriesOnDisplay } from './display-roster';

it('nothing but name and status of a mark reaches a display', () => {
	const [shown] = entriesOnDisplay(
		[
			{
				studentId: 'a',
				name: 'Amina Eze',
				status: 'late',
				markedAt: 1000,
				minutesLate: 12,
				method: 'teacher',
				leftAt: 2000,
				remark: 'dentist',
				enrolled: true,
			},
		],
		'initial',
		() => 1,
	);
	expect(shown).toEqual({
		studentId: 'a',
		name: 'Amina E.',
		status: 'late',
		markedAt: null,
		minutesLate: null,
		method: null,
		leftAt: null,
		remark: null,
		enrolled: false,
	});
});
