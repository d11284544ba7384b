/**
 * Protects: a class is seen and changed by those who teach it alone; names become the right
 * students, once, quickly, and as plain text.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHECK_IN_SETTINGS, parseNameLines, type NewMember } from '../../src/lib/contract/classes';
import { PIPELINE_VERSION } from '../../src/lib/contract/models';
import { AppError } from '../../src/lib/server/errors';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	TEST_MODELS,
	type Account,
	type TestApplication,
} from '../helpers/application';

let app: TestApplication;
let admin: Account;
let teacher: Account;
let colleague: Account;
let student: Account;
let classId: string;

const classes = () => app.container.classes;
const code = (promise: Promise<unknown>) =>
	promise.then(
		() => 'done',
		(thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)),
	);
const add = (text: string, to = classId) => {
	const { members, problems } = parseNameLines(text);
	expect(problems).toEqual([]);
	return classes().addMembers(teacher.actor, to, members);
};
const roster = async (of = classId) => (await classes().detail(teacher.actor, of)).members;
const names = async (of = classId) => (await roster(of)).map(({ name }) => name);

beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
	teacher = await makeAccount(app, admin.actor, 'teacher', 'Tess Teacher');
	colleague = await makeAccount(app, admin.actor, 'teacher', 'Carl Colleague');
	student = await makeAccount(app, admin.actor, 'student');
});
afterAll(() => app.stop());
beforeEach(async () => {
	({ id: classId } = await classes().create(teacher.actor, 'Biology 9B'));
});

describe('adding names', () => {
	it('takes 500 names in under a second, and the same 500 again without doubling anybody', async () => {
		const list = (of: string) =>
			Array.from({ length: 500 }, (_, i) => `Student ${i}, ${of}-${i}`).join('\n');
		// The best of three: other tests share the machine.
		const times: number[] = [];
		for (let round = 0; round < 3; round++) {
			({ id: classId } = await classes().create(teacher.actor, `Round ${round}`));
			const start = performance.now();
			expect(await add(list(classId))).toEqual({ added: 500, alreadyThere: [] });
			times.push(performance.now() - start);
		}
		expect(Math.min(...times)).toBeLessThan(1000);
		const again = await add(list(classId));
		expect(again.added).toBe(0);
		expect(again.alreadyThere).toHaveLength(500);
		expect(await roster()).toHaveLength(500);
	});

	it('knows a student by the number, in every class, under the name the school has', async () => {
		await add('Amina Eze, A-1');
		const { id: other } = await classes().create(teacher.actor, 'Chemistry 9B');
		expect(await add('A. Eze, A-1\nRui Costa', other)).toEqual({ added: 2, alreadyThere: [] });
		const [here] = await roster();
		const there = (await roster(other)).find(({ studentNumber }) => studentNumber === 'A-1');
		expect(there?.studentId).toBe(here?.studentId);
		expect(there?.name).toBe('Amina Eze');
	});

	it('leaves members alone and names them; namesakes are two people', async () => {
		await add('Jo Baker\nJo Baker\nRui Costa, R-1');
		expect(await add('jo baker\nJo Baker\nJo Baker\nRui Costa, R-1')).toEqual({
			added: 1,
			alreadyThere: ['jo baker', 'Jo Baker', 'Rui Costa'],
		});
		expect(await names()).toEqual(['Jo Baker', 'Jo Baker', 'Jo Baker', 'Rui Costa']);
	});

	it('adds nobody twice when two teachers paste the same list at once', async () => {
		const text = 'Linh Dang\nYusuf Farah, Y-1\nTolu Adeyemi';
		const results = await Promise.all([add(text), add(text), add(text)]);
		expect(results.map(({ added }) => added).sort()).toEqual([0, 0, 3]);
		expect(await roster()).toHaveLength(3);
	});

	it('takes what looks like SQL, markup or a formula as a plain name', async () => {
		const strange = [
			"Robert'); drop table users; --",
			'<script>alert(1)</script>',
			'=HYPERLINK("x")',
			'\\x00 $1 %s ${name}',
			'Zoë “Z” Ó Súilleabháin',
		];
		const members: NewMember[] = strange.map((name) => ({ name, studentNumber: null }));
		await classes().addMembers(teacher.actor, classId, members);
		expect((await names()).sort()).toEqual([...strange].sort());
	});

	it('takes an empty list', async () => {
		expect(await add('')).toEqual({ added: 0, alreadyThere: [] });
	});
});

describe('members', () => {
	it('are renamed', async () => {
		await add('Amina Ezze');
		const [member] = await roster();
		const studentId = member?.studentId ?? '';
		await classes().changeMember(teacher.actor, classId, {
			studentId,
			name: 'Amina Eze',
			since: null,
		});
		expect(await names()).toEqual(['Amina Eze']);
	});

	it('count from the day that is given, and no day twice', async () => {
		const since = async () => (await roster())[0]?.since;
		await classes().addMembers(
			teacher.actor,
			classId,
			[{ name: 'Amina Eze', studentNumber: 'L-0' }],
			'2026-09-01',
		);
		expect(await since()).toBe('2026-09-01');
		const [member] = await roster();
		const change = { studentId: member?.studentId ?? '', name: 'Amina Eze' };
		await classes().changeMember(teacher.actor, classId, { ...change, since: '2026-08-31' });
		expect(await since()).toBe('2026-08-31');
		await classes().removeMember(teacher.actor, classId, change.studentId);
		await add('Amina Eze, L-0');
		const back = await since();
		await expect(
			classes().changeMember(teacher.actor, classId, { ...change, since: '2026-10-01' }),
		).rejects.toMatchObject({ code: 'conflict' });
		expect(await since()).toBe(back);
	});

	it('leave today, can come back, and are only touched through their own class', async () => {
		await add('Amina Eze, L-1');
		const [member] = await roster();
		const studentId = member?.studentId ?? '';
		const { id: other } = await classes().create(teacher.actor, 'Chemistry 9B');
		expect(await code(classes().removeMember(teacher.actor, other, studentId))).toBe('not-found');
		const rename = { studentId, name: 'Somebody Else', since: null };
		expect(await code(classes().changeMember(teacher.actor, other, rename))).toBe('not-found');

		await classes().removeMember(teacher.actor, classId, studentId);
		expect(await roster()).toEqual([]);
		expect(await code(classes().removeMember(teacher.actor, classId, studentId))).toBe('not-found');

		expect(await add('Amina Eze, L-1')).toEqual({ added: 1, alreadyThere: [] });
		const [back] = await roster();
		expect(back?.studentId).toBe(studentId);
		const memberships = await app.database.sql`
			select valid_from = current_date as today, valid_until from members
			where class_id = ${classId} order by valid_until nulls last`;
		expect(memberships).toHaveLength(2);
	});

	it('start on the school’s day, not the server’s', async () => {
		const { school } = app.container;
		const day = async (timeZone: string) => {
			await school.update(admin.actor, { name: 'School', timeZone });
			await add(`In ${timeZone}`);
			const [row] = await app.database.sql`
				select valid_from::text as day from members join users on users.id = student_id
				where class_id = ${classId} and users.name = ${`In ${timeZone}`}`;
			return String(row?.day);
		};
		const expected = (timeZone: string) =>
			new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(new Date());
		// 26 hours apart: these two never share a day.
		for (const timeZone of ['Pacific/Kiritimati', 'Etc/GMT+12']) {
			expect(await day(timeZone)).toBe(expected(timeZone));
		}
		await school.update(admin.actor, { name: 'School', timeZone: 'UTC' });
	});

	it('are told to whoever holds their references', async () => {
		const heard: string[] = [];
		const subscription = await app.database.sql.listen('gallery_changed', (payload) =>
			heard.push(payload),
		);
		await add('Amina Eze');
		await expect.poll(() => heard).toEqual([JSON.stringify({ classId })]);
		await subscription.unlisten();
	});
});

describe('enrolment states', () => {
	it('follow consent and references', async () => {
		await add('Waiting\nAsked\nRefused\nGranted again\nEnrolled\nOld model\nOld pipeline');
		const idOf = new Map((await roster()).map(({ name, studentId }) => [name, studentId]));
		const decide = (name: string, ...decisions: string[]) =>
			decisions.reduce(async (before, decision) => {
				await before;
				await app.database.sql`
					insert into consents (student_id, decision, text_version, given_by)
					values (${idOf.get(name) ?? ''}, ${decision}, 'v1', 'guardian')`;
			}, Promise.resolve());
		const refer = (name: string, modelId: string, pipelineVersion: string) =>
			app.database.sql`
				with consent as (
					select id, student_id from consents where student_id = ${idOf.get(name) ?? ''}
				), enrolment as (
					insert into enrolments (id, student_id, consent_id, confirmed_at)
					select gen_random_uuid(), student_id, id, now() from consent returning id, student_id
				)
				insert into face_references (student_id, enrolment_id, model_id, pipeline_version,
					quality, captured_at, key_id, nonce, ciphertext)
				select student_id, id, ${modelId}, ${pipelineVersion}, 1, now(), 'k',
					decode(repeat('00', 12), 'hex'), 'x' from enrolment, generate_series(1, 3)`;
		await decide('Asked', 'granted');
		await decide('Refused', 'granted', 'refused');
		await decide('Granted again', 'granted', 'withdrawn', 'granted');
		for (const name of ['Enrolled', 'Old model', 'Old pipeline']) await decide(name, 'granted');
		await refer('Enrolled', TEST_MODELS.embedder.id, PIPELINE_VERSION);
		await refer('Old model', 'another', PIPELINE_VERSION);
		await refer('Old pipeline', TEST_MODELS.embedder.id, 'another');

		const members = await roster();
		expect(Object.fromEntries(members.map((one) => [one.name, one.enrolment]))).toEqual({
			Waiting: 'waiting',
			Asked: 'waiting',
			Refused: 'no-consent',
			'Granted again': 'waiting',
			Enrolled: 'enrolled',
			'Old model': 'again',
			'Old pipeline': 'again',
		});
		expect(members.find(({ name }) => name === 'Enrolled')?.references).toBe(3);
		const summary = (await classes().list(teacher.actor)).find((one) => one.id === classId);
		expect(summary).toMatchObject({ memberCount: 7, enrolledCount: 1, noConsentCount: 1 });
	});
});

describe('lists', () => {
	it('hold the open roll call and the counts of the last closed one', async () => {
		await add('Amina Eze\nJo Baker\nRui Costa');
		const [amina, jo, rui] = await roster();
		const rollCall = async (state: string, startsAt: string) => {
			const closed = state === 'closed' ? startsAt : null;
			const [row] = await app.database.sql`
				insert into roll_calls
					(class_id, state, starts_at, late_after_minutes, closed_at, display_token)
				values (${classId}, ${state}, ${startsAt}, 10, ${closed}, gen_random_uuid())
				returning id`;
			return String(row?.id);
		};
		const mark = (rollCallId: string, studentId: string | undefined, status: string) =>
			app.database.sql`insert into marks
				(roll_call_id, student_id, status, marked_at, method, version)
				values (${rollCallId}, ${studentId ?? ''}, ${status}, now(), 'teacher', 1)`;
		const older = await rollCall('closed', '2026-01-12T08:00:00Z');
		await mark(older, amina?.studentId, 'absent');
		const last = await rollCall('closed', '2026-01-13T08:00:00Z');
		await mark(last, amina?.studentId, 'present');
		await mark(last, jo?.studentId, 'late');
		await mark(last, rui?.studentId, 'absent');
		const open = await rollCall('open', '2026-01-14T08:00:00Z');

		const summary = (await classes().list(teacher.actor)).find((one) => one.id === classId);
		expect(summary).toMatchObject({
			memberCount: 3,
			openRollCallId: open,
			lastRollCall: {
				id: last,
				closedAt: Date.parse('2026-01-13T08:00:00Z'),
				present: 1,
				late: 1,
				absent: 1,
			},
		});
		expect((await classes().detail(teacher.actor, classId)).openRollCallId).toBe(open);
		expect(await code(classes().archive(teacher.actor, classId))).toBe('conflict');
	});

	it('hold one’s own classes for a teacher, all of them for an admin, none that is archived', async () => {
		const { id: theirs } = await classes().create(colleague.actor, 'Art 7A');
		const ids = async (actor: Account['actor']) =>
			(await classes().list(actor)).map(({ id }) => id);
		expect(await ids(teacher.actor)).toContain(classId);
		expect(await ids(teacher.actor)).not.toContain(theirs);
		expect(await ids(admin.actor)).toEqual(expect.arrayContaining([classId, theirs]));
		await classes().archive(colleague.actor, theirs);
		expect(await ids(admin.actor)).not.toContain(theirs);
		expect(await code(classes().detail(colleague.actor, theirs))).toBe('not-found');
	});
});

describe('settings', () => {
	it('are kept', async () => {
		const settings = {
			name: 'Biology 9C',
			lateAfterMinutes: 5,
			displayNames: 'none',
			strangersPerWrongName: 300,
		} as const;
		await classes().updateSettings(teacher.actor, classId, settings);
		expect(await classes().detail(teacher.actor, classId)).toMatchObject(settings);
	});

	it('of the check-in are all on at first, kept one by one, and stay as they are when left out', async () => {
		const settings = {
			name: 'Biology 9C',
			lateAfterMinutes: 5,
			displayNames: 'none',
			strangersPerWrongName: 300,
		} as const;
		const checkInOf = async () => {
			const detail = await classes().detail(teacher.actor, classId);
			return CHECK_IN_SETTINGS.filter((setting) => detail[setting]);
		};
		expect(await checkInOf()).toEqual(CHECK_IN_SETTINGS);
		for (const setting of CHECK_IN_SETTINGS) {
			await classes().updateSettings(teacher.actor, classId, { ...settings, [setting]: false });
			await classes().updateSettings(teacher.actor, classId, settings);
			expect(await checkInOf()).toEqual(CHECK_IN_SETTINGS.filter((one) => one !== setting));
			await classes().updateSettings(teacher.actor, classId, { ...settings, [setting]: true });
		}
	});

	it('of what signs a check-in is the phone’s own key at first, and stays as it is when left out', async () => {
		const settings = {
			name: 'Biology 9C',
			lateAfterMinutes: 5,
			displayNames: 'none',
			strangersPerWrongName: 300,
		} as const;
		const signatureOf = async () =>
			(await classes().detail(teacher.actor, classId)).checkInSignature;
		expect(await signatureOf()).toBe('device');
		for (const checkInSignature of ['passkey', 'none', 'device'] as const) {
			await classes().updateSettings(teacher.actor, classId, { ...settings, checkInSignature });
			await classes().updateSettings(teacher.actor, classId, settings);
			expect(await signatureOf()).toBe(checkInSignature);
		}
	});
});

describe('teachers', () => {
	it('share a class, and one always stays', async () => {
		expect((await classes().possibleTeachers(teacher.actor, classId)).map(({ id }) => id)).toEqual(
			expect.arrayContaining([colleague.actor.id, admin.actor.id]),
		);
		await classes().addTeacher(teacher.actor, classId, colleague.actor.id);
		await classes().addTeacher(teacher.actor, classId, colleague.actor.id);
		expect((await classes().detail(colleague.actor, classId)).teachers).toEqual([
			{ id: colleague.actor.id, name: 'Carl Colleague' },
			{ id: teacher.actor.id, name: 'Tess Teacher' },
		]);
		const leave = (account: Account) =>
			code(classes().removeTeacher(admin.actor, classId, account.actor.id));
		expect((await Promise.all([leave(teacher), leave(colleague)])).sort()).toEqual([
			'conflict',
			'done',
		]);
	});

	it('are staff with an account', async () => {
		expect(await code(classes().addTeacher(teacher.actor, classId, student.actor.id))).toBe(
			'invalid',
		);
		await app.container.people.setDisabled(admin.actor, colleague.actor.id, true);
		expect(await code(classes().addTeacher(teacher.actor, classId, colleague.actor.id))).toBe(
			'invalid',
		);
		await app.container.people.setDisabled(admin.actor, colleague.actor.id, false);
	});
});

describe('a class of somebody else', () => {
	const settings = {
		name: 'Mine now',
		lateAfterMinutes: 0,
		displayNames: 'full',
		strangersPerWrongName: null,
	} as const;
	const attempts = (actor: Account['actor'], id: string, studentId: string) => ({
		detail: classes().detail(actor, id),
		requireTaught: classes().requireTaught(actor, id),
		updateSettings: classes().updateSettings(actor, id, settings),
		addMembers: classes().addMembers(actor, id, [{ name: 'X', studentNumber: null }]),
		changeMember: classes().changeMember(actor, id, { studentId, name: 'X', since: null }),
		removeMember: classes().removeMember(actor, id, studentId),
		possibleTeachers: classes().possibleTeachers(actor, id),
		addTeacher: classes().addTeacher(actor, id, actor.id),
		removeTeacher: classes().removeTeacher(actor, id, teacher.actor.id),
		archive: classes().archive(actor, id),
	});
	const codes = async (actor: Account['actor'], id: string, studentId: string) => {
		const entries = Object.entries(attempts(actor, id, studentId));
		return Object.fromEntries(
			await Promise.all(entries.map(async ([name, tried]) => [name, await code(tried)] as const)),
		);
	};
	const everywhere = (answer: string) => ({
		detail: answer,
		requireTaught: answer,
		updateSettings: answer,
		addMembers: answer,
		changeMember: answer,
		removeMember: answer,
		possibleTeachers: answer,
		addTeacher: answer,
		removeTeacher: answer,
		archive: answer,
	});

	it('is not there for another teacher, and forbidden for a student', async () => {
		await add('Amina Eze');
		const [member] = await roster();
		const studentId = member?.studentId ?? '';
		expect(await codes(colleague.actor, classId, studentId)).toEqual(everywhere('not-found'));
		expect(await codes(student.actor, classId, studentId)).toEqual(everywhere('forbidden'));
		expect(await classes().detail(teacher.actor, classId)).toMatchObject({
			name: 'Biology 9B',
			teachers: [{ id: teacher.actor.id }],
			members: [{ name: 'Amina Eze' }],
		});
	});

	it.each(['00000000-0000-4000-8000-000000000000', 'new', "' or true --", ''])(
		'and a class that never was (%j) is not there for an admin',
		async (id) => {
			expect(await codes(admin.actor, id, student.actor.id)).toEqual(everywhere('not-found'));
		},
	);

	it('cannot be made or listed by a student', async () => {
		expect(await code(classes().create(student.actor, 'Mine'))).toBe('forbidden');
		expect(await code(classes().list(student.actor))).toBe('forbidden');
	});
});
