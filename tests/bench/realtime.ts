import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { quantile } from 'simple-statistics';
import { PIPELINE_VERSION } from '../../src/lib/contract/models';
import { loadKeyring } from '../../src/lib/server/crypto/keyring';
import { createVault } from '../../src/lib/server/crypto/vault';
import { createDatabase } from '../../src/lib/server/db/client';
import { ensurePassword, SUPERUSER } from '../../src/lib/server/db/embedded-folder';
import { readModelIndex } from '../../src/lib/server/models';
import { startServer } from '../helpers/server';
import { startChild, type Child } from './realtime/child';
import { measureOpening, type Opening } from './realtime/opening';
import {
	MEMBERS,
	REFERENCES,
	type EchoTask,
	type LoadReport,
	type LoadTask,
} from './realtime/scenario';
import { makeClass, openRollCall, type BenchClass, type School } from './realtime/school';
import { ratio, roundMs, tableLine } from './table';

const ROLL_CALLS = [10, 25, 50, 100];
/** Where 100 hold the limit, or do not, this is tried too. */
const MORE_ROLL_CALLS = [150, 200];
const FEWER_ROLL_CALLS = [75];
const LIMIT_MS = 50;

interface Percentiles {
	p50: number;
	p99: number;
}

export interface RealtimeRow extends Percentiles {
	rollCalls: number;
	/** The same traffic through a bare Socket.IO server, right after. */
	echoP50: number;
	echoP99: number;
	/** Our p99 divided by the echo's. */
	ratio: number;
}

export interface RealtimeBench {
	/** ms from the sending of a batch that decides to the change of the roster on another device. */
	rows: RealtimeRow[];
	opening: Opening;
	/** The most roll calls at once of those tried whose p99 is under 50 ms; 0: none. */
	mostUnder50Ms: number;
}

interface Bench {
	school: School;
	/** Of the server. */
	url: string;
	load: Child<LoadTask, LoadReport>;
	classes: BenchClass[];
}

/** Takes more and more roll calls at once, and sends the same traffic through an echo. */
export async function measure(log: (line: string) => void): Promise<RealtimeBench> {
	const { bench, stop } = await start();
	try {
		const opening = await measureOpening(bench.school);
		log(tableLine(['roll calls', 'p50 ms', 'p99 ms', 'echo p50', 'echo p99', 'ratio']));
		const rows: RealtimeRow[] = [];
		for (const rollCalls of ROLL_CALLS) rows.push(await measureRow(bench, rollCalls, log));
		const result = { rows, opening, mostUnder50Ms: await findMost(bench, rows, log) };
		const { members, references, ms } = opening;
		log(`Under ${LIMIT_MS} ms: ${result.mostUnder50Ms} roll calls at once.`);
		log(`A class of ${members} with ${references} references each opens in ${roundMs(ms)} ms.`);
		return result;
	} finally {
		await stop();
	}
}

/** The server as people start it, with its own PostgreSQL, and a process for all devices. */
async function start(): Promise<{ bench: Bench; stop: () => Promise<void> }> {
	const undo: (() => Promise<unknown>)[] = [];
	const stop = async () => {
		for (let step = undo.pop(); step; step = undo.pop()) await step();
	};
	try {
		const dataDir = await mkdtemp(path.join(tmpdir(), 'facetrack-bench-'));
		undo.push(() => rm(dataDir, { recursive: true }));
		const server = await startServer({ env: { DATA_DIR: dataDir, LOG_LEVEL: 'warn' } });
		undo.push(() => server.stop());
		const database = createDatabase(await databaseOf(dataDir));
		undo.push(() => database.close());
		const vault = createVault(await loadKeyring({ dataDir, encryptionKey: null }));
		const models = await readModelIndex();
		const modelId = models?.embedder.id ?? randomUUID();
		const load = await startChild<LoadTask, LoadReport>('load.ts');
		undo.push(() => load.end());
		const school = { database, vault, engine: { modelId, pipelineVersion: PIPELINE_VERSION } };
		return { bench: { school, url: server.url, load, classes: [] }, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Where the server's own PostgreSQL listens, by its files. */
async function databaseOf(dataDir: string): Promise<string> {
	const [, , , port] = (
		await readFile(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8')
	).split('\n');
	const password = await ensurePassword(dataDir);
	return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/facetrack`;
}

async function measureRow(
	bench: Bench,
	rollCalls: number,
	log: (line: string) => void,
): Promise<RealtimeRow> {
	const tasks = await openRollCalls(bench, rollCalls);
	const { latencies, sample } = await bench.load.ask({ ...tasks, url: bench.url });
	const echo = await startChild<EchoTask, { url: string }>('echo.ts');
	const { url } = await echo.ask(sample);
	const echoed = await bench.load.ask({ ...tasks, url });
	await echo.end();
	const { p50, p99 } = percentiles(latencies);
	const { p50: echoP50, p99: echoP99 } = percentiles(echoed.latencies);
	const row = { rollCalls, p50, p99, echoP50, echoP99, ratio: ratio(p99, echoP99) };
	log(tableLine(Object.values(row)));
	return row;
}

/** Tries numbers beyond the table, the real server alone. */
async function findMost(
	bench: Bench,
	rows: readonly RealtimeRow[],
	log: (line: string) => void,
): Promise<number> {
	const under = rows.filter(({ p99 }) => p99 < LIMIT_MS).map(({ rollCalls }) => rollCalls);
	let most = Math.max(0, ...under);
	const largest = Math.max(...ROLL_CALLS);
	for (const rollCalls of most === largest ? MORE_ROLL_CALLS : FEWER_ROLL_CALLS) {
		if (rollCalls <= most) continue;
		const { latencies } = await bench.load.ask({
			...(await openRollCalls(bench, rollCalls)),
			url: bench.url,
		});
		const { p50, p99 } = percentiles(latencies);
		log(tableLine([rollCalls, p50, p99]));
		if (p99 >= LIMIT_MS) break;
		most = rollCalls;
	}
	return most;
}

async function openRollCalls(
	{ school, classes }: Bench,
	count: number,
): Promise<Pick<LoadTask, 'engine' | 'rollCalls'>> {
	while (classes.length < count) {
		classes.push(await makeClass(school, { members: MEMBERS, references: REFERENCES }));
	}
	const { db } = school.database;
	const some = classes.slice(0, count);
	const rollCalls = await Promise.all(some.map((one) => openRollCall(db, one)));
	return { engine: school.engine, rollCalls };
}

function percentiles(ms: readonly number[]): Percentiles {
	const values = [...ms];
	return { p50: roundMs(quantile(values, 0.5)), p99: roundMs(quantile(values, 0.99)) };
}
