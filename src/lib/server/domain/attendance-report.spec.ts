/**
 * Protects the numbers that a school acts on, as docs/attendance.md defines them: what a rate is made
 * of, what a run of absences is, whom the rule names, and that no chart counts otherwise.
 */
import { describe, expect, it } from 'vitest';
import type { MarkStatus } from '$lib/contract/terms';
import {
	absenceRuns,
	arrivalsOf,
	daysOf,
	mostUrgent,
	rateOf,
	reportClass,
	risksOf,
	standingOf,
	standingOverClasses,
	tallyOf,
	weekdaysOf,
	weeksOf,
	type NamedAttendance,
} from './attendance-report';

const RULE = { absencesInRow: 3, rateBelow: 90 };
const STATUS: Record<string, MarkStatus | null> = {
	P: 'present',
	L: 'late',
	A: 'absent',
	E: 'excused',
	'-': null,
};

/** "PLA": a status a letter, `-` for waiting. */
const statuses = (letters: string) => Array.from(letters, (letter) => STATUS[letter] ?? null);
const marks = (letters: string) =>
	statuses(letters).map((status) => ({ status, minutesLate: status === 'late' ? 7 : null }));
const rate = (letters: string) => rateOf(tallyOf(marks(letters)));

/** One student's roll calls, one a day from Monday 2 March 2026 on; a space: no member that day. */
function history(studentId: string, letters: string): NamedAttendance[] {
	return Array.from(letters).flatMap((letter, index) => {
		if (letter === ' ') return [];
		const day = `2026-03-${String(2 + index).padStart(2, '0')}`;
		const startsAt = Date.parse(`${day}T08:00Z`);
		const status = STATUS[letter] ?? null;
		return {
			rollCallId: day,
			startsAt,
			day,
			studentId,
			name: studentId,
			studentNumber: null,
			status,
			minutesLate: status === 'late' ? 7 : null,
			markedAt: status === null ? null : startsAt + 7 * 60_000,
		};
	});
}

describe('a rate', () => {
	it.each([
		['PPLA', 0.75],
		['PPLAEEE', 0.75],
		['PPLA----', 0.75],
		['AA', 0],
		['LL', 1],
		['EE-', null],
		['', null],
	])('of %j is %j', (letters, expected) => {
		expect(rate(letters)).toBe(expected);
	});

	it('goes with its counts and the minutes of the late ones', () => {
		expect(tallyOf(marks('PLLAE-'))).toEqual({
			present: 1,
			late: 2,
			absent: 1,
			excused: 1,
			waiting: 1,
			minutesLate: 14,
		});
	});
});

describe('a run of absences', () => {
	it.each([
		['', { longest: 0, current: 0 }],
		['PPAA', { longest: 2, current: 2 }],
		['AAAP', { longest: 3, current: 0 }],
		['AALA', { longest: 2, current: 1 }],
		['AEA', { longest: 2, current: 2 }],
		['A-A', { longest: 2, current: 2 }],
		['AAE', { longest: 2, current: 2 }],
	])('in %j is %j', (letters, expected) => {
		expect(absenceRuns(statuses(letters))).toEqual(expected);
	});
});

describe('the rule', () => {
	it.each([
		['PPPPPPPPPA', []],
		['PPPPPPPPA', ['rate']],
		['PPPPPPPPPPPPPPPPPPPPPPPPPPPAAA', ['run']],
		['PAAAA', ['run', 'rate']],
		['AAP', ['rate']],
		['EE-', []],
		['', []],
	])('after %j names %j', (letters, expected) => {
		expect(standingOf(marks(letters), RULE).risks).toEqual(expected);
	});

	it('does not name a student who is just at the limit, whatever fractions do', () => {
		const counts = { came: 57, absent: 43, absentNow: 0 };
		expect(risksOf(counts, { absencesInRow: 3, rateBelow: 57 })).toEqual([]);
		expect(risksOf(counts, { absencesInRow: 3, rateBelow: 58 })).toEqual(['rate']);
	});

	it('names nobody by rate at 0 per cent', () => {
		expect(standingOf(marks('AA'), { absencesInRow: 3, rateBelow: 0 }).risks).toEqual([]);
	});
});

describe('a class', () => {
	const rows = [
		...history('Amina', 'PPPPP'),
		...history('Jo', ' AA A'),
		...history('Rui', 'PE-LA'),
	];
	const report = reportClass(rows.toReversed(), RULE);
	const student = (id: string) => report.students.find((one) => one.id === id);

	it('puts each mark under its roll call, and nothing where one was no member', () => {
		expect(report.rollCalls.map(({ day }) => day)).toEqual([
			'2026-03-02',
			'2026-03-03',
			'2026-03-04',
			'2026-03-05',
			'2026-03-06',
		]);
		const letters = student('Jo')?.cells.map((cell) => cell && cell.status);
		expect(letters).toEqual([null, 'absent', 'absent', null, 'absent']);
	});

	it('takes runs in order of time, whatever the order of the rows', () => {
		expect(student('Jo')?.runs).toEqual({ longest: 3, current: 3 });
		expect(student('Rui')?.runs).toEqual({ longest: 1, current: 1 });
	});

	it('counts the same in lines, totals and charts', () => {
		expect(report.totals).toEqual({
			tally: { present: 6, late: 1, absent: 4, excused: 1, waiting: 1, minutesLate: 7 },
			rate: 7 / 11,
			atRisk: 2,
		});
		const sum = (points: { counted: number }[]) =>
			points.reduce((all, { counted }) => all + counted, 0);
		expect(sum(report.charts.weeks)).toBe(11);
		expect(sum(report.charts.weekdays)).toBe(11);
		expect(sum(daysOf(rows))).toBe(11);
		expect(report.charts.arrivals.reduce((all, { count }) => all + count, 0)).toBe(7);
	});
});

describe('charts', () => {
	it('begin a week on Monday, at a turn of the year too', () => {
		const [row] = history('Amina', 'P');
		const on = (day: string) => ({ ...row!, day });
		expect(weeksOf([on('2026-01-04'), on('2025-12-29'), on('2026-01-05')])).toEqual([
			{ week: '2025-12-29', rate: 1, counted: 2 },
			{ week: '2026-01-05', rate: 1, counted: 1 },
		]);
		expect(weekdaysOf([on('2026-01-04'), on('2026-01-05')]).map(({ weekday }) => weekday)).toEqual([
			1, 7,
		]);
	});

	it('count arrivals in fives of minutes, what lies beyond at the ends', () => {
		const [row] = history('Amina', 'P');
		const after = (minutes: number) => ({ ...row!, markedAt: row!.startsAt + minutes * 60_000 });
		const bins = arrivalsOf([after(-90), after(-0.1), after(0), after(4.9), after(5), after(500)]);
		expect(bins.filter(({ count }) => count > 0)).toEqual([
			{ minutes: -5, count: 2 },
			{ minutes: 0, count: 2 },
			{ minutes: 5, count: 1 },
			{ minutes: 60, count: 1 },
		]);
	});
});

it('joins the classes of a student: marks together, the worst run of any', () => {
	const one = standingOf(marks('PPPAA'), RULE);
	const other = standingOf(marks('AAAP'), RULE);
	expect(standingOverClasses([one, other], RULE)).toMatchObject({
		rate: 4 / 9,
		runs: { longest: 3, current: 2 },
		risks: ['rate'],
	});
	expect(standingOverClasses([], RULE)).toMatchObject({ rate: null, risks: [] });
});

describe('the most urgent students', () => {
	const atRisk = (studentId: string, className: string, current: number, rate: number | null) => ({
		studentId,
		name: studentId,
		classId: className,
		className,
		rate,
		runs: { longest: current, current },
		risks: ['run' as const],
	});

	it('come by the absences that last, then by their rate, each once', () => {
		const urgent = mostUrgent([
			atRisk('Amina', 'Art', 0, 0.85),
			atRisk('Jo', 'Art', 3, 0.5),
			atRisk('Rui', 'Art', 3, 0.4),
			atRisk('Amina', 'Biology', 5, 0.9),
			atRisk('Linh', 'Art', 0, null),
		]);
		expect(urgent.map(({ name, className }) => `${name} ${className}`)).toEqual([
			'Amina Biology',
			'Rui Art',
			'Jo Art',
			'Linh Art',
		]);
	});
});
