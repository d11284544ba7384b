/**
 * What a spreadsheet takes for the beginning of a formula, or skips before one. Apostrophes before it
 * count, so that one more can be told from those that were there.
 */
const FORMULA_START = /^'*[=+\-@\t\r\n]/;

/**
 * A text that a spreadsheet shows and does not compute: one that begins like a formula gets an
 * apostrophe in front (OWASP, "CSV Injection"). A name may come from anybody.
 */
export function spreadsheetText(text: string): string {
	return FORMULA_START.test(text) ? `'${text}` : text;
}

/** The text that {@link spreadsheetText} made such a cell of; what needs no apostrophe keeps its own. */
export function textOfCell(cell: string): string {
	return cell.startsWith("'") && FORMULA_START.test(cell) ? cell.slice(1) : cell;
}
