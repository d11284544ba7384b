-- Recognition by error rates: what a school allows, what was decided and why, and what became of it.

alter table school
	-- At most one wrong name in so many strangers who walk past the camera (FPIR = 1 / n, a track).
	add column strangers_per_wrong_name integer not null default 1000
		check (strangers_per_wrong_name between 100 and 1000000),
	-- Whether somebody unknown to the class is looked for in the whole school.
	add column recognises_visitors boolean not null default false,
	-- How long the numbers behind decisions are kept.
	add column decision_retention_days integer not null default 90
		check (decision_retention_days between 1 and 3650);

alter table classes
	-- Null: as the school has it.
	add column strangers_per_wrong_name integer
		check (strangers_per_wrong_name between 100 and 1000000);

alter table doubts
	-- A tracker may follow a crossing wrongly: the second person seen as one track is its visit 1.
	add column visit smallint not null default 0,
	drop constraint doubts_roll_call_id_camera_id_track_id_key,
	add constraint doubts_visit_key unique (roll_call_id, camera_id, track_id, visit),
	drop constraint doubts_reason_check,
	add constraint doubts_reason_check
		check (reason in ('low-quality', 'close-runner-up', 'weak-match', 'confusable', 'contradicted'));

-- Every answer to a doubt and every one that was taken back; written once, never changed.
create table doubt_answers (
	id uuid primary key, -- made by the device: an answer that is sent twice is taken once
	doubt_id uuid not null references doubts (id) on delete cascade,
	answer text not null check (answer in ('confirmed', 'rejected', 'reopened')),
	student_id uuid references users (id) on delete cascade, -- whom it confirmed
	-- The mark that it changed, as that was before: what an undo restores. Null where it changed none.
	mark_before jsonb,
	answered_by uuid references users (id) on delete set null,
	answered_at timestamptz not null default now()
);
-- "What was answered last" of one doubt.
create index doubt_answers_doubt_id_idx on doubt_answers (doubt_id, answered_at desc);
-- Erasing a person finds what names them.
create index doubt_answers_student_id_idx on doubt_answers (student_id);

-- What the camera decided of a track, and the numbers that explain it. No vector.
create table decisions (
	id uuid primary key default gen_random_uuid(),
	roll_call_id uuid not null references roll_calls (id) on delete cascade,
	camera_id uuid not null,
	track_id integer not null,
	decided_at timestamptz not null, -- capture time of the sighting that decided it
	lane text not null check (lane in ('recognised', 'doubtful', 'visitor', 'unknown')),
	reason text, -- of a doubt
	candidate_ids uuid[] not null, -- likeliest first; empty for unknown
	evidence jsonb not null -- scores, thresholds, sightings and policy, as domain/explanation.ts has them
);
-- "Why does this roll call say so": a student's decisions are few among a roll call's.
create index decisions_roll_call_idx on decisions (roll_call_id, decided_at);
-- A withdrawal deletes whatever names the student, wherever they stand among the candidates.
create index decisions_candidates_idx on decisions using gin (candidate_ids);
-- The hourly deletion of what is older than the school keeps it.
create index decisions_decided_at_idx on decisions (decided_at);

alter table face_references
	-- A reference that a confirmed doubt brought; it goes when the answer is taken back.
	add column doubt_id uuid references doubts (id) on delete cascade;
create index face_references_doubt_id_idx on face_references (doubt_id) where doubt_id is not null;
-- Looking for the same face school-wide, and deleting what an older engine made, go by engine.
create index face_references_engine_idx on face_references (model_id, pipeline_version);

alter table enrolments
	-- What staff confirmed although the camera objected: these faces are other people's.
	add column distinct_from uuid[] not null default '{}',
	-- And: the face differs from the student's earlier references and replaces them.
	add column replaced_other_face boolean not null default false;

-- Since when the server runs an engine: what older ones made is kept for a while after, then deleted.
create table engines (
	model_id text not null,
	pipeline_version text not null,
	first_used_at timestamptz not null default now(),
	primary key (model_id, pipeline_version)
);

-- A school's own impostor scores, where they were measured; the newest of the engine holds.
create table calibrations (
	id uuid primary key default gen_random_uuid(),
	model_id text not null,
	pipeline_version text not null,
	made_at timestamptz not null default now(),
	people integer not null check (people > 0),
	comparisons integer not null check (comparisons > 0),
	-- Added to every threshold of the default table, because this school's faces are more alike.
	score_shift real not null check (score_shift between 0 and 1)
);
create index calibrations_engine_idx on calibrations (model_id, pipeline_version, made_at desc);
