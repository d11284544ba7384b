/**
 * Protects notices by e-mail on real PostgreSQL, a real mail server and real files: nobody is written
 * to about a student who was in time, guardians only where the school wants it, each reader once, also
 * from two nodes and after failures; every mail names its dates by the school's clock.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NoticeSettings } from '../../src/lib/contract/notices';
import type { MarkStatus } from '../../src/lib/contract/terms';
import * as noticeRows from '../../src/lib/server/db/notices.repository';
import * as reportRows from '../../src/lib/server/db/reports.repository';
import { createLog } from '../../src/lib/server/log';
import { createMailer, type Mailer, type OutgoingMail } from '../../src/lib/server/mail/mailer';
import { planNotices } from '../../src/lib/server/services/notice-planning';
import { sendNotices, type NoticeSendingDeps } from '../../src/lib/server/services/notice-sending';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import { startMailServer, type MailServer } from '../helpers/mail-server';

const HOUR = 3_600_000;
const LONG_AGO = new Date('2026-01-01T00:00Z');
const SETTINGS: NoticeSettings = {
	weekly: true,
	weekday: 5,
	hour: 16,
	onRisk: true,
	toGuardians: true,
	office: '030 1234',
};

let app: TestApplication;
let admin: Account;
let teacher: Account;
let classId: string;
/** What was handed over, by the mailer that only keeps it. */
let sent: OutgoingMail[];

const keeping: Mailer = {
	folder: null,
	send: (mail) => {
		sent.push(mail);
		return Promise.resolve();
	},
	close: () => undefined,
};

beforeAll(async () => {
	app = await startApplication();
	await app.container.noticeSending.run();
	admin = await makeFirstAdmin(app);
	await app.container.school.update(admin.actor, { name: 'A school', timeZone: 'Europe/Berlin' });
	teacher = await makeAccount(app, admin.actor, 'teacher', 'Tess Teacher');
}, 60_000);
afterAll(() => app.stop());

beforeEach(async () => {
	sent = [];
	const { db } = app.database;
	for (const table of ['notices', 'risk_spells', 'classes'] as const) {
		await db.deleteFrom(table).execute();
	}
	const kept = [admin.actor.id, teacher.actor.id];
	await db.deleteFrom('users').where('id', 'not in', kept).execute();
	// And a rule that absences of one day do not meet.
	await sql`update school set notices_weekly = default, notices_weekday = default,
		notices_hour = default, notices_on_risk = default, notices_guardians_since = default,
		notices_office = default, risk_absences_in_row = 9, risk_rate_below = 0`.execute(db);
	await app.container.contacts.setEmail(admin.actor, teacher.actor.id, 'tess@school.example');
	({ id: classId } = await app.container.classes.create(teacher.actor, 'Biology 9B'));
});

/** A node whose clock stands at an instant. */
const nodeAt = (now: string | number, mailer: Mailer = keeping): NoticeSendingDeps => ({
	db: app.database.db,
	notices: noticeRows,
	reports: reportRows,
	school: app.container.school,
	mailer,
	clock: () => new Date(now),
	log: createLog('silent'),
});

/** What the recurring work does once. */
async function runAt(now: string | number, mailer?: Mailer) {
	const node = nodeAt(now, mailer);
	await planNotices(node, node.clock().getTime());
	return sendNotices(node);
}

/** Settings that hold since long ago. */
async function want(settings: Partial<NoticeSettings> = {}): Promise<void> {
	const { db } = app.database;
	await noticeRows.writeNoticeSettings(db, { ...SETTINGS, ...settings }, LONG_AGO);
	const since = { notices_weekly_since: LONG_AGO, notices_weekly_on_since: LONG_AGO };
	await db.updateTable('school').set(since).execute();
}

/** Only notices to guardians about absences are wanted. */
const wantGuardiansOnly = () => want({ weekly: false, onRisk: false });

async function addStudent(name: string, inClass = classId): Promise<string> {
	const { id } = await app.database.db
		.insertInto('users')
		.values({ role: 'student', name })
		.returning('id')
		.executeTakeFirstOrThrow();
	await app.database.db
		.insertInto('members')
		.values({ class_id: inClass, student_id: id, valid_from: '2026-01-01', valid_until: null })
		.execute();
	return id;
}

async function addGuardian(userId: string, name: string, email: string): Promise<void> {
	await app.container.contacts.addGuardian(admin.actor, { userId, name, email });
}

interface RollCall {
	inClass?: string;
	state?: 'closed' | 'open' | 'planned';
	closedAt?: string;
}

/** Of an hour; closed at its end. */
async function addRollCall(
	startsAt: string,
	marks: Record<string, MarkStatus | null>,
	{ inClass = classId, state = 'closed', closedAt }: RollCall = {},
): Promise<string> {
	const { db } = app.database;
	const starts_at = new Date(startsAt);
	const ends_at = new Date(starts_at.getTime() + HOUR);
	const { id } = await db
		.insertInto('roll_calls')
		.values({
			class_id: inClass,
			state,
			starts_at,
			ends_at,
			closed_at: state === 'closed' ? (closedAt ? new Date(closedAt) : ends_at) : null,
			late_after_minutes: 10,
			display_token: randomUUID(),
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	for (const [student_id, status] of Object.entries(marks)) {
		const minutes_late = status === 'late' ? 12 : null;
		const mark = { roll_call_id: id, student_id, status, marked_at: starts_at, minutes_late };
		await db
			.insertInto('marks')
			.values({ ...mark, method: 'teacher', marked_by: null, version: 1 })
			.execute();
	}
	return id;
}

const changeMark = (roll_call_id: string, student_id: string, status: MarkStatus) =>
	app.database.db
		.updateTable('marks')
		.set({ status })
		.where('roll_call_id', '=', roll_call_id)
		.where('student_id', '=', student_id)
		.execute();

const readers = () => sent.map(({ to }) => to.address).sort();

describe('an absence', () => {
	it('is told to no guardian unless the school turns that on', async () => {
		const amina = await addStudent('Amina Eze');
		await addGuardian(amina, 'Grace Eze', 'grace@home.example');
		await addRollCall('2026-03-02T09:00+01:00', { [amina]: 'absent' });
		await runAt('2026-03-02T12:00+01:00');
		expect(sent).toEqual([]);
		// Nor afterwards about what was before.
		const now = new Date('2026-03-02T12:00+01:00');
		await noticeRows.writeNoticeSettings(app.database.db, SETTINGS, now);
		await runAt('2026-03-02T13:00+01:00');
		expect(sent).toEqual([]);
	});

	it('is one mail a day and student, an hour after the last roll call closed', async () => {
		await wantGuardiansOnly();
		const amina = await addStudent('Amina Eze');
		await addGuardian(amina, 'Grace Eze', 'grace@home.example');
		const { id: other } = await app.container.classes.create(teacher.actor, 'Art');
		const artist = { class_id: other, student_id: amina, valid_from: '2026-01-01' };
		await app.database.db.insertInto('members').values(artist).execute();
		await addRollCall('2026-03-02T09:00+01:00', { [amina]: 'absent' });
		const last = await addRollCall('2026-03-02T13:00+01:00', {}, { state: 'open', inClass: other });
		await runAt('2026-03-02T16:00+01:00');
		expect(sent).toEqual([]);

		const closed = { state: 'closed', closed_at: new Date('2026-03-02T14:00+01:00') } as const;
		await app.database.db.updateTable('roll_calls').set(closed).where('id', '=', last).execute();
		const absent = { roll_call_id: last, student_id: amina, status: 'absent' } as const;
		const how = { marked_at: new Date(), method: 'rule', version: 2 } as const;
		await app.database.db
			.insertInto('marks')
			.values({ ...absent, ...how })
			.execute();
		await runAt('2026-03-02T14:59:59+01:00');
		expect(sent).toEqual([]);
		await runAt('2026-03-02T15:00+01:00');
		expect(sent).toHaveLength(1);
		expect(sent[0]).toMatchObject({
			to: { name: 'Grace Eze', address: 'grace@home.example' },
			subject: 'Amina Eze: absent on Monday 2 March 2026',
		});
		expect(sent[0]?.text).toContain(
			'Amina Eze was marked absent on Monday 2 March 2026:\n- Biology 9B, 09:00\n- Art, 13:00',
		);
		expect(sent[0]?.text).toContain('030 1234');

		await addRollCall('2026-03-02T16:00+01:00', { [amina]: 'absent' });
		await runAt('2026-03-02T20:00+01:00');
		expect(sent).toHaveLength(1);
		await addRollCall('2026-03-03T09:00+01:00', { [amina]: 'absent' });
		await runAt('2026-03-03T20:00+01:00');
		expect(sent.map(({ subject }) => subject)).toEqual([
			'Amina Eze: absent on Monday 2 March 2026',
			'Amina Eze: absent on Tuesday 3 March 2026',
		]);
	});

	it('is told of nobody who was there, excused, waiting or no member that day', async () => {
		await wantGuardiansOnly();
		const marks: Record<string, MarkStatus | null> = {};
		for (const status of ['present', 'late', 'excused', null, 'absent'] as const) {
			const id = await addStudent(`Was ${status ?? 'waiting'}`);
			await addGuardian(id, 'A guardian', `${status ?? 'waiting'}@home.example`);
			marks[id] = status;
		}
		const left = await addStudent('Left before');
		await addGuardian(left, 'A guardian', 'left@home.example');
		await app.database.db
			.updateTable('members')
			.set({ valid_until: '2026-03-02' })
			.where('student_id', '=', left)
			.execute();
		await addRollCall('2026-03-02T09:00+01:00', { ...marks, [left]: 'absent' });
		await runAt('2026-03-02T12:00+01:00');
		expect(readers()).toEqual(['absent@home.example']);
	});

	it('names no other student, also to somebody who is the guardian of two', async () => {
		await wantGuardiansOnly();
		const [amina, ben] = [await addStudent('Amina Eze'), await addStudent('Ben Eze')];
		for (const student of [amina, ben]) await addGuardian(student, 'Grace', 'grace@home.example');
		await addRollCall('2026-03-02T09:00+01:00', { [amina]: 'absent', [ben]: 'absent' });
		await runAt('2026-03-02T12:00+01:00');
		const about = (name: string) => sent.filter(({ text }) => text.includes(name));
		expect([sent.length, about('Amina').length, about('Ben').length]).toEqual([2, 1, 1]);
	});

	it('is not told where it was put right before the hour was over, or before the next try', async () => {
		await wantGuardiansOnly();
		const [amina, ben] = [await addStudent('Amina Eze'), await addStudent('Ben Eze')];
		await addGuardian(amina, 'Grace', 'amina@home.example');
		await addGuardian(ben, 'Grace', 'ben@home.example');
		const first = await addRollCall('2026-03-02T09:00+01:00', {
			[amina]: 'absent',
			[ben]: 'absent',
		});
		await runAt('2026-03-02T10:30+01:00');
		await changeMark(first, amina, 'present');
		const broken = { ...keeping, send: () => Promise.reject(new Error('mail server is down')) };
		expect(await runAt('2026-03-02T12:00+01:00', broken)).toEqual(['waiting']);
		await changeMark(first, ben, 'late');
		expect(await runAt('2026-03-02T13:00+01:00')).toEqual(['dropped']);
		expect(sent).toEqual([]);
	});

	it('is not told where the roll call was imported', async () => {
		await wantGuardiansOnly();
		const amina = await addStudent('Amina Eze');
		await addGuardian(amina, 'Grace', 'grace@home.example');
		const csv = 'Class,Date,Start,Student,Status\nBiology 9B,2026-03-02,09:00,Amina Eze,absent\n';
		const request = { kind: 'marks', csv } as const;
		const { digest } = await app.container.imports.preview(teacher.actor, request);
		const confirmed = { ...request, digest: digest ?? '' };
		const { imported } = await app.container.imports.confirm(teacher.actor, confirmed);
		expect(imported).toMatchObject({ added: 1, rollCalls: 1 });
		await runAt('2026-03-02T16:00+01:00');
		expect(sent).toEqual([]);
	});

	it('is not told to a guardian who was removed, or under an address that was changed', async () => {
		await wantGuardiansOnly();
		const amina = await addStudent('Amina Eze');
		await addGuardian(amina, 'Grace', 'old@home.example');
		await addRollCall('2026-03-02T09:00+01:00', { [amina]: 'absent' });
		const node = nodeAt('2026-03-02T12:00+01:00');
		await planNotices(node, node.clock().getTime());
		const { guardians } = await app.container.contacts.of(admin.actor, amina);
		const guardianId = guardians[0]?.id ?? '';
		await app.container.contacts.removeGuardian(admin.actor, { userId: amina, guardianId });
		await addGuardian(amina, 'Grace', 'new@home.example');
		await runAt('2026-03-02T12:10+01:00');
		expect(readers()).toEqual(['new@home.example']);
	});
});

describe('a week', () => {
	it('names who missed what when, and who is at risk, to those who teach them', async () => {
		await want();
		await app.container.reports.updateRiskRule(admin.actor, { absencesInRow: 2, rateBelow: 0 });
		const other = await makeAccount(app, admin.actor, 'teacher', 'Olaf Other');
		await app.container.contacts.setEmail(admin.actor, other.actor.id, 'olaf@school.example');
		const { id: art } = await app.container.classes.create(other.actor, 'Art');
		const silent = await makeAccount(app, admin.actor, 'teacher', 'No Address');
		await app.container.classes.create(silent.actor, 'Music');
		const [amina, rui, pia] = [
			await addStudent('Amina Eze'),
			await addStudent('Rui Costa'),
			await addStudent('Pia Present'),
		];
		const artist = await addStudent('Arno Artist', art);
		await addRollCall('2026-03-02T09:00+01:00', { [amina]: 'absent', [rui]: 'late' });
		await addRollCall('2026-03-03T09:00+01:00', { [amina]: 'absent', [pia]: 'present' });
		await addRollCall('2026-03-04T09:00+01:00', { [artist]: 'late' }, { inClass: art });
		await runAt('2026-03-06T15:50+01:00');
		const weekly = () => sent.filter(({ subject }) => subject.startsWith('Your classes'));
		expect(weekly()).toEqual([]);
		await runAt('2026-03-06T16:00+01:00');
		await runAt('2026-03-06T16:10+01:00');
		const [tess, olaf] = weekly().sort((a, b) => b.to.address.localeCompare(a.to.address));
		expect(weekly()).toHaveLength(2);
		expect(tess?.text).toBe(
			[
				'Hello Tess Teacher,',
				'this is who missed something in your classes from Friday 27 February 2026, 16:00 to Friday 6 March 2026, 16:00.',
				'Biology 9B\n- Amina Eze: absent Monday 2 March, 09:00; Tuesday 3 March, 09:00\n- Rui Costa: late Monday 2 March, 09:00 (12 min)\n- At risk: Amina Eze (2 absences in a row)',
				'FaceTrack sent this for A school, from the marks that stand now. Nobody reads answers to this address.\n',
			].join('\n\n'),
		);
		expect(olaf?.text).toContain('Arno Artist: late Wednesday 4 March, 09:00 (12 min)');
		expect(olaf?.text).not.toMatch(/Amina|Rui|Pia/);
	});

	it('tells everything once over the days on which the clocks move', async () => {
		await want();
		const amina = await addStudent('Amina Eze');
		// Friday afternoons around the last Sunday of March, on either side of 16:00.
		const closings = [
			'2026-03-27T15:59',
			'2026-03-27T16:00',
			'2026-04-03T15:59',
			'2026-04-03T16:00',
		];
		for (const local of closings) {
			const closedAt = `${local}${local < '2026-03-29' ? '+01:00' : '+02:00'}`;
			const startsAt = new Date(Date.parse(closedAt) - HOUR).toISOString();
			await addRollCall(startsAt, { [amina]: 'absent' }, { closedAt });
		}
		const week = async (now: string) => {
			sent = [];
			await runAt(now);
			return sent.map(({ text }) => text.match(/\d+ (?:March|April), \d\d:\d\d/g));
		};
		expect(await week('2026-03-27T16:00+01:00')).toEqual([['27 March, 14:59']]);
		expect(await week('2026-04-03T16:00+02:00')).toEqual([['27 March, 15:00', '3 April, 14:59']]);
		expect(await week('2026-04-10T16:00+02:00')).toEqual([['3 April, 15:00']]);
	});

	it('is not written about after the fact, when the hour was moved to one that is over', async () => {
		await want({ hour: 18 });
		const amina = await addStudent('Amina Eze');
		await addRollCall('2026-03-02T09:00+01:00', { [amina]: 'absent' });
		const now = new Date('2026-03-06T17:00+01:00');
		await noticeRows.writeNoticeSettings(app.database.db, SETTINGS, now);
		expect(await runAt('2026-03-06T17:10+01:00')).toEqual([]);
		await addRollCall('2026-03-09T09:00+01:00', { [amina]: 'absent' });
		expect(await runAt('2026-03-13T16:00+01:00')).toEqual(['sent']);
	});

	/** What weekly mails told, in the order of their sending: starts of roll calls. */
	const told = () => sent.map(({ text }) => text.match(/\d+ March, \d\d:\d\d/g));
	const change = (settings: Partial<NoticeSettings>, at: string) =>
		noticeRows.writeNoticeSettings(app.database.db, { ...SETTINGS, ...settings }, new Date(at));

	it('tells everything once though the hour and the day are moved', async () => {
		await want();
		const amina = await addStudent('Amina Eze');
		await addRollCall('2026-03-06T09:00+01:00', { [amina]: 'absent' });
		await runAt('2026-03-06T16:00+01:00');
		// Closed between the old hour and the new one.
		await addRollCall('2026-03-06T16:00+01:00', { [amina]: 'absent' });
		await change({ hour: 18 }, '2026-03-06T16:30+01:00');
		await runAt('2026-03-06T18:00+01:00');
		await addRollCall('2026-03-11T09:00+01:00', { [amina]: 'absent' });
		await change({ weekday: 4 }, '2026-03-11T12:00+01:00');
		await runAt('2026-03-12T16:00+01:00');
		await addRollCall('2026-03-12T17:00+01:00', { [amina]: 'absent' });
		await change({}, '2026-03-19T12:00+01:00');
		await runAt('2026-03-20T16:00+01:00');
		expect(told()).toEqual([
			['6 March, 09:00'],
			['6 March, 16:00', '11 March, 09:00'],
			['12 March, 17:00'],
		]);
	});

	it('tells nothing of the time in which it was off', async () => {
		await want();
		const amina = await addStudent('Amina Eze');
		await runAt('2026-03-06T16:00+01:00');
		await change({ weekly: false }, '2026-03-09T12:00+01:00');
		await addRollCall('2026-03-16T09:00+01:00', { [amina]: 'absent' });
		await change({}, '2026-03-18T12:00+01:00');
		await addRollCall('2026-03-19T09:00+01:00', { [amina]: 'absent' });
		await runAt('2026-03-20T16:00+01:00');
		expect(told()).toEqual([['19 March, 09:00']]);
	});

	it('in which nobody missed anything is not written about; neither is any when turned off', async () => {
		await want();
		const amina = await addStudent('Amina Eze');
		await addRollCall('2026-03-02T09:00+01:00', { [amina]: 'present' });
		expect(await runAt('2026-03-06T16:00+01:00')).toEqual(['dropped']);
		await addRollCall('2026-03-09T09:00+01:00', { [amina]: 'absent' });
		await want({ weekly: false });
		expect(await runAt('2026-03-13T16:00+01:00')).toEqual([]);
	});
});

describe('a student at risk', () => {
	const risks = () => sent.filter(({ subject }) => subject.includes('absences in'));
	const threeAbsences = async (amina: string) => {
		for (const day of ['02', '03']) {
			await addRollCall(`2026-03-${day}T09:00+01:00`, { [amina]: 'absent' });
		}
		return addRollCall('2026-03-04T09:00+01:00', { [amina]: 'absent' });
	};

	beforeEach(async () => {
		await want({ weekly: false, toGuardians: false });
		await app.container.reports.updateRiskRule(admin.actor, { absencesInRow: 3, rateBelow: 0 });
	});

	it('is told to the teachers an hour after, once, with the dates', async () => {
		const amina = await addStudent('Amina Eze');
		await addGuardian(amina, 'Grace', 'grace@home.example');
		await threeAbsences(amina);
		await runAt('2026-03-04T10:00+01:00');
		expect(sent).toEqual([]);
		await runAt('2026-03-04T11:00+01:00');
		await addRollCall('2026-03-05T09:00+01:00', { [amina]: 'absent' });
		await runAt('2026-03-05T12:00+01:00');
		await runAt('2026-03-05T14:00+01:00');
		expect(readers()).toEqual(['tess@school.example']);
		expect(sent[0]?.text).toContain(
			'Marked absent on:\n- Monday 2 March 2026, 09:00\n- Tuesday 3 March 2026, 09:00\n- Wednesday 4 March 2026, 09:00',
		);
	});

	it('is told again only after the student came and was away anew', async () => {
		const amina = await addStudent('Amina Eze');
		await threeAbsences(amina);
		await runAt('2026-03-04T10:00+01:00');
		await runAt('2026-03-04T11:00+01:00');
		await addRollCall('2026-03-05T09:00+01:00', { [amina]: 'present' });
		await runAt('2026-03-05T12:00+01:00');
		for (const day of ['06', '09', '10']) {
			await addRollCall(`2026-03-${day}T09:00+01:00`, { [amina]: 'absent' });
		}
		await runAt('2026-03-10T10:00+01:00');
		await runAt('2026-03-10T11:00+01:00');
		expect(risks().map(({ subject }) => subject)).toEqual([
			'Amina Eze: absences in Biology 9B, Wednesday 4 March 2026',
			'Amina Eze: absences in Biology 9B, Tuesday 10 March 2026',
		]);
	});

	it('is not told where it was put right within the hour', async () => {
		const amina = await addStudent('Amina Eze');
		const last = await threeAbsences(amina);
		await runAt('2026-03-04T10:00+01:00');
		await changeMark(last, amina, 'present');
		expect(await runAt('2026-03-04T11:00+01:00')).toEqual(['dropped']);
	});

	it('is told once though the roll call was opened again in between', async () => {
		const amina = await addStudent('Amina Eze');
		const last = await threeAbsences(amina);
		await runAt('2026-03-04T10:00+01:00');
		const setState = (state: 'open' | 'closed') =>
			app.database.db.updateTable('roll_calls').set({ state }).where('id', '=', last).execute();
		await setState('open');
		expect(await runAt('2026-03-04T11:00+01:00')).toEqual([]);
		await setState('closed');
		await runAt('2026-03-04T11:10+01:00');
		await runAt('2026-03-04T13:00+01:00');
		expect(risks()).toHaveLength(1);
	});

	it('is told to guardians too where the school wants it, and how to answer', async () => {
		await want({ weekly: false });
		const amina = await addStudent('Amina Eze');
		await addGuardian(amina, 'Grace', 'grace@home.example');
		await threeAbsences(amina);
		await runAt('2026-03-04T10:00+01:00');
		await runAt('2026-03-04T11:00+01:00');
		expect(risks().map(({ to }) => to.address)).toEqual(
			expect.arrayContaining(['grace@home.example', 'tess@school.example']),
		);
		const grace = risks().find(({ to }) => to.address === 'grace@home.example');
		expect(grace?.text).toContain('030 1234');
	});

	it('is no news to a school that only now begins to look', async () => {
		const amina = await addStudent('Amina Eze');
		await threeAbsences(amina);
		await app.database.db.updateTable('school').set({ risk_watched_since: null }).execute();
		await runAt('2026-03-04T10:00+01:00');
		await runAt('2026-03-04T12:00+01:00');
		expect(risks()).toEqual([]);
	});
});

describe('sending', () => {
	let server: MailServer;
	beforeEach(async () => {
		server = await startMailServer();
		await wantGuardiansOnly();
	});
	afterEach(() => server.stop());

	const FROM = 'A school <attendance@school.example>';
	const throughServer = () =>
		createMailer({ smtp: { url: server.url, from: FROM }, dataDir: '/nowhere' });

	/** As many students were absent, each with a guardian. */
	async function absences(count: number): Promise<void> {
		const marks: Record<string, MarkStatus> = {};
		for (let i = 0; i < count; i++) {
			const id = await addStudent(`Zoë Nº${String(i)}`);
			await addGuardian(id, 'Émile', `guardian${String(i)}@home.example`);
			marks[id] = 'absent';
		}
		await addRollCall('2026-03-02T09:00+01:00', marks);
	}
	const NOON = Date.parse('2026-03-02T12:00+01:00');
	const stored = () =>
		app.database.db.selectFrom('notices').select(['state', 'tries', 'problem']).execute();

	it('goes through the mail server, with letters of every alphabet, as no answerable mail', async () => {
		await absences(1);
		expect(await runAt(NOON, throughServer())).toEqual(['sent']);
		expect(await runAt(NOON + HOUR, throughServer())).toEqual([]);
		const [mail] = server.received;
		expect(server.received).toHaveLength(1);
		expect(mail?.to).toBe('guardian0@home.example');
		expect(mail?.source).toMatch(/^From: A school <attendance@school\.example>\r$/m);
		expect(mail?.source).toMatch(/^Auto-Submitted: auto-generated\r$/m);
		expect(mail?.source).toMatch(/^Subject: =\?UTF-8\?/m);
		expect(mail?.source).toMatch(/^Date: Mon, 0?2 Mar 2026 11:00:00 \+0000\r$/m);
	});

	it('is tried again every hour, five times, and then given up with the reason for the admin', async () => {
		await absences(1);
		server.refuse('the mailbox is full');
		expect(await runAt(NOON, throughServer())).toEqual(['waiting']);
		expect(await runAt(NOON + HOUR - 1, throughServer())).toEqual([]);
		for (const hour of [1, 2, 3]) {
			expect(await runAt(NOON + hour * HOUR, throughServer())).toEqual(['waiting']);
		}
		expect(await runAt(NOON + 4 * HOUR, throughServer())).toEqual(['failed']);
		server.refuse(null);
		expect(await runAt(NOON + 5 * HOUR, throughServer())).toEqual([]);
		const { failed, failedCount } = await app.container.notices.view(admin.actor);
		expect(failedCount).toBe(1);
		expect(failed[0]).toMatchObject({
			kind: 'absence',
			address: 'guardian0@home.example',
			studentName: 'Zoë Nº0',
			day: '2026-03-02',
			tries: 5,
			state: 'failed',
		});
		expect(failed[0]?.problem).toContain('the mailbox is full');
	});

	it('arrives once the mail server is back', async () => {
		await absences(1);
		server.refuse('not now');
		await runAt(NOON, throughServer());
		server.refuse(null);
		await runAt(NOON + HOUR, throughServer());
		expect(server.received).toHaveLength(1);
		expect(await stored()).toEqual([{ state: 'sent', tries: 2, problem: null }]);
	});

	it('leaves the rest for the next run while the mail server takes nothing', async () => {
		await absences(5);
		await server.stop();
		expect(await runAt(NOON, throughServer())).toEqual(['waiting', 'waiting', 'waiting']);
		expect((await stored()).map(({ tries }) => tries).sort()).toEqual([0, 0, 1, 1, 1]);
		server = await startMailServer();
		expect(await runAt(NOON + 600_000, throughServer())).toEqual(['sent', 'sent']);
	});

	it('is done once though two nodes plan and send at the same time', async () => {
		await absences(20);
		const nodes = [nodeAt(NOON, throughServer()), nodeAt(NOON, throughServer())];
		const planned = await Promise.all(nodes.map((node) => planNotices(node, NOON)));
		expect(planned.sort((a, b) => a - b)).toEqual([0, 20]);
		const outcomes = await Promise.all(nodes.map((node) => sendNotices(node)));
		expect(outcomes.map(({ length }) => length > 0)).toEqual([true, true]);
		expect(await runAt(NOON, throughServer())).toEqual([]);
		const { received } = server;
		expect(received).toHaveLength(20);
		expect(new Set(received.map(({ to }) => to)).size).toBe(20);
	});

	it('is taken by one node, while another takes the next and waits for nothing', async () => {
		await absences(2);
		const { db } = app.database;
		await planNotices(nodeAt(NOON), NOON);
		const taken = await db.transaction().execute(async (trx) => {
			const first = await noticeRows.claimNotice(trx, new Date(NOON));
			const second = await noticeRows.claimNotice(db, new Date(NOON));
			return [first, second, await noticeRows.claimNotice(db, new Date(NOON))];
		});
		expect(new Set(taken.map((notice) => notice?.address)).size).toBe(3);
		expect(taken[2]).toBeUndefined();
	});

	it('is not repeated where a node stopped in the middle of it', async () => {
		await absences(1);
		const node = nodeAt(NOON, throughServer());
		await planNotices(node, NOON);
		await noticeRows.claimNotice(node.db, new Date(NOON));
		expect(await runAt(NOON + 600_000, throughServer())).toEqual([]);
		expect(await runAt(NOON + HOUR, throughServer())).toEqual([]);
		expect(server.received).toEqual([]);
		expect(await stored()).toMatchObject([{ state: 'failed', tries: 1 }]);
	});

	it('writes files that only this account may read where no mail server is set', async () => {
		await absences(2);
		const { config } = app.container;
		const mailer = createMailer(config);
		await runAt(NOON, mailer);
		const folder = mailer.folder ?? '';
		const files = await readdir(folder);
		expect(files).toHaveLength(2);
		expect((await stat(folder)).mode & 0o777).toBe(0o700);
		for (const file of files) {
			expect(file).toMatch(/^2026-03-02T11-00-00\.000Z [\da-f-]{36}\.eml$/);
			expect((await stat(`${folder}/${file}`)).mode & 0o777).toBe(0o600);
		}
		const mails = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, 'utf8')));
		expect(mails.join('')).toMatch(/^To: .*<guardian0@home\.example>\r$/m);
		expect(mails.join('')).toMatch(/^To: .*<guardian1@home\.example>\r$/m);
	});
});

describe('settings and addresses', () => {
	it('are an admin’s alone', async () => {
		const { contacts, notices } = app.container;
		const { actor } = teacher;
		const refused = { code: 'forbidden' };
		await expect(notices.view(actor)).rejects.toMatchObject(refused);
		await expect(notices.update(actor, SETTINGS)).rejects.toMatchObject(refused);
		await expect(contacts.of(actor, actor.id)).rejects.toMatchObject(refused);
		await expect(contacts.setEmail(actor, actor.id, null)).rejects.toMatchObject(refused);
	});

	it('begin with teachers on Friday afternoons and without guardians', async () => {
		const { settings } = await app.container.notices.view(admin.actor);
		expect(settings).toEqual({ ...SETTINGS, toGuardians: false, office: null });
		const chosen = { ...SETTINGS, weekday: 1, hour: 7, weekly: false } as const;
		await app.container.notices.update(admin.actor, chosen);
		expect((await app.container.notices.view(admin.actor)).settings).toEqual(chosen);
	});

	it('belong to one person of the staff, and guardians to a student', async () => {
		const { contacts } = app.container;
		const amina = await addStudent('Amina Eze');
		await addGuardian(amina, 'Grace', 'grace@home.example');
		const guardian = { name: 'Grace', email: 'grace@home.example' };
		await expect(
			contacts.addGuardian(admin.actor, { userId: amina, ...guardian }),
		).rejects.toMatchObject({ code: 'conflict' });
		await expect(
			contacts.addGuardian(admin.actor, { userId: teacher.actor.id, ...guardian }),
		).rejects.toMatchObject({ code: 'invalid' });
		await expect(
			contacts.setEmail(admin.actor, admin.actor.id, 'tess@school.example'),
		).rejects.toMatchObject({ code: 'conflict' });
		await expect(contacts.setEmail(admin.actor, amina, 'a@b.example')).rejects.toMatchObject({
			code: 'invalid',
		});
		await contacts.setEmail(admin.actor, teacher.actor.id, null);
		expect(await contacts.of(admin.actor, teacher.actor.id)).toEqual({
			email: null,
			guardians: [],
		});
	});
});
