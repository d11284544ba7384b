-- Excuses for days: asked for by a student or a guardian, decided by staff.

create table excuses (
	id uuid primary key default gen_random_uuid(),
	student_id uuid not null references users (id) on delete cascade,
	-- Null: in every class, which is the office's to decide.
	class_id uuid references classes (id) on delete cascade,
	first_day date not null,
	last_day date not null, -- excused on it too
	reason text not null check (length(reason) between 1 and 500),
	asked_by text not null check (asked_by in ('student', 'guardian', 'staff')),
	recorded_by uuid references users (id) on delete set null,
	recorded_at timestamptz not null,
	state text not null check (state in ('asked', 'approved', 'declined', 'withdrawn')),
	decided_by uuid references users (id) on delete set null,
	decided_at timestamptz, -- null, too, where the student withdrew it before
	-- What is said to the student with the decision.
	answer text check (length(answer) between 1 and 500),
	withdrawn_by uuid references users (id) on delete set null,
	withdrawn_at timestamptz,
	check (last_day >= first_day),
	check (state <> 'asked' or decided_at is null),
	check (state not in ('approved', 'declined') or decided_at is not null),
	check ((state = 'withdrawn') = (withdrawn_at is not null))
);
-- A roll call asks who of its members is excused on its day; a record asks for its student's own.
create index excuses_student_days_idx on excuses (student_id, last_day, first_day);
-- The same excuse holds or waits once, however often and from however many devices it is sent. A
-- null differs from every other null, so that "every class" needs a value of its own here; of the
-- reason its digest does, as an index takes no long text.
create unique index excuses_same_key on excuses (
	student_id, coalesce(class_id, '00000000-0000-0000-0000-000000000000'), first_day, last_day, md5(reason)
) where state in ('asked', 'approved');
-- "What waits for a decision": few among very many.
create index excuses_asked_idx on excuses (first_day) where state = 'asked';
-- Those of today and later, among those of many years.
create index excuses_last_day_idx on excuses (last_day);

alter table marks
	-- The excuse that the mark comes from; null once a person has decided otherwise.
	add column excuse_id uuid references excuses (id) on delete set null;
-- What has to change when an excuse is withdrawn.
create index marks_excuse_id_idx on marks (excuse_id) where excuse_id is not null;
