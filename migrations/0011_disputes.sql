-- A student says that a mark is wrong; a teacher of the class answers.

create table disputes (
	id uuid primary key default gen_random_uuid(),
	roll_call_id uuid not null references roll_calls (id) on delete cascade,
	student_id uuid not null references users (id) on delete cascade,
	-- What stood there when it was disputed.
	disputed_status text not null check (disputed_status in ('present', 'late', 'absent', 'excused')),
	text text not null check (length(text) between 1 and 500),
	disputed_at timestamptz not null,
	state text not null check (state in ('waiting', 'changed', 'kept')),
	answered_by uuid references users (id) on delete set null,
	answered_at timestamptz,
	answer text check (length(answer) between 1 and 500),
	check ((state = 'waiting') = (answered_at is null))
);
-- One at a time for a mark.
create unique index disputes_waiting_key on disputes (roll_call_id, student_id) where state = 'waiting';
create index disputes_student_id_idx on disputes (student_id, disputed_at desc);
create index disputes_roll_call_id_idx on disputes (roll_call_id);
-- "What was answered last".
create index disputes_answered_at_idx on disputes (answered_at desc) where answered_at is not null;
