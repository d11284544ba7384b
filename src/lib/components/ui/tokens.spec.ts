/**
 * Protects legibility: the colours of app.css keep the contrast that screens.md promises, in both
 * themes: 7 for names, 4.5 for text and status, 3 for the edge of a control (WCAG 2.2, 1.4.3, 1.4.6,
 * 1.4.11).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STATUS_COLOURS } from '$lib/contract/statuses';

const css = readFileSync(new URL('../../../app.css', import.meta.url), 'utf8');

function colours(block: string): Map<string, string> {
	return new Map(
		[...block.matchAll(/--color-([a-z-]+):\s*(#[0-9a-f]{6})/gu)].map(([, name = '', hex = '']) => [
			name,
			hex,
		]),
	);
}

const light = colours(css.slice(css.indexOf('@theme'), css.indexOf('@keyframes')));
const dark = colours(css.slice(css.indexOf('@variant dark'), css.indexOf('@layer base')));

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
		const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
		return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(theme: Map<string, string>, front: string, back: string): number {
	const a = luminance(theme.get(front) ?? '');
	const b = luminance(theme.get(back) ?? '');
	return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const grounds = ['canvas', 'surface', 'sunken'];
const status = [...STATUS_COLOURS, 'slate'];
const least: [front: string, back: string, ratio: number][] = [
	...grounds.flatMap((ground): [string, string, number][] => [
		['ink', ground, 7],
		['soft', ground, 4.5],
		['edge', ground, 3],
		['accent', ground, 4.5],
		['danger', ground, 4.5],
		...status.map((name): [string, string, number] => [name, ground, 4.5]),
	]),
	...status.flatMap((name): [string, string, number][] => [
		[name, `${name}-tint`, 4.5],
		['ink', `${name}-tint`, 7],
	]),
	['accent', 'accent-tint', 4.5],
	['ink', 'accent-tint', 7],
	['on-accent', 'accent', 4.5],
	['on-accent', 'accent-strong', 4.5],
	['on-danger', 'danger', 4.5],
];

describe.each([
	['light', light],
	['dark', dark],
])('%s theme', (_name, theme) => {
	it('defines the same colours as the other', () => {
		expect([...theme.keys()].sort()).toEqual([...light.keys()].sort());
	});

	it.each(least)('%s on %s has at least %d', (front, back, ratio) => {
		expect(contrast(theme, front, back)).toBeGreaterThanOrEqual(ratio);
	});
});
