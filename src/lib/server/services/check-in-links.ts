import * as v from 'valibot';
import {
	signedBytes,
	traceBytes,
	type CheckInRefusal,
	type SubmitCheckIn,
} from '$lib/contract/check-in';
import type { RevokedBecause } from '$lib/contract/devices';
import { ChallengeSchema, decodeTrace } from '$lib/contract/liveness';
import type { AskedPasskey } from '$lib/contract/passkeys';
import { decodeVectors } from '$lib/contract/sightings';
import { messages } from '$lib/messages';
import type { DigitsOf } from '../crypto/check-in-codes';
import type { CheckInProofs } from '../crypto/check-in-proofs';
import type { PasskeyProofs } from '../crypto/passkey-proofs';
import type { Vault } from '../crypto/vault';
import type * as checkInRows from '../db/check-ins.repository';
import type { CheckInTarget, UsedAttempt } from '../db/check-ins.repository';
import type * as deviceRows from '../db/devices.repository';
import type * as enrolmentRows from '../db/enrolments.repository';
import type { Db } from '../db/executor';
import type * as passkeyRows from '../db/passkeys.repository';
import type { EngineId } from '../db/references.repository';
import type * as referenceRows from '../db/references.repository';
import type * as schoolRows from '../db/school.repository';
import { hasCopy, isClockOff, isVerified } from '../domain/check-in';
import { acceptedSteps } from '../domain/check-in-code';
import { judgeTrace } from '../domain/liveness';
import { passkeyOrigins } from '../domain/passkeys';
import type { Log } from '../log';
import { wipe, type CheckInFrames } from './check-in-frames';
import type { Policies } from './policies';
import { passkeyProblemAt, toAskedPasskey } from './passkeys';
import { openOrSkip } from './references';

/** What the links of the chain need. */
export interface LinkDeps {
	db: Db;
	checkIns: Pick<typeof checkInRows, 'isPhoneOfOther' | 'spendVectors'>;
	devices: Pick<typeof deviceRows, 'findDevice'>;
	passkeys: Pick<
		typeof passkeyRows,
		'findPasskeyByCredential' | 'listPasskeysInUse' | 'advanceSignCount'
	>;
	references: Pick<typeof referenceRows, 'listReferencesOfStudent'>;
	enrolments: Pick<typeof enrolmentRows, 'findLatestEnrolment'>;
	school: Pick<typeof schoolRows, 'readSchool'>;
	policies: Pick<Policies, 'ofClass'>;
	proofs: CheckInProofs;
	passkeyProofs: Pick<PasskeyProofs, 'challengeOf' | 'checkAssertion' | 'credentialId'>;
	/** This server's own addresses. */
	sites: () => readonly string[];
	codeDigits: DigitsOf;
	vault: Vault;
	frames: Pick<CheckInFrames, 'of' | 'add'>;
	/** The engine whose references can be matched; null while its models are not prepared. */
	engine: EngineId | null;
	log: Log;
}

/** A link of the chain did not hold: what the student is told. */
export class CheckInRefused extends Error {
	override readonly name = 'CheckInRefused';

	constructor(
		readonly refusal: CheckInRefusal,
		message: string = messages.checkIn.refusals[refusal],
		/** After how long the next try is looked at; null: at once. */
		readonly retryAfterMs: number | null = null,
	) {
		super(message);
	}
}

/** A submission with what its challenge asked for. */
export interface Answering {
	studentId: string;
	target: CheckInTarget;
	attempt: UsedAttempt;
	submission: SubmitCheckIn;
	/** ms since 1970. */
	now: number;
}

/** @throws CheckInRefused 'by-phone-off', 'not-member', 'not-open' */
export function requireOpen(target: CheckInTarget, now: number): void {
	if (!target.isMember) throw new CheckInRefused('not-member');
	if (!target.checkInByPhone) throw new CheckInRefused('by-phone-off');
	if (!isOpen(target, now)) throw new CheckInRefused('not-open');
}

export function isOpen(
	{ state, closesAt }: Pick<CheckInTarget, 'state' | 'closesAt'>,
	now: number,
): boolean {
	return state === 'open' && (closesAt === null || closesAt > now);
}

/** @returns the step of the code. @throws CheckInRefused 'wrong-code' */
export function requireCode(
	{ proofs, codeDigits }: Pick<LinkDeps, 'proofs' | 'codeDigits'>,
	rollCallId: string,
	code: string | null,
	now: number,
): number {
	const step = acceptedSteps(now).find((one) =>
		proofs.isSameCode(code ?? '', codeDigits(rollCallId, one)),
	);
	if (step === undefined) throw new CheckInRefused('wrong-code');
	return step;
}

/** The code is the one that the check-in was begun with. @throws CheckInRefused 'wrong-code' */
export function requireSameCode(
	{ proofs, codeDigits }: Pick<LinkDeps, 'proofs' | 'codeDigits'>,
	{ attempt, submission }: Answering,
): void {
	if (attempt.codeStep === null) return;
	const expected = codeDigits(submission.rollCallId, attempt.codeStep);
	if (!proofs.isSameCode(submission.code ?? '', expected)) throw new CheckInRefused('wrong-code');
}

/** @throws CheckInRefused 'clock', with the time told */
export async function requireClock(
	{ db, school }: Pick<LinkDeps, 'db' | 'school'>,
	{ submission, now }: Answering,
): Promise<void> {
	if (!isClockOff(submission.signedAt, now)) return;
	const { timeZone } = await school.readSchool(db);
	throw new CheckInRefused('clock', messages.checkIn.clock(new Date(now), timeZone));
}

/**
 * The student's own phone signed all that is judged after this. It comes before everything that looks
 * at a face, so that whoever has no such phone learns nothing from the answers.
 *
 * @returns the phone
 * @throws CheckInRefused 'no-device', 'device-revoked', 'device-waits', 'bad-signature'
 */
export async function requireSignature(
	{ db, devices, proofs }: Pick<LinkDeps, 'db' | 'devices' | 'proofs'>,
	answering: Answering,
): Promise<string> {
	const { signature } = answering.submission;
	const device = signature && (await devices.findDevice(db, signature.deviceId));
	if (!device || device.studentId !== answering.studentId) throw new CheckInRefused('no-device');
	if (device.state === 'revoked') throw refusedAsEnded(device.revokedBecause);
	if (device.state === 'asked') throw new CheckInRefused('device-waits');
	if (!proofs.isSigned(device.publicKey, statedBytes(proofs, answering), signature.value)) {
		throw new CheckInRefused('bad-signature');
	}
	return device.id;
}

/** A phone that was taken out of use is told by whom; one whose place is taken, what to do. */
function refusedAsEnded(because: RevokedBecause | null): CheckInRefused {
	return because === 'forgotten' || because === 'revoked'
		? new CheckInRefused('device-revoked', messages.checkIn.ended[because])
		: new CheckInRefused('no-device');
}

/** Everything that is judged, as the phone signs it. */
function statedBytes(
	{ sha256 }: Pick<CheckInProofs, 'sha256'>,
	{ submission }: Answering,
): Uint8Array {
	const { face, trace } = submission;
	return signedBytes(submission, {
		vectors: face === null ? '' : sha256(face.vectors),
		trace: trace === null ? '' : sha256(traceBytes(trace)),
	});
}

/**
 * The passkey that the student's phone has to answer with; null where no phone of theirs signs, which
 * is told when they answer.
 *
 * @param origin of the page
 * @throws CheckInRefused 'passkey-address' where passkeys do not work, 'passkey-waits', 'no-passkey'
 */
export async function requirePasskeyAtHand(
	{ passkeys, sites }: Pick<LinkDeps, 'passkeys' | 'sites'>,
	executor: Db,
	studentId: string,
	origin: string,
): Promise<AskedPasskey | null> {
	const problem = passkeyProblemAt(origin, sites());
	if (problem !== null) throw new CheckInRefused('passkey-address', problem);
	const own = await passkeys.listPasskeysInUse(executor, studentId);
	if (own === undefined) return null;
	const active = own.find(({ state }) => state === 'active');
	if (active !== undefined) return toAskedPasskey(active);
	const waits = own.some(({ state }) => state === 'asked');
	throw new CheckInRefused(waits ? 'passkey-waits' : 'no-passkey');
}

/**
 * The phone's passkey signed the same, after the phone had looked at who holds it. It comes before the
 * face too.
 *
 * @throws CheckInRefused 'no-passkey', 'passkey-waits', 'bad-passkey', 'passkey-unverified',
 *   'passkey-counter'
 */
export async function requirePasskey(
	deps: Pick<LinkDeps, 'db' | 'passkeys' | 'passkeyProofs' | 'proofs' | 'sites' | 'log'>,
	answering: Answering,
	deviceId: string,
): Promise<void> {
	const { db, passkeys, passkeyProofs, proofs, sites, log } = deps;
	const assertion = answering.submission.passkey;
	const credentialId = assertion && passkeyProofs.credentialId(assertion.credentialId);
	const passkey = credentialId && (await passkeys.findPasskeyByCredential(db, credentialId));
	if (!passkey || passkey.deviceId !== deviceId || passkey.state === 'revoked') {
		throw new CheckInRefused('no-passkey');
	}
	if (passkey.state === 'asked') throw new CheckInRefused('passkey-waits');
	const challenge = passkeyProofs.challengeOf(statedBytes(proofs, answering));
	const origins = passkeyOrigins(passkey.rpId, sites());
	const answer = await passkeyProofs.checkAssertion(assertion, challenge, passkey, origins);
	if (!answer.ok) {
		log.info({ reason: answer.reason }, 'a passkey did not fit a check-in');
		throw new CheckInRefused('bad-passkey');
	}
	if (!answer.isVerified) throw new CheckInRefused('passkey-unverified');
	const at = new Date(answering.now);
	const isAhead = await passkeys.advanceSignCount(db, passkey.id, answer.signCount, at);
	if (!isAhead) throw new CheckInRefused('passkey-counter');
}

/** @throws CheckInRefused 'shared-device' */
export async function requireOwnPhone(
	{ db, checkIns }: Pick<LinkDeps, 'db' | 'checkIns'>,
	{ studentId, submission: { rollCallId, deviceMark } }: Answering,
): Promise<void> {
	if (await checkIns.isPhoneOfOther(db, { rollCallId, studentId, deviceMark })) {
		throw new CheckInRefused('shared-device');
	}
}

/**
 * The student did what the challenge asked for, as the trace shows it, and since it was asked: a trace
 * cannot have taken longer than the phone had.
 * @throws CheckInRefused 'liveness'
 */
export function requireLiveness({ attempt, submission: { trace }, now }: Answering): void {
	const challenge = v.parse(ChallengeSchema, attempt.challenge);
	const took = trace?.times.at(-1) ?? Infinity;
	if (trace === null || took > now - attempt.issuedAt) throw new CheckInRefused('liveness');
	const { reason } = judgeTrace(challenge, decodeTrace(trace));
	if (reason !== null) throw new CheckInRefused('liveness', messages.liveness.reason[reason]);
}

/**
 * The frames are fresh. They are noted as taken before anything else is judged: what was refused is
 * no more welcome a second time.
 *
 * @returns the frames, the caller's to wipe
 * @throws CheckInRefused 'bad-vectors', 'outdated' for those of another engine, 'replayed'
 */
export async function takeFrames(
	{ db, checkIns, proofs, frames: known, engine }: LinkDeps,
	{ studentId, submission: { face, rollCallId } }: Answering,
): Promise<Float32Array[]> {
	if (face === null) throw new CheckInRefused('bad-vectors');
	if (engine !== null && !isSameEngine(engine, face)) throw new CheckInRefused('outdated');
	const frames = decode(face.vectors);
	const isCopied = hasCopy(frames, known.of(rollCallId, studentId));
	known.add(rollCallId, studentId, frames);
	const isNew = await checkIns.spendVectors(db, proofs.digestVectors(face.vectors));
	if (isNew && !isCopied) return frames;
	wipe(frames);
	throw new CheckInRefused('replayed');
}

/**
 * The frames show the student, and are none of the references themselves.
 * @throws CheckInRefused 'not-enrolled'; 'face-unconfirmed' for a face that the student enrolled alone;
 *   'replayed', 'no-match'
 */
export async function requireFace(
	deps: LinkDeps,
	{ studentId, target, submission: { face } }: Answering,
	frames: readonly Float32Array[],
): Promise<void> {
	const references = face === null ? [] : await openReferences(deps, studentId, face);
	try {
		if (references.length === 0) throw new CheckInRefused('not-enrolled');
		await requireConfirmed(deps, studentId);
		if (hasCopy(frames, references)) throw new CheckInRefused('replayed');
		const { scoreShift } = await deps.policies.ofClass(target.classId);
		if (!isVerified(frames, references, scoreShift)) throw new CheckInRefused('no-match');
	} finally {
		wipe(references);
	}
}

/** @throws CheckInRefused 'bad-vectors' for numbers that are not finite, or rows not of unit length */
function decode(vectors: Uint8Array): Float32Array[] {
	try {
		return decodeVectors(vectors);
	} catch (cause) {
		if (cause instanceof RangeError) throw new CheckInRefused('bad-vectors');
		throw cause;
	}
}

/**
 * Staff have said whose face it is: a friend's, enrolled on a borrowed evening, checks nobody in.
 * @throws CheckInRefused 'face-unconfirmed'
 */
export async function requireConfirmed(
	{ db, enrolments }: Pick<LinkDeps, 'db' | 'enrolments'>,
	studentId: string,
): Promise<void> {
	const enrolment = await enrolments.findLatestEnrolment(db, studentId);
	if (enrolment?.isConfirmed !== true) throw new CheckInRefused('face-unconfirmed');
}

const isSameEngine = (one: EngineId, other: EngineId): boolean =>
	one.modelId === other.modelId && one.pipelineVersion === other.pipelineVersion;

async function openReferences(
	{ db, references, vault, log }: LinkDeps,
	studentId: string,
	engine: EngineId,
): Promise<Float32Array[]> {
	const rows = await references.listReferencesOfStudent(db, studentId, engine);
	return rows.flatMap((row) => openOrSkip({ vault, log }, row)?.vector ?? []);
}
