// Protects who decides about an excuse, and who may take it back: a student their own question, the
// class's teachers what they answer for, the office everything.
import { describe, expect, it } from 'vitest';
import type { Role } from '$lib/contract/terms';
import { mayDecide, withdrawableState } from './excuses';

const actor = (role: Role, id: string = role) => ({ id, name: 'Somebody', role });
const OF_CLASS = { studentId: 'amina', classId: '9b', teacherIds: ['tess'] };
const OF_ALL = { studentId: 'amina', classId: null, teacherIds: [] };

describe('deciding', () => {
	it.each([
		['a teacher of the class', actor('teacher', 'tess'), true, false],
		['another teacher', actor('teacher', 'other'), false, false],
		['an admin', actor('admin'), true, true],
		['the student', actor('student', 'amina'), false, false],
	])('%s', (_, who, ofClass, ofAll) => {
		expect(mayDecide(who, OF_CLASS)).toBe(ofClass);
		expect(mayDecide(who, OF_ALL)).toBe(ofAll);
	});
});

describe('withdrawing', () => {
	it.each([
		['the student', actor('student', 'amina'), 'asked', 'asked'],
		['another student', actor('student', 'jo'), null, null],
		['a teacher of the class', actor('teacher', 'tess'), 'approved', null],
		['another teacher', actor('teacher', 'other'), null, null],
		['an admin', actor('admin'), 'approved', 'approved'],
	])('%s', (_, who, ofClass, ofAll) => {
		expect(withdrawableState(who, OF_CLASS)).toBe(ofClass);
		expect(withdrawableState(who, OF_ALL)).toBe(ofAll);
	});
});
