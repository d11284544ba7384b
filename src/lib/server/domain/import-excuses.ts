import { MAX_EXCUSE_DAYS, type RecordedExcuse } from '$lib/contract/excuses';
import type { ExcuseImportView, ImportProblem, ImportProblemCode } from '$lib/contract/import';
import { daysIn, type Period } from '$lib/contract/reports';
import { ExcuseAskerSchema, type ExcuseAsker, type ExcuseState } from '$lib/contract/terms';
import { readCells, readDay, readText, type CellReader } from './import-cells';
import type { KnownExcuse } from './import-marks';
import {
	findClass,
	indexPeople,
	type Membership,
	type NamedStudent,
	type People,
} from './import-people';
import { problemOf, type TableRow } from './import-table';

export interface ExcuseLine {
	line: number;
	student: NamedStudent;
	/** Null: every class. */
	classId: string | null;
	className: string | null;
	firstDay: string;
	lastDay: string;
	reason: string;
	askedBy: ExcuseAsker;
}

export interface ExcuseWords {
	/** Those that may be imported into. */
	classes: readonly { id: string; name: string }[];
	/** Whether an excuse for every class is theirs to give. */
	everyClass: boolean;
	askers: ReadonlyMap<string, ExcuseAsker>;
	/** To choose one of: "student, guardian, staff". */
	askerWords: string;
}

export interface ExcuseFacts {
	/** Of the classes that are named; of the school (no class) where none is. */
	memberships: readonly Membership[];
	/** Those of the students that wait or hold. */
	excuses: readonly (KnownExcuse & { state: ExcuseState })[];
}

export interface ExcusePlan {
	excuses: { view: ExcuseImportView; excuse: RecordedExcuse }[];
	unchanged: number;
	/** With one, nothing of the plan is to be done. */
	problems: ImportProblem[];
}

/** Who may stand as asking, in small letters: the app's codes and words. */
export function wordsOfAskers(
	words: Record<ExcuseAsker, string>,
): ReadonlyMap<string, ExcuseAsker> {
	const all = ExcuseAskerSchema.options;
	return new Map([
		...all.map((asker) => [asker, asker] as const),
		...all.map((asker) => [words[asker].toLocaleLowerCase('und'), asker] as const),
	]);
}

/** Every line that can be read, and every problem of those that cannot. */
export function readExcuseLines(
	rows: readonly TableRow[],
	words: ExcuseWords,
): { lines: ExcuseLine[]; problems: ImportProblem[] } {
	const lines: ExcuseLine[] = [];
	const problems: ImportProblem[] = [];
	for (const row of rows) {
		const cells = readCells(row);
		const line = readExcuseLine(row.line, cells, words);
		if (line !== null && cells.problems.length === 0) lines.push(line);
		problems.push(...cells.problems);
	}
	return { lines, problems };
}

function readExcuseLine(line: number, cells: CellReader, words: ExcuseWords): ExcuseLine | null {
	const student = { number: cells.text('studentNumber'), name: cells.text('student') };
	if (student.number === '' && student.name === '') cells.refuse('student', 'missing');
	const classId = readClass(cells, words);
	const firstDay = cells.required('firstDay', 'day', readDay);
	const lastDay = cells.optional('lastDay', 'day', readDay);
	const reason = cells.required('reason', 'long', readText);
	const readAsker = (text: string) => words.askers.get(text.toLocaleLowerCase('und'));
	const askedBy = cells.optional('askedBy', 'asked-by', readAsker, words.askerWords);
	if (firstDay !== undefined && lastDay) refuseDays(cells, { from: firstDay, to: lastDay });
	if (classId === undefined || firstDay === undefined || lastDay === undefined) return null;
	if (reason === undefined || askedBy === undefined) return null;
	return {
		line,
		student,
		classId,
		className: classId === null ? null : cells.text('class'),
		firstDay,
		lastDay: lastDay ?? firstDay,
		reason,
		askedBy: askedBy ?? 'staff',
	};
}

/** As the form does. */
function refuseDays(cells: CellReader, days: Period): void {
	if (days.to < days.from) cells.refuse('lastDay', 'last-day');
	else if (daysIn(days) > MAX_EXCUSE_DAYS) cells.refuse('lastDay', 'excuse-long', MAX_EXCUSE_DAYS);
}

function readClass(
	cells: CellReader,
	{ classes, everyClass }: ExcuseWords,
): string | null | undefined {
	const name = cells.text('class');
	if (name === '') {
		if (everyClass) return null;
		cells.refuse('class', 'class-needed');
		return undefined;
	}
	const found = findClass(classes, name);
	if ('id' in found) return found.id;
	cells.refuse('class', found.code);
	return undefined;
}

/** What importing the lines would do; an excuse that is there already is left as it is. */
export function planExcuses(lines: readonly ExcuseLine[], facts: ExcuseFacts): ExcusePlan {
	const people = indexPeople(facts.memberships);
	const known = new Map(facts.excuses.map((excuse) => [keyOf(excuse), excuse.state]));
	const lineOf = new Map<string, number>();
	const plan: ExcusePlan = { excuses: [], unchanged: 0, problems: [] };
	for (const line of lines) {
		const excuse = excuseOf(line, people);
		if ('code' in excuse) {
			plan.problems.push(excuse);
			continue;
		}
		const key = keyOf(excuse.excuse);
		const earlier = lineOf.get(key);
		const state = known.get(key);
		const refuse = (code: ImportProblemCode, detail?: number) =>
			plan.problems.push(problemOf(line.line, null, excuse.view.student, code, detail));
		if (earlier !== undefined) refuse('repeated', earlier);
		else if (state === 'asked') refuse('excuse-waiting');
		else if (state !== undefined) plan.unchanged++;
		else plan.excuses.push(excuse);
		lineOf.set(key, earlier ?? line.line);
	}
	return plan;
}

function excuseOf(
	{ line, student: named, ...said }: ExcuseLine,
	people: People,
): ImportProblem | ExcusePlan['excuses'][number] {
	const { classId, className, firstDay, lastDay, reason, askedBy } = said;
	const found = people.find(classId, named, { from: firstDay, to: lastDay });
	if ('code' in found) return problemOf(line, found.column, found.found, found.code, firstDay);
	const { studentId, name: student } = found.student;
	return {
		view: { line, student, className, firstDay, lastDay, reason, askedBy },
		excuse: { studentId, classId, firstDay, lastDay, reason, askedBy },
	};
}

const keyOf = ({ studentId, classId, firstDay, lastDay }: KnownExcuse) =>
	[studentId, classId ?? '', firstDay, lastDay].join(' ');
