// Protects the drawing: a curve's points lie where the axes say, and words of a data set cannot break
// the document.
import { expect, it } from 'vitest';
import { drawDet } from './det';

const drawing = (points: { falseMatch: number; falseNonMatch: number }[], label = 'ours') =>
	drawDet({
		title: 'Title',
		x: 'false match',
		y: 'false non-match',
		nothing: 'No strangers.',
		curves: [
			{
				label,
				points: points.map((point) => ({ ...point, threshold: 0 })),
				operatingPoint: { threshold: 0.5, falseMatch: 0.01, falseNonMatch: 0.1 },
			},
		],
	});

/** Where the line of a share is drawn: the grid's paths are `M<column> <top>V...M<left> <row>H...`. */
function gridLine(svg: string, label: string): { column: number; row: number } {
	const lines = svg.split('\n');
	const at = lines.findIndex((line) => line.includes(`>${label}<`));
	const [, column, row] = /M([\d.]+) 60V560M90 ([\d.]+)H/.exec(lines[at - 1] ?? '') ?? [];
	return { column: Number(column), row: Number(row) };
}

it('puts points and the threshold in use on the lines of their shares', () => {
	const svg = drawing([
		{ falseMatch: 0.01, falseNonMatch: 0.1 },
		{ falseMatch: 0.001, falseNonMatch: 0.4 },
	]);
	const [one, tenth] = [gridLine(svg, '1 %'), gridLine(svg, '10 %')];
	const [thousandth, most] = [gridLine(svg, '0.1 %'), gridLine(svg, '40 %')];
	expect(svg).toContain(`d="M${one.column} ${tenth.row}L${thousandth.column} ${most.row}"`);
	expect(svg).toContain(`<circle cx="${one.column}" cy="${tenth.row}"`);
	expect(svg).toContain('in use: 0.5, with 1.00 % and 10.00 %');
});

it('keeps errors of none and of all inside the frame', () => {
	const svg = drawing([
		{ falseMatch: 1, falseNonMatch: 0 },
		{ falseMatch: 0, falseNonMatch: 1 },
	]);
	expect(svg).toContain('d="M730 560L90 60"');
});

it('says why where there is no curve', () => {
	expect(drawing([])).toContain('>No strangers.<');
	expect(drawing([])).not.toContain('<path d="M"');
	expect(drawing([{ falseMatch: 0.1, falseNonMatch: 0.1 }])).not.toContain('No strangers.');
});

it('escapes what it is given', () => {
	const svg = drawing([], '<b> & "c"');
	expect(svg).toContain('&lt;b> &amp; &quot;c&quot;');
	expect(svg).not.toContain('<b>');
});
