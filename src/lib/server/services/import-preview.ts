import { AsyncParser } from '@json2csv/node';
import { createHash } from 'node:crypto';
import type {
	ExcuseImportView,
	ImportCounts,
	ImportPreview,
	ImportProblem,
	ImportProblemGroup,
	MarkImportView,
} from '$lib/contract/import';
import type { RosterChange } from '$lib/contract/roster';
import { messages } from '$lib/messages';
import type { Trx } from '../db/executor';
import { groupBy } from '../domain/group-by';
import { spreadsheetText } from '../domain/spreadsheet-cell';

/** An import as it would be done now. */
export interface PlannedImport {
	ignored: string[];
	/** With one, there is nothing else. */
	problems: ImportProblem[];
	counts: ImportCounts;
	marks: MarkImportView[];
	excuses: ExcuseImportView[];
	/** All that it does: whoever confirms must have seen the same. */
	content: unknown;
	/** @returns what to publish after the commit */
	carryOut: (trx: Trx) => Promise<RosterChange[]>;
}

export const NOTHING: Pick<PlannedImport, 'counts' | 'marks' | 'excuses' | 'content' | 'carryOut'> =
	{
		counts: { added: 0, changed: 0, unchanged: 0, rollCalls: 0 },
		marks: [],
		excuses: [],
		content: null,
		carryOut: () => Promise.resolve([]),
	};

/** More are read more easily by what they have in common, and one by one in a spreadsheet. */
const MAX_SINGLE_PROBLEMS = 200;
/** Enough to see that the file was read as meant. */
const SHOWN_CHANGES = 50;
const SHOWN_RANGES = 30;

const words = messages.imports;

/** What somebody looks at before they confirm. */
export async function previewOf(planned: PlannedImport): Promise<ImportPreview> {
	const problems = planned.problems.toSorted((a, b) => a.line - b.line);
	const many = problems.length > MAX_SINGLE_PROBLEMS;
	return {
		ignored: planned.ignored,
		counts: planned.counts,
		problemCount: problems.length,
		problems: many ? groupProblems(problems) : problems.map((one) => groupOf([one])),
		problemsCsv: many ? await problemsAsCsv(problems) : null,
		marks: planned.marks.slice(0, SHOWN_CHANGES),
		excuses: planned.excuses.slice(0, SHOWN_CHANGES),
		digest: digestOf(planned),
	};
}

/** Names what an import does; null for one that does nothing. */
export function digestOf({ problems, counts, content }: PlannedImport): string | null {
	if (problems.length > 0 || counts.added + counts.changed === 0) return null;
	return createHash('sha256').update(JSON.stringify(content)).digest('base64url');
}

function groupProblems(problems: readonly ImportProblem[]): ImportProblemGroup[] {
	const groups = groupBy(problems, ({ code, column }) => `${code} ${column ?? ''}`);
	return [...groups.values()].map(groupOf);
}

function groupOf(problems: readonly [ImportProblem, ...ImportProblem[]]): ImportProblemGroup {
	const [{ code, column, found, detail }] = problems;
	const all = (part: 'found' | 'detail', text: string) =>
		problems.every((one) => one[part] === text);
	return {
		lines: rangesOf([...new Set(problems.map(({ line }) => line))]),
		count: problems.length,
		column: column && words.columns[column],
		found: all('found', found) ? found : null,
		message: words.problem[code](all('detail', detail) ? detail : ''),
	};
}

/** "2–4, 9" of lines in order; the first of very many. */
function rangesOf(lines: readonly number[]): string {
	const ranges: { from: number; to: number }[] = [];
	for (const line of lines) {
		const last = ranges.at(-1);
		if (last?.to === line - 1) last.to = line;
		else ranges.push({ from: line, to: line });
	}
	const shown = ranges.slice(0, SHOWN_RANGES);
	const texts = shown.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`));
	return [...texts, ...(ranges.length > shown.length ? ['…'] : [])].join(', ');
}

function problemsAsCsv(problems: readonly ImportProblem[]): Promise<string> {
	const { line, column, found, message } = words.downloadColumns;
	const fields = [
		{ label: line, value: 'line' },
		{ label: column, value: 'column' },
		{ label: found, value: 'found' },
		{ label: message, value: 'message' },
	];
	const rows = problems.map((one) => ({
		line: one.line,
		column: one.column === null ? words.wholeLine : words.columns[one.column],
		found: spreadsheetText(one.found),
		message: words.problem[one.code](one.detail),
	}));
	return new AsyncParser({ fields, eol: '\r\n' }, {}, { objectMode: true }).parse(rows).promise();
}
