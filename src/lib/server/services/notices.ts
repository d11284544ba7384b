import type { NoticeSettings, NoticesView } from '$lib/contract/notices';
import type { Db } from '../db/executor';
import type * as noticeRows from '../db/notices.repository';
import type { Actor } from '../domain/access';
import type { Mailer } from '../mail/mailer';
import { authorise } from './authorise';

export interface NoticesDeps {
	db: Db;
	notices: Pick<
		typeof noticeRows,
		'readNoticeSettings' | 'writeNoticeSettings' | 'listNotices' | 'countFailedNotices'
	>;
	mailer: Pick<Mailer, 'folder'>;
	clock: () => Date;
}

const SHOWN = 10;

/** What the school sends by e-mail, and what became of it. Every method throws AppError 'forbidden'. */
export function createNoticesService({ db, notices, mailer, clock }: NoticesDeps) {
	return {
		async view(actor: Actor): Promise<NoticesView> {
			authorise(actor, 'manageSchool');
			const [row, latest, failed, failedCount] = await Promise.all([
				notices.readNoticeSettings(db),
				notices.listNotices(db, { limit: SHOWN, failed: false }),
				notices.listNotices(db, { limit: SHOWN, failed: true }),
				notices.countFailedNotices(db),
			]);
			const { weekly, weekday, hour, onRisk, toGuardians, office } = row;
			const settings = { weekly, weekday, hour, onRisk, toGuardians, office };
			return { settings, folder: mailer.folder, latest, failed, failedCount };
		},

		/** Holds from now on: nothing is sent after the fact. */
		async update(actor: Actor, settings: NoticeSettings): Promise<void> {
			authorise(actor, 'manageSchool');
			await notices.writeNoticeSettings(db, settings, clock());
		},
	};
}
