/**
 * Protects what becomes of a photograph before the teacher's tablet: where the school asks about them,
 * whoever is shown by one is not marked, while a head before the same camera is; where it does not, both
 * are marked, as the two faces are members'.
 */
import sharp from 'sharp';
import { expect, test, type Page } from 'playwright/test';
import { shortName } from '../../src/lib/contract/names';
import { messages } from '../../src/lib/messages';
import { launchCameraBrowser } from '../helpers/camera-browser';
import { CAMERA, showToCamera, sway, type Head } from '../helpers/fake-camera';
import { headOf, samplePhoto } from '../helpers/sample-faces';
import { startServer, type RunningServer } from '../helpers/server';
import { expectSound } from './soundness';
import {
	enrol,
	expectStatus,
	makeClass,
	makeFirstAdmin,
	showHead,
	startCamera,
	startRollCall,
} from './steps';

const { common, recognition, rollCall } = messages;
const { doubts } = rollCall;

/** Of a head with its hair, as shares of its picture: without what is behind it. */
const OUTLINE = { across: 0.25, down: 0.34 };

/** Half a side of the photograph's sheet, px of it: what is about the face is on it, and nobody else. */
const SHEET = 300;

/** A head alone, cut out of its picture. */
async function cutOut(picture: Buffer): Promise<Buffer> {
	const { width, height } = await sharp(picture).metadata();
	const ellipse = `<svg width="${width}" height="${height}"><ellipse cx="50%" cy="50%"
		rx="${OUTLINE.across * width}" ry="${OUTLINE.down * height}"/></svg>`;
	return sharp(picture)
		.ensureAlpha()
		.composite([{ input: Buffer.from(ellipse), blend: 'dest-in' }])
		.png()
		.toBuffer();
}

/** A wall full of books, which stays. */
async function room(): Promise<Head> {
	const { width, height } = CAMERA;
	const books = Array.from({ length: 400 }, (_, i) => {
		const [column, row] = [i % 40, Math.floor(i / 40)];
		return `<rect x="${column * 32}" y="${row * 72}" width="${20 + ((i * 7) % 11)}"
			height="${48 + ((i * 5) % 23)}" fill="hsl(${(i * 47) % 360} 30% ${25 + ((i * 13) % 50)}%)"/>`;
	});
	const wall = `<svg width="${width}" height="${height}">${books.join('')}</svg>`;
	const picture = await sharp(Buffer.from(wall)).png().toBuffer();
	return { picture, x: width / 2, y: height / 2, size: height };
}

/** On the left a photograph that a hand moves, on the right somebody who moves. */
async function showBoth(file: string): Promise<void> {
	const [wall, photograph, person] = await Promise.all([
		room(),
		headOf('dora', SHEET),
		headOf('kim').then(cutOut),
	]);
	await showToCamera(file, {
		background: samplePhoto(2),
		seconds: 4,
		headsAt: (time) => [
			wall,
			{
				picture: photograph,
				x: sway(time, 280, 340),
				y: sway(2 * time, 345, 375),
				size: sway(time, 540, 570),
			},
			{
				picture: person,
				x: sway(time, 930, 990),
				y: sway(2 * time, 345, 375),
				size: sway(time, 350, 380),
			},
		],
	});
}

async function closeRollCall(page: Page): Promise<void> {
	const { actionLong, confirm } = rollCall.close;
	await page.getByRole('button', { name: actionLong }).click();
	await page.getByRole('button', { name: confirm }).click();
	await expect(page.getByRole('button', { name: actionLong })).toBeHidden();
}

async function askAboutPhotographs(page: Page, { url }: RunningServer): Promise<void> {
	await page.goto(`${url}/school`);
	const choice = page.getByRole('checkbox', { name: recognition.photographs });
	await expect(choice).not.toBeChecked();
	await choice.check();
	await page.getByRole('button', { name: recognition.save }).click();
	await expect(page.getByText(common.saved)).toBeVisible();
	await expectSound(page, 'the school’s settings');
}

test('a photograph is marked like a person, and asked about where the school wants that', async () => {
	test.setTimeout(300_000);
	const tablet = await launchCameraBrowser(async (file) => showHead(file, await headOf('dora')));
	const server = await startServer();
	try {
		const context = await tablet.browser.newContext({ viewport: { width: 1024, height: 768 } });
		const page = await context.newPage();
		await makeFirstAdmin(page, server.adminLink ?? '');
		const names = ['Dora Diaz', 'Kim Keller'];
		const classAddress = await makeClass(page, server.url, 'Biology 9B', names);
		await enrol(page, classAddress, 'Dora Diaz');
		await showHead(tablet.cameraFile, await headOf('kim'));
		await enrol(page, classAddress, 'Kim Keller');
		await showBoth(tablet.cameraFile);

		await startRollCall(page, classAddress);
		await startCamera(page);
		for (const name of names) await expectStatus(page, name, 'present', 60_000);
		await closeRollCall(page);

		await askAboutPhotographs(page, server);
		await startRollCall(page, classAddress);
		await startCamera(page);
		const question = page.getByText(doubts.ask([shortName('Dora Diaz')]));
		await expect(question).toBeVisible({ timeout: 60_000 });
		await expect(page.getByText(doubts.reason.photograph)).toBeVisible();
		await expectStatus(page, 'Kim Keller', 'present', 30_000);
		await expectStatus(page, 'Dora Diaz', 'waiting');
		await expectSound(page, 'a roll call with a photograph');
		await page.getByRole('button', { name: doubts.noLong([shortName('Dora Diaz')]) }).click();
		await expect(page.getByText(doubts.rejected(['Dora Diaz']))).toBeVisible();
		await expectStatus(page, 'Dora Diaz', 'waiting');
		await page.getByRole('button', { name: rollCall.roster.details('Dora Diaz') }).click();
		const details = page.getByRole('dialog', { name: 'Dora Diaz' });
		await expect(details.getByText(rollCall.why.reason.photograph)).toBeVisible();
	} finally {
		await tablet.close();
		await server.stop();
	}
});
