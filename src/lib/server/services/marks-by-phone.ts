import type { CheckInAnswer } from '$lib/contract/check-in';
import type * as checkInRows from '../db/check-ins.repository';
import type * as deviceRows from '../db/devices.repository';
import type { RollCallRow } from '../db/roll-calls.repository';
import { arrival, cameraMayMark } from '../domain/attendance';
import { hasCome, type MarkContent, type StandingMark } from '../domain/hand-mark';
import { CheckInRefused, isOpen, type Answering } from './check-in-links';
import { findStanding } from './marks-by-hand';
import { changeRollCall, type Changing, type RollCallStore } from './roll-call-change';

export interface PhoneMarkStore extends RollCallStore {
	checkIns: Pick<typeof checkInRows, 'updateOutcome'>;
	devices: Pick<typeof deviceRows, 'touchDevice'>;
}

export type AcceptedCheckIn = Extract<CheckInAnswer, { ok: true }>;

/**
 * Marks the student, with the attempt's outcome in the same transaction. A phone comes after a
 * person's word and an earlier arrival, as the camera does: then these stand.
 *
 * @throws CheckInRefused 'not-open' when it was closed meanwhile, 'taken-back' for a mark that a
 *   teacher took back, 'marked-otherwise' for one that says that the student is not here
 */
export async function markByPhone(
	store: PhoneMarkStore,
	{ studentId, attempt, submission: { rollCallId }, now }: Answering,
	deviceId: string | null,
): Promise<AcceptedCheckIn> {
	const answers: AcceptedCheckIn[] = [];
	await changeRollCall(store, rollCallId, null, async (changing) => {
		const { trx, rollCall } = changing;
		if (!isOpen(rollCall, now)) throw new CheckInRefused('not-open');
		await store.checkIns.updateOutcome(trx, attempt.id, { outcome: 'accepted', deviceId });
		if (deviceId !== null) await store.devices.touchDevice(trx, deviceId, new Date(now));
		const before = await findStanding(store, changing, studentId);
		const mayMark = cameraMayMark(before);
		const mark = mayMark ? phoneMark(before, rollCall, now) : before;
		if (mark === null || mark.status === null) throw new CheckInRefused('taken-back');
		if (!hasCome(mark.status)) throw new CheckInRefused('marked-otherwise');
		if (mayMark) await writePhoneMark(store, changing, { studentId, before, after: mark });
		const { status, markedAt, minutesLate } = mark;
		answers.push({ ok: true, status, markedAt, minutesLate });
		return mayMark;
	});
	const [answer] = answers;
	if (answer === undefined) throw new Error('a roll call changed without its work');
	return answer;
}

function phoneMark(before: MarkContent | null, rollCall: RollCallRow, now: number): MarkContent {
	const remark = before?.remark ?? null;
	return { ...arrival(now, rollCall), markedAt: now, leftAt: null, remark, excuseId: null };
}

async function writePhoneMark(
	{ marks }: Pick<PhoneMarkStore, 'marks'>,
	{ trx, rollCall, version }: Changing,
	change: { studentId: string; before: StandingMark | null; after: MarkContent },
): Promise<void> {
	const { studentId, after } = change;
	const method = 'phone';
	await marks.upsertMarks(trx, rollCall.id, version, [
		{ ...after, studentId, method, markedBy: null },
	]);
	await marks.insertChanges(trx, rollCall.id, [
		{ ...change, requestId: null, method, changedBy: null, reason: null },
	]);
}
