import * as v from 'valibot';
import {
	MAX_OWN_EXCUSES,
	type AskedExcuse,
	type ExcusableStudent,
	type ExcuseDecision,
	type ExcuseList,
	type ExcusePage,
	type OwnExcuses,
	type RecordedExcuse,
} from '$lib/contract/excuses';
import type { RosterChange } from '$lib/contract/roster';
import { IdSchema } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type { Trx } from '../db/executor';
import type * as excusedMarkRows from '../db/excused-marks.repository';
import type * as excuseRows from '../db/excuses.repository';
import type { ExcuseConcern, ExcuseRow, NewExcuse } from '../db/excuses.repository';
import type * as schoolRows from '../db/school.repository';
import { teacherOf, type Actor } from '../domain/access';
import { mayDecide, withdrawableState } from '../domain/excuses';
import { schoolDay } from '../domain/timetable';
import { AppError } from '../errors';
import { authorise } from './authorise';
import { byName } from './by-name';
import { changeWithin, notFound, type RollCallStore } from './roll-call-change';

export interface ExcuseDeps extends RollCallStore {
	excuses: typeof excuseRows;
	excusedMarks: typeof excusedMarkRows;
	school: Pick<typeof schoolRows, 'readSchool'>;
	clock: () => Date;
}

export type Excuses = ReturnType<typeof createExcuseService>;

/** A change of excuses, with what it changes in roll calls: one transaction. */
interface Changing {
	trx: Trx;
	now: Date;
	/** To be told once all of it is committed. */
	rosters: RosterChange[];
}

/** What became of approved excuses: so many marks of their days say otherwise, and stay. */
interface Applied {
	standing: number;
}

const PAGE_SIZE = 50;

const refused = messages.excuses.refusals;

/**
 * Excuses for days. What is approved marks members as excused in the roll calls of those days, at
 * once and in those that are opened later. Every method throws AppError 'forbidden' for a role that
 * may not do it, and 'not-found' for an excuse, class or student that is not there or is somebody
 * else's.
 */
export function createExcuseService(deps: ExcuseDeps) {
	const { db, excuses, clock } = deps;

	async function change<T>(work: (changing: Changing) => Promise<T>): Promise<T> {
		const rosters: RosterChange[] = [];
		const result = await db.transaction().execute((trx) => work({ trx, now: clock(), rosters }));
		rosters.forEach((roster) => deps.changes.publish(roster));
		return result;
	}

	async function today(): Promise<string> {
		const { timeZone } = await deps.school.readSchool(db);
		return schoolDay(clock().getTime(), timeZone);
	}

	/** See {@link writeDown}. */
	async function recordMany(actor: Actor, rows: readonly RecordedExcuse[]): Promise<Applied> {
		authorise(actor, 'manageExcuses');
		if (rows.length === 0) return { standing: 0 };
		const approved = rows.map((row): NewExcuse => ({ ...row, state: 'approved' }));
		return change((changing) => writeDown(deps, changing, actor, approved));
	}

	return {
		/** Asks for the signed-in student; see {@link writeDown} for what is refused. */
		async ask(actor: Actor, asked: AskedExcuse): Promise<void> {
			authorise(actor, 'askExcuse');
			const excuse: NewExcuse = {
				...asked,
				studentId: actor.id,
				askedBy: 'student',
				state: 'asked',
			};
			await change((changing) => writeDown(deps, changing, actor, [excuse]));
		},

		/** Writes an excuse down that is approved with it; see {@link writeDown}. */
		record: (actor: Actor, row: RecordedExcuse): Promise<Applied> => recordMany(actor, [row]),

		/** The same for many: all of them, or none. */
		recordMany,

		/** @throws AppError 'conflict' when it is not waiting any more */
		async decide(
			actor: Actor,
			{ excuseId, decision, answer }: ExcuseDecision,
		): Promise<{ studentName: string } & Applied> {
			authorise(actor, 'manageExcuses');
			return change(async (changing) => {
				const { state, studentId, studentName, ...excuse } = await lock(deps, changing, excuseId);
				if (!mayDecide(actor, excuse)) throw notFound();
				if (state !== 'asked') throw new AppError('conflict', refused.notWaiting);
				const decided = { state: decision, by: actor.id, at: changing.now, answer };
				await excuses.updateDecided(changing.trx, excuseId, decided);
				const applied =
					decision === 'approved'
						? await applyTo(deps, changing, [studentId], [excuseId])
						: { standing: 0 };
				return { studentName, ...applied };
			});
		},

		/**
		 * Takes an excuse back: a student what they asked for, staff what was approved, with the marks
		 * that still come from it. A student's may be of a class that is archived.
		 * @throws AppError 'conflict' when it was decided or withdrawn meanwhile
		 */
		async withdraw(actor: Actor, { excuseId }: { excuseId: string }): Promise<void> {
			authorise(actor, actor.role === 'student' ? 'askExcuse' : 'manageExcuses');
			await change(async (changing) => {
				const excuse =
					actor.role === 'student'
						? await lockOwn(deps, changing, actor.id, excuseId)
						: await lock(deps, changing, excuseId);
				const state = withdrawableState(actor, excuse);
				if (state === null) throw notFound();
				if (excuse.state !== state) throw new AppError('conflict', refused.notWithdrawable[state]);
				const withdrawn = { by: actor.id, at: changing.now };
				await excuses.updateWithdrawn(changing.trx, excuseId, withdrawn);
				await takeBack(deps, changing, actor, excuse);
			});
		},

		/** A page of a list of staff, from 1. */
		async list(actor: Actor, list: ExcuseList, page = 1): Promise<ExcusePage> {
			authorise(actor, 'manageExcuses');
			const rows = await excuses.listExcuses(db, list, {
				today: await today(),
				teacherId: teacherOf(actor),
				// One more tells whether there is another page.
				limit: PAGE_SIZE + 1,
				offset: (page - 1) * PAGE_SIZE,
			});
			const shown = rows.slice(0, PAGE_SIZE).map(({ teacherIds, ...excuse }) => ({
				...excuse,
				mayDecide: mayDecide(actor, { classId: excuse.classId, teacherIds }),
			}));
			return { excuses: shown, page, hasMore: rows.length > PAGE_SIZE };
		},

		/** How many excuses wait for the actor's decision. */
		async countWaiting(actor: Actor): Promise<number> {
			authorise(actor, 'manageExcuses');
			return excuses.countWaitingExcuses(db, teacherOf(actor));
		},

		/** The signed-in student's own, and what they can ask for. */
		async own(actor: Actor): Promise<OwnExcuses> {
			authorise(actor, 'askExcuse');
			const [day, own, classes] = await Promise.all([
				today(),
				excuses.listOwnExcuses(db, actor.id, MAX_OWN_EXCUSES),
				excuses.listClassesOf(db, actor.id, null),
			]);
			return { today: day, excuses: own, classes: classes.sort(byName) };
		},

		/** Whom the actor can write excuses down for. */
		async students(
			actor: Actor,
		): Promise<{ id: string; name: string; studentNumber: string | null }[]> {
			authorise(actor, 'manageExcuses');
			return (await excuses.listExcusableStudents(db, teacherOf(actor))).sort(byName);
		},

		/** One of them, with the classes that the actor answers for. */
		async student(actor: Actor, studentId: string): Promise<ExcusableStudent> {
			authorise(actor, 'manageExcuses');
			// Addresses hold whatever somebody typed; PostgreSQL takes only ids for an id.
			const found = v.is(IdSchema, studentId)
				? await excuses.findExcusableStudent(db, studentId, teacherOf(actor))
				: undefined;
			if (found === undefined) throw notFound();
			const classes = await excuses.listClassesOf(db, studentId, teacherOf(actor));
			return { ...found, classes: classes.sort(byName) };
		},

		/** The school's day now. */
		today,
	};
}

/** @throws AppError 'not-found' */
async function lock({ excuses }: ExcuseDeps, { trx }: Changing, id: string): Promise<ExcuseRow> {
	const found = await excuses.lockExcuse(trx, id);
	if (found === undefined) throw notFound();
	return found;
}

/** @throws AppError 'not-found' */
async function lockOwn(
	{ excuses }: ExcuseDeps,
	{ trx }: Changing,
	studentId: string,
	id: string,
): Promise<ExcuseRow> {
	const found = await excuses.lockOwnExcuse(trx, id, studentId);
	if (found === undefined) throw notFound();
	return found;
}

/**
 * Writes excuses down, all or none, and applies those that are approved.
 *
 * @throws AppError 'not-found' for a class that is not the actor's; 'invalid' for a student who does
 *   not belong to it on those days; 'forbidden' for one of every class by a teacher; 'conflict' for
 *   one that waits or holds already
 */
async function writeDown(
	deps: ExcuseDeps,
	changing: Changing,
	actor: Actor,
	excuses: readonly NewExcuse[],
): Promise<Applied> {
	await refuseOthers(deps, changing, actor, excuses);
	const by = { by: actor.id, at: changing.now };
	const ids = await deps.excuses.insertExcuses(changing.trx, excuses, by);
	if (ids.length < excuses.length) throw new AppError('conflict', refused.same);
	const studentIds = excuses.map(({ studentId }) => studentId);
	const isApproved = excuses.some(({ state }) => state === 'approved');
	return isApproved ? applyTo(deps, changing, studentIds, ids) : { standing: 0 };
}

/** @throws AppError as {@link writeDown} */
async function refuseOthers(
	{ excuses }: ExcuseDeps,
	{ trx }: Changing,
	actor: Actor,
	concerns: readonly ExcuseConcern[],
): Promise<void> {
	if (actor.role === 'teacher' && concerns.some(({ classId }) => classId === null)) {
		throw new AppError('forbidden', refused.officeOnly);
	}
	const teacherId = actor.role === 'teacher' ? actor.id : null;
	const checked = await excuses.checkConcerns(trx, concerns, teacherId);
	if (!checked.every(({ isTaught }) => isTaught)) throw notFound();
	if (!checked.every(({ isMember }) => isMember)) {
		throw new AppError(
			'invalid',
			actor.role === 'student' ? refused.notYourClass : refused.noMember,
		);
	}
}

/** Marks the students as excused wherever these approved excuses leave room for it. */
async function applyTo(
	deps: ExcuseDeps,
	{ trx, now, rosters }: Changing,
	studentIds: readonly string[],
	excuseIds: readonly string[],
): Promise<Applied> {
	for (const rollCallId of await deps.excusedMarks.listRollCallsToExcuse(trx, excuseIds)) {
		const { change } = await changeWithin(
			deps,
			trx,
			{ rollCallId, capturedAt: null },
			async ({ version }) => {
				const marks = { version, at: now, studentIds };
				return (await deps.excusedMarks.markExcused(trx, rollCallId, marks)) > 0;
			},
		);
		if (change !== null) rosters.push(change);
	}
	return { standing: await deps.excusedMarks.countStandingMarks(trx, excuseIds) };
}

/** Takes an excuse's marks back, where another excuse does not hold as well. */
async function takeBack(
	deps: ExcuseDeps,
	{ trx, now, rosters }: Changing,
	actor: Actor,
	{ id, studentId }: ExcuseRow,
): Promise<void> {
	const { excusedMarks } = deps;
	const reason = messages.excuses.withdrawnReason;
	for (const rollCallId of await excusedMarks.listRollCallsOfExcuse(trx, id)) {
		const { change } = await changeWithin(
			deps,
			trx,
			{ rollCallId, capturedAt: null },
			async ({ version }) => {
				const taken = { excuseId: id, version, at: now, by: actor.id, reason };
				const isTaken = await excusedMarks.takeBackExcused(trx, rollCallId, taken);
				const again = { version, at: now, studentIds: [studentId] };
				if (isTaken) await excusedMarks.markExcused(trx, rollCallId, again);
				return isTaken;
			},
		);
		if (change !== null) rosters.push(change);
	}
}
