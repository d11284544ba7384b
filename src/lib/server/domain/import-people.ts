import type { Period } from '$lib/contract/reports';
import type { ImportColumn, ImportProblemCode } from '$lib/contract/import';
import { groupBy } from './group-by';

/** Somebody's time in a class; several where they left and came again. */
export interface Membership {
	/** Null: of the school, whatever the class. */
	classId: string | null;
	studentId: string;
	name: string;
	studentNumber: string | null;
	/** The first day. */
	from: string;
	/** The first day on which it no longer holds; null while it holds. */
	until: string | null;
}

/** Whom a line names; the number decides where there is one. */
export interface NamedStudent {
	number: string;
	name: string;
}

export type FoundStudent =
	{ student: Membership } | { column: ImportColumn; found: string; code: ImportProblemCode };

export type People = ReturnType<typeof indexPeople>;

/** Finds students of a class by number or name, among those who were members in some days. */
export function indexPeople(memberships: readonly Membership[]) {
	const byNumber = groupBy(memberships, ({ classId, studentNumber }) =>
		keyOf(classId, studentNumber ?? ''),
	);
	const byName = groupBy(memberships, ({ classId, name }) => keyOf(classId, fold(name)));
	return {
		find(classId: string | null, { number, name }: NamedStudent, days: Period): FoundStudent {
			const isNumber = number !== '';
			const where = isNumber
				? ({ column: 'studentNumber', found: number } as const)
				: ({ column: 'student', found: name } as const);
			const named = isNumber
				? byNumber.get(keyOf(classId, number.normalize('NFKC')))
				: byName.get(keyOf(classId, fold(name)));
			if (named === undefined) return { ...where, code: 'student-unknown' };
			const then = named.filter((one) => holds(one, days));
			const [student] = then;
			if (student === undefined) return { ...where, code: 'no-member' };
			const isOne = then.every(({ studentId }) => studentId === student.studentId);
			return isOne ? { student } : { ...where, code: 'student-ambiguous' };
		},
	};
}

const keyOf = (classId: string | null, text: string) => `${classId ?? ''}/${text}`;

/** Names are the same when only their case and their spaces differ. */
const fold = (name: string) =>
	name.normalize('NFKC').replaceAll(/\s+/gu, ' ').trim().toLocaleLowerCase('und');

const holds = ({ from, until }: Membership, days: Period) =>
	from <= days.to && (until === null || until > days.from);

/** Classes that somebody may import into, by their names; a name may be of several. */
export function findClass(
	classes: readonly { id: string; name: string }[],
	name: string,
): { id: string } | { code: ImportProblemCode } {
	const wanted = name.normalize('NFKC').trim();
	const [first, second] = classes.filter((one) => one.name === wanted);
	if (first === undefined) return { code: 'class-unknown' };
	return second === undefined ? first : { code: 'class-ambiguous' };
}
