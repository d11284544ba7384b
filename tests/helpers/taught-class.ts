import { sql } from 'kysely';
import type { Actor } from '../../src/lib/server/domain/access';
import { makeAccount, type Account, type TestApplication } from './application';
import { createPerson, type Person } from './vectors';
import { enrolmentOf } from './wire';

export { batchOf, ENGINE, enrolmentOf, FRAME_MS, framesOf, lateOf, markOf, restOf } from './wire';

export interface Student {
	readonly id: string;
	readonly name: string;
	/** Their face. */
	readonly person: Person;
}

export interface TaughtClass {
	readonly admin: Account;
	readonly teacher: Account;
	readonly classId: string;
	/** In the order of the names given. */
	readonly students: readonly Student[];
}

/** Classes that were made without a seed: each has people of its own, as no face is enrolled twice. */
let unseeded = 0;

/** A class of a new teacher, its students consented and enrolled. */
export async function makeTaughtClass(
	application: TestApplication,
	admin: Account,
	names: readonly string[],
	{ enrolled = names.length, seed = ++unseeded } = {},
): Promise<TaughtClass> {
	const { container } = application;
	const teacher = await makeAccount(application, admin.actor, 'teacher', 'Tess Teacher');
	const { id: classId } = await container.classes.create(teacher.actor, 'Biology 9B');
	await container.classes.addMembers(
		teacher.actor,
		classId,
		names.map((name) => ({ name, studentNumber: null })),
	);
	const { members } = await container.classes.detail(teacher.actor, classId);
	const students = names.map((name, i) => {
		const member = members.find((one) => one.name === name);
		if (member === undefined) throw new Error(`${name} is no member`);
		return { id: member.studentId, name, person: createPerson(seed * 1000 + i) };
	});
	for (const student of students.slice(0, enrolled)) {
		await consentAndEnrol(application, teacher.actor, student);
	}
	return { admin, teacher, classId, students };
}

export async function consentAndEnrol(
	{ container }: TestApplication,
	actor: Actor,
	student: Student,
): Promise<void> {
	await container.consent.record(actor, {
		studentId: student.id,
		decision: 'granted',
		givenBy: 'guardian',
	});
	await container.enrolment.submit(actor, enrolmentOf(student.id, student.person.captures(3)));
}

/**
 * Opens a roll call of the class that began some time ago: frames carry their own time, which lies
 * between the opening and now.
 */
export async function openSince(
	{ container, database }: TestApplication,
	{ teacher, classId }: Pick<TaughtClass, 'teacher' | 'classId'>,
	minutes: number,
): Promise<{ id: string; startsAt: number }> {
	const { id } = await container.rollCalls.open(teacher.actor, classId);
	const startsAt = Date.now() - minutes * 60_000;
	const then = new Date(startsAt);
	// Shortly after midnight it began yesterday, and whoever joined today was no member yet.
	await database.db
		.updateTable('members')
		.set({ valid_from: sql<string>`valid_from - 1` })
		.where('class_id', '=', classId)
		.execute();
	await database.db
		.updateTable('roll_calls')
		.set({ starts_at: then, opened_at: then })
		.where('id', '=', id)
		.execute();
	return { id, startsAt };
}
