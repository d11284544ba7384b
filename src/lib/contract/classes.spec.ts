// Protects pasted rosters: what teachers copy out of a spreadsheet or a letter becomes names and
// numbers, and a line that cannot be taken is told by its own number.
import { describe, expect, it } from 'vitest';
import { MAX_NAME_LINES, parseNameLines } from './classes';

describe('parseNameLines', () => {
	it('takes one name a line with an optional number after the last comma', () => {
		const { members, problems } = parseNameLines(
			'Amina Eze\r\n  Rui   Costa , 4711 \n\nEze, Amina, 12\rJo Baker,\nAdeyemi, Tolu',
		);
		expect(problems).toEqual([]);
		expect(members).toEqual([
			{ name: 'Amina Eze', studentNumber: null },
			{ name: 'Rui Costa', studentNumber: '4711' },
			{ name: 'Eze, Amina', studentNumber: '12' },
			{ name: 'Jo Baker', studentNumber: null },
			{ name: 'Adeyemi, Tolu', studentNumber: null },
		]);
	});

	it('tells a missing name, an overlong one and a number given twice by their lines', () => {
		const { members, problems } = parseNameLines(`A,1\n,2\n${'x'.repeat(201)}\nB,1`);
		expect(members.map((m) => m.name)).toEqual(['A']);
		expect(problems.map((p) => p.line)).toEqual([2, 3, 4]);
		expect(problems[2]?.message).toContain('line 1');
	});

	it('lets two students share a name', () => {
		expect(parseNameLines('Jo Baker\nJo Baker').members).toHaveLength(2);
	});

	it('stops a paste of a whole book with one sentence', () => {
		const { members, problems } = parseNameLines('Jo\n'.repeat(MAX_NAME_LINES + 50));
		expect(members).toHaveLength(MAX_NAME_LINES);
		expect(problems).toHaveLength(1);
	});
});
