-- Consent, and the encrypted references that it allows.

create table consents (
	id uuid primary key default gen_random_uuid(),
	student_id uuid not null references users (id) on delete cascade,
	decision text not null check (decision in ('granted', 'refused', 'withdrawn')),
	text_version text not null, -- which wording was shown
	given_by text not null check (given_by in ('student', 'guardian')),
	recorded_by uuid references users (id) on delete set null,
	recorded_at timestamptz not null default now(),
	sequence bigint generated always as identity -- the latest row is the one that holds
);
create index consents_student_latest_idx on consents (student_id, sequence desc);

create table enrolments (
	id uuid primary key, -- made by the capturing device: a retry is harmless
	student_id uuid not null references users (id) on delete cascade,
	consent_id uuid not null references consents (id) on delete cascade,
	performed_by uuid references users (id) on delete set null,
	performed_at timestamptz not null default now()
);
create index enrolments_student_id_idx on enrolments (student_id);
create index enrolments_consent_id_idx on enrolments (consent_id);

create table face_references (
	id uuid primary key default gen_random_uuid(),
	student_id uuid not null references users (id) on delete cascade,
	enrolment_id uuid not null references enrolments (id) on delete cascade,
	model_id text not null,
	pipeline_version text not null,
	quality real not null check (quality between 0 and 1),
	captured_at timestamptz not null,
	-- AES-256-GCM over the float32 vector; id, student and model are bound to it as associated data.
	key_id text not null,
	nonce bytea not null check (length(nonce) = 12),
	ciphertext bytea not null
);
-- Opening a roll call loads the references of all members.
create index face_references_student_id_idx on face_references (student_id);
create index face_references_enrolment_id_idx on face_references (enrolment_id);
