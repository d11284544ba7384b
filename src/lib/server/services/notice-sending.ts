import { messages } from '$lib/messages';
import type { ClaimedNotice, Outcome } from '../db/notices.repository';
import type * as noticeRows from '../db/notices.repository';
import { nextTry } from '../domain/notices';
import type { Log } from '../log';
import type { Mailer } from '../mail/mailer';
import { planNotices, type PlanningDeps } from './notice-planning';
import { writeNotice, type WritingDeps } from './notice-writing';
import { startRecurring, type Recurring } from './recurring';

const EVERY_MS = 10 * 60_000;
/** The rest waits for the next run; what people do comes first. */
const MOST_A_RUN = 500;
/** So many failures one after another are the mail server's, and others would only fail too. */
const MOST_FAILURES_IN_A_ROW = 3;
/** Longer than any mail server takes, with every time limit of the mailer together. */
const INTERRUPTED_AFTER_MS = 15 * 60_000;
/** To see what was sent, and why something was not. */
const KEPT_MS = 90 * 24 * 60 * 60_000;

export interface NoticeSendingDeps extends PlanningDeps, WritingDeps {
	notices: typeof noticeRows;
	reports: PlanningDeps['reports'] & WritingDeps['reports'];
	school: WritingDeps['school'];
	mailer: Mailer;
	clock: () => Date;
	log: Log;
}

/** Plans and sends notices, at the start and every ten minutes. What fails is tried again. */
export function startNotices(deps: NoticeSendingDeps): Recurring {
	let isEnding = false;
	const recurring = startRecurring(EVERY_MS, async () => {
		try {
			const planned = await planNotices(deps, deps.clock().getTime());
			const outcomes = await sendNotices(deps, () => isEnding);
			if (planned > 0 || outcomes.length > 0) {
				deps.log.info({ planned, outcomes: countOf(outcomes) }, 'notices');
			}
		} catch (error) {
			deps.log.error({ err: error }, 'notices failed and are tried again in ten minutes');
		}
	});
	return {
		run: () => recurring.run(),
		async dispose() {
			isEnding = true;
			await recurring.dispose();
			deps.mailer.close();
		},
	};
}

/**
 * Sends what is due, one after another. Any number of nodes can do so at the same time: each takes
 * notices of its own.
 *
 * @returns what became of each
 */
export async function sendNotices(
	deps: NoticeSendingDeps,
	isEnding: () => boolean = () => false,
): Promise<Outcome['state'][]> {
	const { db, notices, clock } = deps;
	const at = clock().getTime();
	const interrupted = new Date(at - INTERRUPTED_AFTER_MS);
	await notices.failInterruptedNotices(db, interrupted, messages.notices.interrupted);
	await notices.deleteNoticesBefore(db, new Date(at - KEPT_MS));
	const outcomes: Outcome['state'][] = [];
	let failuresInARow = 0;
	while (!isEnding() && outcomes.length < MOST_A_RUN && failuresInARow < MOST_FAILURES_IN_A_ROW) {
		const notice = await notices.claimNotice(db, clock());
		if (notice === undefined) break;
		const outcome = await deliver(deps, notice);
		await notices.settleNotice(db, notice.id, outcome);
		failuresInARow = 'problem' in outcome ? failuresInARow + 1 : 0;
		outcomes.push(outcome.state);
	}
	return outcomes;
}

async function deliver(deps: NoticeSendingDeps, notice: ClaimedNotice): Promise<Outcome> {
	const now = deps.clock();
	try {
		const written = await writeNotice(deps, notice, now.getTime());
		if (written === null) return { state: 'dropped' };
		const { reader, subject, text } = written;
		const to = { name: reader, address: notice.address };
		await deps.mailer.send({ id: notice.id, to, subject, text, date: now });
		return { state: 'sent' };
	} catch (error) {
		const problem = error instanceof Error ? error.message : String(error);
		deps.log.warn({ notice: notice.id, kind: notice.kind, tries: notice.tries }, 'notice not sent');
		const retryAt = nextTry(notice.tries, now.getTime());
		return retryAt === null
			? { state: 'failed', problem }
			: { state: 'waiting', problem, retryAt: new Date(retryAt) };
	}
}

function countOf(outcomes: readonly Outcome['state'][]): Partial<Record<Outcome['state'], number>> {
	const counts: Partial<Record<Outcome['state'], number>> = {};
	for (const state of outcomes) counts[state] = (counts[state] ?? 0) + 1;
	return counts;
}
