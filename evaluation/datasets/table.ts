import { parse } from 'csv-parse/sync';
import { UsageError } from '../usage-error';

/** A row of a CSV file: its cells by column, and the line that it stands on, from 1. */
export interface Row<Column extends string> {
	line: number;
	cells: Record<Column, string>;
}

interface Columns<Required extends string, Optional extends string> {
	required: readonly Required[];
	optional: readonly Optional[];
}

interface ParsedRow {
	record: string[];
	info: { lines: number };
}

/**
 * Reads CSV. A first line that names the required columns orders them; without one they are expected
 * in the order given.
 *
 * @returns rows; an optional column that is not there is ''
 * @throws UsageError with the line where a cell is missing or the file is no CSV
 */
export function readTable<Required extends string, Optional extends string>(
	file: string,
	content: string,
	{ required, optional }: Columns<Required, Optional>,
): Row<Required | Optional>[] {
	const rows = parseRows(file, content);
	const all: (Required | Optional)[] = [...required, ...optional];
	const first = rows[0]?.record ?? [];
	const hasHeader = required.every((name) => first.includes(name));
	const order = hasHeader ? first : all;
	return rows.slice(hasHeader ? 1 : 0).map(({ record, info: { lines: line } }) => {
		const cell = (name: Required | Optional) => record[order.indexOf(name)] ?? '';
		const empty = required.find((name) => cell(name) === '');
		if (empty !== undefined) {
			const wanted = [...required, ...optional.map((name) => `[${name}]`)].join(',');
			throw new UsageError(`${file}, line ${line}: no ${empty}. A line holds ${wanted}.`);
		}
		const cells = Object.fromEntries(all.map((name) => [name, cell(name)]));
		return { line, cells: cells as Record<Required | Optional, string> };
	});
}

function parseRows(file: string, content: string): ParsedRow[] {
	try {
		// With `info`, the library's types do not follow.
		return parse(content, {
			bom: true,
			trim: true,
			skip_empty_lines: true,
			relax_column_count: true,
			info: true,
		}) as unknown as ParsedRow[];
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new UsageError(`${file} is no CSV: ${reason}.`);
	}
}
