-- The timetable of a class, and the roll calls that are planned from it.

alter table classes
	-- How long before its start a planned roll call may be opened.
	add column open_early_minutes integer not null default 10
		check (open_early_minutes between 0 and 120),
	-- How long after the lesson's end its roll call closes by itself.
	add column close_after_minutes integer not null default 10
		check (close_after_minutes between 0 and 240);

-- A lesson is held every week. Its days and times are the school's: what instant they are is worked
-- out for each day, because a zone moves its clocks.
create table lessons (
	id uuid primary key default gen_random_uuid(),
	class_id uuid not null references classes (id) on delete cascade,
	weekday smallint not null check (weekday between 1 and 7), -- ISO 8601: 1 is Monday
	starts_at time not null,
	length_minutes integer not null check (length_minutes between 1 and 720),
	room text check (length(room) between 1 and 60),
	first_day date not null,
	last_day date, -- held on it, for the last time; null: no end is known
	check (last_day is null or last_day >= first_day)
);
-- "The timetable of this class".
create index lessons_class_id_idx on lessons (class_id);

-- One day on which a lesson is not held as its pattern says.
create table lesson_exceptions (
	lesson_id uuid not null references lessons (id) on delete cascade,
	day date not null,
	starts_at time, -- when it begins instead; null: it is cancelled
	primary key (lesson_id, day)
);

alter table roll_calls
	-- Null for one off the timetable, and for one whose lesson was removed since.
	add column lesson_id uuid references lessons (id) on delete set null,
	-- The day of the pattern that it was planned for; a lesson that is moved keeps it.
	add column lesson_day date,
	add column ends_at timestamptz,
	add column room text,
	-- When it closes by itself, set when it is opened; null: never.
	add column closes_at timestamptz,
	add constraint roll_calls_planned_check check (state <> 'planned' or ends_at is not null);
-- One roll call a lesson and day, however many nodes plan at the same time; also what is planned of
-- some lessons from a day on.
create unique index roll_calls_lesson_day_key on roll_calls (lesson_id, lesson_day);
-- The housekeeper asks every minute what has to close: few are open among very many.
create index roll_calls_closes_at_idx on roll_calls (closes_at) where state = 'open';
-- Today's list needs no index of its own: it reads a day of each class from
-- roll_calls_class_starts_idx (class_id, starts_at), and what is open from roll_calls_open_key, so
-- that the roll calls of past years are never looked at.

update roll_calls set closes_at = opened_at + interval '3 hours' where state = 'open';

-- Why a closed roll call was opened again; written once, never changed.
create table roll_call_reopenings (
	id bigint generated always as identity primary key,
	roll_call_id uuid not null references roll_calls (id) on delete cascade,
	reopened_by uuid references users (id) on delete set null,
	reopened_at timestamptz not null,
	reason text not null check (length(reason) between 1 and 500),
	-- Which closing it took back.
	closed_at timestamptz not null,
	closed_by uuid references users (id) on delete set null -- null: it had closed by itself
);
create index roll_call_reopenings_roll_call_idx on roll_call_reopenings (roll_call_id, id);
