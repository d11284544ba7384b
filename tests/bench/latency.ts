import { chromium, type Browser, type Page } from 'playwright';
import { fakeCameraArguments, findChromium } from '../helpers/chromium';
import { showToCamera } from '../helpers/fake-camera';
import { headOf } from '../helpers/sample-faces';
import { startServer } from '../helpers/server';
import { messages } from '../../src/lib/messages';
import {
	enrol,
	makeClass,
	makeFirstAdmin,
	showHead,
	startCamera,
	startRollCall,
} from '../e2e/steps';
import { PEOPLE, sceneOf } from './scene';

export interface LatencyRow {
	faces: number;
	/** How many marks the percentiles come from. */
	marks: number;
	/** ms */
	p50: number;
	p95: number;
}

/** Marks that each row of the table is made of, at the least. */
const MARKS = 16;
const ALL_MARKED_MS = 120_000;

declare global {
	interface Window {
		markedAt: Record<string, number>;
	}
}

/** Takes roll calls on real faces until there are marks enough, and times each on a second device. */
export async function measureLatency(
	faceCounts: readonly number[],
	cameraFile: string,
	log: (line: string) => void,
): Promise<LatencyRow[]> {
	await showHead(cameraFile, await headOf('dora'));
	const server = await startServer();
	const browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: fakeCameraArguments(cameraFile),
	});
	try {
		const tablet = await (await browser.newContext()).newPage();
		await makeFirstAdmin(tablet, server.adminLink ?? '');
		const classAddress = await enrolAll(tablet, server.url, cameraFile, log);
		const rows: LatencyRow[] = [];
		for (const faces of faceCounts) {
			log(`Taking roll calls with ${faces} ${faces === 1 ? 'face' : 'faces'} on camera...`);
			await showToCamera(cameraFile, await sceneOf(faces, 2));
			const latencies: number[] = [];
			while (latencies.length < MARKS) {
				latencies.push(...(await timeRollCall(browser, tablet, classAddress, faces)));
			}
			rows.push({ faces, marks: latencies.length, ...percentiles(latencies) });
		}
		return rows;
	} finally {
		await browser.close();
		await server.stop();
	}
}

const nameOf = (face: string) => `${face.charAt(0).toUpperCase()}${face.slice(1)} Bench`;

async function enrolAll(
	tablet: Page,
	url: string,
	cameraFile: string,
	log: (line: string) => void,
): Promise<string> {
	const address = await makeClass(tablet, url, 'Bench', PEOPLE.map(nameOf));
	for (const face of PEOPLE) {
		log(`Enrolling ${nameOf(face)}...`);
		await showHead(cameraFile, await headOf(face));
		await enrol(tablet, address, nameOf(face));
	}
	return address;
}

/** One roll call: for each mark, the time from its deciding frame to the row on the other page. */
async function timeRollCall(
	browser: Browser,
	tablet: Page,
	classAddress: string,
	faces: number,
): Promise<number[]> {
	const address = await startRollCall(tablet, classAddress);
	const state = await tablet.context().storageState();
	const watcher = await (await browser.newContext({ storageState: state })).newPage();
	const captured = watchCaptures(watcher);
	await noteMarks(watcher);
	await watcher.goto(address);
	await startCamera(tablet);
	await watcher.waitForFunction((wanted) => Object.keys(window.markedAt).length >= wanted, faces, {
		timeout: ALL_MARKED_MS,
	});
	const marked = await watcher.evaluate(() => window.markedAt);
	await watcher.context().close();
	await close(tablet);
	return Object.entries(marked).flatMap(([studentId, at]) => {
		const from = captured.get(studentId);
		return from === undefined ? [] : [at - from];
	});
}

/** When the frame behind each student's mark was captured, as the roster's changes tell. */
function watchCaptures(page: Page): Map<string, number> {
	const captured = new Map<string, number>();
	page.on('websocket', (socket) => {
		socket.on('framereceived', ({ payload }) => {
			const [, json] = /^42(\["roster:changed".*)$/s.exec(String(payload)) ?? [];
			if (json === undefined) return;
			const [, change] = JSON.parse(json) as [
				string,
				{ capturedAt: number | null; entries: { studentId: string }[] },
			];
			if (change.capturedAt === null) return;
			for (const { studentId } of change.entries) captured.set(studentId, change.capturedAt);
		});
	});
	return captured;
}

/** Notes when a row's status button first says another status than waiting. */
async function noteMarks(page: Page): Promise<void> {
	await page.addInitScript((present) => {
		window.markedAt = {};
		new MutationObserver((changes) => {
			for (const { target } of changes) {
				if (!(target instanceof HTMLElement)) continue;
				const studentId = target.closest<HTMLElement>('[data-student]')?.dataset.student;
				const isMarked = target.getAttribute('aria-label')?.includes(`: ${present}.`);
				if (studentId !== undefined && isMarked) window.markedAt[studentId] ??= Date.now();
			}
		}).observe(document, { subtree: true, attributeFilter: ['aria-label'] });
	}, messages.common.statuses.present.word);
}

async function close(tablet: Page): Promise<void> {
	const text = messages.rollCall.close;
	await tablet.getByRole('button', { name: text.actionLong }).click();
	await tablet.getByRole('button', { name: text.confirm }).click();
	await tablet.getByText(messages.rollCall.closed.text).waitFor();
}

/** Nearest-rank percentiles. */
function percentiles(values: readonly number[]): { p50: number; p95: number } {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share: number) =>
		Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
	return { p50: at(0.5), p95: at(0.95) };
}
