import { readFile, rm } from 'node:fs/promises';
import * as v from 'valibot';

/** @typedef {import('./jobs.js').Outcome} Outcome */

/** @param {boolean} passed @returns {Outcome} */
export const oneCheck = (passed) => ({
	passed: passed ? 1 : 0,
	failed: passed ? 0 : 1,
	skipped: 0,
});

/**
 * A runner that ended badly without naming a failed test (a file that cannot be loaded, no test
 * found, a crash) failed all the same.
 *
 * @param {Outcome} counts
 * @param {number | null} code
 * @returns {Outcome}
 */
function atLeastOne(counts, code) {
	return code === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

const VitestSchema = v.object({
	numPassedTests: v.number(),
	numFailedTests: v.number(),
	numPendingTests: v.number(),
	numTodoTests: v.number(),
	testResults: v.array(
		v.object({
			status: v.string(),
			assertionResults: v.array(v.object({ status: v.string() })),
		}),
	),
});

const PlaywrightSchema = v.object({
	stats: v.object({
		expected: v.number(),
		unexpected: v.number(),
		flaky: v.number(),
		skipped: v.number(),
	}),
	errors: v.array(v.unknown()),
});

/**
 * @template {v.GenericSchema} S
 * @param {string} file the JSON report that the runner wrote
 * @param {number | null} code the runner's exit code
 * @param {S} schema
 * @param {(report: v.InferOutput<S>) => Outcome} count
 */
async function read(file, code, schema, count) {
	const text = await readFile(file, 'utf8').catch(() => 'null');
	await rm(file, { force: true });
	const report = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
	const none = { passed: 0, failed: 0, skipped: 0 };
	return atLeastOne(report.success ? count(report.output) : none, code);
}

/** Counts of Vitest's JSON report. @type {(file: string, code: number | null) => Promise<Outcome>} */
export const vitestCounts = (file, code) =>
	read(file, code, VitestSchema, (report) => ({
		passed: report.numPassedTests,
		failed: report.numFailedTests + report.testResults.filter(failedToLoad).length,
		skipped: report.numPendingTests + report.numTodoTests,
	}));

/** @param {v.InferOutput<typeof VitestSchema>['testResults'][number]} file */
const failedToLoad = (file) =>
	file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed');

/**
 * Counts of Playwright's JSON report. A flaky test, which passed only when run again, has failed.
 *
 * @type {(file: string, code: number | null) => Promise<Outcome>}
 */
export const playwrightCounts = (file, code) =>
	read(file, code, PlaywrightSchema, ({ stats, errors }) => ({
		passed: stats.expected,
		failed: stats.unexpected + stats.flaky + errors.length,
		skipped: stats.skipped,
	}));
