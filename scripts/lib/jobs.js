import { spawn } from 'node:child_process';

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Runs a command in a process group of its own, so that stopping it stops all that it started.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, show: boolean, env?: Record<string, string> }} options `show` passes the
 *   output on as it comes; otherwise it is kept
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export async function runCommand(command, args, { cwd, show, env }) {
	const child = spawn(command, args, {
		cwd,
		env: { ...process.env, ...env },
		detached: process.platform !== 'win32',
		stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
	});
	running.add(child);
	let output = '';
	child.stdout?.on('data', (chunk) => void (output += String(chunk)));
	child.stderr?.on('data', (chunk) => void (output += String(chunk)));
	const code = await /** @type {Promise<number | null>} */ (
		new Promise((resolve) => {
			child.once('error', (error) => {
				output += error.message;
				resolve(null);
			});
			child.once('close', resolve);
		})
	);
	running.delete(child);
	return { code, output };
}

/** @param {NodeJS.Signals} signal */
export function signalAll(signal) {
	for (const child of running) {
		try {
			if (child.pid === undefined || process.platform === 'win32') child.kill(signal);
			else process.kill(-child.pid, signal);
		} catch {
			// It ended by itself meanwhile.
		}
	}
	return running.size;
}

/**
 * Runs jobs as soon as what they need is done, at most `lanes` at a time, a job marked `alone` by
 * itself (it measures time). A job whose need failed is not run and counts as failed.
 *
 * @template {{ name: string, needs: string[], alone?: boolean }} Job
 * @param {Job[]} jobs
 * @param {number} lanes
 * @param {(job: Job, missing: string | null) => Promise<boolean>} run resolves to whether it passed
 */
export async function runAll(jobs, lanes, run) {
	/** @type {Map<string, boolean>} */
	const done = new Map();
	/** @type {Map<Job, Promise<void>>} */
	const active = new Map();
	const waiting = [...jobs];
	/** @param {Job} job */
	const ready = (job) =>
		job.needs.every((need) => done.has(need)) &&
		active.size < (job.alone ? 1 : lanes) &&
		![...active.keys()].some(({ alone }) => alone);
	while (waiting.length + active.size > 0) {
		for (const job of waiting.filter(ready)) {
			if (!ready(job)) continue;
			waiting.splice(waiting.indexOf(job), 1);
			const missing = job.needs.find((need) => done.get(need) === false) ?? null;
			const end = run(job, missing).then((passed) => {
				done.set(job.name, passed);
				active.delete(job);
			});
			active.set(job, end);
		}
		await Promise.race(active.values());
	}
}
