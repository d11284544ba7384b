/** Protects what a line of excuses means: whose it is, for which days and classes, and what is there. */
import { expect, it } from 'vitest';
import type { ImportColumn } from '$lib/contract/import';
import { planExcuses, readExcuseLines, wordsOfAskers, type ExcuseFacts } from './import-excuses';

const amina = { studentId: 'amina', name: 'Amina Eze', studentNumber: '7' };
const FACTS: ExcuseFacts = {
	memberships: [
		{ ...amina, classId: 'bio', from: '2026-09-01', until: '2026-12-01' },
		{ ...amina, classId: null, from: '', until: null },
	],
	excuses: [
		{
			studentId: 'amina',
			classId: 'bio',
			firstDay: '2026-11-02',
			lastDay: '2026-11-03',
			state: 'approved',
		},
		{
			studentId: 'amina',
			classId: null,
			firstDay: '2026-11-09',
			lastDay: '2026-11-09',
			state: 'asked',
		},
	],
};

type Cells = Partial<Record<ImportColumn, string>>;
const LINE: Cells = { student: 'Amina Eze', firstDay: '2026-11-23', reason: 'Dentist' };

function plan(lines: Cells[], everyClass = true) {
	const rows = lines.map((cells, i) => ({ line: i + 2, cells: { ...LINE, ...cells } }));
	const askers = wordsOfAskers({ student: 'student', guardian: 'parent', staff: 'office' });
	const classes = [{ id: 'bio', name: 'Biology' }];
	const read = readExcuseLines(rows, { classes, everyClass, askers, askerWords: 'parent' });
	const planned = planExcuses(read.lines, FACTS);
	return { ...planned, problems: [...read.problems, ...planned.problems] };
}

it('is for one day, every class, and by staff where nothing else is said', () => {
	expect(plan([{}]).excuses.map(({ excuse }) => excuse)).toEqual([
		{
			studentId: 'amina',
			classId: null,
			firstDay: '2026-11-23',
			lastDay: '2026-11-23',
			reason: 'Dentist',
			askedBy: 'staff',
		},
	]);
	const said = { class: 'Biology', lastDay: '2026-11-24', askedBy: 'Parent' };
	expect(plan([said]).excuses[0]?.excuse).toMatchObject({
		classId: 'bio',
		lastDay: '2026-11-24',
		askedBy: 'guardian',
	});
});

it('is left as it is where it holds already', () => {
	const there = { class: 'Biology', firstDay: '2026-11-02', lastDay: '2026-11-03' };
	expect(plan([there])).toMatchObject({ excuses: [], unchanged: 1, problems: [] });
});

it.each<[string, Cells]>([
	['student missing', { student: '' }],
	['student student-unknown', { student: 'Nobody' }],
	['student no-member', { class: 'Biology', firstDay: '2026-12-01' }],
	['class class-unknown', { class: 'Art' }],
	['firstDay day', { firstDay: '23/11/2026' }],
	['lastDay last-day', { lastDay: '2026-11-22' }],
	['lastDay excuse-long', { lastDay: '2036-11-23' }],
	['reason missing', { reason: '' }],
	['askedBy asked-by', { askedBy: 'somebody' }],
	['- excuse-waiting', { firstDay: '2026-11-09' }],
])('refuses: %s', (problem, cells) => {
	const { problems, excuses } = plan([cells]);
	expect(problems.map(({ column, code }) => `${column ?? '-'} ${code}`)).toEqual([problem]);
	expect(excuses).toEqual([]);
});

it('refuses a second line of one excuse, and a teacher’s for every class', () => {
	expect(plan([{}, { studentNumber: '7' }]).problems).toMatchObject([
		{ line: 3, code: 'repeated', detail: '2' },
	]);
	expect(plan([{}], false).problems).toMatchObject([{ column: 'class', code: 'class-needed' }]);
});
