import type { RosterEntry } from '$lib/contract/roster';
import type { DisplayNames } from '$lib/contract/terms';
import { nameOnDisplay } from './attendance';

/**
 * A roster's lines as everybody in the room may see them: the name as the class chose, and the
 * status. How and when somebody was marked, when they left, what is remarked of them and whether
 * they have references is nobody else's business.
 *
 * @param entries in the order in which they are shown
 * @param style how the class shows names
 * @param positionOf a student's number, from 1, for a class without names
 */
export function entriesOnDisplay(
	entries: readonly RosterEntry[],
	style: DisplayNames,
	positionOf: (studentId: string) => number,
): RosterEntry[] {
	return entries.map((entry) => ({
		studentId: entry.studentId,
		name: nameOnDisplay(entry.name, style, positionOf(entry.studentId)),
		status: entry.status,
		markedAt: null,
		minutesLate: null,
		method: null,
		leftAt: null,
		remark: null,
		enrolled: false,
	}));
}

/**
 * Numbers students for a class without names. The order is that of their ids, which are random: by
 * name, everybody who knows the class could count along.
 *
 * @returns a student's number, from 1; 0 for somebody who is not among them
 */
export function numberStudents(studentIds: readonly string[]): (studentId: string) => number {
	const order = [...studentIds].sort();
	const numbers = new Map(order.map((id, index) => [id, index + 1]));
	return (studentId) => numbers.get(studentId) ?? 0;
}
