-- Notices by e-mail: what a school wants sent, to whom it may be sent, and every one with what became
-- of it.

alter table school
	add column notices_weekly boolean not null default true,
	add column notices_weekday smallint not null default 5
		check (notices_weekday between 1 and 7), -- ISO 8601: 1 is Monday
	add column notices_hour smallint not null default 16 check (notices_hour between 0 and 23),
	-- Since when the weekly ones are as they are: a change sends nothing after the fact.
	add column notices_weekly_since timestamptz not null default now(),
	-- Since when there are weekly ones at all: they tell of nothing before.
	add column notices_weekly_on_since timestamptz not null default now(),
	add column notices_on_risk boolean not null default true,
	-- Since when guardians are written to; null: they are not.
	add column notices_guardians_since timestamptz,
	-- How guardians reach the office, as their mails say it.
	add column notices_office text check (length(notices_office) between 1 and 200),
	-- Since when it is known who is at risk. Who was before that is no news.
	add column risk_watched_since timestamptz;

-- Taken elsewhere and imported: guardians are told nothing of it.
alter table roll_calls add column imported boolean not null default false;

-- Lower case, so that one address is one person however it was typed.
alter table users add column email text
	check (email = lower(email) and length(email) between 3 and 254);
create unique index users_email_key on users (email);

create table guardians (
	id uuid primary key default gen_random_uuid(),
	student_id uuid not null references users (id) on delete cascade,
	name text not null check (length(name) between 1 and 200),
	email text not null check (email = lower(email) and length(email) between 3 and 254),
	-- Also finds the guardians of a student.
	unique (student_id, email)
);

-- Whom the school's rule names in a class at this moment. A notice goes out when a student comes in,
-- and none while they stay.
create table risk_spells (
	class_id uuid not null references classes (id) on delete cascade,
	student_id uuid not null references users (id) on delete cascade,
	since timestamptz not null,
	primary key (class_id, student_id)
);
-- Erasing a person finds what names them.
create index risk_spells_student_id_idx on risk_spells (student_id);

create table notices (
	id uuid primary key default gen_random_uuid(),
	kind text not null check (kind in ('weekly', 'risk', 'absence')),
	-- Sent only while it is still this reader's.
	address text not null,
	-- The reader: staff or a guardian. A guardian who was removed leaves what they were sent.
	user_id uuid references users (id) on delete cascade,
	guardian_id uuid references guardians (id) on delete set null,
	student_id uuid references users (id) on delete cascade, -- null: weekly
	class_id uuid references classes (id) on delete cascade, -- of a risk
	day date not null, -- the school's day that it is about
	-- Of a weekly one, the time that it tells of: the next begins where this ends, also where the school
	-- moved the hour in between.
	tells_from timestamptz,
	tells_until timestamptz,
	-- 'sending' while it is handed over: one whose server stopped then may have arrived, and is not
	-- sent again. 'dropped': when its time came there was nothing to say any more.
	state text not null default 'waiting'
		check (state in ('waiting', 'sending', 'sent', 'dropped', 'failed')),
	due_at timestamptz not null,
	tries smallint not null default 0,
	tried_at timestamptz,
	problem text, -- of the last try
	created_at timestamptz not null default now(),
	check ((kind = 'weekly') = (student_id is null)),
	check ((kind = 'weekly') = (tells_from is not null and tells_until is not null)),
	check ((kind = 'risk') = (class_id is not null))
);
-- Nobody is told the same thing twice, however often and on however many nodes it is planned.
create unique index notices_weekly_key on notices (address, day) where kind = 'weekly';
create unique index notices_risk_key on notices (address, student_id, class_id, day)
	where kind = 'risk';
create unique index notices_absence_key on notices (address, student_id, day)
	where kind = 'absence';
-- "What is due next", "which were interrupted" and "which failed": few among very many.
create index notices_unsettled_idx on notices (state, due_at) where state not in ('sent', 'dropped');
-- The last ones on the School page, and those that are old enough to be deleted.
create index notices_created_at_idx on notices (created_at);
-- Erasing a person finds what names them.
create index notices_student_id_idx on notices (student_id);
-- Up to when a teacher was told.
create index notices_weekly_reader_idx on notices (user_id, tells_until) where kind = 'weekly';
