import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import * as v from 'valibot';
import { ModelIndexSchema, type ModelIndex } from '$lib/contract/models';
import { chromiumArguments, ensureChromium } from '../../scripts/lib/chromium.js';
import { startPageHarness } from '../../vite/page-harness';

const MODEL_INDEX = fileURLToPath(new URL('../../models/prepared/index.json', import.meta.url));
const FILE = /^\/files\/(\d+)$/;
/** Longer than any task takes: the page hangs. */
const TASK_MS = 90_000;

export interface PagesOptions {
	/** Script of the page, from the project's root. */
	script: string;
	/** Names its folder of compiled packages: two programs must not write into one. */
	name: string;
	/** What the page is given below `/files/`, by number: see {@link fileUrl}. */
	files: readonly string[];
	log: (line: string) => void;
}

export interface Pages {
	models: ModelIndex;
	/** Opens one more page, with its script loaded. */
	open: () => Promise<Page>;
	/** May be called more than once. */
	close: () => Promise<void>;
}

/** Where a page finds a file, by its number. */
export function fileUrl(number: number): string {
	return `/files/${number}`;
}

/**
 * Starts headless Chromium and serves it the product's sources.
 * @throws Error one sentence: no Chromium, no models
 */
export async function startPages({ script, name, files, log }: PagesOptions): Promise<Pages> {
	const executablePath = await ensureChromium({ log });
	const harness = await startPageHarness({
		script,
		name,
		fileAt: (pathname) => files[Number(FILE.exec(pathname)?.[1] ?? NaN)] ?? null,
	});
	const models = v.parse(ModelIndexSchema, JSON.parse(await readFile(MODEL_INDEX, 'utf8')));
	const browser = await chromium.launch({
		executablePath,
		args: chromiumArguments(),
		// Ctrl-C is answered by the command, which then closes the browser.
		handleSIGINT: false,
		handleSIGTERM: false,
		handleSIGHUP: false,
	});
	const context = await browser.newContext();
	const open = async () => {
		const page = await context.newPage();
		await page.goto(harness.url);
		return page;
	};
	const close = async () => {
		await browser.close();
		await harness.close();
	};
	let closing: Promise<void> | null = null;
	return { models, open, close: () => (closing ??= close()) };
}

/** @throws Error when a page hangs */
export async function inTime<T>(work: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error('The page does not answer.')), TASK_MS);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
