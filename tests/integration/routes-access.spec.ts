/**
 * Protects: every page, action and endpoint tells nobody, students, teachers of other classes,
 * teachers and admins apart, as the table below says, over real HTTP. A route or an action that
 * the table does not name fails the test, so that none is forgotten.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schoolDay } from '../../src/lib/server/domain/timetable';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import { startServer, type RunningServer } from '../helpers/server';

const CALLERS = ['nobody', 'student', 'other teacher', 'teacher', 'admin'] as const;
type Caller = (typeof CALLERS)[number];

/** `in`: may do it; `sign-in`: sent to the sign-in page; a number: the status of the refusal. */
type Outcome = 'in' | 'sign-in' | number;
type Row = Record<Caller, Outcome>;

const row = (...outcomes: [Outcome, Outcome, Outcome, Outcome, Outcome]): Row => ({
	nobody: outcomes[0],
	student: outcomes[1],
	'other teacher': outcomes[2],
	teacher: outcomes[3],
	admin: outcomes[4],
});

const ANYONE = row('in', 'in', 'in', 'in', 'in');
const PAGE = {
	signedIn: row('sign-in', 'in', 'in', 'in', 'in'),
	student: row('sign-in', 'in', 403, 403, 403),
	staff: row('sign-in', 403, 'in', 'in', 'in'),
	ofClass: row('sign-in', 403, 404, 'in', 'in'),
	admin: row('sign-in', 403, 403, 403, 'in'),
};
const ACTION = {
	signedIn: row(401, 'in', 'in', 'in', 'in'),
	student: row(401, 'in', 403, 403, 403),
	staff: row(401, 403, 'in', 'in', 'in'),
	ofClass: row(401, 403, 404, 'in', 'in'),
	admin: row(401, 403, 403, 403, 'in'),
};

/** Route → what stands there: the page (`page`), the endpoint's `GET`, and each action by name. */
const EXPECTED: Record<string, Record<string, Row>> = {
	'/healthz': { GET: ANYONE },
	'/sign-in': { page: ANYONE, default: ANYONE },
	'/': { page: PAGE.signedIn },
	'/sign-out': { page: PAGE.signedIn, default: ACTION.signedIn },
	'/invitation/[token]': { page: ANYONE, default: ANYONE },
	'/display/[token]': { page: ANYONE },
	'/offline': { page: ANYONE },
	'/today': { page: PAGE.signedIn, start: ACTION.ofClass },
	'/record': { page: PAGE.student },
	// A student without a mark there: nobody's mark is another student's to see.
	'/record/[rollCallId]': {
		page: row('sign-in', 404, 403, 403, 403),
		dispute: row(401, 404, 403, 403, 403),
	},
	// Somebody else's excuse is not there to withdraw.
	'/record/excuses': {
		page: PAGE.student,
		ask: row(401, 'in', 403, 403, 403),
		withdraw: row(401, 404, 403, 403, 403),
	},
	'/excuses': {
		page: PAGE.staff,
		record: ACTION.ofClass,
		decide: ACTION.ofClass,
		withdraw: ACTION.ofClass,
	},
	'/disputes': { page: PAGE.staff, answer: ACTION.ofClass },
	'/me': {
		page: PAGE.signedIn,
		signOutEverywhere: ACTION.signedIn,
		withdrawConsent: ACTION.student,
		// Somebody else's phone is not there to forget.
		forgetPhone: row(401, 404, 403, 403, 403),
	},
	'/me/consent': { page: PAGE.student, decide: ACTION.student },
	'/me/data': { GET: PAGE.student },
	'/me/enrol': { page: PAGE.student },
	'/check-in': { page: PAGE.student },
	'/phones': {
		page: PAGE.staff,
		decide: ACTION.ofClass,
		decidePasskey: ACTION.ofClass,
		revoke: ACTION.ofClass,
	},
	'/people': {
		page: PAGE.admin,
		invite: ACTION.admin,
		inviteStudent: ACTION.admin,
		setRole: ACTION.admin,
		setDisabled: ACTION.admin,
		signOutEverywhere: ACTION.admin,
		setEmail: ACTION.admin,
		addGuardian: ACTION.admin,
		removeGuardian: ACTION.admin,
	},
	'/school': {
		page: PAGE.admin,
		save: ACTION.admin,
		recognition: ACTION.admin,
		riskRule: ACTION.admin,
		lateRecords: ACTION.admin,
		notices: ACTION.admin,
		statuses: ACTION.admin,
		calibrate: ACTION.admin,
	},
	'/classes': { page: PAGE.staff, create: ACTION.staff },
	'/classes/[classId]': {
		page: PAGE.ofClass,
		start: ACTION.ofClass,
		add: ACTION.ofClass,
		rename: ACTION.ofClass,
		remove: ACTION.ofClass,
		addLesson: ACTION.ofClass,
		changeLesson: ACTION.ofClass,
		endLesson: ACTION.ofClass,
		exceptDay: ACTION.ofClass,
		restoreDay: ACTION.ofClass,
		timetableRules: ACTION.ofClass,
		settings: ACTION.ofClass,
		addTeacher: ACTION.ofClass,
		removeTeacher: ACTION.ofClass,
		archive: ACTION.ofClass,
	},
	'/classes/[classId]/enrol': { page: PAGE.ofClass },
	'/classes/[classId]/enrol/[studentId]': {
		page: PAGE.ofClass,
		decide: ACTION.ofClass,
		confirm: ACTION.ofClass,
		withdraw: ACTION.ofClass,
	},
	'/reports': { page: PAGE.staff },
	'/reports/day': { page: PAGE.staff },
	'/reports/students/[studentId]': { page: PAGE.ofClass },
	'/reports/export': { GET: PAGE.staff },
	'/reports/import': { page: PAGE.staff, preview: ACTION.staff, confirm: ACTION.staff },
	'/roll-calls/[id]': { page: PAGE.ofClass, reopen: ACTION.ofClass },
};

/** A Monday's, as its form sends it. */
const LESSON = {
	weekday: '1',
	startsAt: '09:00',
	lengthMinutes: '45',
	room: '',
	firstDay: '2034-12-01',
	lastDay: '',
};

/** Actions whose form must hold something before the class that it names can be looked at. */
const FORMS: Record<string, (world: World) => Record<string, string>> = {
	'/today start': ({ classId }) => ({ classId }),
	'/classes/[classId] add': () => ({ names: 'Jo Baker' }),
	'/classes/[classId] rename': ({ studentId }) => ({ studentId, name: 'Jo B. Baker' }),
	'/classes/[classId] remove': ({ studentId }) => ({ studentId }),
	'/classes/[classId] addLesson': () => LESSON,
	'/classes/[classId] changeLesson': ({ lessonId }) => ({ ...LESSON, lessonId }),
	'/classes/[classId] endLesson': ({ lessonId }) => ({ lessonId, lastDay: '2035-01-01' }),
	'/classes/[classId] exceptDay': ({ lessonId }) => ({
		lessonId,
		day: '2035-01-01',
		kind: 'cancelled',
	}),
	'/classes/[classId] restoreDay': ({ lessonId }) => ({ lessonId, day: '2035-01-01' }),
	'/classes/[classId] timetableRules': () => ({ openEarlyMinutes: '5', closeAfterMinutes: '5' }),
	'/roll-calls/[id] reopen': () => ({ reason: 'Too early' }),
	'/record/[rollCallId] dispute': () => ({ text: 'I was there' }),
	'/record/excuses withdraw': ({ excuseId }) => ({ excuseId }),
	'/excuses record': ({ classId, studentId }) => ({
		...{ classId, studentId, reason: 'At the dentist', askedBy: 'guardian' },
		...{ firstDay: '2035-01-01', lastDay: '2035-01-01' },
	}),
	'/excuses decide': ({ excuseId }) => ({ excuseId, decision: 'declined', answer: '' }),
	'/excuses withdraw': ({ excuseId }) => ({ excuseId }),
	'/me forgetPhone': ({ deviceId }) => ({ deviceId }),
	'/phones decide': ({ deviceId }) => ({ deviceId, decision: 'declined' }),
	'/phones decidePasskey': ({ passkeyId }) => ({ passkeyId, decision: 'declined' }),
	'/phones revoke': ({ deviceInUseId }) => ({ deviceId: deviceInUseId }),
	'/disputes answer': ({ disputeId }) => ({ disputeId, decision: 'kept', answer: '' }),
	'/classes/[classId] settings': () => ({
		name: 'Biology 9B',
		lateAfterMinutes: '10',
		displayNames: 'full',
		strangersPerWrongName: '',
	}),
	'/classes/[classId]/enrol/[studentId] decide': () => ({
		decision: 'refused',
		givenBy: 'student',
	}),
	'/classes/[classId]/enrol/[studentId] confirm': () => ({ enrolmentId: randomUUID() }),
	'/classes/[classId]/enrol/[studentId] withdraw': () => ({ givenBy: 'student' }),
	'/classes/[classId] addTeacher': ({ adminId }) => ({ userId: adminId }),
	'/classes/[classId] removeTeacher': ({ adminId }) => ({ userId: adminId }),
};

/** A class of its own for each request: some of them archive it. */
interface World {
	adminId: string;
	classId: string;
	studentId: string;
	lessonId: string;
	rollCallId: string;
	disputeId: string;
	excuseId: string;
	deviceId: string;
	deviceInUseId: string;
	passkeyId: string;
	displayToken: string;
	invitation: string;
}

let app: TestApplication;
let server: RunningServer;
let accounts: Record<Exclude<Caller, 'nobody'>, Account>;

beforeAll(async () => {
	app = await startApplication();
	const admin = await makeFirstAdmin(app);
	accounts = {
		admin,
		teacher: await makeAccount(app, admin.actor, 'teacher'),
		'other teacher': await makeAccount(app, admin.actor, 'teacher'),
		student: await makeAccount(app, admin.actor, 'student'),
	};
	server = await startServer({ env: { DATABASE_URL: app.database.url } });
}, 180_000);
afterAll(async () => {
	await server.stop();
	await app.stop();
});

async function makeWorld(): Promise<World> {
	const { classes, people, rollCalls, timetable } = app.container;
	const { actor } = accounts.teacher;
	const { id: classId } = await classes.create(actor, 'Biology 9B');
	await classes.addMembers(actor, classId, [{ name: 'Amina Eze', studentNumber: null }]);
	const { members } = await classes.detail(actor, classId);
	const { id: rollCallId } = await rollCalls.open(actor, classId);
	// Another time than the form's: it would be refused as an overlap.
	const other = { weekday: 2, startsAt: '09:00', lengthMinutes: 45, room: null } as const;
	await timetable.addLesson(actor, classId, { ...other, firstDay: '2034-12-01', lastDay: null });
	const { lessons } = await timetable.of(actor, classId);
	const { display_token: displayToken } = await app.database.db
		.selectFrom('roll_calls')
		.select('display_token')
		.where('id', '=', rollCallId)
		.executeTakeFirstOrThrow();
	const { token } = await people.invite(accounts.admin.actor, 'teacher');
	const deviceInUseId = await addPhone(members[0]?.studentId ?? '', 'active');
	return {
		adminId: accounts.admin.actor.id,
		classId,
		studentId: members[0]?.studentId ?? '',
		lessonId: lessons[0]?.id ?? '',
		rollCallId,
		disputeId: await addDispute(rollCallId, members[0]?.studentId ?? ''),
		excuseId: await askExcuse(classId, members[0]?.studentId ?? ''),
		deviceId: await addPhone(members[0]?.studentId ?? '', 'asked'),
		deviceInUseId,
		passkeyId: await askForPasskey(deviceInUseId),
		displayToken,
		invitation: token,
	};
}

/** As a student's own would stand there; the world's student has no account to raise it. */
async function addDispute(rollCallId: string, studentId: string): Promise<string> {
	const mark = { status: 'absent', marked_at: new Date(), method: 'teacher', version: 1 } as const;
	await app.database.db
		.insertInto('marks')
		.values({ roll_call_id: rollCallId, student_id: studentId, ...mark })
		.execute();
	const { id } = await app.database.db
		.insertInto('disputes')
		.values({
			roll_call_id: rollCallId,
			student_id: studentId,
			disputed_status: 'absent',
			text: 'I was there',
			disputed_at: new Date(),
			state: 'waiting',
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	return id;
}

/** As a phone of the student would stand there. */
async function addPhone(studentId: string, state: 'asked' | 'active'): Promise<string> {
	const id = randomUUID();
	await app.database.db
		.insertInto('devices')
		.values({
			id,
			student_id: studentId,
			name: 'Phone',
			public_key: Buffer.alloc(91),
			state,
			registered_at: new Date(),
		})
		.execute();
	return id;
}

/** As a second passkey on a phone would stand there. */
async function askForPasskey(deviceId: string): Promise<string> {
	const { id } = await app.database.db
		.insertInto('passkeys')
		.values({
			device_id: deviceId,
			credential_id: randomBytes(32),
			public_key: Buffer.alloc(77),
			rp_id: 'roll.school.example',
			sign_count: 0,
			state: 'asked',
			registered_at: new Date(),
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	return id;
}

/** As the student themselves would, had they an account. */
async function askExcuse(classId: string, studentId: string): Promise<string> {
	const { excuses } = app.container;
	const student = { id: studentId, name: 'Amina Eze', role: 'student' } as const;
	const day = schoolDay(Date.now(), 'UTC');
	await excuses.ask(student, { classId, firstDay: day, lastDay: day, reason: 'At the dentist' });
	return (await excuses.own(student)).excuses[0]?.id ?? '';
}

/** The caller's cookie, of a session of its own: some requests end the session. */
async function cookieOf(caller: Caller): Promise<Record<string, string>> {
	if (caller === 'nobody') return {};
	const { token } = await app.container.sessions.create(accounts[caller].actor.id);
	return { cookie: `facetrack_session=${token}` };
}

function address(route: string, world: World): string {
	return route
		.replace('[classId]', world.classId)
		.replace('[studentId]', world.studentId)
		.replace('[rollCallId]', world.rollCallId)
		.replace('/display/[token]', `/display/${world.displayToken}`)
		.replace('[token]', world.invitation)
		.replace('[id]', world.rollCallId);
}

async function open(route: string, caller: Caller): Promise<Outcome> {
	const response = await fetch(server.url + address(route, await makeWorld()), {
		headers: { accept: 'text/html', ...(await cookieOf(caller)) },
		redirect: 'manual',
	});
	const location = response.headers.get('location') ?? '';
	if (response.status === 303 && location.startsWith('/sign-in?next=')) return 'sign-in';
	return response.status < 400 ? 'in' : response.status;
}

/** An action that reaches its form or its service answers something else than an HTTP error. */
async function submit(route: string, action: string, caller: Caller): Promise<Outcome> {
	const world = await makeWorld();
	const query = action === 'default' ? '' : `?/${action}`;
	const response = await fetch(server.url + address(route, world) + query, {
		method: 'POST',
		headers: {
			accept: 'application/json',
			origin: server.url,
			'x-sveltekit-action': 'true',
			'content-type': 'application/x-www-form-urlencoded',
			...(await cookieOf(caller)),
		},
		body: new URLSearchParams(FORMS[`${route} ${action}`]?.(world) ?? {}),
		redirect: 'manual',
	});
	const answer: unknown = await response.json();
	const { type, status } = Object(answer) as { type?: string; status?: number };
	if (type === 'error') return response.status;
	// A service's refusal comes back to the form; a form that is empty never reached it.
	return type === 'failure' && (status === 404 || status === 403) ? status : 'in';
}

/** What the routes really have, read from the modules themselves. */
async function existing(): Promise<Record<string, string[]>> {
	const pages = import.meta.glob('/src/routes/**/+page.svelte');
	const loads = import.meta.glob<{ actions?: Record<string, unknown> }>(
		'/src/routes/**/+page.server.ts',
	);
	const endpoints = import.meta.glob<Record<string, unknown>>('/src/routes/**/+server.ts');
	const found: Record<string, string[]> = {};
	const routeOf = (file: string) =>
		file.replace(/^\/src\/routes/, '').replace(/\/\+[^/]+$/, '') || '/';
	for (const file of [...Object.keys(pages), ...Object.keys(loads)])
		found[routeOf(file)] = ['page'];
	for (const [file, load] of Object.entries(loads)) {
		found[routeOf(file)]?.push(...Object.keys((await load()).actions ?? {}));
	}
	for (const [file, load] of Object.entries(endpoints)) {
		found[routeOf(file)] = Object.keys(await load()).filter((name) => /^[A-Z]+$/.test(name));
	}
	return found;
}

describe('the table', () => {
	it('names every page, action and endpoint that exists, and no other', async () => {
		const sorted = (table: Record<string, string[]>) =>
			Object.entries(table)
				.flatMap(([route, parts]) => parts.map((part) => `${route} ${part}`))
				.sort();
		const expected = Object.fromEntries(
			Object.entries(EXPECTED).map(([route, parts]) => [route, Object.keys(parts)]),
		);
		expect(sorted(expected)).toEqual(sorted(await existing()));
	});
});

describe.each(Object.entries(EXPECTED))('%s', (route, parts) => {
	it.each(Object.entries(parts))('%s', async (part, expected) => {
		const outcomes: Partial<Record<Caller, Outcome>> = {};
		for (const caller of CALLERS) {
			outcomes[caller] =
				part === 'page' || part === 'GET'
					? await open(route, caller)
					: await submit(route, part, caller);
		}
		expect(outcomes).toEqual(expected);
	});
});
