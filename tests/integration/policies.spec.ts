/**
 * Protects what the camera goes by: a class's own rate before the school's, no change on this node
 * that takes effect later than at the next sighting, and settings that only admins change.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPolicies } from '../../src/lib/server/services/policies';
import * as classRows from '../../src/lib/server/db/classes.repository';
import * as schoolRows from '../../src/lib/server/db/school.repository';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';

let app: TestApplication;
let admin: Account;
let teacher: Account;
let classId: string;
let now = 0;
let scoreShift = 0;

/** Shares the clock with the test; the application has its own. */
const makePolicies = () =>
	createPolicies({
		db: app.database.db,
		school: schoolRows,
		classes: classRows,
		calibration: { scoreShift: () => Promise.resolve(scoreShift) },
		clock: () => new Date(now),
	});

beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
	teacher = await makeAccount(app, admin.actor, 'teacher');
	({ id: classId } = await app.container.classes.create(teacher.actor, 'Biology 9B'));
});
afterAll(() => app.stop());

const ofSchool = {
	strangersPerWrongName: 3000,
	recognisesVisitors: true,
	asksAboutPhotographs: true,
	decisionRetentionDays: 30,
} as const;
const setClass = (strangersPerWrongName: 100 | null) =>
	app.container.classes.updateSettings(teacher.actor, classId, {
		name: 'Biology 9B',
		lateAfterMinutes: 10,
		displayNames: 'full',
		strangersPerWrongName,
	});

it('begins with one wrong name in 1,000 strangers, and looks for no visitors and photographs', async () => {
	expect(await makePolicies().ofSchool()).toEqual({
		strangersPerWrongName: 1000,
		recognisesVisitors: false,
		asksAboutPhotographs: false,
		scoreShift: 0,
	});
	expect(await app.container.school.recognition()).toMatchObject({ decisionRetentionDays: 90 });
});

it('follows the school until the class has a rate of its own, and again after', async () => {
	const { school, classes, policies } = app.container;
	expect(await policies.ofClass(classId)).toMatchObject({ strangersPerWrongName: 1000 });
	await school.updateRecognition(admin.actor, ofSchool);
	expect(await policies.ofClass(classId)).toMatchObject({ strangersPerWrongName: 3000 });
	await setClass(100);
	expect(await classes.detail(teacher.actor, classId)).toMatchObject({
		strangersPerWrongName: 100,
	});
	expect(await policies.ofClass(classId)).toEqual({
		strangersPerWrongName: 100,
		scoreShift: 0,
		asksAboutPhotographs: true,
	});
	await setClass(null);
	expect(await policies.ofClass(classId)).toMatchObject({ strangersPerWrongName: 3000 });
	expect(await policies.ofSchool()).toMatchObject({ recognisesVisitors: true });
	expect(await school.recognition()).toEqual(ofSchool);
});

it('sees a change of another node and of the calibration within ten seconds', async () => {
	const policies = makePolicies();
	await setClass(null);
	await policies.ofClass(classId);
	await setClass(100);
	scoreShift = 0.05;
	now += 10_000;
	expect(await policies.ofClass(classId)).toMatchObject({ scoreShift: 0 });
	now += 1;
	expect(await policies.ofClass(classId)).toEqual({
		strangersPerWrongName: 100,
		scoreShift: 0.05,
		asksAboutPhotographs: true,
	});
});

it('reads again after a database that did not answer', async () => {
	let answers = false;
	const policies = createPolicies({
		db: app.database.db,
		school: schoolRows,
		classes: classRows,
		calibration: {
			scoreShift: () => (answers ? Promise.resolve(0) : Promise.reject(new Error('gone'))),
		},
		clock: () => new Date(now),
	});
	await expect(policies.ofClass(classId)).rejects.toThrow('gone');
	answers = true;
	expect(await policies.ofClass(classId)).toMatchObject({ scoreShift: 0 });
});

it('is changed by admins alone', async () => {
	await expect(
		app.container.school.updateRecognition(teacher.actor, ofSchool),
	).rejects.toMatchObject({ code: 'forbidden' });
});
