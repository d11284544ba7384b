-- Checking in from a student's own phone: what a class asks for, the phones that may sign, each
-- attempt with what became of it, and the vectors that were taken once.

alter table classes
	add column check_in_by_phone boolean not null default true,
	-- The links of the chain; the roll call being open, membership and the nonce cannot be left out.
	add column check_in_asks_code boolean not null default true,
	add column check_in_asks_liveness boolean not null default true,
	add column check_in_asks_face boolean not null default true,
	add column check_in_asks_signature boolean not null default true;

-- A phone's own key. The private half never leaves the phone.
create table devices (
	id uuid primary key, -- made by the phone
	student_id uuid not null references users (id) on delete cascade,
	name text not null check (length(name) between 1 and 100),
	public_key bytea not null, -- P-256, SubjectPublicKeyInfo
	state text not null check (state in ('asked', 'active', 'revoked')),
	registered_at timestamptz not null,
	decided_by uuid references users (id) on delete set null, -- null: it was the student's first
	decided_at timestamptz,
	last_used_at timestamptz
);
-- One key at a time signs for a student: a new phone takes the old one's place.
create unique index devices_active_key on devices (student_id) where state = 'active';
-- One phone at a time waits: whom staff approve is the one that was asked about last.
create unique index devices_asked_key on devices (student_id) where state = 'asked';
create index devices_student_id_idx on devices (student_id);

create table check_in_attempts (
	id uuid primary key default gen_random_uuid(),
	roll_call_id uuid not null references roll_calls (id) on delete cascade,
	student_id uuid not null references users (id) on delete cascade,
	issued_at timestamptz not null,
	-- SHA-256 of the nonce: the table alone answers no challenge. Null where none was given out.
	nonce_hash bytea unique,
	expires_at timestamptz,
	-- What was asked for when it began; a setting that changes meanwhile changes nothing.
	challenge text[] not null default '{}', -- what to do before the camera, in order; empty: nothing
	code_step bigint, -- of the code that was given; null where the class asked for none
	asks_face boolean not null default false,
	asks_signature boolean not null default false,
	used_at timestamptz,
	-- Null: not answered yet. 'accepted', or why not.
	outcome text,
	device_id uuid references devices (id) on delete set null,
	-- Random, made by the browser's storage: two students on one phone share it.
	device_mark uuid,
	check ((nonce_hash is null) = (expires_at is null)),
	check (nonce_hash is not null or outcome is not null)
);
-- What was refused in a roll call, and whether a phone served somebody else in it.
create index check_in_attempts_roll_call_idx on check_in_attempts (roll_call_id, issued_at);
-- Failures of a student within minutes.
create index check_in_attempts_student_idx on check_in_attempts (student_id, issued_at desc);
create index check_in_attempts_device_idx on check_in_attempts (device_id) where device_id is not null;
-- Old attempts are deleted by the hourly housekeeping.
create index check_in_attempts_issued_at_idx on check_in_attempts (issued_at);

-- A camera never gives the same vector twice: whatever was sent once is taken never again. Keyed
-- digests of nobody: they say neither whose a vector was nor what it held, so they stay for good.
create table spent_vectors (
	digest bytea primary key check (length(digest) = 32)
);
