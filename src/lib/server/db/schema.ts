import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type {
	CheckInSignature,
	ConsentDecision,
	ConsentGiver,
	DisplayNames,
	DisputeState,
	DoubtReason,
	DoubtState,
	ExcuseAsker,
	ExcuseState,
	Lane,
	MarkMethod,
	MarkStatus,
	Role,
	RollCallState,
} from '$lib/contract/terms';
import type { CheckInOutcome } from '$lib/contract/check-in';
import type { DeviceChange, DeviceState, RevokedBecause } from '$lib/contract/devices';
import type { Action } from '$lib/contract/liveness';
import type { NoticeKind, NoticeState } from '$lib/contract/notices';
import type { StatusColour } from '$lib/contract/statuses';
import type { Weekday } from '$lib/contract/timetable';
import type { DecisionEvidence } from '../domain/explanation';

/** Row types of the tables, as the migrations make them. `bigint` and `date` columns arrive as strings. */
export interface Database {
	school: SchoolTable;
	users: UserTable;
	sessions: SessionTable;
	invitations: InvitationTable;
	rate_limits: RateLimitTable;
	classes: ClassTable;
	class_teachers: ClassTeacherTable;
	members: MemberTable;
	consents: ConsentTable;
	enrolments: EnrolmentTable;
	face_references: FaceReferenceTable;
	roll_calls: RollCallTable;
	marks: MarkTable;
	mark_changes: MarkChangeTable;
	doubts: DoubtTable;
	doubt_answers: DoubtAnswerTable;
	decisions: DecisionTable;
	engines: EngineTable;
	calibrations: CalibrationTable;
	lessons: LessonTable;
	lesson_exceptions: LessonExceptionTable;
	roll_call_reopenings: RollCallReopeningTable;
	status_names: StatusNameTable;
	excuses: ExcuseTable;
	disputes: DisputeTable;
	guardians: GuardianTable;
	risk_spells: RiskSpellTable;
	notices: NoticeTable;
	devices: DeviceTable;
	passkeys: PasskeyTable;
	device_changes: DeviceChangeTable;
	check_in_attempts: CheckInAttemptTable;
	spent_vectors: SpentVectorTable;
	roll_call_devices: RollCallDeviceTable;
	late_batches: LateBatchTable;
}

type BigIntColumn = ColumnType<string, number | string | bigint, number | string | bigint>;
type GeneratedBigInt = ColumnType<string, never, never>;
type DateColumn = ColumnType<string, string, string>;

interface SchoolTable {
	id: Generated<number>;
	name: string;
	time_zone: string;
	strangers_per_wrong_name: Generated<number>;
	recognises_visitors: Generated<boolean>;
	asks_about_photographs: Generated<boolean>;
	decision_retention_days: Generated<number>;
	risk_absences_in_row: Generated<number>;
	risk_rate_below: Generated<number>;
	notices_weekly: Generated<boolean>;
	notices_weekday: Generated<Weekday>;
	notices_hour: Generated<number>;
	notices_weekly_since: Generated<Date>;
	notices_weekly_on_since: Generated<Date>;
	notices_on_risk: Generated<boolean>;
	notices_guardians_since: Date | null;
	notices_office: string | null;
	risk_watched_since: Date | null;
	late_records_hours: Generated<number>;
}

interface UserTable {
	id: Generated<string>;
	role: Role;
	name: string;
	sign_in_name: string | null;
	password_hash: string | null;
	student_number: string | null;
	created_at: Generated<Date>;
	disabled_at: Date | null;
	email: string | null;
}

interface SessionTable {
	id: string;
	user_id: string;
	expires_at: Date;
}

interface InvitationTable {
	id: Generated<string>;
	token_hash: Buffer;
	role: Role;
	user_id: string | null;
	created_by: string | null;
	created_at: Generated<Date>;
	expires_at: Date;
	used_at: Date | null;
}

interface RateLimitTable {
	key: string;
	points: Generated<number>;
	expire: BigIntColumn | null;
}

interface ClassTable {
	id: Generated<string>;
	name: string;
	late_after_minutes: Generated<number>;
	display_names: Generated<DisplayNames>;
	strangers_per_wrong_name: number | null;
	open_early_minutes: Generated<number>;
	close_after_minutes: Generated<number>;
	created_at: Generated<Date>;
	archived_at: Date | null;
	check_in_by_phone: Generated<boolean>;
	check_in_asks_code: Generated<boolean>;
	check_in_asks_liveness: Generated<boolean>;
	check_in_asks_face: Generated<boolean>;
	check_in_signature: Generated<CheckInSignature>;
}

interface ClassTeacherTable {
	class_id: string;
	user_id: string;
}

interface MemberTable {
	id: Generated<string>;
	class_id: string;
	student_id: string;
	valid_from: DateColumn;
	valid_until: DateColumn | null;
}

interface ConsentTable {
	id: Generated<string>;
	student_id: string;
	decision: ConsentDecision;
	text_version: string;
	given_by: ConsentGiver;
	recorded_by: string | null;
	recorded_at: Generated<Date>;
	sequence: GeneratedBigInt;
}

interface EnrolmentTable {
	id: string;
	student_id: string;
	consent_id: string;
	performed_by: string | null;
	performed_at: Generated<Date>;
	distinct_from: Generated<string[]>;
	replaced_other_face: Generated<boolean>;
	confirmed_at: Date | null;
	confirmed_by: string | null;
	confirmed_by_doubt_id: string | null;
}

interface FaceReferenceTable {
	id: Generated<string>;
	student_id: string;
	enrolment_id: string;
	model_id: string;
	pipeline_version: string;
	quality: number;
	captured_at: Date;
	key_id: string;
	nonce: Buffer;
	ciphertext: Buffer;
	doubt_id: string | null;
}

interface RollCallTable {
	id: Generated<string>;
	class_id: string;
	state: RollCallState;
	starts_at: Date;
	late_after_minutes: number;
	opened_at: Date | null;
	opened_by: string | null;
	closed_at: Date | null;
	closed_by: string | null;
	display_token: string;
	version: ColumnType<string, number | undefined, number | string>;
	lesson_id: string | null;
	lesson_day: DateColumn | null;
	ends_at: Date | null;
	room: string | null;
	closes_at: Date | null;
	imported: Generated<boolean>;
}

interface MarkTable {
	roll_call_id: string;
	student_id: string;
	status: MarkStatus | null;
	marked_at: Date;
	minutes_late: number | null;
	method: MarkMethod;
	marked_by: string | null;
	version: BigIntColumn;
	left_at: Date | null;
	remark: string | null;
	excuse_id: string | null;
	came_in_at: Date | null;
}

interface MarkChangeTable {
	id: GeneratedBigInt;
	request_id: string | null;
	roll_call_id: string;
	student_id: string;
	old_status: MarkStatus | null;
	new_status: MarkStatus | null;
	method: MarkMethod;
	changed_by: string | null;
	changed_at: Generated<Date>;
	reason: string | null;
	old_method: MarkMethod | null;
	old_marked_by: string | null;
	old_excuse_id: string | null;
	old_marked_at: Date | null;
	new_marked_at: Date | null;
	old_left_at: Date | null;
	new_left_at: Date | null;
	old_remark: string | null;
	new_remark: string | null;
	conflict: Generated<boolean>;
	wanted_status: MarkStatus | null;
	rest_id: string | null;
	made_at: Date | null;
	came_in_late: Generated<boolean>;
}

interface DoubtTable {
	id: Generated<string>;
	roll_call_id: string;
	camera_id: string;
	track_id: number;
	visit: Generated<number>;
	reason: DoubtReason;
	candidate_ids: string[];
	seen_at: Date;
	raised_at: Generated<Date>;
	state: DoubtState;
	resolved_by: string | null;
	version: BigIntColumn;
}

interface DoubtAnswerTable {
	id: string;
	doubt_id: string;
	answer: 'confirmed' | 'rejected' | 'reopened';
	student_id: string | null;
	mark_before: JSONColumnType<MarkBefore> | null;
	answered_by: string | null;
	answered_at: Generated<Date>;
}

/** A mark before an answer changed it; `status: null` with `markedAt: null` is none at all. */
export interface MarkBefore {
	studentId: string;
	status: MarkStatus | null;
	/** ms since 1970. */
	markedAt: number | null;
	minutesLate: number | null;
	method: MarkMethod | null;
	markedBy: string | null;
	/** Missing in what was kept before marks had them. ms since 1970. */
	leftAt?: number | null;
	remark?: string | null;
	excuseId?: string | null;
}

interface DecisionTable {
	id: Generated<string>;
	roll_call_id: string;
	camera_id: string;
	track_id: number;
	decided_at: Date;
	lane: Exclude<Lane, 'pending'>;
	reason: DoubtReason | null;
	candidate_ids: string[];
	evidence: JSONColumnType<DecisionEvidence>;
}

interface EngineTable {
	model_id: string;
	pipeline_version: string;
	first_used_at: Generated<Date>;
}

interface CalibrationTable {
	id: Generated<string>;
	model_id: string;
	pipeline_version: string;
	made_at: Generated<Date>;
	people: number;
	comparisons: number;
	score_shift: number;
}

interface LessonTable {
	id: Generated<string>;
	class_id: string;
	weekday: Weekday;
	/** "09:05:00" */
	starts_at: string;
	length_minutes: number;
	room: string | null;
	first_day: DateColumn;
	last_day: DateColumn | null;
}

interface LessonExceptionTable {
	lesson_id: string;
	day: DateColumn;
	starts_at: string | null;
}

interface RollCallReopeningTable {
	id: GeneratedBigInt;
	roll_call_id: string;
	reopened_by: string | null;
	reopened_at: Date;
	reason: string;
	closed_at: Date;
	closed_by: string | null;
}

interface StatusNameTable {
	status: MarkStatus;
	word: string;
	letter: string;
	colour: StatusColour;
}

interface ExcuseTable {
	id: Generated<string>;
	student_id: string;
	class_id: string | null;
	first_day: DateColumn;
	last_day: DateColumn;
	reason: string;
	asked_by: ExcuseAsker;
	recorded_by: string | null;
	recorded_at: Date;
	state: ExcuseState;
	decided_by: string | null;
	decided_at: Date | null;
	answer: string | null;
	withdrawn_by: string | null;
	withdrawn_at: Date | null;
}

interface DisputeTable {
	id: Generated<string>;
	roll_call_id: string;
	student_id: string;
	disputed_status: MarkStatus;
	text: string;
	disputed_at: Date;
	state: DisputeState;
	answered_by: string | null;
	answered_at: Date | null;
	answer: string | null;
}

interface GuardianTable {
	id: Generated<string>;
	student_id: string;
	name: string;
	email: string;
}

interface RiskSpellTable {
	class_id: string;
	student_id: string;
	since: Date;
}

interface NoticeTable {
	id: Generated<string>;
	kind: NoticeKind;
	address: string;
	user_id: string | null;
	guardian_id: string | null;
	student_id: string | null;
	class_id: string | null;
	day: DateColumn;
	tells_from: Date | null;
	tells_until: Date | null;
	state: Generated<NoticeState>;
	due_at: Date;
	tries: Generated<number>;
	tried_at: Date | null;
	problem: string | null;
	created_at: Generated<Date>;
}

interface DeviceTable {
	id: string;
	student_id: string;
	name: string;
	public_key: Buffer;
	state: DeviceState;
	registered_at: Date;
	decided_by: string | null;
	decided_at: Date | null;
	last_used_at: Date | null;
	revoked_because: RevokedBecause | null;
	passkey_challenge_hash: Buffer | null;
	passkey_challenge_expires_at: Date | null;
}

interface PasskeyTable {
	id: Generated<string>;
	device_id: string;
	credential_id: Buffer;
	public_key: Buffer;
	rp_id: string;
	sign_count: BigIntColumn;
	state: DeviceState;
	registered_at: Date;
	decided_by: string | null;
	decided_at: Date | null;
	last_used_at: Date | null;
}

interface DeviceChangeTable {
	id: GeneratedBigInt;
	device_id: string;
	device_name: string;
	student_id: string;
	what: DeviceChange;
	changed_by: string | null;
	changed_at: Date;
}

interface CheckInAttemptTable {
	id: Generated<string>;
	roll_call_id: string;
	student_id: string;
	issued_at: Date;
	nonce_hash: Buffer | null;
	expires_at: Date | null;
	challenge: Generated<Action[]>;
	code_step: BigIntColumn | null;
	asks_face: Generated<boolean>;
	signature: Generated<CheckInSignature>;
	used_at: Date | null;
	outcome: CheckInOutcome | null;
	device_id: string | null;
	device_mark: string | null;
}

interface SpentVectorTable {
	digest: Buffer;
}

interface RollCallDeviceTable {
	roll_call_id: string;
	device_id: string;
	user_id: string;
	joined_at: Generated<Date>;
}

interface LateBatchTable {
	id: string;
	roll_call_id: string;
	received_at: Generated<Date>;
}
