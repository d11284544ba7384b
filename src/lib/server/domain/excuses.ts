import type { ExcuseState } from '$lib/contract/terms';
import { mayTeach, type Actor } from './access';

/** What the rules about an excuse look at. */
export interface Excuse {
	studentId: string;
	/** Null: for every class. */
	classId: string | null;
	/** Of those who teach its class. */
	teacherIds: readonly string[];
	state: ExcuseState;
}

/**
 * Whether an excuse is the actor's to decide: that of a class belongs to those who teach it, one for
 * every class to the office, because nobody else answers for every class.
 */
export function mayDecide(
	actor: Actor,
	{ classId, teacherIds }: Pick<Excuse, 'classId' | 'teacherIds'>,
): boolean {
	return classId === null ? actor.role === 'admin' : mayTeach(actor, teacherIds);
}

/**
 * Whose word withdraws an excuse: the student's, of what they asked for themselves and nobody has
 * decided; that of staff, of what was approved. Null: it is none of the actor's business.
 */
export function withdrawableState(
	actor: Actor,
	excuse: Omit<Excuse, 'state'>,
): Extract<ExcuseState, 'asked' | 'approved'> | null {
	if (actor.role === 'student') return actor.id === excuse.studentId ? 'asked' : null;
	return mayDecide(actor, excuse) ? 'approved' : null;
}
