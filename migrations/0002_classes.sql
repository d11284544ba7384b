-- Classes, who teaches them and who belongs to them.

create table classes (
	id uuid primary key default gen_random_uuid(),
	name text not null check (length(name) between 1 and 120),
	late_after_minutes integer not null default 10 check (late_after_minutes between 0 and 240),
	-- How names appear on the projector: in full, first name and initial, or not at all.
	display_names text not null default 'initial' check (display_names in ('full', 'initial', 'none')),
	created_at timestamptz not null default now(),
	archived_at timestamptz
);

create table class_teachers (
	class_id uuid not null references classes (id) on delete cascade,
	user_id uuid not null references users (id) on delete cascade,
	primary key (class_id, user_id)
);
-- "My classes" starts from the teacher.
create index class_teachers_user_id_idx on class_teachers (user_id);

create table members (
	id uuid primary key default gen_random_uuid(),
	class_id uuid not null references classes (id) on delete cascade,
	student_id uuid not null references users (id) on delete cascade,
	valid_from date not null,
	valid_until date, -- the first day on which it no longer holds; null while it holds
	check (valid_until is null or valid_until >= valid_from)
);
-- A student is a current member of a class at most once; the index also serves the roster.
create unique index members_current_key on members (class_id, student_id) where valid_until is null;
create index members_student_id_idx on members (student_id);
