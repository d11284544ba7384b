import type { NewMember } from '$lib/contract/classes';

export interface NewMembersPlan {
	/** Students to find by their number, or to make; every number once. */
	numbered: { name: string; studentNumber: string }[];
	/** Names of students to make. */
	unnumbered: string[];
	/** Names that need nothing. */
	alreadyThere: string[];
}

/**
 * Decides who a list of names means. A student number says who somebody is. A name does not: two
 * students may share it. So a line without a number stands for a current member of that name as
 * long as there is one that no earlier line stands for, and for a new student after that: the same
 * list pasted twice adds nobody twice, and a second "Jo Baker" can still be added.
 *
 * @param memberNames names of all current members
 */
export function planNewMembers(
	lines: readonly NewMember[],
	memberNames: readonly string[],
): NewMembersPlan {
	const unclaimed = new Map<string, number>();
	for (const name of memberNames) unclaimed.set(fold(name), (unclaimed.get(fold(name)) ?? 0) + 1);

	const numbered = new Map<string, { name: string; studentNumber: string }>();
	const plan: NewMembersPlan = { numbered: [], unnumbered: [], alreadyThere: [] };
	for (const { name, studentNumber } of lines) {
		if (studentNumber !== null) {
			if (!numbered.has(studentNumber)) numbered.set(studentNumber, { name, studentNumber });
			continue;
		}
		const left = unclaimed.get(fold(name)) ?? 0;
		if (left > 0) {
			unclaimed.set(fold(name), left - 1);
			plan.alreadyThere.push(name);
		} else {
			plan.unnumbered.push(name);
		}
	}
	plan.numbered = [...numbered.values()];
	return plan;
}

/** Names are the same when only their case differs. */
const fold = (name: string): string => name.toLocaleLowerCase('und');
