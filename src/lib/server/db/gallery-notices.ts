import { sql } from 'kysely';
import type { Sql } from 'postgres';
import * as v from 'valibot';
import { IdSchema } from '$lib/contract/terms';
import type { Db } from './executor';

const CHANNEL = 'gallery_changed';

const GalleryNoticeSchema = v.union([
	v.object({ classId: IdSchema }),
	v.object({ studentId: IdSchema, withdrawn: v.optional(v.boolean(), false) }),
]);
/**
 * Whose references, consent or membership changed: every member's of a class, or one student's.
 * `withdrawn`: nothing of this student's face may be left anywhere.
 */
export type GalleryNotice = v.InferInput<typeof GalleryNoticeSchema>;

/**
 * Tells every node that references, consent or membership changed. Inside a transaction the notice
 * leaves with its commit, and not at all if it fails.
 */
export async function notifyGalleryChanged(db: Db, notice: GalleryNotice): Promise<void> {
	await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(notice)})`.execute(db);
}

/**
 * Calls `onNotice` for every notice, and with `null` after the connection was lost and listens
 * again: whatever was said meanwhile is unknown.
 *
 * @returns how to stop listening.
 */
export async function listenForGalleryNotices(
	connection: Sql,
	onNotice: (notice: GalleryNotice | null) => void,
): Promise<() => Promise<void>> {
	let listening = false;
	const subscription = await connection.listen(
		CHANNEL,
		(payload) => {
			const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), GalleryNoticeSchema), payload);
			// A notice that is not understood may be about anybody.
			onNotice(parsed.success ? parsed.output : null);
		},
		() => {
			if (listening) onNotice(null);
			listening = true;
		},
	);
	return () => subscription.unlisten();
}
