import type { SignedInUser } from '$lib/contract/accounts';
import type { Role } from '$lib/contract/terms';

/** Whoever asks for something, once known. Nobody is `null`. */
export type Actor = SignedInUser;

const EVERYONE_SIGNED_IN = ['student', 'teacher', 'admin'] as const;
const STAFF = ['teacher', 'admin'] as const;
const ADMINS = ['admin'] as const;

/**
 * Who may do what. The one table that pages, actions, endpoints, socket events and services ask; an
 * operation that is missing here cannot be named in code. `anyone` means without an account too:
 * what such an operation opens is guarded by a secret of its own (a password, an invitation, the
 * display's token), or shows nothing of anybody (the page for being offline).
 */
export const OPERATIONS = {
	signIn: 'anyone',
	acceptInvitation: 'anyone',
	viewDisplay: 'anyone',
	viewOffline: 'anyone',

	signOut: EVERYONE_SIGNED_IN,
	viewToday: EVERYONE_SIGNED_IN,
	viewOwnAccount: EVERYONE_SIGNED_IN,
	viewOwnRecord: ['student'],
	askExcuse: ['student'],
	disputeMark: ['student'],
	checkIn: ['student'],
	recordOwnConsent: ['student'],
	enrolSelf: ['student'],

	manageSchool: ADMINS,
	managePeople: ADMINS,

	createClass: STAFF,
	viewClass: STAFF,
	viewReports: STAFF,
	importAttendance: STAFF,
	manageClass: STAFF,
	manageTimetable: STAFF,
	manageExcuses: STAFF,
	recordConsent: STAFF,
	approveDevice: STAFF,
	enrol: STAFF,

	openRollCall: STAFF,
	viewRollCall: STAFF,
	sendSightings: STAFF,
	mark: STAFF,
	answerDoubt: STAFF,
	answerDispute: STAFF,
	closeRollCall: STAFF,
	reopenRollCall: STAFF,
} as const satisfies Record<string, readonly Role[] | 'anyone'>;

export type Operation = keyof typeof OPERATIONS;
/** Operations that need no account. */
export type PublicOperation = {
	[O in Operation]: (typeof OPERATIONS)[O] extends 'anyone' ? O : never;
}[Operation];
/** Operations that need an account of a fitting role. */
export type GuardedOperation = Exclude<Operation, PublicOperation>;

/** Whether the role alone allows the operation. Classes ask {@link mayTeach} besides. */
export function mayDo(actor: Actor | null, operation: Operation): boolean {
	const allowed: readonly Role[] | 'anyone' = OPERATIONS[operation];
	if (allowed === 'anyone') return true;
	return actor !== null && allowed.includes(actor.role);
}

/**
 * Whether a class, taught by `teacherIds`, is the actor's to see and to change: an admin's is every
 * class, a teacher's are the ones they teach, a student's is none.
 */
export function mayTeach(actor: Actor, teacherIds: readonly string[]): boolean {
	if (actor.role === 'admin') return true;
	return actor.role === 'teacher' && teacherIds.includes(actor.id);
}

/** Whose classes are meant: a teacher's own, all (null) for an admin. */
export function teacherOf(actor: Actor): string | null {
	return actor.role === 'admin' ? null : actor.id;
}
