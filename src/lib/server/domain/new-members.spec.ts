/** Protects: a list pasted twice adds nobody twice, and namesakes are two people. */
import { describe, expect, it } from 'vitest';
import { planNewMembers } from './new-members';

const line = (name: string, studentNumber: string | null = null) => ({ name, studentNumber });

describe('planNewMembers', () => {
	it('makes a student of every new name, namesakes too', () => {
		const plan = planNewMembers([line('Jo Baker'), line('Jo Baker')], []);
		expect(plan).toEqual({ numbered: [], unnumbered: ['Jo Baker', 'Jo Baker'], alreadyThere: [] });
	});

	it('leaves members alone, one for each line of their name', () => {
		const plan = planNewMembers(
			[line('jo baker'), line('Jo Baker'), line('Rui Costa')],
			['Jo Baker', 'Rui Costa'],
		);
		expect(plan.alreadyThere).toEqual(['jo baker', 'Rui Costa']);
		expect(plan.unnumbered).toEqual(['Jo Baker']);
	});

	it('goes by the number where there is one, whatever the name', () => {
		const plan = planNewMembers([line('Jo Baker', '7'), line('J. Baker', '7')], ['Jo Baker']);
		expect(plan.numbered).toEqual([{ name: 'Jo Baker', studentNumber: '7' }]);
		expect(plan.alreadyThere).toEqual([]);
	});
});
