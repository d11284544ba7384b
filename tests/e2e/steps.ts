import { expect, type Browser, type Locator, type Page } from 'playwright/test';
import { messages } from '../../src/lib/messages';
import type { MarkStatus } from '../../src/lib/contract/terms';
import { showToCamera, sway } from '../helpers/fake-camera';
import { samplePhoto } from '../helpers/sample-faces';

/** What people do, in the words that they see. Each step waits until the page shows that it is done. */

const words = messages;
export const PASSWORD = 'correct horse battery';

export async function makeFirstAdmin(page: Page, adminLink: string): Promise<void> {
	await page.goto(adminLink);
	await acceptInvitation(page, 'Ada Admin', 'ada', 'Hill School');
}

/** On the page of an invitation: makes the account and ends signed in, on today's page. */
export async function acceptInvitation(
	page: Page,
	name: string,
	signInName: string,
	school?: string,
): Promise<void> {
	const text = words.accounts.invitation;
	await page.getByLabel(text.name, { exact: true }).fill(name);
	await page.getByLabel(text.signInName).fill(signInName);
	await page.getByLabel(text.password, { exact: true }).fill(PASSWORD);
	if (school !== undefined) await page.getByLabel(words.accounts.school.name).fill(school);
	await page.getByRole('button', { name: text.submit }).click();
	await expect(page).toHaveURL(/\/today$/);
}

/** A student's invitation, made by staff and taken up on the student's own device. */
export async function joinByInvitation(
	staff: Page,
	student: Page,
	{ url, name, signInName }: { url: string; name: string; signInName: string },
): Promise<void> {
	const { people, invitation } = words.accounts;
	await staff.goto(`${url}/people?role=student`);
	await staff.getByRole('link', { name: people.manageWhom(name) }).click();
	await staff.getByRole('button', { name: people.inviteStudent }).click();
	await student.goto(await staff.getByLabel(people.inviteLink).inputValue());
	await student.getByLabel(invitation.signInName).fill(signInName);
	await student.getByLabel(invitation.password, { exact: true }).fill(PASSWORD);
	await student.getByRole('button', { name: invitation.submit }).click();
	await expect(student).toHaveURL(/\/today$/);
}

export async function signIn(page: Page, url: string, signInName: string): Promise<void> {
	const text = words.accounts.signIn;
	await page.goto(`${url}/sign-in`);
	await page.getByLabel(text.name).fill(signInName);
	await page.getByLabel(text.password, { exact: true }).fill(PASSWORD);
	await page.getByRole('button', { name: text.submit }).click();
	await expect(page).toHaveURL(/\/today$/);
}

/** Makes a class with these names; returns its address. */
export async function makeClass(
	page: Page,
	url: string,
	name: string,
	students: readonly string[],
): Promise<string> {
	await page.goto(`${url}/classes`);
	await page.getByLabel(words.classes.list.name).fill(name);
	await page.getByRole('button', { name: words.classes.list.submit }).click();
	await expect(page).toHaveURL(/\/classes\/[0-9a-f-]{36}/);
	const address = new URL(page.url());
	await page.goto(`${address.origin}${address.pathname}?tab=add`);
	await page.getByLabel(words.classes.add.label).fill(students.join('\n'));
	await page.getByRole('button', { name: words.classes.add.submit(students.length) }).click();
	await expect(page.getByText(words.classes.add.added(students.length))).toBeVisible();
	return `${address.origin}${address.pathname}`;
}

/** Invites a colleague, makes them a teacher of the class, and signs them in on a browser of their own. */
export async function addTeacher(
	admin: Page,
	browser: Browser,
	classAddress: string,
	name: string,
	signInName: string,
): Promise<Page> {
	const { people } = words.accounts;
	const { settings } = words.classes;
	await admin.goto(new URL('/people', classAddress).href);
	await admin.getByLabel(people.inviteRole).selectOption('teacher');
	await admin.getByRole('button', { name: people.inviteSubmit }).click();
	const link = await admin.getByLabel(people.inviteLink).inputValue();
	const context = await browser.newContext({ viewport: { width: 1024, height: 768 } });
	const colleague = await context.newPage();
	await colleague.goto(link);
	await acceptInvitation(colleague, name, signInName);
	await admin.goto(`${classAddress}?tab=settings`);
	await admin.getByLabel(settings.addTeacher).selectOption({ label: name });
	await admin.getByRole('button', { name: settings.addTeacherSubmit, exact: true }).click();
	await expect(admin.getByRole('button', { name: settings.removeWhom(name) })).toBeVisible();
	return colleague;
}

type Range = [from: number, to: number];

/**
 * Puts one head before the camera, large enough to enrol. A photograph cannot turn its head, so it
 * comes nearer, leans, narrows and dims, each at its own pace: captures must differ to be taken.
 */
export async function showHead(
	cameraFile: string,
	picture: Buffer,
	{ size = [430, 600], angle = [-13, 13] }: { size?: Range; angle?: Range } = {},
): Promise<void> {
	await showToCamera(cameraFile, {
		background: samplePhoto(2),
		seconds: 4,
		headsAt: (time) => [
			{
				picture,
				x: sway(time, 590, 690),
				y: 360,
				size: sway(2 * time, ...size),
				angle: sway(time + 0.25, ...angle),
				aspect: sway(3 * time, 0.82, 1.06),
				brightness: sway(time, 0.55, 1.1),
			},
		],
	});
}

/** The id at the end of an address. */
export function lastPartOf(address: string): string {
	const { pathname } = new URL(address);
	return pathname.slice(pathname.lastIndexOf('/') + 1);
}

/** Consents for the student, and ends before the camera; returns the student's id. */
export async function consent(page: Page, classAddress: string, name: string): Promise<string> {
	const text = words.enrolment;
	await page.goto(classAddress);
	await page.getByRole('link', { name: words.classes.one.enrolWhom(name), exact: true }).click();
	await page.getByRole('checkbox', { name: text.consent.tick(name) }).check();
	await page.getByRole('button', { name: text.consent.yes }).click();
	await expect(page.getByRole('region', { name: text.capture.label })).toBeVisible();
	return lastPartOf(page.url());
}

/** Consents for the student and captures whoever is before the camera. */
export async function enrol(page: Page, classAddress: string, name: string): Promise<void> {
	await consent(page, classAddress, name);
	const done = words.enrolment.capture.doneText(name);
	await expect(page.getByText(done)).toBeVisible({ timeout: 90_000 });
}

/** Starts a roll call of the class from its page; returns the roll call's address. */
export async function startRollCall(page: Page, classAddress: string): Promise<string> {
	await page.goto(classAddress);
	await page.getByRole('button', { name: words.classes.one.start }).click();
	await expect(page).toHaveURL(/\/roll-calls\/[0-9a-f-]{36}$/);
	return page.url();
}

export async function startCamera(page: Page): Promise<void> {
	await page.getByRole('button', { name: words.camera.start }).click();
}

/** The status button of a student's row on a roll call's page, at any status. */
export function statusOf(page: Page, name: string): Locator {
	return page.getByRole('button', { name: new RegExp(`^${name}: .*\\. Change$`) });
}

export async function expectStatus(
	page: Page,
	name: string,
	status: MarkStatus | 'waiting',
	timeout = 15_000,
): Promise<void> {
	const { statuses, waiting } = words.common;
	const { word } = status === 'waiting' ? waiting : statuses[status];
	const label = words.rollCall.roster.change(name, word);
	await expect(statusOf(page, name)).toHaveAccessibleName(label, { timeout });
}
