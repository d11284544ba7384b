-- Enrolment on a student's own phone, where nobody sees whose face it is: such a face marks nobody
-- before a member of staff has said that it is the student's.

alter table enrolments
	add column confirmed_at timestamptz, -- null: staff have not said yet whose face it is
	add column confirmed_by uuid references users (id) on delete set null,
	-- The camera's question that the confirmation answered; null where staff confirmed otherwise. Taking
	-- that answer back finds the enrolment by it, and so does the deletion of old doubts.
	add column confirmed_by_doubt_id uuid references doubts (id) on delete set null;
create index enrolments_confirmed_by_doubt_id_idx on enrolments (confirmed_by_doubt_id)
	where confirmed_by_doubt_id is not null;
-- Up to now staff captured every face themselves.
update enrolments set confirmed_at = performed_at, confirmed_by = performed_by;

alter table doubts
	-- When it was asked last: a face that was captured after that is not the one it is about.
	add column raised_at timestamptz not null default now(),
	drop constraint doubts_reason_check,
	add constraint doubts_reason_check check (
		reason in (
			'low-quality', 'close-runner-up', 'weak-match', 'confusable', 'contradicted',
			'unconfirmed'
		)
	);
