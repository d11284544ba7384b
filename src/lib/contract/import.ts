import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';
import type { ExcuseAsker, MarkStatus } from './terms';

/** A term of a large school has some thousand marks a class; more goes in several files. */
export const MAX_IMPORT_LINES = 20_000;
export const MAX_IMPORT_BYTES = 4_000_000;

export const ImportKindSchema = v.picklist(['marks', 'excuses']);
export type ImportKind = v.InferOutput<typeof ImportKindSchema>;

const request = {
	kind: ImportKindSchema,
	csv: v.pipe(
		v.string(),
		v.check((text) => text.trim() !== '', validation.importEmpty),
		v.maxBytes(MAX_IMPORT_BYTES, validation.importLarge(MAX_IMPORT_BYTES / 1_000_000)),
		// PostgreSQL keeps no such character, and no text file has one.
		v.check((text) => !text.includes('\0'), validation.importNotText),
	),
};

export const PreviewImportSchema = v.object(request);
export type ImportRequest = v.InferOutput<typeof PreviewImportSchema>;

/** `digest`: of the preview that was looked at. */
export const ConfirmImportSchema = v.object({ ...request, digest: v.string() });
export type ConfirmedImport = v.InferOutput<typeof ConfirmImportSchema>;

/**
 * A file's text. UTF-8 with or without a byte order mark.
 * @returns null for another encoding
 */
export function decodeCsv(bytes: ArrayBuffer): string | null {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return null;
	}
}

export const MARK_COLUMNS = [
	'class',
	'day',
	'startsAt',
	'student',
	'studentNumber',
	'status',
	'minutesLate',
	'arrivedAt',
	'leftAt',
	'remark',
] as const;
export type MarkColumn = (typeof MARK_COLUMNS)[number];

export const EXCUSE_COLUMNS = [
	'student',
	'studentNumber',
	'class',
	'firstDay',
	'lastDay',
	'reason',
	'askedBy',
] as const;
export type ExcuseColumn = (typeof EXCUSE_COLUMNS)[number];

export type ImportColumn = MarkColumn | ExcuseColumn;

/** Why a line cannot be imported; the sentence of each is in messages/en/imports.ts. */
export type ImportProblemCode =
	| 'quotes'
	| 'no-lines'
	| 'too-many-lines'
	| 'column-missing'
	| 'column-twice'
	| 'too-many-cells'
	| 'missing'
	| 'class-unknown'
	| 'class-ambiguous'
	| 'class-needed'
	| 'day'
	| 'time'
	| 'moment'
	| 'time-skipped'
	| 'in-future'
	| 'student-unknown'
	| 'student-ambiguous'
	| 'no-member'
	| 'status'
	| 'waiting'
	| 'minutes'
	| 'minutes-many'
	| 'not-late'
	| 'not-there'
	| 'left-before'
	| 'too-far'
	| 'long'
	| 'roll-call-open'
	| 'roll-call-planned'
	| 'roll-call-twice'
	| 'repeated'
	| 'excused'
	| 'last-day'
	| 'excuse-long'
	| 'asked-by'
	| 'excuse-waiting';

export interface ImportProblem {
	/** Of the file, counted from 1. */
	line: number;
	/** Null: the line as a whole. */
	column: ImportColumn | null;
	/** What stands there. */
	found: string;
	code: ImportProblemCode;
	/** What the sentence names besides: a line, a day. */
	detail: string;
}

/** What an import would do, or did. */
export interface ImportCounts {
	added: number;
	changed: number;
	unchanged: number;
	/** Roll calls that are made, closed. */
	rollCalls: number;
}

/** A mark in a preview. Instants are ms since 1970. */
export interface ImportedMark {
	status: MarkStatus;
	minutesLate: number | null;
	/** Only of somebody who came. */
	arrivedAt: number | null;
	leftAt: number | null;
	remark: string | null;
}

export interface MarkImportView {
	line: number;
	student: string;
	className: string;
	day: string;
	startsAt: string;
	before: ImportedMark | null;
	after: ImportedMark;
}

export interface ExcuseImportView {
	line: number;
	student: string;
	/** Null: every class. */
	className: string | null;
	firstDay: string;
	lastDay: string;
	reason: string;
	askedBy: ExcuseAsker;
}

/** Lines that have the same to be mended. */
export interface ImportProblemGroup {
	/** "2–4, 9" */
	lines: string;
	count: number;
	/** The column's name; null: the line as a whole. */
	column: string | null;
	/** What stands there, on all of them; null where that differs. */
	found: string | null;
	/** What to do. */
	message: string;
}

export interface ImportPreview {
	/** Column names that the import does not know. */
	ignored: string[];
	counts: ImportCounts;
	problemCount: number;
	problems: ImportProblemGroup[];
	/** Every problem in a line of its own, where there are too many to show them so. */
	problemsCsv: string | null;
	/** Those that change something that stands first; not all of many. */
	marks: MarkImportView[];
	excuses: ExcuseImportView[];
	/** What confirms exactly this; null while there is nothing to do, or a problem. */
	digest: string | null;
}

/** What came of a confirmation: done, or to be looked at again, because it would do something else now. */
export type ImportAnswer =
	{ imported: ImportCounts; preview: null } | { imported: null; preview: ImportPreview };
