// Protects the short way of a camera's mark: what it tells everybody is what the database holds, and
// a person's word and a withdrawal stop it however fresh they are.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RosterChange } from '../../src/lib/contract/roster';
import { createContainer } from '../../src/lib/server/container';
import { makeFirstAdmin, startApplication, type Account } from '../helpers/application';
import type { TestApplication } from '../helpers/application';
import { framesOf, makeTaughtClass, markOf, openSince } from '../helpers/taught-class';

let application: TestApplication;
let admin: Account;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
});
afterAll(() => application.stop());

/** A class with an open roll call; `see` shows a student to its camera until that decides. */
async function openClass(seed: number) {
	const { container } = application;
	const taught = await makeTaughtClass(application, admin, ['Amina Eze', 'Jo Baker'], { seed });
	const { id, startsAt } = await openSince(application, taught, 5);
	const told: RosterChange[] = [];
	container.rosterChanges.subscribe((change) => {
		if (change.rollCallId === id) told.push(change);
	});
	const see = async (place: number) => {
		const frames = framesOf(id, place, taught.students[place]!.person.captures(3), startsAt);
		for (const frame of frames) await container.recognition.observe(taught.teacher.actor, frame);
	};
	return { ...taught, id, told, see };
}

it('tells what the database holds', async () => {
	const { teacher, id, told, see } = await openClass(1);
	await see(0);
	await see(1);
	const { container } = application;
	for (const [i, change] of told.entries()) {
		const since = { rollCallId: id, sinceVersion: i };
		const stored = await container.rollCalls.changesSince(teacher.actor, since);
		expect(change).toMatchObject({ fromVersion: i, version: i + 1, state: 'open', doubts: [] });
		expect(stored.entries).toEqual(expect.arrayContaining(change.entries));
	}
	expect(told.map(({ entries }) => entries.map(({ name }) => name))).toEqual([
		['Amina Eze'],
		['Jo Baker'],
	]);
	const { rows } = await sql`
		select lane, (select count(*)::int from mark_changes where roll_call_id = ${id}) as changes
		from decisions where roll_call_id = ${id}
	`.execute(application.database.db);
	expect(rows).toEqual([
		{ lane: 'recognised', changes: 2 },
		{ lane: 'recognised', changes: 2 },
	]);
});

it('marks although another node changed the roster meanwhile, and goes on from there', async () => {
	const { id, told, see } = await openClass(2);
	await see(0);
	await application.database.db
		.updateTable('roll_calls')
		.set({ version: 7 })
		.where('id', '=', id)
		.execute();
	await see(1);
	expect(told.map(({ fromVersion, version }) => [fromVersion, version])).toEqual([
		[0, 1],
		[7, 8],
	]);
});

it('leaves a person’s mark alone that another node has just taken', async () => {
	const { teacher, students, id, told, see } = await openClass(3);
	await see(0);
	const { config, log, models } = application.container;
	const other = await createContainer({ config, log, models, database: application.database });
	const excuse = markOf(id, students[1]!.id, { status: 'excused' });
	await other.rollCalls.mark(teacher.actor, excuse);
	await see(1);
	await other.dispose();
	expect(told).toHaveLength(1);
	const { entries } = await application.container.rollCalls.roster(teacher.actor, id);
	expect(entries.find(({ studentId }) => studentId === students[1]!.id)).toMatchObject({
		status: 'excused',
	});
});

it('marks nobody whose consent was withdrawn, before any notice of it arrives', async () => {
	const { students, told, see, teacher } = await openClass(4);
	await see(0);
	await application.database.db
		.insertInto('consents')
		.values({
			student_id: students[1]!.id,
			decision: 'withdrawn',
			text_version: '1',
			given_by: 'guardian',
			recorded_by: teacher.actor.id,
		})
		.execute();
	await see(1);
	expect(told).toHaveLength(1);
});
