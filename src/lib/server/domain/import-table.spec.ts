/**
 * Protects how a file is read: whatever a spreadsheet saves it as, every cell is where it was, on the
 * line that an editor shows, and a file that cannot be read says so instead of being read wrongly.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTable } from './import-table';
import { spreadsheetText } from './spreadsheet-cell';

const COLUMNS = [
	{ column: 'student', names: ['Student', 'Name'] },
	{ column: 'status', names: ['Status'] },
	{ column: 'remark', names: ['Remark'] },
] as const;

const read = (text: string) => readTable(text, COLUMNS, [['student'], ['status']]);
const codes = (text: string) => read(text).problems.map(({ line, code }) => `${line} ${code}`);

it.each([
	['commas', 'Student,Status\nAmina,present\n'],
	['semicolons and CRLF', 'Student;Status\r\nAmina;present\r\n'],
	['tabs and no last line end', 'Student\tStatus\nAmina\tpresent'],
	['a byte order mark and quotes', '\uFEFF"Student","Status"\n"Amina","present"\n'],
	['another order, spelling and spaces', 'status, NAME \n present , Amina \n'],
])('reads %s', (_, text) => {
	expect(read(text)).toEqual({
		rows: [{ line: 2, cells: { student: 'Amina', status: 'present' } }],
		ignored: [],
		problems: [],
	});
});

it('counts lines as an editor does, over empty ones and cells of several lines', () => {
	const { rows } = read('Student,Status\n\n"A\nB",late\r\n,\n"C ""D""",late\n');
	expect(rows.map(({ line, cells }) => [line, cells.student])).toEqual([
		[3, 'A\nB'],
		[6, 'C "D"'],
	]);
});

it('names the columns that it does not read', () => {
	expect(read('Student,Status,How,\nAmina,late,by camera,\n').ignored).toEqual(['How']);
});

it.each([
	['Student\nAmina\n', ['1 column-missing']],
	['Student,Name,Status\na,b,c\n', ['1 column-twice']],
	['Student,Status\n', ['1 no-lines']],
	['', ['1 no-lines']],
	['Student,Status\nEze, Amina,late\n', ['2 too-many-cells']],
	['Student,Status\nA,late\n"B"x,late\n', ['3 quotes']],
	['Student,Status\nA,late\n"B,late\nC,late\n', ['3 quotes']],
	[`Student,Status\n${'A,late\n'.repeat(20_001)}`, ['1 too-many-lines']],
])('refuses %j', (text, expected) => {
	expect(codes(text)).toEqual(expected);
});

it('reads back whatever text was written for a spreadsheet', () => {
	const quoted = (cell: string) => `"${spreadsheetText(cell).replaceAll('"', '""')}"`;
	const text = fc.string({ minLength: 1 }).map((one) => one.trim());
	fc.assert(
		fc.property(fc.tuple(text, text), fc.constantFrom(',', ';', '\t'), (cells, delimiter) => {
			fc.pre(cells.some((cell) => cell !== ''));
			const csv = ['Student', 'Status', ...cells].map(quoted);
			const lines = [csv.slice(0, 2), csv.slice(2)].map((line) => line.join(delimiter));
			const [row] = read(lines.join('\r\n')).rows;
			expect([row?.cells.student, row?.cells.status]).toEqual(cells);
		}),
	);
});
