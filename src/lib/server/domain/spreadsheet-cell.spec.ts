/**
 * Protects whoever opens an export: no text in it is computed, no harmless one is changed, and an
 * import reads back what was written.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spreadsheetText, textOfCell } from './spreadsheet-cell';

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '=HYPERLINK("http://evil")'])(
	'puts an apostrophe before %j',
	(text) => {
		expect(spreadsheetText(text)).toBe(`'${text}`);
	},
);

it.each(['Amina Eze', "O'Neill", 'a=b', 'Anne-Marie', 'x@y', ''])('leaves %j', (text) => {
	expect(spreadsheetText(text)).toBe(text);
});

it('reads back every text that it has written', () => {
	const piece = fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', 'a', ' ');
	const texts = fc.oneof(fc.string(), fc.string({ unit: piece, maxLength: 6 }));
	fc.assert(
		fc.property(texts, (text) => {
			expect(textOfCell(spreadsheetText(text))).toBe(text);
			expect(spreadsheetText(text)).not.toMatch(/^[=+\-@\t\r\n]/);
		}),
	);
});

it('leaves a cell that somebody typed with an apostrophe of its own', () => {
	expect(textOfCell("'t Hooft, Gerard")).toBe("'t Hooft, Gerard");
});
