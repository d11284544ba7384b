import { setImmediate } from 'node:timers/promises';
import { MARK_COLUMNS, type ImportedMark, type MarkImportView } from '$lib/contract/import';
import type { RosterChange } from '$lib/contract/roster';
import { messages } from '$lib/messages';
import type * as doubtRows from '../db/doubts.repository';
import type { Db, Trx } from '../db/executor';
import type * as importRows from '../db/imports.repository';
import type { Actor } from '../domain/access';
import { groupBy } from '../domain/group-by';
import { hasCome } from '../domain/hand-mark';
import { readMarkLines, wordsOfStatuses, type MarkLine } from '../domain/import-mark-lines';
import {
	placeKey,
	placeOf,
	planMarks,
	type MarkFacts,
	type MarkPlan,
	type PlannedMark,
} from '../domain/import-marks';
import { readTable } from '../domain/import-table';
import { closesAt } from '../domain/roll-call-times';
import { NOTHING, type PlannedImport } from './import-preview';
import type { ReferenceLearning } from './reference-learning';
import { newDisplayToken } from './roll-call-planning';
import type { SchoolService } from './school';

export interface MarkImportDeps {
	imports: typeof importRows;
	doubts: Pick<typeof doubtRows, 'settleAnsweredDoubts'>;
	learning: Pick<ReferenceLearning, 'unlearnAbsent'>;
	school: Pick<SchoolService, 'get' | 'statuses'>;
	clock: () => Date;
}

interface MarkFile {
	actor: Actor;
	csv: string;
	/** Those that the actor may import into. */
	classes: readonly { id: string; name: string }[];
}

const words = messages.imports;
const exported = messages.reports.export.columns;

/** What our own export calls a column comes first. */
const COLUMNS = MARK_COLUMNS.map((column) => ({
	column,
	names: [exported[column === 'arrivedAt' ? 'markedAt' : column], ...words.aliases.marks[column]],
}));
const REQUIRED = [
	['class'],
	['day'],
	['startsAt'],
	['student', 'studentNumber'],
	['status'],
] as const;

/**
 * Plans to import marks.
 * @param db a transaction, where it is to be carried out: then the roll calls are locked before they
 *   are looked at
 */
export async function planMarkImport(
	deps: MarkImportDeps,
	db: Db | { trx: Trx },
	{ actor, csv, classes }: MarkFile,
): Promise<PlannedImport> {
	const [{ timeZone }, statuses] = await Promise.all([deps.school.get(), deps.school.statuses()]);
	const { rows, ignored, problems } = readTable(csv, COLUMNS, REQUIRED);
	if (problems.length > 0) return { ...NOTHING, ignored, problems };
	// A long file takes some tenths of a second in each step: open roll calls get their turn between.
	await setImmediate();
	const read = readMarkLines(rows, {
		classes,
		statuses: wordsOfStatuses(statuses, messages.common.waiting.word),
		statusWords: Object.values(statuses)
			.map(({ word }) => word)
			.join(', '),
	});
	const facts = await readFacts(deps, db, read.lines);
	const now = deps.clock().getTime();
	const plan = planMarks(read.lines, facts, { now, timeZone });
	const all = [...read.problems, ...plan.problems];
	if (all.length > 0) return { ...NOTHING, ignored, problems: all };
	const changed = plan.marks.filter(({ before }) => before?.status);
	const added = plan.marks.filter(({ before }) => !before?.status);
	return {
		ignored,
		problems: [],
		counts: {
			added: added.length,
			changed: changed.length,
			unchanged: plan.unchanged,
			rollCalls: plan.rollCalls.length,
		},
		marks: [...changed, ...added].map(viewOf),
		excuses: [],
		content: plan,
		carryOut: (trx) => carryOut(deps, trx, plan, { actor, now }),
	};
}

async function readFacts(
	{ imports }: MarkImportDeps,
	executor: Db | { trx: Trx },
	lines: readonly MarkLine[],
): Promise<MarkFacts> {
	const db = 'trx' in executor ? executor.trx : executor;
	const places = new Map(lines.map(placeOf).map((place) => [placeKey(place), place]));
	const [memberships, found] = await Promise.all([
		imports.listMemberships(db, [...new Set(lines.map(({ classId }) => classId))]),
		imports.listRollCallsAt(db, [...places.values()]),
	]);
	const ids = found.map(({ id }) => id);
	if ('trx' in executor) await imports.lockRollCalls(executor.trx, ids);
	const days = lines.map(({ day }) => day).sort();
	const period = { from: days[0] ?? '', to: days.at(-1) ?? '' };
	const studentIds = [...new Set(memberships.map(({ studentId }) => studentId))];
	const [rollCalls, marks, excuses] = await Promise.all([
		// Again: what was closed a moment ago may be open now.
		'trx' in executor ? imports.listRollCallsAt(db, [...places.values()]) : found,
		imports.listMarksOf(db, ids),
		lines.length === 0 ? [] : imports.listExcusesOf(db, studentIds, period),
	]);
	const approved = excuses.filter(({ state }) => state === 'approved');
	return { memberships, rollCalls, marks, excuses: approved };
}

async function carryOut(
	deps: MarkImportDeps,
	trx: Trx,
	plan: MarkPlan,
	{ actor, now }: { actor: Actor; now: number },
): Promise<RosterChange[]> {
	const { imports } = deps;
	const made = plan.rollCalls.map((rollCall) => ({
		...rollCall,
		// As if it had closed by itself: marks that are changed later are timed within it.
		closedAt: Math.min(now, closesAt(rollCall.startsAt, null, 0)),
		displayToken: newDisplayToken(),
	}));
	const ids = await imports.insertClosedRollCalls(trx, made, actor.id);
	const idOf = new Map(made.map((rollCall, i) => [placeKey(rollCall), ids[i]]));
	const marks = plan.marks.flatMap(({ rollCallId, place, ...mark }) => {
		const id = rollCallId ?? idOf.get(placeKey(place));
		return id === undefined ? [] : [{ ...mark, rollCallId: id }];
	});
	const there = [...new Set(plan.marks.flatMap(({ rollCallId }) => rollCallId ?? []))];
	const raised = await imports.raiseVersions(trx, there);
	await imports.writeImportedMarks(trx, marks, { by: actor.id, reason: words.reason });
	for (const { id, version } of await imports.listAsking(trx, there)) {
		await deps.doubts.settleAnsweredDoubts(trx, id, version);
	}
	await unlearn(deps, trx, marks);
	return raised.map(({ id, version, state, closedAt }) => ({
		rollCallId: id,
		// Nobody has the version that this begins at: whoever looks at the roll call sees the gap and
		// fetches, instead of hundreds of rosters being read here for nobody.
		fromVersion: version,
		version,
		state,
		closedAt,
		closesAt: null,
		entries: [],
		doubts: [],
		capturedAt: null,
	}));
}

/** As with a mark by hand: who was not there cannot have been before the camera. */
async function unlearn(
	{ imports, learning }: MarkImportDeps,
	trx: Trx,
	marks: readonly (Pick<PlannedMark, 'studentId' | 'after'> & { rollCallId: string })[],
): Promise<void> {
	const away = marks.filter(({ after }) => !hasCome(after.status));
	const learnt = groupBy(await imports.listLearnt(trx, away), ({ rollCallId }) => rollCallId);
	for (const [rollCallId, students] of learnt) {
		const ids = students.map(({ studentId }) => studentId);
		await learning.unlearnAbsent(trx, rollCallId, ids);
	}
}

function viewOf({ line, student, className, place, before, after }: PlannedMark): MarkImportView {
	const [day = '', startsAt = ''] = place.clock.split(' ');
	return {
		line,
		student,
		className,
		day,
		startsAt,
		before: before?.status ? markView({ ...before, status: before.status }) : null,
		after: markView(after),
	};
}

function markView(mark: PlannedMark['after']): ImportedMark {
	const { status, minutesLate, markedAt, leftAt, remark } = mark;
	return { status, minutesLate, arrivedAt: hasCome(status) ? markedAt : null, leftAt, remark };
}
