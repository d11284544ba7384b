/** What a spreadsheet takes for the beginning of a formula, or skips before one. */
const FORMULA_START = /^[=+\-@\t\r\n]/;

/**
 * A text that a spreadsheet shows and does not compute: one that begins like a formula gets an
 * apostrophe in front (OWASP, "CSV Injection"). A name may come from anybody.
 */
export function spreadsheetText(text: string): string {
	return FORMULA_START.test(text) ? `'${text}` : text;
}
