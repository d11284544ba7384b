import type { ImportProblem } from '$lib/contract/import';
import type { StatusNames } from '$lib/contract/statuses';
import { MarkStatusSchema, type MarkStatus } from '$lib/contract/terms';
import { hasCome } from './hand-mark';
import { readCells, readDay, readText, readTime, type CellReader } from './import-cells';
import { findClass, type NamedStudent } from './import-people';
import type { TableRow } from './import-table';

/** When somebody came or left, by the school's clock. */
export interface Moment {
	/** "2026-11-23T08:07:31", or without the day where the roll call's is meant. */
	clock: string;
	/** How exact it is said, in ms. */
	grain: number;
}

/** What a line says of a mark; null, besides the status: nothing. */
export interface SaidMark {
	/** Null: nobody marked the student. */
	status: MarkStatus | null;
	/** The status in the file's words. */
	word: string;
	minutesLate: number | null;
	arrived: Moment | null;
	left: Moment | null;
	remark: string | null;
}

/** A line, before anybody is looked for. */
export interface MarkLine {
	line: number;
	classId: string;
	className: string;
	/** "2026-11-23" */
	day: string;
	/** "08:05" */
	startsAt: string;
	student: NamedStudent;
	/** Null where it cannot be read: then what else is wrong with the line is to be told as well. */
	mark: SaidMark | null;
}

export interface MarkWords {
	/** Those that may be imported into. */
	classes: readonly { id: string; name: string }[];
	statuses: ReadonlyMap<string, MarkStatus | null>;
	/** The school's words, to choose one of: "present, late, absent, excused". */
	statusWords: string;
}

/**
 * What may stand for a status, in small letters: the school's words and letters, the app's own codes,
 * and the word for waiting. Where two are the same, the school's meaning holds.
 */
export function wordsOfStatuses(
	names: StatusNames,
	waiting: string,
): ReadonlyMap<string, MarkStatus | null> {
	const all = MarkStatusSchema.options;
	return new Map<string, MarkStatus | null>([
		[fold(waiting), null],
		...all.map((status) => [status, status] as const),
		...all.map((status) => [fold(names[status].letter), status] as const),
		...all.map((status) => [fold(names[status].word), status] as const),
	]);
}

const fold = (word: string) => word.normalize('NFKC').trim().toLocaleLowerCase('und');

/** Every line of which it can be said whose mark it is about, and every problem of a cell. */
export function readMarkLines(
	rows: readonly TableRow[],
	words: MarkWords,
): { lines: MarkLine[]; problems: ImportProblem[] } {
	const lines: MarkLine[] = [];
	const problems: ImportProblem[] = [];
	for (const row of rows) {
		const cells = readCells(row);
		const line = readMarkLine(row.line, cells, words);
		if (line !== null) lines.push(line);
		problems.push(...cells.problems);
	}
	return { lines, problems };
}

function readMarkLine(line: number, cells: CellReader, words: MarkWords): MarkLine | null {
	const classId = readClass(cells, words.classes);
	const day = cells.required('day', 'day', readDay);
	const startsAt = cells.required('startsAt', 'time', (text) => readTime(text)?.slice(0, 5));
	const student = { number: cells.text('studentNumber'), name: cells.text('student') };
	const isNamed = student.number !== '' || student.name !== '';
	if (!isNamed) cells.refuse('student', 'missing');
	const mark = readMark(cells, words);
	if (classId === undefined || day === undefined || startsAt === undefined || !isNamed) return null;
	return { line, classId, className: cells.text('class'), day, startsAt, student, mark };
}

function readClass(cells: CellReader, classes: MarkWords['classes']): string | undefined {
	if (cells.text('class') === '') {
		cells.refuse('class', 'missing');
		return undefined;
	}
	const found = findClass(classes, cells.text('class'));
	if ('id' in found) return found.id;
	cells.refuse('class', found.code);
	return undefined;
}

function readStatus(
	cells: CellReader,
	{ statuses, statusWords }: MarkWords,
): MarkStatus | null | undefined {
	const word = cells.text('status');
	const status = statuses.get(fold(word));
	if (status === undefined) cells.refuse('status', word === '' ? 'missing' : 'status', statusWords);
	return status;
}

function readMark(cells: CellReader, words: MarkWords): SaidMark | null {
	const status = readStatus(cells, words);
	const minutes = cells.optional('minutesLate', 'minutes', readMinutes);
	const arrived = cells.optional('arrivedAt', 'moment', readMoment);
	const left = cells.optional('leftAt', 'moment', readMoment);
	const remark = cells.optional('remark', 'long', readText);
	if (status === undefined || minutes === undefined || arrived === undefined) return null;
	if (left === undefined || remark === undefined) return null;
	// A sheet may have a nought for everybody who was on time.
	const minutesLate = minutes === 0 && status !== 'late' ? null : minutes;
	const isTimeless = minutesLate !== null && status !== 'late';
	const isAway = left !== null && !hasCome(status);
	if (isTimeless) cells.refuse('minutesLate', 'not-late');
	if (isAway) cells.refuse('leftAt', 'not-there');
	if (isTimeless || isAway) return null;
	return { status, word: cells.text('status'), minutesLate, arrived, left, remark };
}

const readMinutes = (text: string) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined);

/** A time of the roll call's day, or a day and a time. */
function readMoment(text: string): Moment | undefined {
	const [, day, clock = ''] = /^(?:(\S+)[T ])?(\S+)$/.exec(text) ?? [];
	const time = readTime(clock);
	if (time === undefined || (day !== undefined && readDay(day) === undefined)) return undefined;
	const grain = /:\d\d:/.test(clock) ? 1_000 : 60_000;
	return { clock: day === undefined ? time : `${day}T${time}`, grain };
}
