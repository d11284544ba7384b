import { sql } from 'kysely';
import type { Db } from './executor';
import { selectOwnMarks } from './marks.repository';

/**
 * What the school stores about one student, table by table, as they may read it. Not here: vectors and
 * the numbers behind a camera's decisions, which say nothing to a person and could be misused;
 * secrets; other people's addresses. Instants are Dates, days strings.
 */

export function readAccount(db: Db, studentId: string) {
	return db
		.selectFrom('users')
		.select([
			'name',
			'role',
			'sign_in_name as signInName',
			'student_number as studentNumber',
			'email',
			'created_at as createdAt',
		])
		.where('id', '=', studentId)
		.executeTakeFirstOrThrow();
}

export function listGuardianNames(db: Db, studentId: string) {
	return db
		.selectFrom('guardians')
		.select('name')
		.where('student_id', '=', studentId)
		.orderBy('name')
		.execute();
}

export function listMemberships(db: Db, studentId: string) {
	return db
		.selectFrom('members')
		.innerJoin('classes', 'classes.id', 'members.class_id')
		.select([
			'classes.name as className',
			sql<string>`members.valid_from::text`.as('from'),
			sql<string | null>`members.valid_until::text`.as('until'),
		])
		.where('members.student_id', '=', studentId)
		.orderBy('members.valid_from')
		.orderBy('classes.name')
		.execute();
}

export function listMarks(db: Db, studentId: string) {
	return selectOwnMarks(db, studentId)
		.orderBy('roll_calls.starts_at')
		.orderBy('marks.roll_call_id')
		.execute();
}

export function listMarkChanges(db: Db, studentId: string) {
	return db
		.selectFrom('mark_changes')
		.leftJoin('users', 'users.id', 'mark_changes.changed_by')
		.select([
			'mark_changes.roll_call_id as rollCallId',
			'mark_changes.changed_at as changedAt',
			'users.name as changedBy',
			'mark_changes.method',
			'mark_changes.old_status as from',
			'mark_changes.new_status as to',
			'mark_changes.reason',
			'mark_changes.old_remark as remarkBefore',
			'mark_changes.new_remark as remarkAfter',
		])
		.where('mark_changes.student_id', '=', studentId)
		.orderBy('mark_changes.id')
		.execute();
}

export function listExcuses(db: Db, studentId: string) {
	return db
		.selectFrom('excuses')
		.leftJoin('classes', 'classes.id', 'excuses.class_id')
		.leftJoin('users', 'users.id', 'excuses.decided_by')
		.select([
			'classes.name as className',
			sql<string>`excuses.first_day::text`.as('firstDay'),
			sql<string>`excuses.last_day::text`.as('lastDay'),
			'excuses.reason',
			'excuses.asked_by as askedBy',
			'excuses.recorded_at as recordedAt',
			'excuses.state',
			'users.name as decidedBy',
			'excuses.decided_at as decidedAt',
			'excuses.answer',
			'excuses.withdrawn_at as withdrawnAt',
		])
		.where('excuses.student_id', '=', studentId)
		.orderBy('excuses.recorded_at')
		.execute();
}

export function listDisputes(db: Db, studentId: string) {
	return db
		.selectFrom('disputes')
		.leftJoin('users', 'users.id', 'disputes.answered_by')
		.select([
			'disputes.roll_call_id as rollCallId',
			'disputes.disputed_status as disputedStatus',
			'disputes.text',
			'disputes.disputed_at as disputedAt',
			'disputes.state',
			'users.name as answeredBy',
			'disputes.answered_at as answeredAt',
			'disputes.answer',
		])
		.where('disputes.student_id', '=', studentId)
		.orderBy('disputes.disputed_at')
		.execute();
}

export function listConsents(db: Db, studentId: string) {
	return db
		.selectFrom('consents')
		.leftJoin('users', 'users.id', 'consents.recorded_by')
		.select([
			'consents.id as receipt',
			'consents.decision',
			'consents.text_version as textVersion',
			'consents.given_by as givenBy',
			'consents.recorded_at as recordedAt',
			'users.name as recordedBy',
		])
		.where('consents.student_id', '=', studentId)
		.orderBy('consents.sequence')
		.execute();
}

export function listEnrolments(db: Db, studentId: string) {
	return db
		.selectFrom('enrolments')
		.leftJoin('users', 'users.id', 'enrolments.performed_by')
		.select([
			'enrolments.performed_at as performedAt',
			'users.name as performedBy',
			'enrolments.confirmed_at as confirmedAt',
		])
		.where('enrolments.student_id', '=', studentId)
		.orderBy('enrolments.performed_at')
		.execute();
}

/** E-mails about the student; to whom they went is other people's. */
export function listNotices(db: Db, studentId: string) {
	return db
		.selectFrom('notices')
		.leftJoin('classes', 'classes.id', 'notices.class_id')
		.select([
			'notices.kind',
			'classes.name as className',
			sql<string>`notices.day::text`.as('day'),
			'notices.state',
			'notices.due_at as dueAt',
		])
		.where('notices.student_id', '=', studentId)
		.orderBy('notices.due_at')
		.execute();
}

/** Where the school's rule names the student now. */
export function listRiskSpells(db: Db, studentId: string) {
	return db
		.selectFrom('risk_spells')
		.innerJoin('classes', 'classes.id', 'risk_spells.class_id')
		.select(['classes.name as className', 'risk_spells.since'])
		.where('risk_spells.student_id', '=', studentId)
		.orderBy('risk_spells.since')
		.execute();
}

/** That there are numbers of the face, and of when; the numbers themselves stay where they are. */
export function listReferences(db: Db, studentId: string) {
	return db
		.selectFrom('face_references')
		.select(['model_id as modelId', 'captured_at as capturedAt', 'quality'])
		.where('student_id', '=', studentId)
		.orderBy('captured_at')
		.execute();
}

export function listDevices(db: Db, studentId: string) {
	return db
		.selectFrom('devices')
		.select([
			'id',
			'name',
			'state',
			'registered_at as registeredAt',
			'revoked_because as revokedBecause',
			'decided_at as decidedAt',
			'last_used_at as lastUsedAt',
		])
		.where('student_id', '=', studentId)
		.orderBy('registered_at')
		.execute();
}

/** That there are passkeys, and of when; their public keys say nothing to a person. */
export function listPasskeys(db: Db, studentId: string) {
	return db
		.selectFrom('passkeys')
		.innerJoin('devices', 'devices.id', 'passkeys.device_id')
		.select([
			'passkeys.device_id as deviceId',
			'passkeys.rp_id as address',
			'passkeys.state',
			'passkeys.registered_at as registeredAt',
			'passkeys.decided_at as decidedAt',
			'passkeys.last_used_at as lastUsedAt',
		])
		.where('devices.student_id', '=', studentId)
		.orderBy('passkeys.registered_at')
		.execute();
}

export function listDeviceChanges(db: Db, studentId: string) {
	return db
		.selectFrom('device_changes')
		.leftJoin('users', 'users.id', 'device_changes.changed_by')
		.select([
			'device_changes.device_id as deviceId',
			'device_changes.device_name as deviceName',
			'device_changes.what',
			'users.name as changedBy',
			'device_changes.changed_at as changedAt',
		])
		.where('device_changes.student_id', '=', studentId)
		.orderBy('device_changes.id')
		.execute();
}

export function listCheckIns(db: Db, studentId: string) {
	return db
		.selectFrom('check_in_attempts')
		.select([
			'roll_call_id as rollCallId',
			'issued_at as begunAt',
			'challenge',
			'used_at as sentAt',
			'outcome',
			'device_id as deviceId',
		])
		.where('student_id', '=', studentId)
		.orderBy('issued_at')
		.execute();
}
