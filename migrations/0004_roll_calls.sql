-- Roll calls, their marks, what became of every mark, and the doubts that wait for the teacher.

create table roll_calls (
	id uuid primary key default gen_random_uuid(),
	class_id uuid not null references classes (id) on delete cascade,
	state text not null check (state in ('planned', 'open', 'closed')),
	starts_at timestamptz not null, -- lateness counts from here
	late_after_minutes integer not null, -- the class's rule when it was opened
	opened_at timestamptz,
	opened_by uuid references users (id) on delete set null,
	closed_at timestamptz,
	closed_by uuid references users (id) on delete set null,
	display_token text not null unique,
	version bigint not null default 0 -- grows by one with each change of the roster
);
-- At most one open roll call a class: two teachers who tap Start share it.
create unique index roll_calls_open_key on roll_calls (class_id) where state = 'open';
create index roll_calls_class_starts_idx on roll_calls (class_id, starts_at desc);

create table marks (
	roll_call_id uuid not null references roll_calls (id) on delete cascade,
	student_id uuid not null references users (id) on delete cascade,
	-- Null: a teacher took the mark back. The row stays, so that the camera does not mark again.
	status text check (status in ('present', 'late', 'absent', 'excused')),
	marked_at timestamptz not null, -- when the student was seen
	minutes_late integer check (minutes_late >= 0),
	method text not null check (method in ('camera', 'phone', 'teacher', 'rule')),
	marked_by uuid references users (id) on delete set null,
	version bigint not null, -- of the roll call, when this row last changed
	primary key (roll_call_id, student_id)
);
-- A device that was away asks for what changed after its version.
create index marks_version_idx on marks (roll_call_id, version);
-- A student's own record.
create index marks_student_id_idx on marks (student_id, marked_at desc);

create table mark_changes (
	id bigint generated always as identity primary key,
	request_id uuid unique, -- made by the device: a mark that is sent twice is taken once
	roll_call_id uuid not null references roll_calls (id) on delete cascade,
	student_id uuid not null references users (id) on delete cascade,
	old_status text,
	new_status text,
	method text not null,
	changed_by uuid references users (id) on delete set null,
	changed_at timestamptz not null default now(),
	reason text
);
create index mark_changes_mark_idx on mark_changes (roll_call_id, student_id, id);

create table doubts (
	id uuid primary key default gen_random_uuid(),
	roll_call_id uuid not null references roll_calls (id) on delete cascade,
	camera_id uuid not null,
	track_id integer not null,
	reason text not null check (reason in ('close-runner-up', 'weak-match')),
	candidate_ids uuid[] not null, -- the one or two likeliest students, likeliest first
	seen_at timestamptz not null,
	state text not null check (state in ('waiting', 'confirmed', 'rejected', 'settled')),
	resolved_by uuid references users (id) on delete set null,
	version bigint not null,
	unique (roll_call_id, camera_id, track_id)
);
create index doubts_version_idx on doubts (roll_call_id, version);
