import { Transform } from '@json2csv/node';
import { pipeline, Readable } from 'node:stream';
import type { ExportRequest, Period } from '$lib/contract/reports';
import type { StatusNames } from '$lib/contract/statuses';
import { messages } from '$lib/messages';
import type { Db } from '../db/executor';
import type * as reportRows from '../db/reports.repository';
import type { ExportedMark } from '../db/reports.repository';
import type { Actor } from '../domain/access';
import { spreadsheetText } from '../domain/spreadsheet-cell';
import { TooManyError } from '../errors';
import type { Log } from '../log';
import { authorise } from './authorise';
import type { Classes } from './classes';
import type { Reports } from './reports';
import type { SchoolService } from './school';

/** Each holds a connection of the pool's ten for as long as its reader takes. */
const MOST_AT_A_TIME = 3;
const RETRY_SECONDS = 30;
/** A socket likes a few large pieces better than a piece a line. */
const PIECE_CHARS = 32_768;

export interface ReportExportDeps {
	db: Db;
	reports: Pick<typeof reportRows, 'streamExport'>;
	classes: Pick<Classes, 'requireTaught'>;
	list: Pick<Reports, 'classes'>;
	school: Pick<SchoolService, 'statuses'>;
	log: Log;
}

export interface Export {
	/** "attendance-2026-11-01-2026-11-30.csv" */
	fileName: string;
	/** UTF-8 in pieces; destroying it ends the query. */
	csv: Readable;
}

/** Marks as a file for a spreadsheet, made while it is read: as long as one likes in flat memory. */
export function createReportExport({ db, reports, classes, list, school, log }: ReportExportDeps) {
	let running = 0;

	/** One class after another, each by a cursor of its own. */
	async function* read(classIds: readonly string[], period: Period) {
		const names = await school.statuses();
		for (const classId of classIds) {
			for await (const mark of reports.streamExport(db, classId, period)) yield toLine(mark, names);
		}
	}

	return {
		/**
		 * @param bom begins with a byte order mark, by which Excel knows UTF-8
		 * @throws AppError 'forbidden', 'not-found'; TooManyError while others run
		 */
		async start(actor: Actor, request: ExportRequest, bom: boolean): Promise<Export> {
			authorise(actor, 'viewReports');
			const { classId, period } = request;
			const chosen =
				classId === null
					? await list.classes(actor)
					: [await classes.requireTaught(actor, classId, 'viewReports')];
			if (running >= MOST_AT_A_TIME) {
				throw new TooManyError(messages.reports.export.busy, RETRY_SECONDS);
			}
			running++;
			const ids = chosen.map(({ id }) => id);
			const lines = new Transform(
				{ fields: COLUMNS, eol: '\r\n', withBOM: bom },
				{},
				{ objectMode: true },
			);
			const csv = Readable.from(inPieces(lines), { objectMode: false });
			pipeline(Readable.from(read(ids, period)), lines, (error) => {
				running--;
				if (error && !csv.destroyed) log.error({ err: error }, 'an export failed');
				if (error) csv.destroy(error);
			});
			csv.once('close', () => lines.destroy());
			return { fileName: `attendance-${period.from}-${period.to}.csv`, csv };
		},
	};
}

const words = messages.reports.export.columns;
const COLUMNS = [
	{ label: words.class, value: 'className' },
	{ label: words.day, value: 'day' },
	{ label: words.startsAt, value: 'startsAt' },
	{ label: words.student, value: 'student' },
	{ label: words.studentNumber, value: 'studentNumber' },
	{ label: words.status, value: 'status' },
	{ label: words.minutesLate, value: 'minutesLate' },
	{ label: words.markedAt, value: 'markedAt' },
	{ label: words.method, value: 'method' },
	{ label: words.leftAt, value: 'leftAt' },
	{ label: words.remark, value: 'remark' },
] satisfies { label: string; value: keyof ExportedMark }[];

/** In the school's words, and safe where people typed them. */
function toLine(
	mark: ExportedMark,
	names: StatusNames,
): Record<keyof ExportedMark, string | number | null> {
	const { method, waiting } = messages.common;
	return {
		...mark,
		className: spreadsheetText(mark.className),
		student: spreadsheetText(mark.student),
		studentNumber: mark.studentNumber === null ? null : spreadsheetText(mark.studentNumber),
		remark: mark.remark === null ? null : spreadsheetText(mark.remark),
		status: spreadsheetText(mark.status === null ? waiting.word : names[mark.status].word),
		method: mark.method === null ? null : method[mark.method],
	};
}

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
	let piece = '';
	for await (const line of lines) {
		piece += line;
		if (piece.length < PIECE_CHARS) continue;
		yield Buffer.from(piece);
		piece = '';
	}
	if (piece !== '') yield Buffer.from(piece);
}
