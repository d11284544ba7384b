/**
 * Protects: nobody gains a right by accident. The expectations are written out by hand, role by
 * role, and not derived from the table that they check.
 */
import { describe, expect, it } from 'vitest';
import { mayDo, mayTeach, OPERATIONS, type Actor, type Operation } from './access';

const actor = (role: Actor['role'], id = `a ${role}`): Actor => ({ id, role, name: 'Jo Baker' });

/** Per operation: nobody, student, teacher, admin. */
const EXPECTED: Record<Operation, [boolean, boolean, boolean, boolean]> = {
	signIn: [true, true, true, true],
	acceptInvitation: [true, true, true, true],
	viewDisplay: [true, true, true, true],
	viewOffline: [true, true, true, true],
	signOut: [false, true, true, true],
	viewToday: [false, true, true, true],
	viewOwnAccount: [false, true, true, true],
	viewOwnRecord: [false, true, false, false],
	askExcuse: [false, true, false, false],
	disputeMark: [false, true, false, false],
	checkIn: [false, true, false, false],
	recordOwnConsent: [false, true, false, false],
	enrolSelf: [false, true, false, false],
	manageSchool: [false, false, false, true],
	managePeople: [false, false, false, true],
	createClass: [false, false, true, true],
	viewClass: [false, false, true, true],
	viewReports: [false, false, true, true],
	importAttendance: [false, false, true, true],
	manageClass: [false, false, true, true],
	manageTimetable: [false, false, true, true],
	manageExcuses: [false, false, true, true],
	recordConsent: [false, false, true, true],
	approveDevice: [false, false, true, true],
	enrol: [false, false, true, true],
	openRollCall: [false, false, true, true],
	viewRollCall: [false, false, true, true],
	sendSightings: [false, false, true, true],
	mark: [false, false, true, true],
	answerDoubt: [false, false, true, true],
	answerDispute: [false, false, true, true],
	closeRollCall: [false, false, true, true],
	reopenRollCall: [false, false, true, true],
};

describe('mayDo', () => {
	it('has an expectation for every operation', () => {
		expect(Object.keys(OPERATIONS).sort()).toEqual(Object.keys(EXPECTED).sort());
	});

	const actors = [null, actor('student'), actor('teacher'), actor('admin')] as const;
	const cases = Object.entries(EXPECTED).flatMap(([operation, expected]) =>
		actors.map((who, i) => [operation, who?.role ?? 'nobody', who, expected[i]] as const),
	);
	const isOperation = (name: string): name is Operation => name in OPERATIONS;

	it.each(cases)('%s by %s', (operation, _role, who, expected) => {
		if (!isOperation(operation)) throw new Error(`${operation} is no operation`);
		expect(mayDo(who, operation)).toBe(expected);
	});
});

describe('mayTeach', () => {
	it('gives an admin every class', () => {
		expect(mayTeach(actor('admin'), [])).toBe(true);
	});

	it('gives a teacher their own classes only', () => {
		expect(mayTeach(actor('teacher', 't1'), ['t1', 't2'])).toBe(true);
		expect(mayTeach(actor('teacher', 't3'), ['t1', 't2'])).toBe(false);
	});

	it('gives a student none, even one who is listed by mistake', () => {
		expect(mayTeach(actor('student', 's1'), ['s1'])).toBe(false);
	});
});
