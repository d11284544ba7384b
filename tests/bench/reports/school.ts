import type postgres from 'postgres';

export const STUDENTS = 2000;
export const CLASSES = 100;
export const TEACHERS = 10;
const CLASSES_A_STUDENT = 2;
const WEEKS = 40;
const ROLL_CALLS = 250;
/** Of all classes: a million. */
export const MARKS = STUDENTS * CLASSES_A_STUDENT * ROLL_CALLS;

/**
 * A school at the end of its year: 100 classes of 40 students (each student in two) with 250 roll
 * calls each, the last of them today; 86 % present, 5 % late, 6 % absent, 3 % excused. Ten teachers
 * have ten classes each. The marks lie on the disk in the order in which a year would have made them.
 */
export async function makeSchool(sql: postgres.Sql, today: Date): Promise<void> {
	const connection = await sql.reserve();
	try {
		// A million foreign keys are looked up one by one, and are right by how they are made.
		await connection`set session_replication_role = replica`;
		await connection`select setseed(0.5)`;
		await makePeople(connection);
		await makeRollCalls(connection, today);
		await makeMarks(connection);
		await connection`set session_replication_role = default`;
	} finally {
		connection.release();
	}
	// As the database's own housekeeping does within minutes.
	await sql`vacuum analyze`;
}

async function makePeople(sql: postgres.ReservedSql): Promise<void> {
	await sql`
		insert into users (id, role, name, student_number)
		select ${id('10', sql`n`, sql)}, 'student',
			(array['Amina', 'Jo', 'Rui', 'Linh', 'Yusuf', 'Zoë', 'Tolu'])[1 + n % 7] || ' ' ||
			(array['Eze', 'Baker', 'Costa', 'Dang', 'Farah', 'Šimić'])[1 + n / 7 % 6] || ' ' || n, n::text
		from generate_series(0, ${STUDENTS - 1}::int) n`;
	await sql`
		insert into users (id, role, name)
		select ${id('20', sql`n`, sql)}, 'teacher', 'Teacher ' || n
		from generate_series(0, ${TEACHERS - 1}::int) n`;
	await sql`
		insert into classes (id, name)
		select ${id('30', sql`n`, sql)}, 'Class ' || n from generate_series(0, ${CLASSES - 1}::int) n`;
	await sql`
		insert into class_teachers (class_id, user_id)
		select ${id('30', sql`n`, sql)}, ${id('20', sql`n % ${TEACHERS}::int`, sql)}
		from generate_series(0, ${CLASSES - 1}::int) n`;
	await sql`
		insert into members (class_id, student_id, valid_from)
		select ${id('30', sql`class`, sql)}, ${id('10', sql`n`, sql)}, '2000-01-01'
		from generate_series(0, ${STUDENTS - 1}::int) n,
			unnest(array[n % ${CLASSES}::int, (n + 1 + n / ${CLASSES}::int) % ${CLASSES}::int]) class`;
}

async function makeRollCalls(sql: postgres.ReservedSql, today: Date): Promise<void> {
	await sql`
		insert into roll_calls (class_id, state, starts_at, late_after_minutes, closed_at, display_token)
		select ${id('30', sql`class`, sql)}, 'closed', at, 10, at + interval '1 hour', gen_random_uuid()
		from generate_series(0, ${CLASSES - 1}::int) class, generate_series(0, ${ROLL_CALLS - 1}::int) n,
			lateral (select date_trunc('day', ${today}::timestamptz)
				- (${ROLL_CALLS - 1}::int - n) * interval '7 days' * ${WEEKS / ROLL_CALLS}::float
				+ class % 6 * interval '1 hour') start(at)`;
}

async function makeMarks(sql: postgres.ReservedSql): Promise<void> {
	await sql`
		insert into marks (roll_call_id, student_id, status, marked_at, minutes_late, method, version)
		select roll_call_id, student_id, status, starts_at + minutes * interval '1 minute',
			case when status = 'late' then minutes end, 'camera', 1
		from (
			select id as roll_call_id, student_id, starts_at, (random() * 20)::int as minutes,
				(case when dice < 0.86 then 'present' when dice < 0.91 then 'late'
					when dice < 0.97 then 'absent' else 'excused' end) as status
			from (
				select roll_calls.id, student_id, starts_at, random() as dice
				from roll_calls join members using (class_id)
			) thrown
			order by starts_at
		) made`;
}

/** Ids that the benchmark can name: "10000000-…-000000000007". */
export function idOf(kind: '10' | '20' | '30', number: number): string {
	return `${kind}000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function id(
	kind: string,
	number: postgres.PendingQuery<postgres.Row[]>,
	sql: postgres.ReservedSql,
) {
	return sql`(${kind} || '000000-0000-4000-8000-' || lpad((${number})::text, 12, '0'))::uuid`;
}
