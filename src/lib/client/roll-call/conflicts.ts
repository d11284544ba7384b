import * as v from 'valibot';
import { MarkRequestSchema, type MarkConflict, type MarkRequest } from '$lib/contract/marks';
import type { RosterEntry } from '$lib/contract/roster';
import { MarkStatusSchema, type MarkStatus } from '$lib/contract/terms';

/** A mark of this device that was not made, because another teacher's newer one stands. */
export const LostMarkSchema = v.object({
	/** What was asked for. */
	request: MarkRequestSchema,
	/** What stood instead, and who had made it. */
	status: v.nullable(MarkStatusSchema),
	by: v.nullable(v.string()),
});
export type LostMark = v.InferOutput<typeof LostMarkSchema>;

/** Two teachers' answers about one student, as a person is asked to choose between them. */
export interface TwoAnswers {
	lost: LostMark;
	name: string;
	/** What stands now. */
	stands: MarkStatus | null;
	/** Who says so; null where that is not known, or changed since. */
	by: string | null;
	/** What this device asked for. */
	wanted: MarkStatus | null;
}

/** Keeps a mark that was lost; of one student only the newest wish counts. */
export function withLost(
	lost: readonly LostMark[],
	request: MarkRequest,
	{ status, by }: Pick<MarkConflict, 'status' | 'by'>,
): LostMark[] {
	return [...withoutLost(lost, request.studentId), { request, status, by }];
}

/** Somebody chose, or marked the student anew. */
export function withoutLost(lost: readonly LostMark[], studentId: string): LostMark[] {
	return lost.filter(({ request }) => request.studentId !== studentId);
}

/** What there is to choose: where the roster says by now what was wanted, nothing. */
export function twoAnswers(
	lost: readonly LostMark[],
	entries: readonly Pick<RosterEntry, 'studentId' | 'name' | 'status'>[],
): TwoAnswers[] {
	if (lost.length === 0) return [];
	const lines = new Map(entries.map((entry) => [entry.studentId, entry]));
	return lost.flatMap((one) => {
		const line = lines.get(one.request.studentId);
		const wanted = one.request.status;
		if (line === undefined || line.status === wanted) return [];
		const by = line.status === one.status ? one.by : null;
		return [{ lost: one, name: line.name, stands: line.status, by, wanted }];
	});
}
