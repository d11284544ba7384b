import type {
	BeginCheckIn,
	CheckInAnswer,
	CheckInBegun,
	CheckInChallenge,
	CheckInLinks,
	OpenForCheckIn,
	RefusedAnswer,
	RefusedCheckIn,
	SubmitCheckIn,
} from '$lib/contract/check-in';
import type { Action } from '$lib/contract/liveness';
import { messages } from '$lib/messages';
import type * as checkInRows from '../db/check-ins.repository';
import type { CheckInTarget, UsedAttempt } from '../db/check-ins.repository';
import type * as consentRows from '../db/consents.repository';
import type * as deviceRows from '../db/devices.repository';
import type { Db, Trx } from '../db/executor';
import type { Actor } from '../domain/access';
import { FAILURES_WITHIN_MS, NONCE_LIFETIME_MS, waitOf } from '../domain/check-in';
import { chooseChallenge } from '../domain/challenges';
import { authorise } from './authorise';
import { wipe } from './check-in-frames';
import {
	CheckInRefused,
	requireClock,
	requireCode,
	requireConfirmed,
	requireFace,
	requireLiveness,
	requireOpen,
	requireOwnPhone,
	requirePasskey,
	requirePasskeyAtHand,
	requireSameCode,
	requireSignature,
	takeFrames,
	type Answering,
	type LinkDeps,
} from './check-in-links';
import { markByPhone, type AcceptedCheckIn, type PhoneMarkStore } from './marks-by-phone';
import { requireRollCall } from './roll-call-change';

export interface CheckInDeps extends PhoneMarkStore, LinkDeps {
	consents: Pick<typeof consentRows, 'lockStudent'>;
	checkIns: typeof checkInRows;
	devices: Pick<typeof deviceRows, 'findDevice' | 'touchDevice'>;
	clock: () => Date;
}

export type CheckIns = ReturnType<typeof createCheckInService>;

/** More than a class can fail in a lesson. */
const MOST_REFUSALS = 200;

/**
 * A student marks themselves from their own phone. What is asked for is decided when a check-in
 * begins; the answer to it is looked at once. A check-in that is not taken is an answer with its
 * reason, kept for the teacher, and no error. Methods throw AppError 'forbidden' for a role that may
 * not do it.
 */
export function createCheckInService(deps: CheckInDeps) {
	const { db, checkIns, engine, clock } = deps;

	return {
		/** The signed-in student's roll calls that can be checked in to now. */
		async open(actor: Actor): Promise<OpenForCheckIn[]> {
			authorise(actor, 'checkIn');
			const viewpoint = { studentId: actor.id, engine };
			const targets = await checkIns.listOpenCheckIns(db, viewpoint, clock());
			return targets.map(toOpen);
		},

		/**
		 * Begins a check-in: the code is looked at, and the phone gets what it has to answer within a
		 * minute. The student's tries happen one after another, so that each knows how the ones before
		 * it ended.
		 * @param origin of the page: a passkey is bound to its name
		 */
		async begin(actor: Actor, begin: BeginCheckIn, origin: string): Promise<CheckInBegun> {
			authorise(actor, 'checkIn');
			return db.transaction().execute(async (trx) => {
				await deps.consents.lockStudent(trx, actor.id);
				return refusable(deps, trx, { ...begin, studentId: actor.id }, async (target) => {
					await requirePatience(deps, trx, actor.id);
					const challenge = await giveOut(deps, trx, { actor, begin, target, origin });
					return { ok: true as const, challenge };
				});
			});
		},

		/**
		 * Judges an answer and marks the student as here, from now on.
		 * @returns the student's mark as it stands; what a person or an earlier arrival set is left
		 */
		async submit(actor: Actor, submission: SubmitCheckIn): Promise<CheckInAnswer> {
			authorise(actor, 'checkIn');
			const of = { rollCallId: submission.rollCallId, studentId: actor.id };
			return refusable(deps, db, of, async (target) => {
				await requirePatience(deps, db, actor.id);
				const now = clock().getTime();
				requireOpen(target, now);
				const attempt = await requireNonce(deps, actor, submission, now);
				const answering = { studentId: actor.id, target, attempt, submission, now };
				return settled(deps, answering, () => judge(deps, answering));
			});
		},

		/** Attempts that were refused in a roll call, for those who teach it; the newest first. */
		async refused(actor: Actor, rollCallId: string): Promise<RefusedCheckIn[]> {
			authorise(actor, 'viewRollCall');
			await requireRollCall(deps, actor, rollCallId);
			const rows = await checkIns.listRefusals(db, rollCallId, MOST_REFUSALS);
			return rows.map(({ sharedWith, ...row }) => ({
				...row,
				why:
					row.refusal === 'shared-device' && sharedWith.length > 0
						? messages.checkIn.sharedWith(sharedWith)
						: messages.checkIn.why[row.refusal],
			}));
		},
	};
}

/** A face is asked for with the student's consent only, and so is what shows it alive. */
function linksOf(target: CheckInTarget): CheckInLinks {
	return {
		code: target.checkInAsksCode,
		liveness: target.checkInAsksLiveness && target.hasConsented,
		face: target.checkInAsksFace && target.hasConsented,
		signature: target.checkInSignature,
	};
}

function toOpen(target: CheckInTarget): OpenForCheckIn {
	const { rollCallId, className, startsAt, closesAt, status, markedAt } = target;
	return { rollCallId, className, startsAt, closesAt, links: linksOf(target), status, markedAt };
}

/**
 * Makes an answer of a refusal, and keeps it for the teacher. A roll call that is not there has
 * nobody to keep it for.
 */
async function refusable<T>(
	{ checkIns, engine, clock }: CheckInDeps,
	executor: Db,
	{ rollCallId, studentId }: { rollCallId: string; studentId: string },
	work: (target: CheckInTarget) => Promise<T>,
): Promise<T | RefusedAnswer> {
	const target = await checkIns.findCheckInTarget(executor, rollCallId, { studentId, engine });
	if (target === undefined) return toAnswer(new CheckInRefused('not-open'));
	try {
		return await work(target);
	} catch (error) {
		if (!(error instanceof CheckInRefused)) throw error;
		if (!(error instanceof KeptRefusal)) {
			const outcome = error.refusal;
			await checkIns.insertRefusal(executor, { rollCallId, studentId, at: clock(), outcome });
		}
		return toAnswer(error);
	}
}

function toAnswer({ refusal, message, retryAfterMs }: CheckInRefused): RefusedAnswer {
	return { ok: false, refusal, message, retryAfterMs };
}

/** A refusal that is in the attempt's own row, or was told before. */
class KeptRefusal extends CheckInRefused {}

/** @throws CheckInRefused 'too-many', with how long to wait; the teacher reads of it once */
async function requirePatience(
	{ checkIns, clock }: CheckInDeps,
	executor: Db,
	studentId: string,
): Promise<void> {
	const now = clock().getTime();
	const since = new Date(now - FAILURES_WITHIN_MS);
	const earlier = await checkIns.listAttemptsSince(executor, studentId, since);
	const retryAfterMs = waitOf(earlier, now);
	if (retryAfterMs === null) return;
	const isKept = earlier.some(({ outcome }) => outcome === 'too-many');
	const message = messages.checkIn.tooMany(Math.ceil(retryAfterMs / 60_000));
	throw new (isKept ? KeptRefusal : CheckInRefused)('too-many', message, retryAfterMs);
}

interface Beginning {
	actor: Actor;
	begin: BeginCheckIn;
	target: CheckInTarget;
	/** Of the page. */
	origin: string;
}

/** @throws CheckInRefused where the roll call, the code, the passkey or the enrolment does not allow it */
async function giveOut(
	deps: CheckInDeps,
	trx: Trx,
	{ actor, begin, target, origin }: Beginning,
): Promise<CheckInChallenge> {
	const { checkIns, proofs } = deps;
	const issuedAt = deps.clock();
	const serverTime = issuedAt.getTime();
	const { rollCallId, code } = begin;
	requireOpen(target, serverTime);
	const links = linksOf(target);
	const codeStep = links.code ? requireCode(deps, rollCallId, code, serverTime) : null;
	// Before anybody turns their head for nothing.
	const passkey =
		links.signature === 'passkey' ? await requirePasskeyAtHand(deps, trx, actor.id, origin) : null;
	if (links.face && !target.isEnrolled) throw new CheckInRefused('not-enrolled');
	if (links.face) await requireConfirmed(deps, actor.id);
	const { nonce, nonceHash } = proofs.makeNonce();
	const attemptOf = { rollCallId, studentId: actor.id };
	const actions = links.liveness ? await drawActions(deps, trx, attemptOf) : [];
	const expiresAt = serverTime + NONCE_LIFETIME_MS;
	await checkIns.replaceAttempt(trx, {
		...attemptOf,
		issuedAt,
		expiresAt: new Date(expiresAt),
		nonceHash,
		challenge: actions,
		codeStep,
		asksFace: links.face,
		signature: links.signature,
	});
	return { nonce, expiresAt, serverTime, actions, links, passkey };
}

/**
 * What the student has to do. A challenge that was not answered is asked again: whoever could draw
 * until it suits would draw what a recording shows.
 */
async function drawActions(
	{ checkIns, proofs }: CheckInDeps,
	trx: Trx,
	of: { rollCallId: string; studentId: string },
): Promise<Action[]> {
	const unanswered = await checkIns.findUnansweredChallenge(trx, of);
	return unanswered?.length ? unanswered : [...chooseChallenge(proofs.random())];
}

/** Uses the nonce up. @throws CheckInRefused 'nonce-used', 'nonce-unknown' */
async function requireNonce(
	{ db, checkIns, proofs }: CheckInDeps,
	actor: Actor,
	{ rollCallId, nonce, deviceMark }: SubmitCheckIn,
	now: number,
): Promise<UsedAttempt> {
	const of = { rollCallId, studentId: actor.id, nonceHash: proofs.hashNonce(nonce) };
	const attempt = await checkIns.useNonce(db, of, { usedAt: new Date(now), deviceMark });
	if (attempt !== undefined) return attempt;
	const isUsed = await checkIns.isNonceUsed(db, of);
	throw new CheckInRefused(isUsed ? 'nonce-used' : 'nonce-unknown');
}

/** Keeps in the attempt's own row why it was refused. */
async function settled(
	{ db, checkIns }: CheckInDeps,
	{ attempt }: Answering,
	work: () => Promise<AcceptedCheckIn>,
): Promise<AcceptedCheckIn> {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof CheckInRefused)) throw error;
		const { refusal: outcome, message, retryAfterMs } = error;
		await checkIns.updateOutcome(db, attempt.id, { outcome, deviceId: null });
		throw new KeptRefusal(outcome, message, retryAfterMs);
	}
}

/** The chain, from the code on. @throws CheckInRefused for the first link that does not hold */
async function judge(deps: CheckInDeps, answering: Answering): Promise<AcceptedCheckIn> {
	const { attempt, target, now } = answering;
	if (now > attempt.expiresAt) throw new CheckInRefused('nonce-expired');
	requireSameCode(deps, answering);
	await requireClock(deps, answering);
	const deviceId = attempt.signature === 'none' ? null : await requireSignature(deps, answering);
	if (attempt.signature === 'passkey' && deviceId !== null) {
		await requirePasskey(deps, answering, deviceId);
	}
	await requireOwnPhone(deps, answering);
	// A consent that ended since counts from now on: what was sent of a face is not looked at.
	if (target.hasConsented) await judgeFace(deps, answering);
	return markByPhone(deps, answering, deviceId);
}

async function judgeFace(deps: CheckInDeps, answering: Answering): Promise<void> {
	const { asksFace, challenge } = answering.attempt;
	const frames = asksFace ? await takeFrames(deps, answering) : [];
	try {
		if (challenge.length > 0) requireLiveness(answering);
		if (asksFace) await requireFace(deps, answering, frames);
	} finally {
		wipe(frames);
	}
}
