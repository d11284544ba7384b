import * as v from 'valibot';
import type {
	AddedMembers,
	ClassDetail,
	ClassSettings,
	ClassSummary,
	MemberChange,
	NewMember,
} from '$lib/contract/classes';
import { IdSchema } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type * as classRows from '../db/classes.repository';
import type { Db, Trx } from '../db/executor';
import type * as galleryNotices from '../db/gallery-notices';
import type * as memberRows from '../db/members.repository';
import type { EngineId } from '../db/references.repository';
import type * as userRows from '../db/users.repository';
import { mayTeach, type Actor, type Operation } from '../domain/access';
import { AppError } from '../errors';
import { authorise } from './authorise';
import { byName } from './by-name';
import { planNewMembers } from '../domain/new-members';
import type { Policies } from './policies';

export interface ClassesDeps {
	db: Db;
	classes: typeof classRows;
	members: typeof memberRows;
	users: Pick<typeof userRows, 'findPerson'>;
	notices: Pick<typeof galleryNotices, 'notifyGalleryChanged'>;
	policies: Pick<Policies, 'forget'>;
	/** The engine whose references can be matched; null while its models are not prepared. */
	engine: EngineId | null;
	clock: () => Date;
}

export type Classes = ReturnType<typeof createClassesService>;

const notFound = () => new AppError('not-found', messages.errors['not-found']);

/**
 * Classes, their teachers and their members. Every method throws AppError 'forbidden' for a role
 * that may not do it, and 'not-found' for a class that is not there, archived, or somebody else's:
 * the two look the same from outside.
 */
export function createClassesService(deps: ClassesDeps) {
	const { db, classes, members, engine } = deps;

	/** Looks as the actor, opens a transaction, and holds the class until its end. */
	async function change<T>(
		actor: Actor,
		classId: string,
		work: (trx: Trx) => Promise<T>,
	): Promise<T> {
		authorise(actor, 'manageClass');
		return db.transaction().execute(async (trx) => {
			if (v.is(IdSchema, classId)) await classes.lockClass(trx, classId);
			await taught(deps, trx, actor, classId);
			return work(trx);
		});
	}

	/**
	 * The class, if the actor may do this with it.
	 * @throws AppError 'forbidden', 'not-found'
	 */
	async function requireTaught(
		actor: Actor,
		classId: string,
		operation: Operation = 'viewClass',
	): Promise<classRows.ClassRow> {
		authorise(actor, operation);
		return withoutTeachers(await taught(deps, db, actor, classId));
	}

	return {
		async list(actor: Actor): Promise<ClassSummary[]> {
			authorise(actor, 'viewClass');
			const teacherId = actor.role === 'admin' ? null : actor.id;
			return (await classes.listClasses(db, teacherId, engine)).sort(byName);
		},

		/** Makes a class that the actor teaches. */
		async create(actor: Actor, name: string): Promise<{ id: string }> {
			authorise(actor, 'createClass');
			return db.transaction().execute(async (trx) => {
				const id = await classes.insertClass(trx, name);
				await classes.insertTeacher(trx, id, actor.id);
				return { id };
			});
		},

		async detail(actor: Actor, classId: string): Promise<ClassDetail> {
			const row = await requireTaught(actor, classId);
			const [openRollCallId, teachers, roster] = await Promise.all([
				classes.findOpenRollCallId(db, classId),
				classes.listTeachers(db, classId),
				members.listMembers(db, classId, engine),
			]);
			return {
				...row,
				openRollCallId,
				teachers: teachers.sort(byName),
				members: roster.sort(byName),
			};
		},

		requireTaught,

		async updateSettings(actor: Actor, classId: string, settings: ClassSettings): Promise<void> {
			await change(actor, classId, (trx) => classes.updateClass(trx, classId, settings));
			deps.policies.forget();
		},

		/**
		 * Adds members from a day on, today where none is given; see {@link planNewMembers} for who is whom.
		 * @param newMembers as `parseNameLines` gives them; up to 1000
		 */
		addMembers: (
			actor: Actor,
			classId: string,
			newMembers: readonly NewMember[],
			since: string | null = null,
		): Promise<AddedMembers> =>
			change(actor, classId, (trx) => addMembers(deps, trx, classId, newMembers, since)),

		/**
		 * @param member without a day, the membership begins when it did
		 * @throws AppError 'not-found' when the student is no current member; 'conflict' for a day on
		 *   which they were a member already, before they left
		 */
		changeMember: (
			actor: Actor,
			classId: string,
			{ studentId, name, since }: MemberChange,
		): Promise<void> =>
			change(actor, classId, async (trx) => {
				if (!(await members.renameMember(trx, classId, studentId, name))) throw notFound();
				if (since !== null && !(await members.updateMemberSince(trx, classId, studentId, since))) {
					throw new AppError('conflict', messages.refusals.memberBefore);
				}
				await deps.notices.notifyGalleryChanged(trx, { classId });
			}),

		/**
		 * The membership ends today; marks stay.
		 * @throws AppError 'not-found' when the student is no current member
		 */
		removeMember: (actor: Actor, classId: string, studentId: string): Promise<void> =>
			change(actor, classId, async (trx) => {
				if (!(await members.endMembership(trx, classId, studentId))) throw notFound();
				await deps.notices.notifyGalleryChanged(trx, { classId });
			}),

		/** Staff who could be added as teachers. */
		async possibleTeachers(actor: Actor, classId: string): Promise<{ id: string; name: string }[]> {
			authorise(actor, 'manageClass');
			await taught(deps, db, actor, classId);
			return (await classes.listPossibleTeachers(db, classId)).sort(byName);
		},

		/** @throws AppError 'invalid' for somebody who cannot teach */
		addTeacher: (actor: Actor, classId: string, userId: string): Promise<void> =>
			change(actor, classId, async (trx) => {
				const person = await deps.users.findPerson(trx, userId);
				if (!person || person.role === 'student' || !person.signInName || person.disabledAt) {
					throw new AppError('invalid', messages.refusals.notATeacher);
				}
				await classes.insertTeacher(trx, classId, userId);
			}),

		/** @throws AppError 'conflict' for the last one */
		removeTeacher: (actor: Actor, classId: string, userId: string): Promise<void> =>
			change(actor, classId, async (trx) => {
				await classes.deleteTeacher(trx, classId, userId);
				if ((await classes.listTeachers(trx, classId)).length === 0) {
					throw new AppError('conflict', messages.refusals.lastTeacher);
				}
				await deps.notices.notifyGalleryChanged(trx, { classId });
			}),

		/**
		 * Takes the class out of every list; its roll calls stay in its students' records.
		 * @throws AppError 'conflict' while a roll call is open
		 */
		archive: (actor: Actor, classId: string): Promise<void> =>
			change(actor, classId, async (trx) => {
				if ((await classes.findOpenRollCallId(trx, classId)) !== null) {
					throw new AppError('conflict', messages.refusals.rollCallOpen);
				}
				await classes.archiveClass(trx, classId, deps.clock());
				await deps.notices.notifyGalleryChanged(trx, { classId });
			}),
	};
}

/** @throws AppError 'not-found' */
async function taught({ classes }: ClassesDeps, executor: Db, actor: Actor, classId: string) {
	// Addresses hold whatever somebody typed; PostgreSQL takes only ids for an id.
	const found = v.is(IdSchema, classId) ? await classes.findClass(executor, classId) : undefined;
	if (found === undefined || !mayTeach(actor, found.teacherIds)) throw notFound();
	return found;
}

const withoutTeachers = ({
	teacherIds: _,
	...row
}: classRows.ClassRow & { teacherIds: string[] }): classRows.ClassRow => row;

async function addMembers(
	{ members, notices }: ClassesDeps,
	trx: Trx,
	classId: string,
	newMembers: readonly NewMember[],
	since: string | null,
): Promise<AddedMembers> {
	const plan = planNewMembers(newMembers, await members.listMemberNames(trx, classId));
	const known = await members.insertOrFindNumbered(trx, plan.numbered);
	const created = await members.insertStudents(trx, plan.unnumbered);
	const ids = [...known.map(({ id }) => id), ...created];
	const added = new Set(await members.insertMembers(trx, classId, ids, since));
	const there = new Set(known.filter(({ id }) => !added.has(id)).map((one) => one.studentNumber));
	if (added.size > 0) await notices.notifyGalleryChanged(trx, { classId });
	return {
		added: added.size,
		alreadyThere: [
			...plan.alreadyThere,
			...plan.numbered.filter((one) => there.has(one.studentNumber)).map(({ name }) => name),
		],
	};
}
