/** Protects whoever opens an export: no text in it is computed, and no harmless one is changed. */
import { expect, it } from 'vitest';
import { spreadsheetText } from './spreadsheet-cell';

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '=HYPERLINK("http://evil")'])(
	'puts an apostrophe before %j',
	(text) => {
		expect(spreadsheetText(text)).toBe(`'${text}`);
	},
);

it.each(['Amina Eze', "O'Neill", 'a=b', 'Anne-Marie', 'x@y', ''])('leaves %j', (text) => {
	expect(spreadsheetText(text)).toBe(text);
});
