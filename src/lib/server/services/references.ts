import { randomUUID } from 'node:crypto';
import type { Vault } from '../crypto/vault';
import type { EngineId, NewReferenceRow, ReferenceRow } from '../db/references.repository';
import type { Capture } from '../domain/captures';
import type { Reference } from '../domain/matching';
import type { Log } from '../log';

/** Seals captures into rows, each bound to an id of its own. */
export function sealReferences(
	vault: Vault,
	owner: EngineId & { studentId: string; enrolmentId: string; doubtId?: string },
	captures: readonly (Capture & { capturedAt: number })[],
): NewReferenceRow[] {
	return captures.map(({ vector, quality, capturedAt }) => {
		const id = randomUUID();
		return {
			doubtId: null,
			...owner,
			...vault.seal(vector, { ...owner, referenceId: id }),
			id,
			quality,
			capturedAt: new Date(capturedAt),
		};
	});
}

/** @throws VaultError when the row's key is missing or wrong, or the row was changed. */
export function openReference(vault: Vault, row: ReferenceRow): Reference {
	return {
		studentId: row.studentId,
		vector: vault.open(row, { ...row, referenceId: row.id }),
	};
}

/**
 * The same, and null for a row that does not open, which the log then names: one damaged row must
 * not keep everybody else from being recognised.
 */
export function openOrSkip(
	{ vault, log }: { vault: Vault; log: Log },
	row: ReferenceRow,
): Reference | null {
	try {
		return openReference(vault, row);
	} catch (error) {
		log.error({ err: error, referenceId: row.id }, 'a reference does not open and is left out');
		return null;
	}
}
