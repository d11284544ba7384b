import { CsvError, parse } from 'csv-parse/sync';
import {
	MAX_IMPORT_LINES,
	type ImportColumn,
	type ImportProblem,
	type ImportProblemCode,
} from '$lib/contract/import';
import { textOfCell } from './spreadsheet-cell';

export interface TableRow {
	/** On which it begins, counted from 1: a quoted cell may go over several. */
	line: number;
	/** Trimmed; a column that the file does not have is not among them. */
	cells: Partial<Record<ImportColumn, string>>;
}

export interface Table {
	rows: TableRow[];
	/** Names of columns that are not read. */
	ignored: string[];
	/** With one, the rows are not to be trusted. */
	problems: ImportProblem[];
}

export interface TableColumn<C extends ImportColumn> {
	column: C;
	/** Any of them may stand in the first line. */
	names: readonly string[];
}

/** `lines`: how many there are up to its end. */
interface CsvRecord {
	record: string[];
	lines: number;
}

/**
 * Reads a table with column names in its first line, in any order: comma, semicolon or tab between
 * cells, by what the first line has most of; quotes as in RFC 4180; any line ends. Cells lose the
 * apostrophe that keeps spreadsheets from computing them.
 *
 * @param required each column, or one of each list, must be there
 */
export function readTable<C extends ImportColumn>(
	text: string,
	columns: readonly TableColumn<C>[],
	required: readonly (readonly C[])[],
): Table {
	const parsed = parseRecords(text);
	if ('problem' in parsed) return { rows: [], ignored: [], problems: [parsed.problem] };
	const [head, ...body] = parsed.records;
	if (head === undefined || body.length === 0) return refused('no-lines', '');
	if (body.length > MAX_IMPORT_LINES) return refused('too-many-lines', '', MAX_IMPORT_LINES);
	const names = head.record.map((name) => textOfCell(name).trim());
	const places = names.map((name) => columnOf(columns, name));
	const problems = [...repeatedColumns(names, places), ...missingColumns(required, places)];
	const rows = body.map((one) => toRow(one, places));
	for (const one of body) {
		const beyond = one.record.slice(names.length).join(' ').trim();
		if (beyond !== '') {
			problems.push(problemOf(firstLine(one), null, beyond, 'too-many-cells'));
		}
	}
	return { rows, ignored: names.filter((name, i) => name !== '' && !places[i]), problems };
}

export function problemOf(
	line: number,
	column: ImportColumn | null,
	found: string,
	code: ImportProblemCode,
	detail: string | number = '',
): ImportProblem {
	return { line, column, found, code, detail: String(detail) };
}

function refused(code: ImportProblemCode, found: string, detail: string | number = ''): Table {
	return { rows: [], ignored: [], problems: [problemOf(1, null, found, code, detail)] };
}

/** What follows a quote that does not close is not to be trusted: then nothing is. */
function parseRecords(text: string): { records: CsvRecord[] } | { problem: ImportProblem } {
	const records: CsvRecord[] = [];
	try {
		parse(text, {
			bom: true,
			delimiter: delimiterOf(text),
			record_delimiter: ['\r\n', '\n', '\r'],
			relax_column_count: true,
			skip_records_with_empty_values: true,
			on_record(record: string[], { lines }) {
				records.push({ record, lines });
				return record;
			},
		});
		return { records };
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		const line = (records.at(-1)?.lines ?? 0) + 1;
		return { problem: problemOf(line, null, '', 'quotes') };
	}
}

function delimiterOf(text: string): string {
	const [head = ''] = text.replaceAll(/"[^"]*"/g, '').split(/[\r\n]/, 1);
	const count = (delimiter: string) => head.split(delimiter).length;
	return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
}

function columnOf<C extends ImportColumn>(
	columns: readonly TableColumn<C>[],
	name: string,
): C | undefined {
	const wanted = fold(name);
	return columns.find(({ names }) => names.some((one) => fold(one) === wanted))?.column;
}

/** "Student_Number" and "student number" are one name. */
const fold = (name: string) =>
	name
		.normalize('NFKC')
		.toLocaleLowerCase('und')
		.replaceAll(/[\s_-]+/g, ' ')
		.trim();

function repeatedColumns(
	names: readonly string[],
	places: readonly (ImportColumn | undefined)[],
): ImportProblem[] {
	return places.flatMap((column, i) =>
		column !== undefined && places.indexOf(column) < i
			? [problemOf(1, column, names[i] ?? '', 'column-twice')]
			: [],
	);
}

function missingColumns(
	required: readonly (readonly ImportColumn[])[],
	places: readonly (ImportColumn | undefined)[],
): ImportProblem[] {
	return required.flatMap((choices) => {
		const [first] = choices;
		const isThere = choices.some((column) => places.includes(column));
		return isThere || first === undefined ? [] : [problemOf(1, first, '', 'column-missing')];
	});
}

function toRow(one: CsvRecord, places: readonly (ImportColumn | undefined)[]): TableRow {
	const cells: TableRow['cells'] = {};
	places.forEach((column, i) => {
		if (column !== undefined) cells[column] = textOfCell(one.record[i] ?? '').trim();
	});
	return { line: firstLine(one), cells };
}

/** A quoted cell may go over several lines. */
function firstLine({ record, lines }: CsvRecord): number {
	const ends = record.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
	return lines - ends;
}
