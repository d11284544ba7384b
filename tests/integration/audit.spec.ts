/**
 * Protects the audit: what was changed and answered is neither changed nor deleted by anybody, the
 * application's own role among them; only erasing a whole person, class or roll call takes its part
 * along.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

let database: TestDatabase;
let ids: { classId: string; student: string; teacher: string; rollCall: string };

beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
	const { sql } = database;
	const [row] = await sql<[typeof ids]>`
		with class as (insert into classes (name) values ('Biology 9B') returning id),
		student as (insert into users (role, name) values ('student', 'Amina Eze') returning id),
		teacher as (insert into users (role, name) values ('teacher', 'A teacher') returning id),
		call as (
			insert into roll_calls (class_id, state, starts_at, late_after_minutes, display_token)
			select id, 'closed', now(), 10, ${randomUUID()} from class returning id
		),
		change as (
			insert into mark_changes (roll_call_id, student_id, new_status, method, changed_by)
			select call.id, student.id, 'present', 'teacher', teacher.id from call, student, teacher
		),
		doubt as (
			insert into doubts
				(roll_call_id, camera_id, track_id, reason, candidate_ids, seen_at, state, version)
			select call.id, ${randomUUID()}, 1, 'weak-match', array[student.id], now(), 'confirmed', 1
			from call, student returning id
		),
		answer as (
			insert into doubt_answers (id, doubt_id, answer, student_id, answered_by)
			select ${randomUUID()}, doubt.id, 'confirmed', student.id, teacher.id
			from doubt, student, teacher
		)
		select class.id as "classId", student.id as student, teacher.id as teacher, call.id as "rollCall"
		from class, student, teacher, call`;
	ids = row;
});

/** The rows about this test's student or roll call. */
async function kept(): Promise<{ changes: number; answers: number }> {
	const [row] = await database.sql<[{ changes: number; answers: number }]>`
		select
			(select count(*)::int from mark_changes where roll_call_id = ${ids.rollCall}) as changes,
			(select count(*)::int from doubt_answers where student_id = ${ids.student}) as answers`;
	return row;
}

it.each([
	`update mark_changes set new_status = 'absent'`,
	`update mark_changes set reason = reason`,
	`delete from mark_changes`,
	`truncate mark_changes`,
	`update doubt_answers set answer = 'rejected'`,
	`delete from doubt_answers`,
	`truncate doubt_answers`,
	`truncate roll_calls cascade`,
])('refuses: %s', async (statement) => {
	await expect(database.sql.unsafe(statement)).rejects.toMatchObject({
		message: expect.stringContaining('only grows') as string,
	});
	expect(await kept()).toEqual({ changes: 1, answers: 1 });
});

it.each(['student', 'classId', 'rollCall'] as const)('goes with the whole %s', async (what) => {
	const tables = { student: 'users', classId: 'classes', rollCall: 'roll_calls' } as const;
	const { sql } = database;
	await sql`delete from ${sql(tables[what])} where id = ${ids[what]}`;
	expect(await kept()).toEqual({ changes: 0, answers: 0 });
});

it('outlives whoever changed it', async () => {
	const { sql } = database;
	await sql`delete from users where id = ${ids.teacher}`;
	expect(await kept()).toEqual({ changes: 1, answers: 1 });
	const [change] =
		await sql`select changed_by from mark_changes where roll_call_id = ${ids.rollCall}`;
	expect(change).toEqual({ changed_by: null });
});
