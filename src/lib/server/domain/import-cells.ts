import * as v from 'valibot';
import type { ImportColumn, ImportProblem, ImportProblemCode } from '$lib/contract/import';
import { DaySchema } from '$lib/contract/timetable';
import { problemOf, type TableRow } from './import-table';

export type CellReader = ReturnType<typeof readCells>;

/** Reads the cells of a line and gathers what is wrong with each. */
export function readCells({ line, cells }: TableRow) {
	const problems: ImportProblem[] = [];
	const text = (column: ImportColumn) => cells[column] ?? '';

	function refuse(column: ImportColumn, code: ImportProblemCode, detail?: string | number): void {
		problems.push(problemOf(line, column, text(column), code, detail));
	}

	/**
	 * @param read gives undefined for what it cannot take
	 * @returns null for an empty cell
	 */
	function optional<T>(
		column: ImportColumn,
		code: ImportProblemCode,
		read: (text: string) => T | undefined,
		detail = '',
	): T | null | undefined {
		if (text(column) === '') return null;
		const value = read(text(column));
		if (value === undefined) refuse(column, code, detail);
		return value;
	}

	/** As {@link optional}, of a cell that may not be empty. */
	function required<T>(
		column: ImportColumn,
		code: ImportProblemCode,
		read: (text: string) => T | undefined,
	): T | undefined {
		if (text(column) !== '') return optional(column, code, read) ?? undefined;
		refuse(column, 'missing');
		return undefined;
	}

	return { problems, text, refuse, optional, required };
}

export const readDay = (text: string): string | undefined =>
	v.is(DaySchema, text) ? text : undefined;

const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/**
 * A time of the school's clock as "09:05:00"; spreadsheets leave the first nought out and add the
 * seconds.
 */
export function readTime(text: string): string | undefined {
	const [, hours = '', minutes = '', seconds = '00'] = TIME.exec(text) ?? [];
	const isTime = hours !== '' && Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
	return isTime ? `${hours.padStart(2, '0')}:${minutes}:${seconds}` : undefined;
}

/** The most characters of a remark or a reason; validation and database say the same. */
export const TEXT_LENGTH = 500;

export function readText(text: string): string | undefined {
	const tidy = text.normalize('NFKC').trim();
	return tidy.length <= TEXT_LENGTH ? tidy : undefined;
}
