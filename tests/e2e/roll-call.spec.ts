/**
 * Protects the main job, from an empty machine to a live roll call on real faces: whoever enrolled
 * at the tablet is marked when they come in, on every device; whoever is not enrolled stays unknown;
 * people who swap places keep their names; and no picture leaves the browser on the way.
 */
import { expect, test, type Browser, type Page } from 'playwright/test';
import { shortName } from '../../src/lib/contract/names';
import { messages } from '../../src/lib/messages';
import { launchCameraBrowser, type CameraBrowser } from '../helpers/camera-browser';
import { showToCamera, sway, type Head } from '../helpers/fake-camera';
import { headOf, samplePhoto, type SampleFace } from '../helpers/sample-faces';
import { startServer, type RunningServer } from '../helpers/server';
import { watchDrawnNames, type DrawnNames } from './drawn-names';
import { watchForPictures, type PrivacyWatch } from './privacy-watch';
import {
	addTeacher,
	enrol,
	expectStatus,
	makeClass,
	makeFirstAdmin,
	showHead,
	startCamera,
	startRollCall,
} from './steps';

/** Who enrols, by which face. Mona enrols and does not come; nobody enrols Zoe. */
const ENROLLED: Record<string, SampleFace> = {
	'Dora Diaz': 'dora',
	'Erin Evans': 'erin',
	'Fay Fischer': 'fay',
	'Gina Gomez': 'gina',
	'Hana Haddad': 'hana',
	'Lea Lind': 'lea',
	'Jana Jung': 'jana',
	'Kim Kaya': 'kim',
	'Mona Maier': 'mona',
};
const ABSENT = 'Mona Maier';
const NOT_ENROLLED = 'Zoe Zimmer';
const PRESENT = Object.keys(ENROLLED).filter((name) => name !== ABSENT);

let server: RunningServer;
let tablet: CameraBrowser;
let teacher: Page;
let watch: PrivacyWatch;
let drawnNames: DrawnNames;
let classAddress: string;
let rollCallAddress: string;

test.describe.configure({ mode: 'serial', timeout: 420_000 });

test.beforeAll(async () => {
	tablet = await launchCameraBrowser(async (file) => showHead(file, await headOf('dora')));
	server = await startServer();
	const context = await tablet.browser.newContext({ viewport: { width: 1024, height: 768 } });
	watch = watchForPictures(context);
	teacher = await context.newPage();
	drawnNames = await watchDrawnNames(teacher);
});
test.afterAll(async () => {
	await tablet.close();
	await server.stop();
});

// The tablet's page is not the runner's own, so its picture is kept here.
test.afterEach(async () => {
	const info = test.info();
	if (info.status === info.expectedStatus) return;
	await teacher.screenshot({ path: info.outputPath('tablet.png') });
});

test('the first admin makes a class and enrols its students at the tablet', async () => {
	if (server.adminLink === null) throw new Error(server.output());
	await makeFirstAdmin(teacher, server.adminLink);
	const names = [...Object.keys(ENROLLED), NOT_ENROLLED];
	classAddress = await makeClass(teacher, server.url, 'Biology 9B', names);
	for (const [name, face] of Object.entries(ENROLLED)) {
		await showHead(tablet.cameraFile, await headOf(face));
		await enrol(teacher, classAddress, name);
	}
	await teacher.goto(classAddress);
	const coverage = messages.classes.coverageLong(PRESENT.length + 1, names.length, 0, 1);
	await expect(teacher.getByText(coverage)).toBeVisible();
});

test('everybody on camera turns present on a second teacher’s device and on the display', async ({
	browser,
}) => {
	await showToCamera(tablet.cameraFile, await entranceScene());
	rollCallAddress = await startRollCall(teacher, classAddress);
	const colleague = await secondTeacher(browser);
	await colleague.goto(rollCallAddress);
	await expectStatus(colleague, 'Dora Diaz', 'waiting');
	const display = await openDisplay(browser);

	await startCamera(teacher);
	for (const name of PRESENT) await expectStatus(colleague, name, 'present', 90_000);
	for (const name of PRESENT) await expectStatus(teacher, name, 'present');
	await expect(
		display.getByText(messages.display.of(PRESENT.length, PRESENT.length + 2)),
	).toBeVisible();

	// Two strangers stand among them: they are told as unknown and take nobody's name.
	await expect(teacher.getByText(/^[1-9]\d* unknown$/)).toBeVisible();
	await expectStatus(colleague, ABSENT, 'waiting');
	await expectStatus(colleague, NOT_ENROLLED, 'waiting');
	await colleague.context().close();
	await display.context().close();
});

test('two people who swap places keep their names', async () => {
	await swapPlaces('Gina Gomez', 'Kim Kaya');
});

test('closing makes the rest absent, and nobody else', async () => {
	const text = messages.rollCall.close;
	await teacher.getByRole('button', { name: text.actionLong }).click();
	await teacher.getByRole('button', { name: text.confirm }).click();
	await expectStatus(teacher, ABSENT, 'absent');
	await expectStatus(teacher, 'Erin Evans', 'present');
	await expectStatus(teacher, NOT_ENROLLED, 'absent');
});

test('no picture left the browser on the way', () => {
	expect(watch.found).toEqual([]);
	expect(watch.requests()).toBeGreaterThan(50);
	expect(watch.socketFrames()).toBeGreaterThan(20);
});

/**
 * Everybody at the door in another rendition than at the enrolment: smaller, darker, before another
 * background, turned the other way; Erin in another photograph; and two strangers.
 */
async function entranceScene() {
	const faces: SampleFace[] = [
		...PRESENT.map((name) => (name === 'Erin Evans' ? 'erinAtHalloween' : face(name))),
		'stranger',
		'otherStranger',
	];
	const pictures = await Promise.all(faces.map((face) => headOf(face)));
	return {
		background: samplePhoto(2),
		mirrorBackground: true,
		seconds: 4,
		headsAt: (time: number): Head[] =>
			pictures.map((picture, i) => ({
				picture,
				x: 130 + (i % 5) * 255 + sway(time, -10, 10),
				y: 190 + Math.floor(i / 5) * 345 + sway(time, 12, -12),
				size: 240,
				angle: sway(time, 4, -4),
				brightness: 0.7,
			})),
	};
}

/**
 * Shows the two side by side, lets them walk past each other, and, where the clip begins again, has
 * them change places at once, as when the view was blocked. The names at the boxes must follow.
 */
async function swapPlaces(first: string, second: string): Promise<void> {
	const [one, other] = await Promise.all([headOf(face(first)), headOf(face(second))]);
	const head = (picture: Buffer, x: number): Head => ({ picture, x, y: 360, size: 300 });
	await showToCamera(tablet.cameraFile, {
		background: samplePhoto(2),
		seconds: 16,
		headsAt: (time) => {
			const way = 520 * Math.min(1, Math.max(0, (time - 0.45) * 8));
			return [head(other, 900 - way), head(one, 380 + way)];
		},
	});
	await teacher.goto(rollCallAddress);
	await startCamera(teacher);
	const names = [first, second].map((name) => `✓ ${shortName(name)}`);
	const standing = (await drawnNames.mirrored()) ? [...names].reverse() : names;
	const crossed = [...standing].reverse();
	for (const expected of [standing, crossed, standing]) {
		await expect.poll(() => drawnNames.leftToRight(), { timeout: 90_000 }).toEqual(expected);
	}
}

function face(name: string): SampleFace {
	const found = ENROLLED[name];
	if (found === undefined) throw new Error(`${name} has no face`);
	return found;
}

/** Another teacher of the class, on a browser of their own. */
async function secondTeacher(browser: Browser): Promise<Page> {
	const admin = await teacher.context().newPage();
	const colleague = await addTeacher(admin, browser, classAddress, 'Tess Teacher', 'tess');
	await admin.close();
	return colleague;
}

/** The projector: a browser without an account, on the address that the roll call's page links to. */
async function openDisplay(browser: Browser): Promise<Page> {
	const link = teacher.getByRole('link', { name: messages.rollCall.displayLong });
	const address = new URL((await link.getAttribute('href')) ?? '', server.url).href;
	const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
	const display = await context.newPage();
	await display.goto(address);
	return display;
}
