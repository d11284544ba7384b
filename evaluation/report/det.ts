import { probit } from 'simple-statistics';
import type { ErrorPoint } from '../metrics/error-rates';
import { percent, shortPercent } from './numbers';

export interface DetCurve {
	label: string;
	points: readonly ErrorPoint[];
	/** A threshold in use, drawn as a dot. */
	operatingPoint?: ErrorPoint;
}

export interface DetDrawing {
	title: string;
	/** What is on the axes: false match rate, false non-match rate. */
	x: string;
	y: string;
	/** Said in place of curves where there are none. */
	nothing: string;
	curves: readonly DetCurve[];
}

const WIDTH = 760;
const HEIGHT = 640;
const PLOT = { left: 90, right: 730, top: 60, bottom: 560 };
/** Shares that the axes show, with a line each; what is less than the lowest lies on it. */
const TICKS = [0.0001, 0.0004, 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.4];
const LOWEST = 0.0001;
const HIGHEST = 0.5;
const middleY = (PLOT.top + PLOT.bottom) / 2;
/** Dark enough on white for text, and told apart by colour-blind eyes; dashes tell them apart too. */
const STYLES = [
	{ colour: '#0b5394', dash: '' },
	{ colour: '#b45309', dash: '8 5' },
];

/** @returns an SVG document: a DET curve on probit axes, where normal scores lie on straight lines */
export function drawDet({ title, x, y, nothing, curves }: DetDrawing): string {
	const description = curves
		.map(
			({ label, operatingPoint }) =>
				`${label}${operatingPoint ? `, ${dotText(operatingPoint)}` : ''}`,
		)
		.join('; ');
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="14" fill="#1f2937">`,
		`<title id="title">${escape(title)}</title>`,
		`<desc id="description">${escape(`${y} over ${x}. ${description}.`)}</desc>`,
		`<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
		text(PLOT.left, 34, title, 'font-size="18" font-weight="600"'),
		...TICKS.flatMap(grid),
		`<rect x="${PLOT.left}" y="${PLOT.top}" width="${PLOT.right - PLOT.left}" height="${PLOT.bottom - PLOT.top}" fill="none" stroke="#6b7280"/>`,
		text((PLOT.left + PLOT.right) / 2, 606, x, 'text-anchor="middle"'),
		text(0, 0, y, `text-anchor="middle" transform="translate(26 ${middleY}) rotate(-90)"`),
		...curves.flatMap(drawCurve),
		...(curves.every(({ points }) => points.length === 0)
			? [text((PLOT.left + PLOT.right) / 2, middleY, nothing, 'text-anchor="middle"')]
			: []),
		...curves.flatMap(drawLegend),
		'</svg>',
		'',
	].join('\n');
}

/** @returns 0..1 along an axis */
function along(share: number): number {
	const [low, high] = [probit(LOWEST), probit(HIGHEST)];
	return (probit(Math.min(HIGHEST, Math.max(LOWEST, share))) - low) / (high - low);
}

const atX = (share: number) => round(PLOT.left + along(share) * (PLOT.right - PLOT.left));
const atY = (share: number) => round(PLOT.bottom - along(share) * (PLOT.bottom - PLOT.top));
const round = (value: number) => Math.round(value * 10) / 10;

function grid(share: number): string[] {
	const [column, row] = [atX(share), atY(share)];
	const line = 'stroke="#e5e7eb"';
	const label = `${share === LOWEST ? '≤ ' : ''}${shortPercent(share)}`;
	return [
		`<path d="M${column} ${PLOT.top}V${PLOT.bottom}M${PLOT.left} ${row}H${PLOT.right}" ${line}/>`,
		text(column, PLOT.bottom + 20, label, 'text-anchor="middle" font-size="12"'),
		text(PLOT.left - 8, row + 4, label, 'text-anchor="end" font-size="12"'),
	];
}

function drawCurve({ points, operatingPoint }: DetCurve, number: number): string[] {
	if (points.length === 0) return [];
	const { colour, dash } = styleOf(number);
	const path = points
		.map(({ falseMatch, falseNonMatch }) => `${atX(falseMatch)} ${atY(falseNonMatch)}`)
		.filter((place, i, places) => place !== places[i - 1])
		.join('L');
	const line = `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"/>`;
	if (!operatingPoint) return [line];
	const [column, row] = [atX(operatingPoint.falseMatch), atY(operatingPoint.falseNonMatch)];
	return [
		line,
		`<circle cx="${column}" cy="${row}" r="6" fill="${colour}" stroke="#ffffff" stroke-width="2"/>`,
	];
}

function drawLegend({ label, operatingPoint }: DetCurve, number: number): string[] {
	const { colour, dash } = styleOf(number);
	const row = PLOT.top + 24 + number * 44;
	const column = PLOT.right - 300;
	return [
		`<path d="M${column} ${row - 5}h36" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"/>`,
		text(column + 46, row, label, 'font-weight="600"'),
		...(operatingPoint
			? [text(column + 46, row + 18, `● ${dotText(operatingPoint)}`, 'font-size="12"')]
			: []),
	];
}

function dotText({ threshold, falseMatch, falseNonMatch }: ErrorPoint): string {
	return `in use: ${threshold}, with ${percent(falseMatch)} and ${percent(falseNonMatch)}`;
}

const styleOf = (number: number) => STYLES[number % STYLES.length] ?? { colour: '#000', dash: '' };

function text(x: number, y: number, content: string, attributes: string): string {
	return `<text x="${x}" y="${y}" ${attributes}>${escape(content)}</text>`;
}

function escape(content: string): string {
	return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
