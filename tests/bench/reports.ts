import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantileSorted } from 'simple-statistics';
import { periodUntil, type Tally } from '../../src/lib/contract/reports';
import { loadConfig } from '../../src/lib/server/config';
import { createContainer, type Container } from '../../src/lib/server/container';
import { createDatabase, type DatabaseClient } from '../../src/lib/server/db/client';
import { startEmbeddedPostgres } from '../../src/lib/server/db/embedded';
import { migrateToLatest } from '../../src/lib/server/db/migrate';
import type { Actor } from '../../src/lib/server/domain/access';
import { createLog } from '../../src/lib/server/log';
import { CLASSES, idOf, makeSchool, MARKS, STUDENTS, TEACHERS } from './reports/school';
import { roundMs, tableLine } from './table';

const RUNS = 60;
const WARM_UPS = 10;
const EXPORT_RUNS = 3;
const TERM_DAYS = 91;
const WEEKS_DAYS = 28;
const YEAR_DAYS = 364;

export interface ReportsRow {
	name: string;
	/** ms */
	p50: number;
	p95: number;
	/** What one answer is made of: lines of the list, marks of the report. */
	rows: number;
}

export interface ReportsBench {
	rows: ReportsRow[];
	/** ms from the request to the first bytes of the whole school's year. */
	exportFirstBytes: number;
	exportMegabytes: number;
}

/** A year of a school in an embedded PostgreSQL, and how long the questions to it take. */
export async function measure(print: (line: string) => void): Promise<ReportsBench> {
	const dataDir = await mkdtemp(join(tmpdir(), 'facetrack-bench-'));
	const log = createLog('silent');
	const embedded = await startEmbeddedPostgres({ dataDir, log, durable: false });
	const database = createDatabase(embedded.url);
	try {
		await migrateToLatest(database.db);
		const began = performance.now();
		await makeSchool(database.sql, new Date());
		const seconds = Math.round((performance.now() - began) / 1000);
		print(`${STUDENTS} students, ${CLASSES} classes, ${MARKS} marks, made in ${seconds} s.`);
		const config = loadConfig({ DATA_DIR: dataDir });
		const container = await createContainer({ config, log, database, models: null });
		try {
			return await measureAll(container, database, print);
		} finally {
			await container.dispose();
		}
	} finally {
		await database.close();
		await embedded.stop();
		await rm(dataDir, { recursive: true });
	}
}

async function measureAll(
	container: Container,
	database: DatabaseClient,
	print: (line: string) => void,
): Promise<ReportsBench> {
	const { reports, classes, rollCalls } = container;
	const [{ today }] = await database.sql<[{ today: string }]>`select current_date::text as today`;
	const [term, weeks] = [periodUntil(today, TERM_DAYS), periodUntil(today, WEEKS_DAYS)];
	const teacher = (run: number): Actor => actor('teacher', idOf('20', run % TEACHERS));
	const admin = actor('admin', idOf('20', 0));
	const marksIn = ({ tally }: { tally: Tally }) =>
		tally.present + tally.late + tally.absent + tally.excused + tally.waiting;

	const todayOf = async (who: Actor) =>
		(await Promise.all([classes.list(who), rollCalls.ofToday(who)])).flat().length;

	const questions: Record<string, (run: number) => Promise<number>> = {
		"today's list of a teacher": (run) => todayOf(teacher(run)),
		"today's list of an admin": () => todayOf(admin),
		'class matrix of a term': async (run) =>
			marksIn((await reports.ofClass(admin, idOf('30', run % CLASSES), term)).totals),
		'student page of a year': async (run) =>
			marksIn(
				(
					await reports.ofStudent(
						admin,
						idOf('10', (run * 37) % STUDENTS),
						periodUntil(today, YEAR_DAYS),
					)
				).totals,
			),
		'at risk, a teacher, a term': async (run) => (await reports.atRisk(teacher(run), term)).length,
		'at risk, the school, four weeks': async () => (await reports.atRisk(admin, weeks)).length,
		"the school's day": async () => (await reports.ofDay(admin, today)).length,
	};
	print(tableLine(['p50 ms', 'p95 ms', 'rows']));
	const rows: ReportsRow[] = [];
	for (const [name, ask] of Object.entries(questions)) {
		rows.push(await measureQuestion(name, ask));
		printRow(print, rows.at(-1));
	}
	const exported = await measureExport(container, admin, today);
	printRow(print, exported.row);
	print(`The first bytes of the export after ${exported.firstMs} ms.`);
	return {
		rows: [...rows, exported.row],
		exportFirstBytes: exported.firstMs,
		exportMegabytes: exported.megabytes,
	};
}

async function measureQuestion(
	name: string,
	ask: (run: number) => Promise<number>,
): Promise<ReportsRow> {
	for (let run = 0; run < WARM_UPS; run++) await ask(run);
	const times: number[] = [];
	let rows = 0;
	for (let run = 0; run < RUNS; run++) {
		const began = performance.now();
		rows = await ask(run);
		times.push(performance.now() - began);
	}
	return summed(name, times, rows);
}

/** The whole school's year, read to its end as fast as it comes. */
async function measureExport({ reportExport }: Container, admin: Actor, today: string) {
	const times: number[] = [];
	const firsts: number[] = [];
	let rows = 0;
	let bytes = 0;
	for (let run = 0; run < EXPORT_RUNS; run++) {
		const began = performance.now();
		const request = { classId: null, period: periodUntil(today, YEAR_DAYS) };
		const { csv } = await reportExport.start(admin, request, false);
		rows = 0;
		bytes = 0;
		for await (const piece of csv as AsyncIterable<Buffer>) {
			if (bytes === 0) firsts.push(performance.now() - began);
			bytes += piece.length;
			for (const byte of piece) if (byte === 0x0a) rows++;
		}
		times.push(performance.now() - began);
	}
	return {
		row: summed('full export of a year', times, rows),
		firstMs: roundMs(Math.max(...firsts)),
		megabytes: Math.round(bytes / 1e6),
	};
}

function summed(name: string, times: number[], rows: number): ReportsRow {
	const sorted = times.toSorted((a, b) => a - b);
	return {
		name,
		p50: roundMs(quantileSorted(sorted, 0.5)),
		p95: roundMs(quantileSorted(sorted, 0.95)),
		rows,
	};
}

function printRow(print: (line: string) => void, row: ReportsRow | undefined): void {
	if (row) print(`${tableLine([row.p50, row.p95, row.rows])}  ${row.name}`);
}

const actor = (role: Actor['role'], id: string): Actor => ({ id, role, name: role });
