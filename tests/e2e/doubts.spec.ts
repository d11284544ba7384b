/**
 * Protects the teacher's word where the camera is in doubt: a question comes with its reason, one
 * tap answers it, an undo brings question and mark back, a "no" is not asked again, and every
 * decision can be read in words. On a phone by touch and on a tablet by keyboard.
 */
import { expect, test, type BrowserContext, type Page } from 'playwright/test';
import type { Lane } from '../../src/lib/contract/terms';
import { messages } from '../../src/lib/messages';
import { readModelIndex } from '../../src/lib/server/models';
import { startServer, type RunningServer } from '../helpers/server';
import { Client } from '../helpers/sockets';
import { createLookalike, createPerson, type Person } from '../helpers/vectors';
import { batchOf, enrolmentOf } from '../helpers/wire';
import { expectSound } from './soundness';
import {
	consent,
	expectStatus,
	lastPartOf,
	makeClass,
	makeFirstAdmin,
	startRollCall,
	statusOf,
} from './steps';

const NAMES = ['Amina Eze', 'Jo Baker', 'Rui Costa', 'Rui Pires'] as const;
/** Between two people as alike as these, chance decides who is named first. */
const QUESTION = /^Rui [CP]\. or Rui [CP]\.\?$/;
const NEITHER = /^No, this is not Rui [CP]\. or Rui [CP]\.$/;
const REJECTED = /^Not Rui (Costa|Pires) or Rui (Costa|Pires)$/;

const { common, rollCall } = messages;
const { doubts, why } = rollCall;

let server: RunningServer;
let teacher: Awaited<ReturnType<BrowserContext['storageState']>>;
let classAddress: string;
/** Another tablet of the same teacher: its camera sees people who are made up. */
let device: Client;
let engine: { modelId: string };
let people: Record<'amina' | 'costa' | 'pires', Person>;
let rollCallId: string | null = null;

test.beforeAll(async ({ browser }) => {
	server = await startServer();
	const page = await browser.newPage();
	await makeFirstAdmin(page, server.adminLink ?? '');
	classAddress = await makeClass(page, server.url, 'Biology 9B', NAMES);
	teacher = await page.context().storageState();
	const session = teacher.cookies.find(({ name }) => name === 'facetrack_session')?.value ?? '';
	device = await Client.connect(server.url, { session });
	engine = { modelId: (await readModelIndex())?.embedder.id ?? '' };
	people = {
		amina: await enrol(page, 'Amina Eze', 1),
		costa: await enrol(page, 'Rui Costa', 2),
		pires: await enrol(page, 'Rui Pires', 3),
	};
	await page.close();
});

test.afterEach(async () => {
	if (rollCallId !== null) await device.get('rollCall:close', { rollCallId });
	rollCallId = null;
});

test.afterAll(async () => {
	device.close();
	await server.stop();
});

for (const [size, width, height, colorScheme] of [
	['phone', 390, 844, 'light'],
	['tablet', 1024, 768, 'dark'],
] as const) {
	test(`a doubt is answered, undone, refused and explained: ${size}`, async ({ browser }) => {
		const context = await browser.newContext({
			storageState: teacher,
			viewport: { width, height },
			colorScheme,
			reducedMotion: 'reduce',
			hasTouch: size === 'phone',
		});
		const page = await context.newPage();
		rollCallId = lastPartOf(await startRollCall(page, classAddress));
		await expect(statusOf(page, 'Jo Baker')).toBeVisible();
		const between = createLookalike(people.costa, people.pires);
		const question = page.getByText(QUESTION);

		await show(1, between, 'doubtful');
		await expect(page.getByRole('heading', { name: doubts.title(1) })).toBeVisible();
		await expect(question).toBeVisible();
		await expect(page.getByText(doubts.reason['close-runner-up'])).toBeVisible();
		await expectSound(page, 'a roll call with a doubt');

		await answer(page, doubts.yesLong('Rui Costa'), size);
		await expect(page.getByText(doubts.confirmed('Rui Costa'))).toBeVisible();
		await expectStatus(page, 'Rui Costa', 'present');
		await expect(question).toBeHidden();

		await undo(page, size);
		await expect(question).toBeVisible();
		await expectStatus(page, 'Rui Costa', 'waiting');
		await page.reload();
		await expect(question).toBeVisible();

		await answer(page, NEITHER, size);
		await expect(page.getByText(REJECTED)).toBeVisible();
		await show(1, between, 'unknown');
		await show(2, between, 'unknown');
		await show(3, people.amina, 'recognised');
		await expectStatus(page, 'Amina Eze', 'present');
		await expect(question).toBeHidden();
		await expectStatus(page, 'Rui Costa', 'waiting');
		await expectStatus(page, 'Rui Pires', 'waiting');

		await expectWhy(page, 'Amina Eze', /^Recognised at \d\d:\d\d: clear match over \d+ frames/);
		await expectWhy(page, 'Rui Pires', /^Asked at \d\d:\d\d whether this is .*: close runner-up/);
		await expectWhy(page, 'Jo Baker', why.empty);
		await context.close();
	});
}

/** Answers, and leaves the focus where a keyboard can go on. */
async function answer(page: Page, name: string | RegExp, size: 'phone' | 'tablet'): Promise<void> {
	const button = page.getByRole('button', { name });
	if (size === 'phone') return button.tap();
	await button.press('Enter');
	await expect(button).toBeHidden();
	expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
}

async function undo(page: Page, size: 'phone' | 'tablet'): Promise<void> {
	if (size === 'phone') await page.getByRole('button', { name: common.undo }).tap();
	else await page.keyboard.press('Control+z');
}

async function expectWhy(page: Page, name: string, sentence: string | RegExp): Promise<void> {
	await page.getByRole('button', { name: rollCall.roster.details(name) }).click();
	const dialog = page.getByRole('dialog', { name });
	await expect(dialog.getByText(sentence)).toBeVisible();
	await expectSound(page, `the details of ${name}`);
	await page.keyboard.press('Escape');
	await expect(dialog).toBeHidden();
}

/** Consent on the page; the captures come from the other tablet. */
async function enrol(page: Page, name: string, seed: number): Promise<Person> {
	const person = createPerson(seed);
	const studentId = await consent(page, classAddress, name);
	await device.get('enrolment:submit', enrolmentOf(studentId, person.captures(3), engine));
	return person;
}

/** Shows a person to the other tablet's camera until the server says where their track ends. */
async function show(trackId: number, person: Person, lane: Lane): Promise<void> {
	const look = async () => {
		const face = { trackId, vector: person.capture() };
		const frame = batchOf(rollCallId ?? '', [face], engine);
		const { decisions } = await device.get('rollCall:sightings', frame);
		return decisions[0]?.lane;
	};
	await expect.poll(look, { intervals: [150] }).toBe(lane);
}
