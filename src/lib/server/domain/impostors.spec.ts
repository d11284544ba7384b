// Protects the promise that a threshold keeps its rate: it follows the measured scores, never falls
// where more is searched or less is allowed, and the table in the program is one of its own engine.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_REFERENCES } from '$lib/contract/enrolment';
import { PIPELINE_VERSION } from '$lib/contract/models';
import checkedIn from './impostor-table.json';
import { thresholdFor, type ImpostorTable, type SearchConditions } from './impostors';

/** Rows that can be followed by hand: a score of 0.1 a decade, more with references and frames. */
const TABLE: ImpostorTable = {
	probabilities: [0.1, 0.01, 0.001],
	rows: [
		{ references: 1, frames: 1, scores: [0.1, 0.2, 0.3] },
		{ references: 1, frames: 4, scores: [0.12, 0.22, 0.32] },
		{ references: 4, frames: 1, scores: [0.14, 0.24, 0.34] },
		{ references: 4, frames: 4, scores: [0.16, 0.26, 0.36] },
	],
};
const ONE: SearchConditions = {
	members: 1,
	referencesPerMember: 1,
	frames: 1,
	fpir: 0.01,
	shift: 0,
};

const conditions = fc.record<SearchConditions>({
	members: fc.integer({ min: 1, max: 5000 }),
	referencesPerMember: fc.double({ min: 1, max: 12, noNaN: true }),
	frames: fc.integer({ min: 1, max: 40 }),
	fpir: fc.double({ min: 1e-7, max: 1, noNaN: true }),
	shift: fc.double({ min: 0, max: 0.2, noNaN: true }),
});

describe('thresholdFor', () => {
	it('takes the score that was measured', () => {
		expect(thresholdFor(ONE, TABLE)).toBeCloseTo(0.2);
		const more = { ...ONE, referencesPerMember: 4, frames: 4, fpir: 0.001 };
		expect(thresholdFor(more, TABLE)).toBeCloseTo(0.36);
	});

	it('interpolates over the logarithms of rate, references and frames', () => {
		expect(thresholdFor({ ...ONE, fpir: 10 ** -2.5 }, TABLE)).toBeCloseTo(0.25);
		expect(thresholdFor({ ...ONE, referencesPerMember: 2 }, TABLE)).toBeCloseTo(0.22);
		expect(thresholdFor({ ...ONE, frames: 2 }, TABLE)).toBeCloseTo(0.21);
	});

	it('shares the rate among the members', () => {
		const perMember = 1 - (1 - 0.05) ** (1 / 30);
		expect(thresholdFor({ ...ONE, members: 30, fpir: 0.05 }, TABLE)).toBeCloseTo(
			thresholdFor({ ...ONE, fpir: perMember }, TABLE),
		);
	});

	it('goes on beyond the rarest score, and stays at the outer ones otherwise', () => {
		expect(thresholdFor({ ...ONE, fpir: 1e-4 }, TABLE)).toBeCloseTo(0.4);
		expect(thresholdFor({ ...ONE, fpir: 0.5 }, TABLE)).toBeCloseTo(0.1);
		expect(thresholdFor({ ...ONE, fpir: 1 }, TABLE)).toBeCloseTo(0.1);
		expect(thresholdFor({ ...ONE, referencesPerMember: 50, frames: 50 }, TABLE)).toBeCloseTo(0.26);
	});

	it('adds what a school needs on top', () => {
		expect(thresholdFor({ ...ONE, shift: 0.03 }, TABLE)).toBeCloseTo(0.23);
	});

	it.each([
		['a stricter rate', ({ fpir }: SearchConditions, x: number) => ({ fpir: fpir * x })],
		['more members', ({ members }: SearchConditions, x: number) => ({ members: members / x })],
		['more frames', ({ frames }: SearchConditions, x: number) => ({ frames: frames / x })],
		[
			'more references',
			(of: SearchConditions, x: number) => ({ referencesPerMember: of.referencesPerMember / x }),
		],
	])('never falls with %s', (_, change) => {
		const factor = fc.double({ min: 0.001, max: 1, noNaN: true });
		fc.assert(
			fc.property(conditions, factor, (of, x) => {
				const stricter = thresholdFor({ ...of, ...change(of, x) });
				expect(stricter).toBeGreaterThanOrEqual(thresholdFor(of) - 1e-12);
			}),
		);
	});
});

describe('the table in the program', () => {
	it('was measured with the engine that the program runs', () => {
		// A failure here says: run the command that the table names, and check the new table in.
		expect(checkedIn.made.pipelineVersion).toBe(PIPELINE_VERSION);
	});

	it('is complete, from frequent to rare, and never falls', () => {
		const { probabilities, rows } = checkedIn;
		expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
		const references = new Set(rows.map((row) => row.references));
		const frames = new Set(rows.map((row) => row.frames));
		expect(rows).toHaveLength(references.size * frames.size);
		expect(Math.max(...references)).toBeGreaterThanOrEqual(MAX_REFERENCES);
		for (const row of rows) {
			expect(row.scores).toHaveLength(probabilities.length);
			expect(row.scores).toEqual([...row.scores].sort((a, b) => a - b));
			for (const other of rows) {
				if (other.references < row.references || other.frames < row.frames) continue;
				other.scores.forEach((score, i) => expect(score).toBeGreaterThanOrEqual(row.scores[i]!));
			}
		}
	});

	it('puts a class of thirty where the development photos did', () => {
		const ofThirty = { members: 30, referencesPerMember: 3, frames: 3, fpir: 0.001, shift: 0 };
		// docs/accuracy.md: FPIR 0.1 % with three photos fused from 0.497, with one from 0.474.
		expect(Math.abs(thresholdFor(ofThirty) - 0.497)).toBeLessThan(0.015);
		expect(Math.abs(thresholdFor({ ...ofThirty, frames: 1 }) - 0.474)).toBeLessThan(0.015);
	});
});
