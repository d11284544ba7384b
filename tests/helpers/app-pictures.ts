import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import sharp from 'sharp';
import { messages } from '../../src/lib/messages';
import {
	expectStatus,
	joinByInvitation,
	makeClass,
	makeFirstAdmin,
	startRollCall,
	statusOf,
} from '../e2e/steps';
import { chromiumArguments, findChromium } from './chromium';
import { startServer } from './server';

/** Made up; nobody's, and no faces. */
const CLASS = 'Biology 9B';
const HERE = ['Amina Eze', 'Jo Baker', 'Linh Dang', 'Mira Novak', 'Rui Costa', 'Tolu Adeyemi'];
const WAITING = ['Noor Haddad', 'Sven Lund', 'Yusuf Farah'];
const STUDENT = 'Sven Lund';

/** Of the README. */
const TABLET = { width: 1024, height: 768 };
/** Of the web manifest; a device shows the one that fits it. */
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

/**
 * Takes the pictures of the web manifest and of the README from the running app.
 * @param root of the checkout: they are written to `static` and `docs/images` there
 * @returns the files, from there on
 */
export async function takeAppPictures(root: string): Promise<string[]> {
	const files = [
		'docs/images/roll-call.png',
		'static/screenshot-wide.png',
		'static/screenshot-narrow.png',
	];
	const [rollCall = '', wide = '', narrow = ''] = files.map((file) => join(root, file));
	const server = await startServer();
	const browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: chromiumArguments(),
	});
	try {
		const tablet = await (await browser.newContext({ viewport: TABLET })).newPage();
		await makeFirstAdmin(tablet, server.adminLink ?? '');
		const classAddress = await makeClass(tablet, server.url, CLASS, [...HERE, ...WAITING]);
		const phone = await (await browser.newContext({ viewport: NARROW })).newPage();
		const invitation = { url: server.url, name: STUDENT, signInName: 'sven' };
		await joinByInvitation(tablet, phone, invitation);
		await startRollCall(tablet, classAddress);
		for (const name of HERE) {
			await statusOf(tablet, name).press('Space');
			await expectStatus(tablet, name, 'present');
		}
		const { label, without } = messages.rollCall.camera;
		await tablet.getByRole('button', { name: messages.common.close, exact: true }).last().click();
		await take(tablet, rollCall);
		await tablet.setViewportSize(WIDE);
		const camera = tablet.getByRole('region', { name: label });
		await camera.getByRole('button', { name: without }).click();
		await statusOf(tablet, STUDENT).waitFor();
		await take(tablet, wide);
		await phone.reload();
		await phone.getByText(CLASS).waitFor();
		await take(phone, narrow);
		return files;
	} finally {
		await browser.close();
		await server.stop();
	}
}

async function take(page: Page, file: string): Promise<void> {
	const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
	await sharp(picture).png({ palette: true, compressionLevel: 9 }).toFile(file);
}
