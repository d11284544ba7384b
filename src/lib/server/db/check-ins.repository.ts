import { sql } from 'kysely';
import type { CheckInOutcome, CheckInRefusal } from '$lib/contract/check-in';
import type { CheckInSettings } from '$lib/contract/classes';
import type { Action } from '$lib/contract/liveness';
import type { CheckInSignature, MarkStatus, RollCallState } from '$lib/contract/terms';
import type { EarlierAttempt } from '../domain/check-in';
import type { Db, Trx } from './executor';
import { MEMBER_ON_THE_DAY } from './marks.repository';
import type { EngineId } from './references.repository';

/** A roll call as a student stands to it. Instants are ms since 1970. */
export interface CheckInTarget extends CheckInSettings {
	rollCallId: string;
	classId: string;
	className: string;
	state: RollCallState;
	startsAt: number;
	closesAt: number | null;
	isMember: boolean;
	/** To references of their face, now. */
	hasConsented: boolean;
	/** Whether there are references of the engine. */
	isEnrolled: boolean;
	/** The student's mark. */
	status: MarkStatus | null;
	markedAt: number | null;
}

/** Whose check-in it is. @see listOpenCheckIns for `engine` */
interface Viewpoint {
	studentId: string;
	engine: EngineId | null;
}

export async function findCheckInTarget(
	db: Db,
	rollCallId: string,
	viewpoint: Viewpoint,
): Promise<CheckInTarget | undefined> {
	const row = await selectTargets(db, viewpoint)
		.where('roll_calls.id', '=', rollCallId)
		.executeTakeFirst();
	return row && toTarget(row);
}

/**
 * Open roll calls in which the student may check in by phone, the earliest first.
 * @param viewpoint `engine`: whose references count; null: anybody's
 */
export async function listOpenCheckIns(
	db: Db,
	viewpoint: Viewpoint,
	now: Date,
): Promise<CheckInTarget[]> {
	const rows = await selectTargets(db, viewpoint)
		// In words, not as a parameter: PostgreSQL finds the partial index by them.
		.where('roll_calls.state', '=', sql.lit('open'))
		.where((eb) =>
			eb.or([eb('roll_calls.closes_at', 'is', null), eb('roll_calls.closes_at', '>', now)]),
		)
		.where('classes.check_in_by_phone', '=', true)
		.where(isMember(viewpoint.studentId))
		.orderBy('roll_calls.starts_at')
		.orderBy('roll_calls.id')
		.execute();
	return rows.map(toTarget);
}

function selectTargets(db: Db, { studentId, engine }: Viewpoint) {
	return db
		.selectFrom('roll_calls')
		.innerJoin('classes', 'classes.id', 'roll_calls.class_id')
		.leftJoin('marks', (join) =>
			join.onRef('marks.roll_call_id', '=', 'roll_calls.id').on('marks.student_id', '=', studentId),
		)
		.select([
			'roll_calls.id as rollCallId',
			'roll_calls.class_id as classId',
			'classes.name as className',
			'roll_calls.state',
			'roll_calls.starts_at as startsAt',
			'roll_calls.closes_at as closesAt',
			'classes.check_in_by_phone as checkInByPhone',
			'classes.check_in_asks_code as checkInAsksCode',
			'classes.check_in_asks_liveness as checkInAsksLiveness',
			'classes.check_in_asks_face as checkInAsksFace',
			'classes.check_in_signature as checkInSignature',
			'marks.status',
			'marks.marked_at as markedAt',
			isMember(studentId).as('isMember'),
			sql<boolean>`coalesce((
				select decision = 'granted' from consents
				where student_id = ${studentId} order by sequence desc limit 1
			), false)`.as('hasConsented'),
		])
		.select((eb) =>
			eb
				.exists(
					eb
						.selectFrom('face_references')
						.select('id')
						.where('student_id', '=', studentId)
						.$if(engine !== null, (references) =>
							references
								.where('model_id', '=', engine?.modelId ?? '')
								.where('pipeline_version', '=', engine?.pipelineVersion ?? ''),
						),
				)
				.$castTo<boolean>()
				.as('isEnrolled'),
		);
}

const isMember = (studentId: string) => sql<boolean>`exists (
	select from members
	where members.class_id = roll_calls.class_id and members.student_id = ${studentId}
		and ${MEMBER_ON_THE_DAY}
)`;

type SelectedTarget = Awaited<
	ReturnType<ReturnType<typeof selectTargets>['executeTakeFirstOrThrow']>
>;

function toTarget(row: SelectedTarget): CheckInTarget {
	return {
		...row,
		startsAt: row.startsAt.getTime(),
		closesAt: row.closesAt?.getTime() ?? null,
		markedAt: row.status === null ? null : (row.markedAt?.getTime() ?? null),
	};
}

/** A challenge as it is kept. */
export interface NewAttempt {
	rollCallId: string;
	studentId: string;
	issuedAt: Date;
	expiresAt: Date;
	/** SHA-256 of the nonce. */
	nonceHash: Buffer;
	challenge: readonly Action[];
	/** Of the code that was given; null where none was asked for. */
	codeStep: number | null;
	asksFace: boolean;
	signature: CheckInSignature;
}

/** What a student was asked to do in a roll call and has not answered; undefined where nothing waits. */
export async function findUnansweredChallenge(
	db: Db,
	{ rollCallId, studentId }: Pick<NewAttempt, 'rollCallId' | 'studentId'>,
): Promise<Action[] | undefined> {
	const row = await db
		.selectFrom('check_in_attempts')
		.select('challenge')
		.where('student_id', '=', studentId)
		.where('roll_call_id', '=', rollCallId)
		.where('used_at', 'is', null)
		.where('outcome', 'is', null)
		.executeTakeFirst();
	return row?.challenge;
}

/**
 * Keeps a challenge in the place of the student's unanswered ones: one can be answered at a time, so
 * that nobody collects many and answers them at once.
 */
export async function replaceAttempt(trx: Trx, attempt: NewAttempt): Promise<void> {
	await trx
		.deleteFrom('check_in_attempts')
		.where('student_id', '=', attempt.studentId)
		.where('used_at', 'is', null)
		.where('outcome', 'is', null)
		.execute();
	await trx
		.insertInto('check_in_attempts')
		.values({
			roll_call_id: attempt.rollCallId,
			student_id: attempt.studentId,
			issued_at: attempt.issuedAt,
			expires_at: attempt.expiresAt,
			nonce_hash: attempt.nonceHash,
			challenge: [...attempt.challenge],
			code_step: attempt.codeStep,
			asks_face: attempt.asksFace,
			signature: attempt.signature,
		})
		.execute();
}

/** A challenge that is being answered. Instants are ms since 1970. */
export interface UsedAttempt {
	id: string;
	issuedAt: number;
	expiresAt: number;
	challenge: Action[];
	codeStep: number | null;
	asksFace: boolean;
	signature: CheckInSignature;
}

interface AnsweredNonce {
	rollCallId: string;
	studentId: string;
	nonceHash: Buffer;
}

/**
 * Uses a student's nonce up: of two who send the same one, one gets it.
 * @returns undefined for a nonce that is used, or is not this student's in this roll call
 */
export async function useNonce(
	db: Db,
	{ rollCallId, studentId, nonceHash }: AnsweredNonce,
	{ usedAt, deviceMark }: { usedAt: Date; deviceMark: string },
): Promise<UsedAttempt | undefined> {
	const row = await db
		.updateTable('check_in_attempts')
		.set({ used_at: usedAt, device_mark: deviceMark })
		.where('nonce_hash', '=', nonceHash)
		.where('roll_call_id', '=', rollCallId)
		.where('student_id', '=', studentId)
		.where('used_at', 'is', null)
		.returning([
			'id',
			'issued_at as issuedAt',
			'expires_at as expiresAt',
			'challenge',
			'code_step as codeStep',
			'asks_face as asksFace',
			'signature',
		])
		.executeTakeFirst();
	if (row === undefined) return undefined;
	return {
		...row,
		issuedAt: row.issuedAt.getTime(),
		expiresAt: row.expiresAt?.getTime() ?? 0,
		codeStep: row.codeStep === null ? null : Number(row.codeStep),
	};
}

export async function isNonceUsed(
	db: Db,
	{ rollCallId, studentId, nonceHash }: AnsweredNonce,
): Promise<boolean> {
	const row = await db
		.selectFrom('check_in_attempts')
		.select('id')
		.where('nonce_hash', '=', nonceHash)
		.where('roll_call_id', '=', rollCallId)
		.where('student_id', '=', studentId)
		.where('used_at', 'is not', null)
		.executeTakeFirst();
	return row !== undefined;
}

/** Keeps what became of an attempt. */
export async function updateOutcome(
	db: Db,
	id: string,
	{ outcome, deviceId }: { outcome: CheckInOutcome; deviceId: string | null },
): Promise<void> {
	await db
		.updateTable('check_in_attempts')
		.set({ outcome, device_id: deviceId })
		.where('id', '=', id)
		.execute();
}

/** Keeps a refusal that no challenge stands for. */
export async function insertRefusal(
	db: Db,
	refusal: { rollCallId: string; studentId: string; at: Date; outcome: CheckInRefusal },
): Promise<void> {
	await db
		.insertInto('check_in_attempts')
		.values({
			roll_call_id: refusal.rollCallId,
			student_id: refusal.studentId,
			issued_at: refusal.at,
			outcome: refusal.outcome,
		})
		.execute();
}

/** What a student has tried since. */
export async function listAttemptsSince(
	db: Db,
	studentId: string,
	since: Date,
): Promise<EarlierAttempt[]> {
	const rows = await db
		.selectFrom('check_in_attempts')
		.select(['issued_at as at', 'outcome', 'used_at as usedAt'])
		.where('student_id', '=', studentId)
		.where('issued_at', '>', since)
		.execute();
	return rows.map(({ at, outcome, usedAt }) => ({
		at: at.getTime(),
		outcome,
		isUsed: usedAt !== null,
	}));
}

/** Whether a phone has checked another student in, or is just doing so. */
export async function isPhoneOfOther(
	db: Db,
	{ rollCallId, studentId, deviceMark }: Record<'rollCallId' | 'studentId' | 'deviceMark', string>,
): Promise<boolean> {
	const row = await db
		.selectFrom('check_in_attempts')
		.select('id')
		.where('roll_call_id', '=', rollCallId)
		.where('device_mark', '=', deviceMark)
		.where('student_id', '<>', studentId)
		// Whoever was refused has taken nobody's place; what is being judged may.
		.where((eb) =>
			eb.or([
				eb('outcome', '=', 'accepted'),
				eb.and([eb('outcome', 'is', null), eb('used_at', 'is not', null)]),
			]),
		)
		.limit(1)
		.executeTakeFirst();
	return row !== undefined;
}

/**
 * Notes vectors as taken. @returns false when one of them was taken before, whoever else sends it at
 * the same moment
 */
export async function spendVectors(db: Db, digests: readonly Buffer[]): Promise<boolean> {
	// In one order: two who send the same ones wait for each other, and not in a ring.
	const ordered = [...digests].sort((a, b) => a.compare(b));
	const { numInsertedOrUpdatedRows } = await db
		.insertInto('spent_vectors')
		.values(ordered.map((digest) => ({ digest })))
		.onConflict((conflict) => conflict.doNothing())
		.executeTakeFirst();
	return numInsertedOrUpdatedRows === BigInt(digests.length);
}

/** A refused attempt; ms since 1970. */
export interface RefusalRow {
	studentId: string;
	studentName: string;
	refusal: CheckInRefusal;
	/** Who else checked in with the phone in the roll call. */
	sharedWith: string[];
	at: number;
}

/** Refused attempts of a roll call, the newest first. */
export async function listRefusals(
	db: Db,
	rollCallId: string,
	limit: number,
): Promise<RefusalRow[]> {
	const rows = await db
		.selectFrom('check_in_attempts as attempts')
		.innerJoin('users', 'users.id', 'attempts.student_id')
		.select([
			'attempts.student_id as studentId',
			'users.name as studentName',
			'attempts.outcome as refusal',
			sql<Date>`coalesce(attempts.used_at, attempts.issued_at)`.as('at'),
			sql<string[]>`array(
				select distinct users.name
				from check_in_attempts as others
				join users on users.id = others.student_id
				where others.roll_call_id = attempts.roll_call_id
					and others.device_mark = attempts.device_mark
					and others.student_id <> attempts.student_id
					and others.outcome = 'accepted'
				order by users.name
			)`.as('sharedWith'),
		])
		.where('attempts.roll_call_id', '=', rollCallId)
		.where('attempts.outcome', 'is not', null)
		.where('attempts.outcome', '<>', 'accepted')
		.orderBy('at', 'desc')
		.limit(limit)
		.execute();
	return rows.flatMap(({ refusal, at, ...row }) =>
		refusal === null || refusal === 'accepted' ? [] : [{ ...row, refusal, at: at.getTime() }],
	);
}

/** Deletes what is older than the school keeps it. @returns how many there were */
export async function deleteExpiredAttempts(db: Db): Promise<number> {
	const result = await db
		.deleteFrom('check_in_attempts')
		.where(
			'issued_at',
			'<',
			sql<Date>`now() - make_interval(days => (select decision_retention_days from school))`,
		)
		.executeTakeFirst();
	return Number(result.numDeletedRows);
}
