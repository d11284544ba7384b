-- What stands beside a status: when somebody left, and a remark; what changed of them; and a change
-- that was not made, because another person's newer mark stood there.

alter table marks
	add column left_at timestamptz, -- left early; only somebody who came can leave
	add column remark text check (length(remark) between 1 and 500),
	add constraint marks_left_check check (left_at is null or status in ('present', 'late'));

alter table mark_changes
	add column old_marked_at timestamptz,
	add column new_marked_at timestamptz,
	-- With these the old mark is whole: an undo gives back what the camera or an excuse had made.
	add column old_method text,
	add column old_marked_by uuid,
	add column old_excuse_id uuid,
	add column old_left_at timestamptz,
	add column new_left_at timestamptz,
	add column old_remark text,
	add column new_remark text,
	-- 'null' is a wish too: to take the mark back. Set where the mark of somebody else, made since the
	-- device last looked, was left standing; the status then stays as it was.
	add column conflict boolean not null default false,
	add column wanted_status text,
	-- Of "mark the rest": all changes of one tap, so that one tap undoes them; and those of the undo.
	add column rest_id uuid;
create index mark_changes_rest_id_idx on mark_changes (rest_id) where rest_id is not null;
