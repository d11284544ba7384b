/**
 * Protects what a line of a file means: whose mark of which roll call it is, what an empty cell
 * leaves, and that whatever cannot be meant is told by its line.
 */
import { describe, expect, it } from 'vitest';
import type { ImportColumn } from '$lib/contract/import';
import { readMarkLines, wordsOfStatuses } from './import-mark-lines';
import { planMarks, type KnownMark, type MarkFacts } from './import-marks';

const ZONE = 'Europe/Berlin';
const NOW = Date.parse('2026-11-25T12:00Z');
const STARTS_AT = Date.parse('2026-11-23T08:00+01:00');
const member = { classId: 'bio', from: '2026-09-01', until: null };

const KNOWN: MarkFacts = {
	memberships: [
		{ ...member, studentId: 'amina', name: 'Amina Eze', studentNumber: '7' },
		{ ...member, studentId: 'jo', name: 'Jo Baker', studentNumber: null },
		{ ...member, studentId: 'jo2', name: 'Jo Baker', studentNumber: '9' },
		{ ...member, studentId: 'gone', name: 'Rui Costa', studentNumber: null, until: '2026-11-01' },
	],
	rollCalls: [
		{ id: 'call', classId: 'bio', clock: '2026-11-23 08:00', state: 'closed', startsAt: STARTS_AT },
		{ id: 'open', classId: 'bio', clock: '2026-11-25 08:00', state: 'open', startsAt: 0 },
		{ id: 'plan', classId: 'bio', clock: '2026-11-24 08:00', state: 'planned', startsAt: 0 },
		{ id: 'one', classId: 'bio', clock: '2026-11-20 08:00', state: 'closed', startsAt: 0 },
		{ id: 'two', classId: 'bio', clock: '2026-11-20 08:00', state: 'closed', startsAt: 0 },
	],
	marks: [],
	excuses: [{ studentId: 'amina', classId: null, firstDay: '2026-11-10', lastDay: '2026-11-11' }],
};

const LATE: KnownMark = {
	rollCallId: 'call',
	studentId: 'amina',
	status: 'late',
	markedAt: STARTS_AT + 12 * 60_000 + 31_500,
	minutesLate: 12,
	leftAt: null,
	remark: 'bus',
	excuseId: null,
};

const WORDS = {
	classes: [
		{ id: 'bio', name: 'Biology' },
		{ id: 'art1', name: 'Art' },
		{ id: 'art2', name: 'Art' },
	],
	statuses: wordsOfStatuses(
		{
			present: { word: 'present', letter: 'P', colour: 'green' },
			late: { word: 'tardy', letter: 'T', colour: 'amber' },
			absent: { word: 'absent', letter: 'A', colour: 'red' },
			excused: { word: 'excused', letter: 'E', colour: 'blue' },
		},
		'waiting',
	),
	statusWords: '',
};

type Cells = Partial<Record<ImportColumn, string>>;
const LINE: Cells = {
	class: 'Biology',
	day: '2026-11-23',
	startsAt: '08:00',
	student: 'Amina Eze',
	status: 'present',
};

function plan(lines: Cells[], facts: Partial<MarkFacts> = {}) {
	const rows = lines.map((cells, i) => ({ line: i + 2, cells: { ...LINE, ...cells } }));
	const read = readMarkLines(rows, WORDS);
	const planned = planMarks(read.lines, { ...KNOWN, ...facts }, { now: NOW, timeZone: ZONE });
	return { ...planned, problems: [...read.problems, ...planned.problems] };
}

const after = (cells: Cells, facts?: Partial<MarkFacts>) => plan([cells], facts).marks[0]?.after;
const codes = (lines: Cells[], facts?: Partial<MarkFacts>) =>
	plan(lines, facts).problems.map(({ line, column, code }) => `${line} ${column ?? '-'} ${code}`);

describe('a status', () => {
	it.each([
		['present', 'present'],
		['P', 'present'],
		['tardy', 'late'],
		['t', 'late'],
		['Late', 'late'],
		['EXCUSED', 'excused'],
	])('%s is %s', (status, expected) => {
		expect(after({ status })?.status).toBe(expected);
	});
});

describe('a new mark', () => {
	it('is at the start, where no time is said', () => {
		const time = { markedAt: STARTS_AT, minutesLate: null };
		expect(after({ status: 'absent' })).toMatchObject(time);
		expect(after({ status: 'late' })).toMatchObject(time);
	});

	it.each([
		[{ minutesLate: '12' }, 12, 12],
		[{ arrivedAt: '8:12' }, 12, 12],
		[{ arrivedAt: '2026-11-23T08:12:00' }, 12, 12],
		[{ arrivedAt: '2026-11-23 08:12', minutesLate: '10' }, 12, 10],
	])('of somebody late with %j', (cells, minutes, minutesLate) => {
		expect(after({ ...cells, status: 'late' })).toMatchObject({
			markedAt: STARTS_AT + minutes * 60_000,
			minutesLate,
		});
	});

	it('makes its roll call, once, at the school’s time', () => {
		const there = { day: '2026-07-01', startsAt: '9:05:00' };
		const [first, second] = [there, { ...there, student: '', studentNumber: '9' }];
		const early = { memberships: KNOWN.memberships.map((one) => ({ ...one, from: '2026-01-01' })) };
		const { rollCalls, marks } = plan([first, second], early);
		expect(rollCalls).toEqual([
			{
				classId: 'bio',
				clock: '2026-07-01 09:05',
				startsAt: Date.parse('2026-07-01T09:05+02:00'),
			},
		]);
		expect(marks.map(({ studentId, rollCallId }) => [studentId, rollCallId])).toEqual([
			['amina', null],
			['jo2', null],
		]);
	});

	it.each([
		['2026-10-25', '01:30', '2026-10-25T01:30+02:00'],
		['2026-10-25', '02:30', '2026-10-25T02:30+02:00'],
		['2026-10-25', '08:00', '2026-10-25T08:00+01:00'],
		['2026-03-29', '08:00', '2026-03-29T08:00+02:00'],
	])('is at the right instant when the clocks are moved: %s %s', (day, startsAt, instant) => {
		const early = { memberships: KNOWN.memberships.map((one) => ({ ...one, from: '2026-01-01' })) };
		expect(plan([{ day, startsAt }], early).rollCalls).toMatchObject([
			{ startsAt: Date.parse(instant) },
		]);
	});

	it('is none where somebody waits, and makes no roll call', () => {
		const planned = plan([{ status: 'waiting' }, { day: '2026-10-01', status: 'waiting' }]);
		expect(planned).toEqual({ rollCalls: [], marks: [], unchanged: 2, problems: [] });
	});
});

describe('a mark that stands', () => {
	const facts = { marks: [LATE] };

	it.each([
		[{}],
		[{ minutesLate: '12' }],
		[{ arrivedAt: '2026-11-23T08:12:31' }],
		[{ arrivedAt: '08:12', minutesLate: '12', remark: 'bus' }],
	])('is unchanged by %j', (cells) => {
		expect(plan([{ ...cells, status: 'late' }], facts)).toMatchObject({ marks: [], unchanged: 1 });
	});

	it('changes in what is said, and keeps the rest', () => {
		const { markedAt, remark } = LATE;
		const leftAt = Date.parse('2026-11-23T08:30+01:00');
		const late = { status: 'late' };
		expect(after({ ...late, leftAt: '08:30' }, facts)).toMatchObject({ markedAt, remark, leftAt });
		expect(after({ ...late, minutesLate: '20' }, facts)).toMatchObject({
			minutesLate: 20,
			markedAt: STARTS_AT + 20 * 60_000,
		});
	});

	it('loses its times with another status, and keeps the remark', () => {
		expect(after({ status: 'absent' }, facts)).toMatchObject({
			status: 'absent',
			minutesLate: null,
			markedAt: STARTS_AT,
			remark: 'bus',
		});
	});
});

describe('an excuse', () => {
	const day = '2026-11-10';
	const covered = { ...LATE, rollCallId: 'then', remark: null };
	const facts = (status: KnownMark['status']) => ({
		rollCalls: [{ ...KNOWN.rollCalls[0]!, id: 'then', clock: `${day} 08:00` }],
		marks: [{ ...covered, status, minutesLate: null }],
	});

	it('is not overruled', () => {
		expect(codes([{ day, status: 'absent' }])).toEqual(['2 status excused']);
		expect(codes([{ day, status: 'present' }], facts('excused'))).toEqual(['2 status excused']);
		expect(codes([{ day: '2026-11-12', status: 'absent' }])).toEqual([]);
	});

	it('leaves room for itself, and for a mark that a person made against it', () => {
		expect(codes([{ day, status: 'excused' }])).toEqual([]);
		expect(codes([{ day, status: 'present', remark: 'came' }], facts('present'))).toEqual([]);
	});
});

it('tells every problem of a line', () => {
	expect(
		codes([{ class: 'Chemistry', day: '23.11.2026', startsAt: '8', status: 'there' }]),
	).toEqual(
		['class class-unknown', 'day day', 'startsAt time', 'status status'].map((one) => `2 ${one}`),
	);
	expect(codes([{ startsAt: '', day: '2026-11-24', student: '' }])).toEqual([
		'2 startsAt missing',
		'2 student missing',
	]);
	const unread = { day: '2026-11-24', student: 'Nobody', status: 'ill', remark: 'x'.repeat(501) };
	expect(codes([unread]).sort()).toEqual([
		'2 remark long',
		'2 startsAt roll-call-planned',
		'2 status status',
		'2 student student-unknown',
	]);
});

it.each<[string, Cells]>([
	['class class-ambiguous', { class: 'Art' }],
	['class missing', { class: '' }],
	['startsAt roll-call-open', { day: '2026-11-25' }],
	['startsAt roll-call-twice', { day: '2026-11-20' }],
	['startsAt in-future', { day: '2026-11-25', startsAt: '14:00' }],
	['startsAt time-skipped', { day: '2026-03-29', startsAt: '02:30' }],
	['student student-ambiguous', { student: 'Jo Baker' }],
	['student no-member', { student: 'Rui Costa' }],
	['studentNumber student-unknown', { studentNumber: '8' }],
	['minutesLate minutes', { minutesLate: 'ten', status: 'late' }],
	['minutesLate not-late', { minutesLate: '10' }],
	['arrivedAt moment', { arrivedAt: '25:00' }],
	['arrivedAt moment', { arrivedAt: '2026-02-30 08:00' }],
	['arrivedAt in-future', { arrivedAt: '2026-11-26 08:00' }],
	['minutesLate in-future', { minutesLate: '9000', status: 'late' }],
	['leftAt not-there', { leftAt: '08:30', status: 'absent' }],
	['leftAt left-before', { leftAt: '07:30' }],
	['remark long', { remark: 'x'.repeat(501) }],
])('refuses: %s', (problem, cells) => {
	const early = { memberships: KNOWN.memberships.map((one) => ({ ...one, from: '2026-01-01' })) };
	expect(codes([cells], early)).toEqual([`2 ${problem}`]);
});

it('refuses to take a mark back, and a second line of one mark', () => {
	expect(codes([{ status: 'waiting' }], { marks: [LATE] })).toEqual(['2 status waiting']);
	const { problems } = plan([{}, { student: '', studentNumber: '7', status: 'late' }]);
	expect(problems).toMatchObject([{ line: 3, code: 'repeated', detail: '2' }]);
});

describe('times that cannot be meant', () => {
	const late = { status: 'late' };

	it.each<[string, Cells]>([
		['arrivedAt too-far', { arrivedAt: '2026-11-22 08:10' }],
		['arrivedAt too-far', { arrivedAt: '2026-11-23 05:59' }],
		['arrivedAt too-far', { arrivedAt: '2026-11-24 08:01' }],
		['leftAt too-far', { arrivedAt: '08:10', leftAt: '2026-11-24 09:00' }],
		['minutesLate minutes-many', { minutesLate: '241' }],
	])('are refused: %s %j', (problem, cells) => {
		expect(codes([{ ...late, ...cells }])).toEqual([`2 ${problem}`]);
	});

	it.each<Cells>([
		{ arrivedAt: '06:00' },
		{ arrivedAt: '2026-11-24 08:00' },
		{ minutesLate: '240' },
		// When an absence was noted may be whenever somebody came to it.
		{ status: 'absent', arrivedAt: '2026-11-25 08:00' },
	])('are taken: %j', (cells) => {
		expect(codes([{ ...late, ...cells }])).toEqual([]);
	});

	it('are not asked about where they stand already', () => {
		const standing = {
			...LATE,
			markedAt: STARTS_AT + 2 * 86_400_000,
			minutesLate: 2_880,
			leftAt: null,
		};
		const said = { ...late, arrivedAt: '2026-11-25 08:00', minutesLate: '2880', remark: 'tram' };
		expect(codes([said], { marks: [standing] })).toEqual([]);
	});
});
