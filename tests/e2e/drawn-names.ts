import type { Page } from 'playwright/test';

export interface DrawnNames {
	/** The labels of the newest picture, from left to right on the screen. */
	leftToRight: () => Promise<string[]>;
	/** Whether the camera's picture is shown as in a mirror. */
	mirrored: () => Promise<boolean>;
}

interface Drawing {
	texts: { text: string; x: number }[];
	newest: { text: string; x: number }[];
}

declare global {
	interface Window {
		drawing?: Drawing;
	}
}

/**
 * Notes which labels the page draws over the camera's picture, and where. Names at the boxes are
 * painted, not written into the document, so this is where a test can read them.
 */
export async function watchDrawnNames(page: Page): Promise<DrawnNames> {
	await page.addInitScript(() => {
		const drawing: Drawing = { texts: [], newest: [] };
		window.drawing = drawing;
		type Context = CanvasRenderingContext2D;
		const prototype = CanvasRenderingContext2D.prototype;
		const native = Object.getOwnPropertyDescriptors(prototype);
		const fillText = native.fillText.value as Context['fillText'];
		const clearRect = native.clearRect.value as Context['clearRect'];
		prototype.fillText = function (text, x, y, maxWidth) {
			const place = this.getTransform().transformPoint({ x, y });
			drawing.texts.push({ text, x: place.x });
			fillText.call(this, text, x, y, maxWidth);
		};
		prototype.clearRect = function (...area) {
			drawing.newest = drawing.texts;
			drawing.texts = [];
			clearRect.apply(this, area);
		};
	});
	return {
		leftToRight: () =>
			page.evaluate(() =>
				[...(window.drawing?.newest ?? [])].sort((a, b) => a.x - b.x).map(({ text }) => text),
			),
		mirrored: () =>
			page.locator('video').evaluate((video) => {
				const { transform, scale } = getComputedStyle(video);
				return new DOMMatrix(transform).a < 0 || scale.startsWith('-');
			}),
	};
}
