/** Protects what students read of their mark: who or what made it, and every time that belongs to it. */
import { expect, it } from 'vitest';
import { howMarked, markFacts } from './mark-words';

const AT = Date.UTC(2026, 10, 23, 9, 12);

it('names the person, the machine, or the rule', () => {
	expect(howMarked('teacher', 'late', 'Tess Teacher')).toBe('by Tess Teacher');
	expect(howMarked('teacher', 'late', null)).toBe('by the teacher');
	expect(howMarked('camera', 'present', null)).toBe('by camera');
	expect(howMarked('rule', 'absent', 'Tess Teacher')).toBe('when the roll call closed');
	expect(howMarked('rule', 'excused', 'Tess Teacher')).toBe('by an excuse');
});

it('tells how late and when somebody left, where there is such a time', () => {
	const mark = {
		rollCallId: 'one',
		className: 'Biology 9B',
		startsAt: AT - 12 * 60_000,
		status: 'late',
		method: 'camera',
		markedAt: AT,
		minutesLate: 12,
		leftAt: AT + 3_600_000,
		remark: null,
		markedBy: null,
	} as const;
	expect(markFacts(mark, 'UTC')).toEqual([
		'12 minutes late',
		'by camera',
		'09:12',
		'left at 10:12',
	]);
	const onTime = { ...mark, status: 'present', minutesLate: null, leftAt: null } as const;
	expect(markFacts(onTime, 'UTC')).toEqual(['by camera', '09:12']);
	expect(markFacts({ ...onTime, cameInLate: true }, 'UTC')).toEqual([
		'by camera',
		'09:12',
		'mark came in after the roll call had closed',
	]);
});
