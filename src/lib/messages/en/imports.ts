import type { ExcuseColumn, ImportProblemCode, MarkColumn } from '$lib/contract/import';
import { plural } from '../plural';

const lines = (count: number) => plural(count, { one: '# line', other: '# lines' });
const marks = (count: number) => plural(count, { one: '# mark', other: '# marks' });
const excuses = (count: number) => plural(count, { one: '# excuse', other: '# excuses' });
const rollCalls = (count: number) => plural(count, { one: '# roll call', other: '# roll calls' });

/** What a column may be called in a file besides its own name, in any spelling of case and spaces. */
const markAliases: Record<MarkColumn, readonly string[]> = {
	class: ['Class', 'Class name', 'Group', 'Course'],
	day: ['Date', 'Day'],
	startsAt: ['Start', 'Starts at', 'Start time', 'Time'],
	student: ['Student', 'Student name', 'Name'],
	studentNumber: ['Student number', 'Student no', 'Student id', 'Number', 'No', 'Id'],
	status: ['Status', 'Mark', 'Attendance'],
	minutesLate: ['Minutes late', 'Late minutes', 'Late by'],
	arrivedAt: ['Marked at', 'Arrived', 'Arrived at', 'Arrival'],
	leftAt: ['Left at', 'Left early', 'Left early at', 'Left'],
	remark: ['Remark', 'Remarks', 'Comment', 'Note'],
};

const excuseAliases: Record<ExcuseColumn, readonly string[]> = {
	student: markAliases.student,
	studentNumber: markAliases.studentNumber,
	class: markAliases.class,
	firstDay: ['First day', 'From', 'Date', 'Day'],
	lastDay: ['Last day', 'To', 'Until'],
	reason: ['Reason', 'Remark', 'Comment', 'Note'],
	askedBy: ['Asked by', 'By'],
};

/** What to do about each problem; `detail` is a line, a day, a list, or nothing. */
const problems: Record<ImportProblemCode, (detail: string) => string> = {
	quotes: () =>
		'A quotation mark on this line does not close as it should. Mend it, then check again: what follows could not be read.',
	'no-lines': () => 'There is nothing below the column names. Add a line for each mark or excuse.',
	'too-many-lines': (most) => `A file can have at most ${most} lines. Please import it in parts.`,
	'column-missing': () => 'This column is missing. Add it to the first line and below.',
	'column-twice': () => 'This column stands here twice. Leave one of them out.',
	'too-many-cells': () =>
		'There are more cells than columns. A text with a separator in it needs quotation marks around it.',
	missing: () => 'This cell is empty. Fill it in.',
	'class-unknown': () =>
		'None of the classes that you can import into has this name. Write it as it stands on its page.',
	'class-ambiguous': () => 'Two classes have this name. Rename one of them first.',
	'class-needed': () => 'Name the class: only the office can excuse somebody in every class.',
	day: () => 'Write the day as year, month and day: 2026-11-23.',
	time: () => 'Write the time as 09:05.',
	moment: () => 'Write the time as 09:05, or with its day as 2026-11-23 09:05.',
	'time-skipped': () =>
		'The clocks go forward in that night, and this time does not exist. Write another.',
	'in-future': () =>
		'This has not happened yet. Correct the day or the time, or leave the line out.',
	'student-unknown': () =>
		'No such student is or was in this class. Correct it, or add the student to the class.',
	'student-ambiguous': () => 'Two students of this class have this name. Give the student number.',
	'no-member': (day) =>
		`This student was not in the class on ${day || 'that day'}. Correct the day or the class, or leave the line out.`,
	status: (words) => `Write one of these: ${words}.`,
	waiting: () =>
		'There is a mark already, and nobody waits in a closed roll call. Give a status, or leave the line out.',
	minutes: () => 'Write whole minutes: 12.',
	'minutes-many': (most) => `Nobody is late by more than ${most} minutes. Correct this cell.`,
	'not-late': () =>
		'Only somebody who is late has minutes. Empty this cell, or correct the status.',
	'not-there': () =>
		'Only somebody who came can leave early. Empty this cell, or correct the status.',
	'left-before': () => 'This is before the student came. Correct one of the two times.',
	'too-far': () =>
		'This is long before the roll call’s start, or more than a day after it. Correct the day or the time.',
	long: () => 'This can have at most 500 characters. Shorten it.',
	'roll-call-open': () => 'This roll call is open. Close it first.',
	'roll-call-planned': () =>
		'This roll call is planned and was not taken. Open it and close it first.',
	'roll-call-twice': () =>
		'Two roll calls of this class begin at this minute. Change these marks by hand.',
	repeated: (line) =>
		`${line === '' ? 'An earlier line' : `Line ${line}`} is about the same already. Leave one of them out.`,
	excused: (day) =>
		`An approved excuse holds on ${day || 'that day'}. Leave the line out, or withdraw the excuse first.`,
	'last-day': () => 'The last day is before the first. Correct one of them.',
	'excuse-long': (most) =>
		`An excuse covers at most ${most} days. Correct one of the two days, or write several excuses.`,
	'excuse-waiting': () =>
		'An excuse for these days waits for a decision. Approve that one, or leave the line out.',
	'asked-by': (words) => `Write one of these, or nothing: ${words}.`,
};

export const imports = {
	title: 'Import',
	text: 'Marks or excuses from a file. You see first what would change; nothing does before you confirm.',
	kind: 'What the file holds',
	kinds: {
		marks: 'Marks',
		marksHint:
			'Columns: Class, Date, Start, Student or Student number, Status; if you like Minutes late, Marked at, Left at, Remark. An export of a class can be imported again.',
		excuses: 'Excuses',
		excusesHint:
			'Columns: Student or Student number, First day, Reason; if you like Class, Last day, Asked by. They are approved at once.',
	},
	file: 'CSV file',
	fileHint: 'UTF-8, with commas, semicolons or tabs. In Excel: “Save as”, “CSV UTF-8”.',
	fileRead: (name: string, count: number) => `${name} was read: ${lines(count)}.`,
	csv: 'Or paste the lines here',
	csvHint: 'With the names of the columns in the first line.',
	csvExample: {
		marks: 'Class,Date,Start,Student,Status,Minutes late',
		excuses: 'Student,First day,Last day,Reason,Asked by',
	},
	check: 'Check the file',
	checking: 'Checking…',
	importing: 'Importing…',
	confirm: (kind: 'marks' | 'excuses', count: number) =>
		`Import ${kind === 'marks' ? marks(count) : excuses(count)}`,

	preview: 'What would change',
	outdated:
		'Something has changed since you looked. Nothing was imported. Please look again and confirm.',
	stale: 'The lines were changed. Check them again to see what would happen.',
	nothing: 'Nothing would change: all of this stands there already.',
	summary: (added: number, changed: number, unchanged: number) =>
		`${added} new, ${changed} changed, ${unchanged} as they are.`,
	counts: {
		added: 'new',
		changed: 'changed',
		unchanged: 'as they are',
		rollCalls: 'roll calls made',
	},
	rollCallsText: (count: number) =>
		`${rollCalls(count)} that the school does not have yet would be made, closed. Students without a line stay without a mark there.`,
	ignored: (names: string) => `Columns that are not read: ${names}`,
	problems: (count: number) =>
		plural(count, {
			one: '# problem. Nothing is imported while it is there.',
			other: '# problems. Nothing is imported while they are there.',
		}),
	lines: (numbers: string, count: number) => (count === 1 ? `Line ${numbers}` : `Lines ${numbers}`),
	line: (number: number) => `Line ${number}`,
	different: (count: number) => `on ${lines(count)}, differing`,
	download: 'All problems as a file',
	downloadName: 'import-problems.csv',
	downloadColumns: {
		line: 'Line',
		column: 'Column',
		found: 'What stands there',
		message: 'What to do',
	},
	wholeLine: 'line',
	changes: 'Changes',
	first: (shown: number, all: number) => `The first ${shown} of ${all}.`,
	newMark: 'new',
	from: 'before:',
	minutesLate: (minutes: number) => plural(minutes, { one: '# minute', other: '# minutes' }),
	arrived: (time: string) => `arrived ${time}`,
	left: (time: string) => `left ${time}`,
	remark: (text: string) => `“${text}”`,
	everyClass: 'every class',
	days: (first: string, last: string) => (first === last ? first : `${first} to ${last}`),
	askers: { student: 'student', guardian: 'guardian', staff: 'staff' },
	columns: {
		class: 'Class',
		day: 'Date',
		startsAt: 'Start',
		student: 'Student',
		studentNumber: 'Student number',
		status: 'Status',
		minutesLate: 'Minutes late',
		arrivedAt: 'Marked at',
		leftAt: 'Left at',
		remark: 'Remark',
		firstDay: 'First day',
		lastDay: 'Last day',
		reason: 'Reason',
		askedBy: 'Asked by',
	},
	aliases: { marks: markAliases, excuses: excuseAliases },
	problem: problems,

	done: {
		marks: (added: number, changed: number, unchanged: number) =>
			`Imported: ${marks(added)} new, ${changed} changed, ${unchanged} as they were.`,
		excuses: (added: number, unchanged: number) =>
			`Imported: ${excuses(added)} new, ${unchanged} as they were.`,
		rollCalls: (count: number) => `${rollCalls(count)} made.`,
		link: 'To the reports',
	},
	busy: 'Another import is under way. Please try again in half a minute.',
	/** In the history of a mark. */
	reason: 'Imported from a file',
} as const;
