import type {
	ConfirmedImport,
	ImportAnswer,
	ImportPreview,
	ImportRequest,
} from '$lib/contract/import';
import { messages } from '$lib/messages';
import type { Db, Trx } from '../db/executor';
import type * as reportRows from '../db/reports.repository';
import { teacherOf, type Actor } from '../domain/access';
import { TooManyError } from '../errors';
import { authorise } from './authorise';
import { planExcuseImport, type ExcuseImportDeps } from './import-excuses';
import { planMarkImport, type MarkImportDeps } from './import-marks';
import { digestOf, previewOf, type PlannedImport } from './import-preview';
import type { RosterChanges } from './roster-changes';

const RETRY_SECONDS = 30;

export interface ImportDeps extends MarkImportDeps, ExcuseImportDeps {
	db: Db;
	reports: Pick<typeof reportRows, 'listReportClasses'>;
	changes: Pick<RosterChanges, 'publish'>;
}

/**
 * Marks and excuses from a file: first what would happen, then, if it is confirmed and would still
 * be the same, all of it or nothing. Both throw AppError 'forbidden' for students.
 */
export function createImportService(deps: ImportDeps) {
	const { db } = deps;

	/** @param trx in which it will be carried out */
	async function plan(
		actor: Actor,
		{ kind, csv }: ImportRequest,
		trx: Trx | null,
	): Promise<PlannedImport> {
		const executor = trx ?? db;
		const classes = await deps.reports.listReportClasses(executor, teacherOf(actor));
		const file = { actor, csv, classes };
		return kind === 'marks'
			? planMarkImport(deps, trx === null ? db : { trx }, file)
			: planExcuseImport(deps, executor, file);
	}

	return {
		/** Changes nothing. */
		async preview(actor: Actor, request: ImportRequest): Promise<ImportPreview> {
			authorise(actor, 'importAttendance');
			return previewOf(await plan(actor, request, null));
		},

		/**
		 * Imports what was previewed. Where it would do something else by now, nothing is changed, and
		 * the answer is a new preview.
		 * @throws TooManyError while somebody else imports
		 */
		async confirm(actor: Actor, request: ConfirmedImport): Promise<ImportAnswer> {
			authorise(actor, 'importAttendance');
			const { planned, rosters } = await db.transaction().execute(async (trx) => {
				if (!(await deps.imports.tryLockImports(trx))) {
					throw new TooManyError(messages.imports.busy, RETRY_SECONDS);
				}
				const planned = await plan(actor, request, trx);
				const digest = digestOf(planned);
				const isSame = digest !== null && digest === request.digest;
				return { planned, rosters: isSame ? await planned.carryOut(trx) : null };
			});
			if (rosters === null) return { imported: null, preview: await previewOf(planned) };
			rosters.forEach((change) => deps.changes.publish(change));
			return { imported: planned.counts, preview: null };
		},
	};
}
