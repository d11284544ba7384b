import { EXCUSE_COLUMNS } from '$lib/contract/import';
import { messages } from '$lib/messages';
import type { Db } from '../db/executor';
import type * as importRows from '../db/imports.repository';
import type { Actor } from '../domain/access';
import {
	planExcuses,
	readExcuseLines,
	wordsOfAskers,
	type ExcuseFacts,
	type ExcuseLine,
} from '../domain/import-excuses';
import { readTable } from '../domain/import-table';
import type { Excuses } from './excuses';
import { NOTHING, type PlannedImport } from './import-preview';

export interface ExcuseImportDeps {
	imports: typeof importRows;
	excuses: Pick<Excuses, 'recordMany'>;
}

interface ExcuseFile {
	actor: Actor;
	csv: string;
	/** Those that the actor may import into. */
	classes: readonly { id: string; name: string }[];
}

const words = messages.imports;

const COLUMNS = EXCUSE_COLUMNS.map((column) => ({ column, names: words.aliases.excuses[column] }));
const REQUIRED = [['student', 'studentNumber'], ['firstDay'], ['reason']] as const;

/** Plans to import excuses, approved by whoever imports them. */
export async function planExcuseImport(
	deps: ExcuseImportDeps,
	db: Db,
	{ actor, csv, classes }: ExcuseFile,
): Promise<PlannedImport> {
	const { rows, ignored, problems } = readTable(csv, COLUMNS, REQUIRED);
	if (problems.length > 0) return { ...NOTHING, ignored, problems };
	const read = readExcuseLines(rows, {
		classes,
		everyClass: actor.role === 'admin',
		askers: wordsOfAskers(words.askers),
		askerWords: Object.values(words.askers).join(', '),
	});
	const plan = planExcuses(read.lines, await readFacts(deps, db, read.lines));
	const all = [...read.problems, ...plan.problems];
	if (all.length > 0) return { ...NOTHING, ignored, problems: all };
	const { excuses, unchanged } = plan;
	return {
		ignored,
		problems: [],
		counts: { added: excuses.length, changed: 0, unchanged, rollCalls: 0 },
		marks: [],
		excuses: excuses.map(({ view }) => view),
		content: excuses,
		async carryOut() {
			// In a transaction of its own, which publishes what it changes in rosters itself.
			await deps.excuses.recordMany(
				actor,
				excuses.map(({ excuse }) => excuse),
			);
			return [];
		},
	};
}

async function readFacts(
	{ imports }: ExcuseImportDeps,
	db: Db,
	lines: readonly ExcuseLine[],
): Promise<ExcuseFacts> {
	const classIds = [...new Set(lines.flatMap(({ classId }) => classId ?? []))];
	const [ofClasses, ofSchool] = await Promise.all([
		imports.listMemberships(db, classIds),
		lines.some(({ classId }) => classId === null) ? imports.listSchoolMemberships(db) : [],
	]);
	const memberships = [...ofClasses, ...ofSchool];
	const studentIds = [...new Set(memberships.map(({ studentId }) => studentId))];
	const firstDays = lines.map(({ firstDay }) => firstDay).sort();
	const lastDays = lines.map(({ lastDay }) => lastDay).sort();
	const period = { from: firstDays[0] ?? '', to: lastDays.at(-1) ?? '' };
	const excuses = lines.length === 0 ? [] : await imports.listExcusesOf(db, studentIds, period);
	return { memberships, excuses };
}
