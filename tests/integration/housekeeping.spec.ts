// Protects how long things are kept: the numbers behind decisions as long as the school says, and
// references of an older engine until they are of no use to anybody; and that a class knows whom to
// enrol again after they are gone.
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as checkIns from '../../src/lib/server/db/check-ins.repository';
import * as decisions from '../../src/lib/server/db/decisions.repository';
import * as engines from '../../src/lib/server/db/engines.repository';
import * as lateBatches from '../../src/lib/server/db/late-batches.repository';
import { createLog } from '../../src/lib/server/log';
import { startHousekeeping } from '../../src/lib/server/services/housekeeping';
import {
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import {
	consentAndEnrol,
	ENGINE,
	makeTaughtClass,
	type TaughtClass,
} from '../helpers/taught-class';

let application: TestApplication;
let admin: Account;
let taught: TaughtClass;
let seed = 40;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
	await application.container.housekeeping.run();
});
afterAll(() => application.stop());
beforeEach(async () => {
	taught = await makeTaughtClass(application, admin, ['Amina Eze', 'Jo Baker'], { seed: seed++ });
});

const keepHouse = () => application.container.housekeeping.run();
const db = () => application.database.db;
const engineSince = (days: number, engine = ENGINE) =>
	sql`
		insert into engines (model_id, pipeline_version, first_used_at)
		values (${engine.modelId}, ${engine.pipelineVersion}, now() - make_interval(days => ${days}))
		on conflict (model_id, pipeline_version) do update set first_used_at = excluded.first_used_at
	`.execute(db());
/** As if the student had been enrolled before the server's engine was the newest. */
const makeOld = (studentId: string) =>
	db()
		.updateTable('face_references')
		.set({ pipeline_version: 'older' })
		.where('student_id', '=', studentId)
		.execute();
const versionsOf = async (studentId: string) => {
	const rows = await db()
		.selectFrom('face_references')
		.select('pipeline_version as version')
		.where('student_id', '=', studentId)
		.execute();
	return rows.map(({ version }) => version);
};
const stateOf = async (studentId: string) => {
	const { members } = await application.container.classes.detail(
		taught.teacher.actor,
		taught.classId,
	);
	return members.find((member) => member.studentId === studentId)?.enrolment;
};

const decide = (studentId: string, decision: 'withdrawn' | 'granted') =>
	application.container.consent.record(taught.teacher.actor, {
		studentId,
		decision,
		givenBy: 'guardian',
	});

describe('references of an older engine', () => {
	it('are kept for thirty days of the new one, then deleted; who had them is enrolled again', async () => {
		const [amina, jo] = taught.students;
		await makeOld(amina!.id);
		await engineSince(29);
		await keepHouse();
		expect(await versionsOf(amina!.id)).toEqual(['older', 'older', 'older']);
		expect(await stateOf(amina!.id)).toBe('again');

		await engineSince(31);
		await keepHouse();
		expect(await versionsOf(amina!.id)).toEqual([]);
		expect(await stateOf(amina!.id)).toBe('again');
		expect(await versionsOf(jo!.id)).toHaveLength(3);
		expect(await stateOf(jo!.id)).toBe('enrolled');

		// Another yes on top of the first one takes nothing back.
		await decide(amina!.id, 'granted');
		expect(await stateOf(amina!.id)).toBe('again');
	});

	it('go at once when the student is enrolled again', async () => {
		const [amina] = taught.students;
		await engineSince(0);
		await db()
			.updateTable('face_references')
			.set({ model_id: 'older' })
			.where('student_id', '=', amina!.id)
			.execute();
		await consentAndEnrol(application, taught.teacher.actor, amina!);
		expect(await versionsOf(amina!.id)).toHaveLength(6);
		await keepHouse();
		expect(await versionsOf(amina!.id)).toEqual(
			Array.from({ length: 3 }, () => ENGINE.pipelineVersion),
		);
	});

	it('are left alone by a server whose engine is not the newest', async () => {
		const [amina] = taught.students;
		await engineSince(31);
		await engineSince(1, { ...ENGINE, pipelineVersion: 'older' });
		await makeOld(amina!.id);
		await keepHouse();
		expect(await versionsOf(amina!.id)).toHaveLength(3);
		await db().deleteFrom('engines').where('pipeline_version', '=', 'older').execute();
	});

	it('leave nobody to enrol again who said no meanwhile', async () => {
		const [amina] = taught.students;
		await decide(amina!.id, 'withdrawn');
		expect(await stateOf(amina!.id)).toBe('no-consent');
		await decide(amina!.id, 'granted');
		expect(await stateOf(amina!.id)).toBe('waiting');
	});
});

describe('the running engine', () => {
	const recorded = () =>
		db()
			.selectFrom('engines')
			.select([
				'pipeline_version as version',
				sql<boolean>`first_used_at > now() - interval '1 hour'`.as('isNew'),
			])
			.orderBy('pipeline_version')
			.execute();

	it('is on record, and a restart does not make it new', async () => {
		await engineSince(10);
		await restart();
		expect(await recorded()).toEqual([{ version: ENGINE.pipelineVersion, isNew: false }]);
	});

	it('counts as new when it comes back after another one', async () => {
		await engineSince(10);
		await engineSince(5, { ...ENGINE, pipelineVersion: 'zz-other' });
		await restart();
		expect(await recorded()).toEqual([
			{ version: ENGINE.pipelineVersion, isNew: true },
			{ version: 'zz-other', isNew: false },
		]);
		await db().deleteFrom('engines').where('pipeline_version', '=', 'zz-other').execute();
	});

	/** As another start of the server does, past its first run. */
	async function restart(): Promise<void> {
		const housekeeping = startHousekeeping({
			db: db(),
			engines,
			decisions,
			checkIns,
			lateBatches,
			engine: ENGINE,
			timetable: application.container.timetable,
			log: createLog('silent'),
		});
		await housekeeping.run();
		await housekeeping.dispose();
	}
});

describe('decisions', () => {
	const insert = async (rollCallId: string, studentIds: string[], days: number) => {
		const id = randomUUID();
		await sql`
			insert into decisions
				(id, roll_call_id, camera_id, track_id, decided_at, lane, candidate_ids, evidence)
			values (${id}, ${rollCallId}, ${randomUUID()}, 1, now() - make_interval(days => ${days}),
				'recognised', ${studentIds}::uuid[], '{}')
		`.execute(db());
		return id;
	};
	const kept = async (rollCallId: string) => {
		const rows = await db()
			.selectFrom('decisions')
			.select('id')
			.where('roll_call_id', '=', rollCallId)
			.execute();
		return rows.map(({ id }) => id);
	};

	it('are kept as long as the school says', async () => {
		const [amina] = taught.students;
		const { id } = await application.container.rollCalls.open(taught.teacher.actor, taught.classId);
		const young = await insert(id, [amina!.id], 6);
		await insert(id, [amina!.id], 8);
		await db().updateTable('school').set({ decision_retention_days: 7 }).execute();
		await keepHouse();
		expect(await kept(id)).toEqual([young]);
	});

	it('that name a student go with their consent, wherever the student stands in them', async () => {
		const [amina, jo] = taught.students;
		const { id } = await application.container.rollCalls.open(taught.teacher.actor, taught.classId);
		await insert(id, [amina!.id], 0);
		await insert(id, [jo!.id, amina!.id], 0);
		const others = await insert(id, [jo!.id], 0);
		await application.container.consent.record(taught.teacher.actor, {
			studentId: amina!.id,
			decision: 'withdrawn',
			givenBy: 'student',
		});
		expect(await kept(id)).toEqual([others]);
	});
});

it('late batches are remembered for as long as any school takes them', async () => {
	const { id } = await application.container.rollCalls.open(taught.teacher.actor, taught.classId);
	const [old, recent] = [randomUUID(), randomUUID()];
	await application.database.sql`
		insert into late_batches (id, roll_call_id, received_at)
		values (${old}, ${id}, now() - interval '9 days'), (${recent}, ${id}, now() - interval '7 days')`;
	await keepHouse();
	const kept = await db().selectFrom('late_batches').select('id').execute();
	expect(kept).toEqual([{ id: recent }]);
});

it('waits for no other node that keeps house already', async () => {
	const [amina] = taught.students;
	await engineSince(31);
	await makeOld(amina!.id);
	await db()
		.transaction()
		.execute(async (trx) => {
			await sql`select pg_advisory_xact_lock(7160402)`.execute(trx);
			await keepHouse();
			expect(await versionsOf(amina!.id)).toHaveLength(3);
		});
	await keepHouse();
	expect(await versionsOf(amina!.id)).toEqual([]);
});
