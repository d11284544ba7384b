import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse from 'lighthouse';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { joinByInvitation, makeClass, makeFirstAdmin, signIn, startRollCall } from '../e2e/steps';
import { chromiumArguments, findChromium } from '../helpers/chromium';
import { freePort, startServer } from '../helpers/server';
import { tableLine } from './table';

/** Lighthouse's categories, and the least that each page must reach in them, of 100. */
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
type Category = (typeof CATEGORIES)[number];
const LEAST = 95;
/** A machine has other things to do: the median counts. */
const RUNS = 3;

/** Made up; nobody's. */
const CLASS = 'Biology 9B';
const STUDENTS = ['Amina Eze', 'Jo Baker', 'Linh Dang', 'Rui Costa', 'Tolu Adeyemi', 'Yusuf Farah'];

/** A page, and who looks at it. */
interface Visit {
	path: string;
	/** Sign-in name; null is nobody. */
	as: string | null;
}

const VISITS: readonly Visit[] = [
	{ path: '/sign-in', as: null },
	{ path: '/today', as: 'ada' },
	{ path: '/check-in', as: 'amina' },
];

export interface PageScores extends Visit {
	/** The median of the runs, 0..100. */
	scores: Record<Category, number>;
	/** What fell short in the last run, with its own words. */
	remarks: string[];
}

export interface LighthouseBench {
	pages: PageScores[];
	passed: boolean;
}

/** Lighthouse, as a phone on a slow network sees them, on the pages that people begin with. */
export async function measure(print: (line: string) => void): Promise<LighthouseBench> {
	const server = await startServer();
	try {
		await makeSchool(server.url, server.adminLink ?? '');
		print(tableLine(['page', ...CATEGORIES.map((name) => name.replace('best-', ''))]));
		const pages: PageScores[] = [];
		for (const visit of VISITS) {
			const page = await measurePage(server.url, visit);
			pages.push(page);
			print(tableLine([visit.path, ...CATEGORIES.map((name) => page.scores[name])]));
			for (const remark of page.remarks) print(`    ${remark}`);
		}
		const passed = pages.every(({ scores }) => Object.values(scores).every((one) => one >= LEAST));
		print(passed ? `All reach ${LEAST}.` : `Not all reach ${LEAST}.`);
		return { pages, passed };
	} finally {
		await server.stop();
	}
}

/** A class with an open roll call, and a student with an account. */
async function makeSchool(url: string, adminLink: string): Promise<void> {
	const browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: chromiumArguments(),
	});
	try {
		const admin = await (await browser.newContext()).newPage();
		await makeFirstAdmin(admin, adminLink);
		const classAddress = await makeClass(admin, url, CLASS, STUDENTS);
		await startRollCall(admin, classAddress);
		const student = await (await browser.newContext()).newPage();
		const [name = ''] = STUDENTS;
		await joinByInvitation(admin, student, { url, name, signInName: 'amina' });
	} finally {
		await browser.close();
	}
}

async function measurePage(url: string, visit: Visit): Promise<PageScores> {
	const runs: Awaited<ReturnType<typeof runOnce>>[] = [];
	for (let run = 0; run < RUNS; run++) {
		// A profile of its own: the first visit of a device is the one that is slow.
		runs.push(await withBrowser((page, port) => runOnce(page, port, url, visit)));
	}
	const scores = Object.fromEntries(
		CATEGORIES.map((name) => [name, median(runs.map(({ scores }) => scores[name]))]),
	) as Record<Category, number>;
	return { ...visit, scores, remarks: runs.at(-1)?.remarks ?? [] };
}

async function withBrowser<T>(work: (page: Page, port: number) => Promise<T>): Promise<T> {
	const profile = await mkdtemp(join(tmpdir(), 'facetrack-lighthouse-'));
	const port = await freePort();
	let context: BrowserContext | null = null;
	try {
		context = await chromium.launchPersistentContext(profile, {
			executablePath: findChromium() ?? undefined,
			args: [...chromiumArguments(), `--remote-debugging-port=${port}`],
		});
		return await work(await context.newPage(), port);
	} finally {
		await context?.close();
		await rm(profile, { recursive: true, force: true });
	}
}

async function runOnce(page: Page, port: number, url: string, { path, as }: Visit) {
	if (as !== null) await signIn(page, url, as);
	// Lighthouse opens a tab of its own, and keeps cookies alone of what was there before.
	await page.goto('about:blank');
	const result = await lighthouse(`${url}${path}`, {
		port,
		logLevel: 'error',
		onlyCategories: [...CATEGORIES],
	});
	if (!result) throw new Error(`Lighthouse says nothing of ${path}.`);
	const { lhr } = result;
	if (lhr.runtimeError) throw new Error(`Lighthouse, ${path}: ${lhr.runtimeError.message}`);
	const ended = new URL(lhr.finalDisplayedUrl, url).pathname;
	if (ended !== path) throw new Error(`Lighthouse was led from ${path} to ${ended}.`);
	const scores = Object.fromEntries(
		CATEGORIES.map((name) => [name, Math.round((lhr.categories[name]?.score ?? 0) * 100)]),
	) as Record<Category, number>;
	const remarks = CATEGORIES.flatMap((name) =>
		(lhr.categories[name]?.auditRefs ?? [])
			.filter(({ id, weight }) => weight > 0 && (lhr.audits[id]?.score ?? 1) < 0.9)
			.map(({ id }) => `${lhr.audits[id]?.title ?? id}: ${lhr.audits[id]?.displayValue ?? 'no'}`),
	);
	return { scores, remarks };
}

function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
